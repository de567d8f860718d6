from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from sdg.foundation.transforms import (
    invert_rigid,
    is_orthonormal,
    look_at,
    nearest_rotation,
    rotation_xyz,
    transform_points,
    translation,
    yaw,
)

coordinates = st.tuples(*[st.floats(-100, 100) for _ in range(3)])


@given(coordinates)
def test_rotation_agrees_with_scipy(angles_deg: tuple[float, float, float]) -> None:
    expected = Rotation.from_euler("xyz", angles_deg, degrees=True).as_matrix()
    np.testing.assert_allclose(rotation_xyz(angles_deg)[:3, :3], expected, atol=1e-12)


@given(coordinates, coordinates)
def test_inverse_of_a_rigid_transform_undoes_it(angles_deg: tuple[float, ...], offset_m: tuple[float, ...]) -> None:
    world_from_a = translation(offset_m) @ rotation_xyz(angles_deg)
    np.testing.assert_allclose(invert_rigid(world_from_a) @ world_from_a, np.eye(4), atol=1e-9)


def test_yaw_turns_counter_clockwise_seen_from_above() -> None:
    np.testing.assert_allclose(transform_points(yaw(90), np.array([[1.0, 0, 0]])), [[0, 1, 0]], atol=1e-15)


@given(coordinates, coordinates)
def test_look_at_puts_the_target_on_the_axis_and_up_upwards(eye: tuple[float, ...], target: tuple[float, ...]) -> None:
    distance = float(np.linalg.norm(np.subtract(target, eye)))
    assume(distance > 1e-3)
    world_from_camera = look_at(eye, target)
    rotation = world_from_camera[:3, :3]
    assert np.linalg.det(rotation) == pytest.approx(1.0)
    in_camera = transform_points(invert_rigid(world_from_camera), np.array([target]))
    np.testing.assert_allclose(in_camera, [[0, 0, distance]], atol=1e-9)
    # The camera's +y (down) never points upwards in the world, but for a view along Z within a millionth.
    assert rotation[2, 1] <= 1e-6


def test_look_at_refuses_a_target_at_the_eye() -> None:
    with pytest.raises(ValueError, match="must differ"):
        look_at((1, 2, 3), (1, 2, 3))


@given(coordinates)
def test_a_rotation_rounded_to_six_digits_is_restored_within_that(angles_deg: tuple[float, ...]) -> None:
    exact = rotation_xyz(angles_deg)[:3, :3]
    rounded = exact.round(6)
    assert is_orthonormal(rounded)
    restored = nearest_rotation(rounded)
    np.testing.assert_allclose(restored @ restored.T, np.eye(3), rtol=0, atol=1e-15)
    np.testing.assert_allclose(restored, exact, rtol=0, atol=2e-6)


@given(coordinates, st.floats(1e-7, 2e-5))
def test_the_nearest_rotation_leaves_out_a_stretch(angles_deg: tuple[float, ...], stretch: float) -> None:
    """Of a rotation times a symmetric matrix near one, the rotation is the nearest (polar decomposition)."""
    exact = rotation_xyz(angles_deg)[:3, :3]
    stretched = exact @ (np.eye(3) + stretch * np.array([[1.0, 0.5, 0], [0.5, -1.0, 0.2], [0, 0.2, 0.3]]))
    np.testing.assert_allclose(nearest_rotation(stretched), exact, rtol=0, atol=1e-14)


def test_an_exact_rotation_keeps_its_bytes() -> None:
    quarter_turn = np.array([[0.0, 0, -1], [1, 0, 0], [0, -1, 0]])
    np.testing.assert_array_equal(nearest_rotation(quarter_turn), quarter_turn)


def test_a_matrix_that_scales_by_a_thousandth_is_no_rotation() -> None:
    assert not is_orthonormal(np.eye(3) * 1.001)
