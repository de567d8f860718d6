from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sdg.annotate.cuboids import build_cuboid, cuboid_corners
from sdg.camera.brown_conrady import BrownConrady
from sdg.camera.lens import LensOpenCvPinhole
from sdg.foundation.transforms import rotation_xyz, scaling, transform_points, translation

BOUNDS_M = np.array([[-0.5, 0.0, 1.0], [1.5, 0.5, 4.0]])
LENS = LensOpenCvPinhole((640, 480), fx=600.0, fy=600.0, cx=320.0, cy=240.0)

angles = st.tuples(*[st.floats(-180, 180)] * 3)
scales = st.tuples(*[st.floats(0.01, 50)] * 3)
offsets = st.tuples(*[st.floats(-100, 100)] * 3)


@given(angles, scales, offsets)
@settings(max_examples=100, deadline=None)
def test_the_cuboid_holds_exactly_the_corners_of_the_moved_and_scaled_box(
    angles_deg: tuple[float, ...], factors: tuple[float, ...], offset_m: tuple[float, ...]
) -> None:
    world_from_object = translation(offset_m) @ rotation_xyz(angles_deg) @ scaling(factors)
    world_from_cuboid, size_m = build_cuboid(BOUNDS_M, world_from_object)
    rotation = world_from_cuboid[:3, :3]
    np.testing.assert_allclose(rotation.T @ rotation, np.eye(3), atol=1e-12)
    assert np.linalg.det(rotation) == pytest.approx(1.0)

    unit = np.array([[x, y, z] for z in (0, 1) for y in (0, 1) for x in (0, 1)], dtype=float)
    object_corners = BOUNDS_M[0] + unit * (BOUNDS_M[1] - BOUNDS_M[0])
    cuboid_corners = (unit - 0.5) * size_m
    np.testing.assert_allclose(
        transform_points(world_from_cuboid, cuboid_corners),
        transform_points(world_from_object, object_corners),
        rtol=1e-9,
        atol=1e-9,
    )


def test_corners_run_fastest_along_x_then_y_then_z() -> None:
    """A cuboid aligned with the camera at 4 m: its front face (z lower) is nearer, so farther from the centre."""
    corners = LENS.project(cuboid_corners(translation((0.0, 0.0, 4.0)), (1.0, 2.0, 4.0)))[0]
    front = [[320 + 600 * x / 2, 240 + 600 * y / 2] for y in (-1, 1) for x in (-0.5, 0.5)]
    back = [[320 + 600 * x / 6, 240 + 600 * y / 6] for y in (-1, 1) for x in (-0.5, 0.5)]
    np.testing.assert_allclose(corners, front + back)


def test_corners_behind_the_camera_are_nan_and_the_others_are_not() -> None:
    corners = LENS.project(cuboid_corners(translation((0.0, 0.0, 1.0)), (1.0, 1.0, 4.0)))[0]
    assert np.isnan(corners[:4]).all()
    assert np.isfinite(corners[4:]).all()


def test_corners_follow_the_lens_distortion() -> None:
    """At (0.2, 0.1) with k1 = -0.3 both coordinates shrink by 1 - 0.3 * 0.05."""
    lens = LensOpenCvPinhole((640, 480), 600.0, 600.0, 320.0, 240.0, BrownConrady(k1=-0.3))
    corner = lens.project(cuboid_corners(translation((0.2, 0.1, 1.0)), (0.0, 0.0, 0.0)))[0][0]
    np.testing.assert_allclose(corner, [320 + 600 * 0.2 * 0.985, 240 + 600 * 0.1 * 0.985])
