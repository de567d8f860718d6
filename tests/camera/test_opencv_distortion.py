from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sdg.camera.brown_conrady import BrownConrady
from sdg.camera.lens import LensOpenCvPinhole
from sdg.camera.opencv_distortion import OpenCvDistortion
from sdg.camera.pinhole import distortion_of
from sdg.foundation.arrays import BoolArray, FloatArray

WIDTH, HEIGHT, FOCAL = 1920, 1080, 1000.0

# Five published and artificial lenses (the last two turn over inside the picture), and one for each longer list.
COEFFICIENTS = {
    "mild": (-0.1, 0.01),
    "strong": (-0.3, 0.1, 1e-3, -5e-4),
    "EuRoC cam0": (-0.28340811, 0.07395907, 0.00019359, 1.76187114e-05),
    "turns over": (-0.35, 0.15, 0.0, 0.0, -0.03),
    "k1 alone": (-0.3,),
    "rational": (0.2, -0.1, 1e-3, 2e-3, 0.01, 0.3, 0.02, 0.001),
    "rational with a pole": (0.1, 0.0, 0.0, 0.0, 0.0, -0.9, 0.0, 0.0),
    "thin prism": (-0.2, 0.05, 1e-3, 2e-3, 0.01, 0.1, 0.02, 0.001, 0.003, -0.002, 0.004, 0.001),
    "tilted": (-0.2, 0.05, 1e-3, 2e-3, 0.01, 0.1, 0.02, 0.001, 0.003, -0.002, 0.004, 0.001, 0.05, -0.08),
    "folds where it is not round": (-0.4, 0.0, 0.03, -0.04),
}


def lens_with(name: str) -> LensOpenCvPinhole:
    distortion = OpenCvDistortion(*COEFFICIENTS[name])
    return LensOpenCvPinhole((WIDTH, HEIGHT), FOCAL, FOCAL, WIDTH / 2, HEIGHT / 2, distortion)


def opencv_pixels(name: str, points: FloatArray) -> FloatArray:
    matrix = np.array([[FOCAL, 0, WIDTH / 2], [0, FOCAL, HEIGHT / 2], [0, 0, 1]])
    coefficients = np.zeros(14)
    coefficients[: len(COEFFICIENTS[name])] = COEFFICIENTS[name]
    pixels, _ = cv2.projectPoints(points, np.zeros(3), np.zeros(3), matrix, coefficients)
    return np.asarray(pixels[:, 0], dtype=np.float64)


def grid(step: int) -> FloatArray:
    across, down = np.meshgrid(np.arange(0.5, WIDTH, step), np.arange(0.5, HEIGHT, step))
    return np.stack([across, down], axis=-1).reshape(-1, 2)


@pytest.mark.parametrize("name", COEFFICIENTS)
def test_projection_agrees_with_opencv_to_a_billionth_of_a_pixel(name: str) -> None:
    generator = np.random.default_rng(1)
    flat = np.column_stack([generator.uniform(-0.9, 0.9, (2000, 2)), np.ones(2000)])
    points = flat * generator.uniform(0.5, 9, (2000, 1))
    pixels, valid = lens_with(name).project(points)
    near = valid & (np.abs(pixels) < 10_000).all(axis=1)  # towards a pole positions grow without end
    assert near.mean() > 0.5
    np.testing.assert_allclose(pixels[near], opencv_pixels(name, points)[near], rtol=0, atol=1e-9)


@pytest.mark.parametrize("name", COEFFICIENTS)
def test_every_valid_pixel_maps_back_to_a_billionth_of_a_pixel(name: str) -> None:
    pixels = grid(3)
    lens = lens_with(name)
    directions, valid = lens.unproject(pixels)
    assert valid.mean() > 0.25
    assert np.isnan(directions[~valid]).all()
    error = opencv_pixels(name, directions[valid]) - pixels[valid]
    assert np.abs(error).max() <= 1e-9
    _, projected = lens.project(directions[valid] * 3.0)
    assert projected.all()


def covered_by_the_unfolded_sheet(name: str) -> tuple[FloatArray, BoolArray]:
    """Return positions in and around the picture, and which of them have a ray, by brute force.

    OpenCV maps a fine mesh of the ideal plane; of its cells that keep their orientation, those joined to the axis
    are drawn. Positions too near the edge of what was drawn to be judged are left out.
    """
    side, reach, step = 1001, 2.2, 4
    axis = np.linspace(-reach, reach, side)
    x, y = np.meshgrid(axis, axis)
    mapped = opencv_pixels(name, np.column_stack([x.ravel(), y.ravel(), np.ones(side * side)])).reshape(side, side, 2)
    right, down = mapped[:-1, 1:] - mapped[:-1, :-1], mapped[1:, :-1] - mapped[:-1, :-1]
    kept = (right[..., 0] * down[..., 1] - right[..., 1] * down[..., 0] > 0).astype(np.uint8)
    _, labels = cv2.connectedComponents(kept, connectivity=4)
    sheet = labels == labels[side // 2, side // 2]
    drawn = np.zeros((HEIGHT // step, WIDTH // step), dtype=np.uint8)
    places = mapped / step - 0.5
    sheet &= ((places[:-1, :-1] > -9) & (places[:-1, :-1] < (WIDTH / step + 9, HEIGHT / step + 9))).all(axis=-1)
    rows, columns = np.nonzero(sheet)
    quads = np.stack([places[rows + i, columns + j] for i, j in ((0, 0), (0, 1), (1, 1), (1, 0))], axis=1)
    for quad in np.round(quads * 256).astype(np.int32):
        cv2.fillConvexPoly(drawn, quad, 1, shift=8)
    around = np.ones((7, 7), dtype=np.uint8)
    judged = cv2.dilate(drawn, around) == cv2.erode(drawn, around)
    judged[[0, 1, 2, -3, -2, -1]] = judged[:, [0, 1, 2, -3, -2, -1]] = False
    v, u = np.nonzero(judged)
    return ((np.column_stack([u, v]) + 0.5) * step).astype(np.float64), drawn[judged].astype(np.bool_)


@pytest.mark.parametrize(
    "name", ["turns over", "k1 alone", "strong", "rational", "tilted", "folds where it is not round"]
)
def test_the_valid_mask_is_that_of_brute_force(name: str) -> None:
    pixels, expected = covered_by_the_unfolded_sheet(name)
    assert len(pixels) > 0.9 * WIDTH * HEIGHT / 16
    _, valid = lens_with(name).unproject(pixels)
    np.testing.assert_array_equal(valid, expected)


@pytest.mark.parametrize("name", ["mild", "strong", "EuRoC cam0", "turns over", "k1 alone"])
def test_the_valid_mask_ends_exactly_where_the_curve_turns(name: str) -> None:
    """Along the axes the edge is found by scanning OpenCV's curve; a pixel is valid up to there and no further."""
    radii = np.linspace(0.0, 3.0, 600_001)
    curve = opencv_pixels(name, np.column_stack([radii, np.zeros_like(radii), np.ones_like(radii)]))[:, 0]
    turned = np.flatnonzero(np.diff(curve) <= 0)
    edge = curve[turned[0]] if turned.size else np.inf
    lens = lens_with(name)
    u = np.concatenate([np.arange(960.5, 1920), edge + np.array([-1e-5, 1e-5]) if turned.size else []])
    _, valid = lens.unproject(np.column_stack([u, np.full_like(u, HEIGHT / 2)]))
    np.testing.assert_array_equal(valid, u < edge)


@pytest.mark.parametrize("name", ["k1 alone", "turns over", "rational with a pole", "folds where it is not round"])
def test_what_folds_back_into_the_picture_is_not_seen(name: str) -> None:
    """OpenCV puts far points into the picture a second time; ours must agree with the ray of their pixel or say no."""
    generator = np.random.default_rng(2)
    points = np.column_stack([generator.uniform(-6, 6, (40000, 2)), np.ones(40000)])
    folded = opencv_pixels(name, points)
    inside = ((folded >= 0) & (folded < (WIDTH, HEIGHT))).all(axis=1)
    lens = lens_with(name)
    _, seen = lens.project(points)
    assert (inside & ~seen).any()
    directions, valid = lens.unproject(folded[inside & seen])
    assert valid.all()
    np.testing.assert_allclose(directions[:, :2] / directions[:, 2:], points[inside & seen, :2], atol=1e-6)


def test_a_tilt_loses_what_lies_beyond_its_horizon() -> None:
    """Seen edge-on from the lens, a sensor tilted by 0.5 rad about y meets no ray beyond tan(pi/2 - 0.5)."""
    distortion = OpenCvDistortion(tau_y=0.5)
    horizon = 1 / np.tan(0.5)
    x = np.array([horizon * 1.001, horizon * 0.999, -horizon * 0.999, -horizon * 1.001])
    _, seen = distortion.distort(np.column_stack([x, np.zeros(4)]))
    assert seen.tolist() == [True, True, True, False]


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.floats(-0.3, 0.3), min_size=2, max_size=2),
    st.lists(st.floats(-0.02, 0.02), min_size=2, max_size=2),
    st.floats(-0.05, 0.05),
    st.lists(st.floats(-0.3, 0.3), min_size=3, max_size=3),
    st.lists(st.floats(-0.02, 0.02), min_size=4, max_size=4),
    st.lists(st.floats(-0.3, 0.3), min_size=2, max_size=2),
)
def test_projecting_a_pixels_ray_gives_the_pixel(
    radial: list[float],
    tangential: list[float],
    k3: float,
    rational: list[float],
    prism: list[float],
    tilt: list[float],
) -> None:
    distortion = OpenCvDistortion(*[*radial, *tangential, k3, *rational, *prism, *tilt])
    lens = LensOpenCvPinhole((640, 480), 500.0, 510.0, 320.0, 240.0, distortion)
    pixels = np.random.default_rng(3).uniform((0, 0), (640, 480), (300, 2))
    directions, valid = lens.unproject(pixels)
    again, seen = lens.project(directions[valid])
    assert seen.all()
    np.testing.assert_allclose(again, pixels[valid], rtol=0, atol=1e-9)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.floats(-0.3, 0.3), min_size=2, max_size=2),
    st.lists(st.floats(-0.02, 0.02), min_size=2, max_size=2),
    st.lists(st.floats(-0.02, 0.02), min_size=4, max_size=4),
)
def test_every_point_that_is_seen_is_found_again(
    radial: list[float], tangential: list[float], prism: list[float]
) -> None:
    """The inverse has the forward map's validity: it never says no to where a seen point appears."""
    distortion = OpenCvDistortion(*[*radial, *tangential, 0.0, 0.0, 0.0, 0.0, *prism])
    ideal = np.random.default_rng(4).uniform(-1.5, 1.5, (300, 2))
    distorted, seen = distortion.distort(ideal)
    found, valid = distortion.undistort(distorted[seen])
    assert valid.all()
    again, _ = distortion.distort(found)
    np.testing.assert_allclose(again, distorted[seen], rtol=0, atol=1e-12)


@pytest.mark.parametrize("coefficients", [(-0.1, 0.01), (-0.3, 0.0), (-0.35, 0.15, 0.0, 0.0, -0.03), (0.2, 0.0)])
def test_the_quick_class_for_radial_terms_agrees_with_the_full_one(coefficients: tuple[float, ...]) -> None:
    quick, full = BrownConrady(*coefficients), OpenCvDistortion(*coefficients)
    assert distortion_of(full) == quick
    distorted = np.random.default_rng(6).uniform(-1.5, 1.5, (3000, 2))
    (ideal, valid), (expected, expected_valid) = quick.undistort(distorted), full.undistort(distorted)
    np.testing.assert_array_equal(valid, expected_valid)
    np.testing.assert_allclose(ideal[valid], expected[valid], rtol=1e-9)
