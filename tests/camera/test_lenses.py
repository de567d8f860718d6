"""Every lens but the pinhole: against OpenCV or its published formula, and against itself."""

from __future__ import annotations

import json
import math

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sdg.camera.brown_conrady import BrownConrady
from sdg.camera.double_sphere import LensDoubleSphere
from sdg.camera.equirectangular import LensEquirectangular
from sdg.camera.ftheta import LensFTheta
from sdg.camera.intrinsics import lens_of_intrinsics
from sdg.camera.lens import Lens, LensOpenCvPinhole
from sdg.camera.omnidir import LensOmnidir
from sdg.camera.opencv_distortion import OpenCvDistortion
from sdg.camera.opencv_fisheye import LensOpenCvFisheye
from sdg.camera.orthographic import LensOrthographic
from sdg.foundation.arrays import FloatArray

SIZE = (640, 480)
CENTER = (320.0, 240.0)
# Made up, but of the size that real lenses have; 190, 220 and 250 degrees of view.
ANGLE_TO_PIXELS = (0.0, 190.0, -2.0, 6.0, -3.0, 0.1)
PIXELS_TO_ANGLE = (0.0, 1 / 190, 1e-8, -1e-10, 1e-13, 0.0)

LENSES: dict[str, Lens] = {
    "fisheye": LensOpenCvFisheye(SIZE, 150.0, 152.0, *CENTER, 0.03, -0.004, 0.001, -0.0002, alpha=0.01),
    "equidistant": LensOpenCvFisheye(SIZE, 150.0, 150.0, *CENTER),
    "fisheye with an end": LensOpenCvFisheye(SIZE, 150.0, 150.0, *CENTER, -0.01, max_angle=math.radians(100)),
    "fisheye that turns over": LensOpenCvFisheye(SIZE, 150.0, 150.0, *CENTER, 0.01, -0.02, 0.003, -0.001),
    "omnidir below 1": LensOmnidir(SIZE, 200.0, 201.0, *CENTER, 0.8, 0.5, -0.1, 0.01, 1e-3, -2e-3),
    "omnidir at 1": LensOmnidir(SIZE, 200.0, 200.0, *CENTER, 1.0),
    "omnidir above 1": LensOmnidir(SIZE, 300.0, 300.0, *CENTER, 1.6, 0.0, -0.05, 0.01, 1e-3, -2e-3),
    "double sphere": LensDoubleSphere(SIZE, 157.0, 157.0, *CENTER, -0.18, 0.592),
    "double sphere, flat": LensDoubleSphere(SIZE, 200.0, 200.0, *CENTER, 0.2, 0.3),
    "double sphere, wide": LensDoubleSphere(SIZE, 250.0, 250.0, *CENTER, 0.6, 0.7),
    "f-theta": LensFTheta(SIZE, *CENTER, ANGLE_TO_PIXELS, linear=(1.001, 0.002, -0.001)),
    "f-theta inverse": LensFTheta(SIZE, *CENTER, PIXELS_TO_ANGLE, to_angle=True),
    "f-theta inverse with an end": LensFTheta(SIZE, *CENTER, PIXELS_TO_ANGLE, to_angle=True, max_angle=1.2),
    "equirectangular": LensEquirectangular(SIZE),
    "orthographic": LensOrthographic(SIZE, 3.2),
}


def grid(step: int = 3) -> FloatArray:
    across, down = np.meshgrid(np.arange(0.5, SIZE[0], step), np.arange(0.5, SIZE[1], step))
    return np.stack([across, down], axis=-1).reshape(-1, 2)


def sphere(count: int = 4000) -> FloatArray:
    """Points all round the camera, 0.5 to 5 m away."""
    generator = np.random.default_rng(5)
    directions = generator.normal(size=(count, 3))
    directions /= np.linalg.norm(directions, axis=1)[:, None]
    return directions * generator.uniform(0.5, 5, (count, 1))


def cast(lens: Lens, pixels: FloatArray, distance_m: float = 2.0) -> tuple[FloatArray, FloatArray]:
    """Return the pixels that have rays, and a point on each ray."""
    directions, valid = lens.unproject(pixels)
    assert np.isnan(directions[~valid]).all()
    np.testing.assert_allclose(np.linalg.norm(directions[valid], axis=1), 1.0, atol=1e-12)
    origins = lens.origins_m(pixels[valid])
    return pixels[valid], directions[valid] * distance_m + (0.0 if origins is None else origins)


@pytest.mark.parametrize("name", LENSES)
def test_projecting_a_pixels_ray_gives_the_pixel(name: str) -> None:
    pixels, points = cast(LENSES[name], grid())
    again, seen = LENSES[name].project(points)
    assert seen.all()
    assert len(pixels) > 0.3 * len(grid())
    np.testing.assert_allclose(again, pixels, rtol=0, atol=1e-9)


@pytest.mark.parametrize("name", LENSES)
def test_the_ray_of_a_points_pixel_meets_the_point(name: str) -> None:
    """Were two points in different directions seen at one position, one of them would miss its ray."""
    lens, points = LENSES[name], sphere()
    pixels, seen = lens.project(points)
    assert seen.mean() > 0.3
    assert np.isnan(pixels[~seen]).all()
    directions, valid = lens.unproject(pixels[seen])
    assert valid.all()
    origins = lens.origins_m(pixels[seen])
    offsets = points[seen] - (0.0 if origins is None else origins)
    off_axis = np.linalg.norm(np.cross(offsets, directions), axis=1) / np.linalg.norm(offsets, axis=1)
    assert off_axis.max() < 1e-7
    assert ((offsets * directions).sum(axis=1) > 0).all()


def test_the_fisheye_agrees_with_opencv_before_the_camera() -> None:
    lens = LENSES["fisheye"]
    assert isinstance(lens, LensOpenCvFisheye)
    points = sphere()
    points = points[points[:, 2] > 0.01]
    matrix = np.array([[lens.fx, 0, lens.cx], [0, lens.fy, lens.cy], [0, 0, 1]])
    coefficients = np.array([lens.k1, lens.k2, lens.k3, lens.k4])
    expected, _ = cv2.fisheye.projectPoints(
        points[:, None], np.zeros(3), np.zeros(3), matrix, coefficients, alpha=lens.alpha
    )
    pixels, seen = lens.project(points)
    assert seen.all()
    np.testing.assert_allclose(pixels, expected[:, 0], rtol=0, atol=1e-9)


def test_the_fisheye_sees_behind_itself_where_opencv_does_not() -> None:
    """At 100 degrees an equidistant lens maps to 300 * 1.745 pixels; OpenCV folds it to 80 degrees."""
    lens = LensOpenCvFisheye((1000, 1000), 300.0, 300.0, 500.0, 500.0)
    angle = math.radians(100)
    pixels, seen = lens.project(np.array([[math.sin(angle), 0.0, math.cos(angle)]]))
    assert seen.all()
    np.testing.assert_allclose(pixels, [[500 + 300 * angle, 500]], atol=1e-9)


def test_the_fisheye_ends_where_its_polynomial_turns_over() -> None:
    """The figure for these coefficients, 99.7 degrees, is the first root of the polynomial's derivative."""
    lens = LensOpenCvFisheye(SIZE, 300.0, 300.0, *CENTER, 0.01, -0.02, 0.003, -0.001)
    assert math.degrees(lens.angle_limit) == pytest.approx(99.7, abs=0.05)
    angles = np.radians([99.6, 99.8, 150.0])
    _, seen = lens.project(np.column_stack([np.sin(angles), np.zeros(3), np.cos(angles)]))
    assert seen.tolist() == [True, False, False]
    assert lens.folds
    ended = LensOpenCvFisheye(SIZE, 300.0, 300.0, *CENTER, 0.01, -0.02, 0.003, -0.001, max_angle=1.7)
    assert not ended.folds


@pytest.mark.parametrize("name", ["omnidir below 1", "omnidir at 1", "omnidir above 1"])
def test_omnidir_agrees_with_its_published_formula(name: str) -> None:
    lens = LENSES[name]
    assert isinstance(lens, LensOmnidir)
    points = sphere()
    pixels, seen = lens.project(points)
    for point, pixel in list(zip(points[seen], pixels[seen], strict=True))[:500]:
        x, y, z = point / math.dist(point, (0, 0, 0))
        x, y = x / (z + lens.xi), y / (z + lens.xi)
        r2 = x * x + y * y
        radial = 1 + lens.k1 * r2 + lens.k2 * r2**2
        bent_x = x * radial + 2 * lens.p1 * x * y + lens.p2 * (r2 + 2 * x * x)
        bent_y = y * radial + lens.p1 * (r2 + 2 * y * y) + 2 * lens.p2 * x * y
        expected = (lens.fx * bent_x + lens.skew * bent_y + lens.cx, lens.fy * bent_y + lens.cy)
        assert pixel == pytest.approx(expected, abs=1e-9, rel=1e-12)


@pytest.mark.parametrize("name", ["double sphere", "double sphere, flat", "double sphere, wide"])
def test_the_double_sphere_agrees_with_its_published_formula(name: str) -> None:
    lens = LENSES[name]
    assert isinstance(lens, LensDoubleSphere)
    points = sphere()
    pixels, seen = lens.project(points)
    for point, pixel in list(zip(points[seen], pixels[seen], strict=True))[:500]:
        x, y, z = point
        first = math.sqrt(x * x + y * y + z * z)
        second = math.sqrt(x * x + y * y + (lens.xi * first + z) ** 2)
        under = lens.alpha * second + (1 - lens.alpha) * (lens.xi * first + z)
        assert pixel == pytest.approx((lens.fx * x / under + lens.cx, lens.fy * y / under + lens.cy), abs=1e-9)


@pytest.mark.parametrize("xi", [-0.9, -0.5, 0.0, 0.4, 0.9])
@pytest.mark.parametrize("alpha", [0.0, 0.2, 0.5, 0.6, 0.9, 1.0])
def test_the_double_sphere_grows_up_to_the_edge_of_its_validity(xi: float, alpha: float) -> None:
    """Distance from the principal point must rise with the angle, or two directions would share a position."""
    lens = LensDoubleSphere(SIZE, 1.0, 1.0, 0.0, 0.0, xi, alpha)
    angles = np.linspace(0, math.pi, 20001)
    pixels, seen = lens.project(np.column_stack([np.sin(angles), np.zeros_like(angles), np.cos(angles)]))
    end = int(seen.argmin()) or len(seen)
    assert seen[:end].all()
    assert not seen[end:].any()
    assert (np.diff(pixels[:end, 0]) > 0).all()


def test_ftheta_agrees_with_its_published_formula() -> None:
    lens = LENSES["f-theta"]
    assert isinstance(lens, LensFTheta)
    points = sphere()
    pixels, seen = lens.project(points)
    c, d, e = lens.linear
    for point, pixel in list(zip(points[seen], pixels[seen], strict=True))[:500]:
        x, y, z = point
        across = math.hypot(x, y)
        angle = math.atan2(across, z)
        delta = sum(coefficient * angle**power for power, coefficient in enumerate(lens.polynomial))
        u, v = delta * x / across, delta * y / across
        assert pixel == pytest.approx((c * u + d * v + lens.cx, e * u + v + lens.cy), abs=1e-9)


def test_ftheta_takes_pixels_to_angles_by_its_polynomial() -> None:
    lens = LENSES["f-theta inverse"]
    directions, valid = lens.unproject(np.array([[CENTER[0] + 100.0, CENTER[1]]]))
    angle = sum(coefficient * 100.0**power for power, coefficient in enumerate(PIXELS_TO_ANGLE))
    assert valid.all()
    np.testing.assert_allclose(directions, [[math.sin(angle), 0.0, math.cos(angle)]], atol=1e-15)


def test_ftheta_ends_at_its_greatest_angle() -> None:
    lens = LENSES["f-theta inverse with an end"]
    angles = np.array([1.199, 1.201])
    _, seen = lens.project(np.column_stack([np.sin(angles), np.zeros(2), np.cos(angles)]))
    assert seen.tolist() == [True, False]
    directions, valid = lens.unproject(grid())
    assert directions[valid][:, 2].min() > math.cos(1.2)
    assert not valid.all()


def test_an_ftheta_polynomial_that_falls_from_the_axis_sees_nothing() -> None:
    for to_angle in (False, True):
        lens = LensFTheta(SIZE, *CENTER, (0.0, -1.0, 2.0), to_angle=to_angle)
        assert not lens.unproject(grid(40))[1].any()
        assert not lens.project(sphere(50))[1].any()
        assert lens.folds


@pytest.mark.parametrize(
    ("direction", "pixel"),
    [
        ((0, 0, 1), (320, 240)),
        ((1, 0, 0), (480, 240)),
        ((-1, 0, 0), (160, 240)),
        ((0, 1, 1), (320, 360)),
        ((0, -1, 0), (320, 0)),
    ],
)
def test_the_panorama_has_east_to_the_right_and_down_below(
    direction: tuple[int, int, int], pixel: tuple[int, int]
) -> None:
    pixels, seen = LENSES["equirectangular"].project(np.array([direction], dtype=np.float64) * 3)
    assert seen.all()
    np.testing.assert_allclose(pixels, [pixel], atol=1e-9)


def test_orthographic_size_does_not_depend_on_distance() -> None:
    lens = LENSES["orthographic"]
    pixels, seen = lens.project(np.array([[0.5, -0.25, 1.0], [0.5, -0.25, 9.0], [0.5, -0.25, -1.0]]))
    assert seen.tolist() == [True, True, False]
    np.testing.assert_allclose(pixels[:2], [[420, 190], [420, 190]])


@pytest.mark.parametrize("name", [name for name in LENSES if name != "orthographic"])
def test_only_the_orthographic_lens_has_rays_from_several_places(name: str) -> None:
    assert LENSES[name].origins_m(grid(50)) is None
    origins = LENSES["orthographic"].origins_m(np.array([[0.0, 0.0], [640.0, 480.0]]))
    assert origins is not None
    np.testing.assert_allclose(origins, [[-1.6, -1.2, 0.0], [1.6, 1.2, 0.0]])


def test_no_lens_sees_its_own_place() -> None:
    for lens in LENSES.values():
        pixels, seen = lens.project(np.zeros((1, 3)))
        assert not seen.any()
        assert np.isnan(pixels).all()


COEFFICIENT = st.floats(-0.05, 0.05)
MANY = {
    "fisheye": st.builds(
        lambda f, k, alpha, end: LensOpenCvFisheye(SIZE, f, f, *CENTER, k[0], k[1], k[2], k[3], alpha, end),
        st.floats(80, 600),
        st.tuples(COEFFICIENT, COEFFICIENT, COEFFICIENT, COEFFICIENT),
        st.floats(-0.1, 0.1),
        st.floats(0.5, math.pi),
    ),
    "omnidir": st.builds(
        lambda f, xi, k, skew: LensOmnidir(SIZE, f, f * 1.01, *CENTER, xi, skew, *k),
        st.floats(100, 900),
        st.floats(0.0, 3.0),
        st.tuples(st.floats(-0.3, 0.3), st.floats(-0.1, 0.1), st.floats(-0.01, 0.01), st.floats(-0.01, 0.01)),
        st.floats(-2.0, 2.0),
    ),
    "double sphere": st.builds(
        lambda f, xi, alpha: LensDoubleSphere(SIZE, f, f, *CENTER, xi, alpha),
        st.floats(80, 600),
        st.floats(-0.95, 0.95),
        st.floats(0.0, 1.0),
    ),
    "f-theta": st.builds(
        lambda f, rest: LensFTheta(SIZE, *CENTER, (0.0, f, *rest)),
        st.floats(80, 600),
        st.tuples(st.floats(-20, 20), st.floats(-20, 20), st.floats(-5, 5), st.floats(-5, 5)),
    ),
    "f-theta inverse": st.builds(
        lambda f, bend: LensFTheta(SIZE, *CENTER, (0.0, 1 / f, bend / f**2, -bend / f**3), to_angle=True),
        st.floats(80, 600),
        st.floats(-0.3, 0.3),
    ),
    "equirectangular": st.builds(LensEquirectangular, st.tuples(st.integers(1, 4096), st.integers(1, 4096))),
    "orthographic": st.builds(
        LensOrthographic, st.tuples(st.integers(1, 4096), st.integers(1, 4096)), st.floats(0.01, 1e3)
    ),
}


@pytest.mark.parametrize("kind", MANY)
def test_every_lens_projects_its_rays_back_onto_their_pixels(kind: str) -> None:
    @settings(deadline=None, max_examples=60)
    @given(MANY[kind])
    def check(lens: Lens) -> None:
        pixels, points = cast(lens, np.random.default_rng(7).random((200, 2)) * lens.resolution)
        again, seen = lens.project(points)
        assert seen.all()
        np.testing.assert_allclose(again, pixels, rtol=0, atol=1e-9)

    check()


@pytest.mark.parametrize("name", [*LENSES, "pinhole", "tilted pinhole"])
def test_a_lens_is_the_same_after_its_record_as_json(name: str) -> None:
    pinholes: dict[str, Lens] = {
        "pinhole": LensOpenCvPinhole(SIZE, 500.0, 501.0, *CENTER, BrownConrady(-0.1, 0.01)),
        "tilted pinhole": LensOpenCvPinhole(SIZE, 500.0, 501.0, *CENTER, OpenCvDistortion(0.1, p1=0.01, tau_y=0.02)),
    }
    lens = (LENSES | pinholes)[name]
    again = lens_of_intrinsics(json.loads(json.dumps(lens.intrinsics())))
    pixels, seen = lens.project(sphere())
    pixels_again, seen_again = again.project(sphere())
    assert again.model == lens.model
    np.testing.assert_array_equal(seen_again, seen)
    np.testing.assert_allclose(pixels_again, pixels, atol=1e-9)
