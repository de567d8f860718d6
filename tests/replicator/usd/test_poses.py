"""Poses by USD's own arithmetic."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pxr import Usd, UsdGeom

from sdg.foundation.arrays import FloatArray
from sdg.foundation.transforms import look_at, rotation_xyz, scaling, translation
from sdg.replicator.usd.author import LayerAuthor
from sdg.replicator.usd.pose import XFORM_OPS, Pose, camera_pose, pose_of, towards_pose

angles = st.tuples(*[st.floats(-180, 180)] * 3)
offsets = st.tuples(*[st.floats(-50, 50)] * 3)
factors = st.tuples(*[st.floats(0.01, 20)] * 3)


def usd_matrix(pose: Pose) -> FloatArray:
    """Return what USD makes of a prim with this pose, for column vectors."""
    stage = Usd.Stage.CreateInMemory()
    author = LayerAuthor("thing", "a thing")
    author.define("/thing", "Xform")
    author.set(pose.values("/thing"))
    author.set_tokens("/thing", "xformOpOrder", XFORM_OPS, uniform=True)
    stage.GetRootLayer().ImportFromString(author.text())
    return np.array(UsdGeom.XformCache().GetLocalToWorldTransform(stage.GetPrimAtPath("/thing"))).T


@given(offsets, angles, factors)
def test_usd_places_a_prim_where_the_matrix_says(
    offset: tuple[float, ...], angle: tuple[float, ...], factor: tuple[float, ...]
) -> None:
    matrix = translation(offset) @ rotation_xyz(angle) @ scaling(factor)
    np.testing.assert_allclose(usd_matrix(pose_of(matrix)), matrix, atol=1e-6)


@pytest.mark.parametrize("pitch_deg", [90.0, -90.0])
def test_a_pitch_of_90_degrees_is_no_exception(pitch_deg: float) -> None:
    matrix = rotation_xyz((30.0, pitch_deg, -70.0))
    np.testing.assert_allclose(usd_matrix(pose_of(matrix)), matrix, atol=1e-9)


def test_a_rotation_reads_as_no_scale_at_all() -> None:
    for yaw_deg in range(0, 360, 7):
        assert pose_of(rotation_xyz((0, 0, yaw_deg))).scale == (1.0, 1.0, 1.0)


def test_a_usd_camera_looks_where_ours_does_with_its_top_up() -> None:
    matrix = usd_matrix(camera_pose(look_at((3.0, 0.0, 1.5), (0.0, 0.0, 1.5))))
    np.testing.assert_allclose(-matrix[:3, 2], (-1.0, 0.0, 0.0), atol=1e-12)
    np.testing.assert_allclose(matrix[:3, 1], (0.0, 0.0, 1.0), atol=1e-12)
    np.testing.assert_allclose(matrix[:3, 0], (0.0, 1.0, 0.0), atol=1e-12)


@given(angles)
def test_a_distant_light_shines_from_its_direction(angle: tuple[float, ...]) -> None:
    x, y, z = (float(part) for part in rotation_xyz(angle)[:3, 2])
    np.testing.assert_allclose(usd_matrix(towards_pose((x, y, z)))[:3, 2], (x, y, z), atol=1e-9)


def test_a_shear_is_refused() -> None:
    sheared = np.eye(4)
    sheared[0, 1] = 0.5
    with pytest.raises(AssertionError, match="shear"):
        pose_of(sheared)
