from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdg.camera.brown_conrady import BrownConrady
from sdg.camera.lens import LensOpenCvPinhole
from sdg.camera.rays import build_ray_table

# Published and artificial lenses; the last two turn over inside a 1920x1080 picture at f = 1000.
COEFFICIENTS = {
    "mild": BrownConrady(-0.1, 0.01),
    "strong": BrownConrady(-0.3, 0.1, 1e-3, -5e-4),
    "EuRoC cam0": BrownConrady(-0.28340811, 0.07395907, 0.00019359, 1.76187114e-05),
    "turns over": BrownConrady(-0.35, 0.15, 0.0, 0.0, -0.03),
    "k1 alone": BrownConrady(-0.3),
}


def lens_with(distortion: BrownConrady) -> LensOpenCvPinhole:
    return LensOpenCvPinhole((1920, 1080), 1000.0, 1000.0, 960.0, 540.0, distortion)


@pytest.mark.parametrize("name", COEFFICIENTS)
def test_projection_agrees_with_opencv(name: str) -> None:
    lens = lens_with(COEFFICIENTS[name])
    generator = np.random.default_rng(1)
    points = np.column_stack([generator.uniform(-0.9, 0.9, (500, 2)), np.ones(500)]) * generator.uniform(
        0.5, 9, (500, 1)
    )
    pixels, valid = lens.project(points)
    matrix = np.array([[lens.fx, 0, lens.cx], [0, lens.fy, lens.cy], [0, 0, 1]])
    expected, _ = cv2.projectPoints(points, np.zeros(3), np.zeros(3), matrix, np.array(lens.distortion.coefficients()))
    np.testing.assert_allclose(pixels[valid], expected[valid, 0], atol=1e-9)
    assert valid.any()


@pytest.mark.parametrize("name", COEFFICIENTS)
def test_every_valid_pixel_projects_back_onto_itself(name: str) -> None:
    lens = lens_with(COEFFICIENTS[name])
    grid = np.stack(np.meshgrid(np.arange(0.5, 1920, 7), np.arange(0.5, 1080, 7)), axis=-1).reshape(-1, 2)
    directions, valid = lens.unproject(grid)
    pixels, projected = lens.project(directions[valid] * 3.0)
    assert projected.all()
    np.testing.assert_allclose(pixels, grid[valid], atol=1e-9)
    np.testing.assert_allclose(np.linalg.norm(directions[valid], axis=1), 1.0)
    assert np.isnan(directions[~valid]).all()


@pytest.mark.parametrize(("name", "limit"), [("k1 alone", 2 / 3 / np.sqrt(0.9)), ("turns over", 0.946)])
def test_pixels_beyond_the_turning_point_have_no_ray(name: str, limit: float) -> None:
    """For k1 alone the largest distorted radius is 2/3 of 1/sqrt(3 |k1|); the other is models.md A1's figure."""
    lens = lens_with(COEFFICIENTS[name])
    grid = np.stack(np.meshgrid(np.arange(0.5, 1920, 5), np.arange(0.5, 1080, 5)), axis=-1).reshape(-1, 2)
    _, valid = lens.unproject(grid)
    radius = np.hypot(grid[:, 0] - 960, grid[:, 1] - 540) / 1000
    np.testing.assert_array_equal(valid[np.abs(radius - limit) > 1e-3], (radius < limit)[np.abs(radius - limit) > 1e-3])


def test_points_that_fold_back_into_the_picture_are_not_seen() -> None:
    """Far outside the field of view, k1 alone maps a point into the middle of the picture; OpenCV says so too."""
    lens = lens_with(COEFFICIENTS["k1 alone"])
    point = np.array([[1.8, 0.0, 1.0]])
    folded, _ = cv2.projectPoints(
        point,
        np.zeros(3),
        np.zeros(3),
        np.array([[1000.0, 0, 960], [0, 1000, 540], [0, 0, 1]]),
        np.array([-0.3, 0, 0, 0]),
    )
    assert 0 < folded[0, 0, 0] < 1920
    pixels, valid = lens.project(point)
    assert not valid[0]
    assert np.isnan(pixels).all()


@given(
    st.floats(-0.4, 0.4), st.floats(-0.2, 0.2), st.floats(-0.01, 0.01), st.floats(-0.01, 0.01), st.floats(-0.05, 0.05)
)
def test_the_inverse_is_exact_or_says_no(k1: float, k2: float, p1: float, p2: float, k3: float) -> None:
    distortion = BrownConrady(k1, k2, p1, p2, k3)
    generator = np.random.default_rng(3)
    distorted = generator.uniform(-1.2, 1.2, (400, 2))
    ideal, valid = distortion.undistort(distorted)
    again, one_to_one = distortion.distort(ideal[valid])
    assert one_to_one.all()
    np.testing.assert_allclose(again, distorted[valid], atol=1e-11)


@given(st.floats(-0.3, 0.3), st.floats(-0.1, 0.1), st.floats(-0.005, 0.005))
def test_a_point_well_inside_always_has_its_ray(k1: float, k2: float, p1: float) -> None:
    """Within 0.3 of the axis these lenses are far from folding, so that "no" would be wrong."""
    distortion = BrownConrady(k1, k2, p1, 0.0, 0.0)
    generator = np.random.default_rng(4)
    ideal = generator.uniform(-0.2, 0.2, (200, 2))
    distorted, seen = distortion.distort(ideal)
    found, valid = distortion.undistort(distorted)
    assert seen.all()
    assert valid.all()
    np.testing.assert_allclose(found, ideal, atol=1e-10)


def test_points_behind_the_camera_are_not_seen() -> None:
    pixels, valid = lens_with(BrownConrady()).project(np.array([[0.1, 0.1, -1.0], [0.0, 0.0, 0.0]]))
    assert not valid.any()
    assert np.isnan(pixels).all()


@pytest.mark.parametrize("name", COEFFICIENTS)
def test_rays_interpolated_between_corners_are_within_a_thousandth_of_a_pixel(name: str) -> None:
    lens = lens_with(COEFFICIENTS[name])
    table = build_ray_table(lens)
    generator = np.random.default_rng(5)
    u, v = generator.integers(0, 1920, 3000), generator.integers(0, 1080, 3000)
    inside = table.valid[v, u]
    u, v = u[inside], v[inside]
    a, b = generator.random((2, len(u), 1))
    corners = table.corners
    mixed = (corners[v, u] * (1 - a) + corners[v, u + 1] * a) * (1 - b) + (
        corners[v + 1, u] * (1 - a) + corners[v + 1, u + 1] * a
    ) * b
    pixels, _ = lens.project(mixed)
    wanted = np.column_stack([u + a[:, 0], v + b[:, 0]])
    error = np.linalg.norm(pixels - wanted, axis=1)
    # Right at the turning point the inverse is infinitely steep.
    ordinary = np.hypot(mixed[:, 0], mixed[:, 1]) / mixed[:, 2] < 0.75 * lens.distortion.radius_limit
    assert ordinary.mean() > 0.5
    assert error[ordinary].max() < 1e-3
