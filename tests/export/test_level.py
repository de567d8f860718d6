from __future__ import annotations

import math

import numpy as np
import pytest

from sdg.export.level import level_from_camera, upright_box
from sdg.foundation.arrays import FloatArray
from sdg.foundation.transforms import look_at, rotation_xyz

SIZE = np.array([4.0, 1.8, 1.5])
# A box whose x axis points along z, away from the camera, and whose z axis points up.
AWAY = np.array([[0.0, -1, 0, 1], [0, 0, -1, 2], [1, 0, 0, 10], [0, 0, 0, 1]])


def turned(angle: float) -> FloatArray:
    """Return the rotation about the y axis, as KITTI has it."""
    matrix = np.eye(4)
    matrix[:3, :3] = [[math.cos(angle), 0, math.sin(angle)], [0, 1, 0], [-math.sin(angle), 0, math.cos(angle)]]
    return matrix


def test_a_car_that_drives_away_has_minus_a_quarter_turn() -> None:
    """As in KITTI's labels: 0 drives to the right, -pi/2 away from the camera."""
    box = upright_box(AWAY, SIZE)
    assert box is not None
    assert box.rotation_y == pytest.approx(-math.pi / 2)
    assert box.size_hwl_m == (1.5, 1.8, 4.0)
    assert box.bottom_m == (1.0, 2.75, 10.0)


def test_alpha_is_the_turn_that_a_camera_sees_which_looks_at_the_box() -> None:
    for angle in np.linspace(-3, 3, 13):
        level_from_cuboid = AWAY.copy()
        level_from_cuboid[:3, :3] = turned(angle)[:3, :3] @ AWAY[:3, :3]
        level_from_cuboid[0, 3] = 7.0
        box = upright_box(level_from_cuboid, SIZE)
        faced = upright_box(turned(-math.atan2(7.0, 10.0)) @ level_from_cuboid, SIZE)
        assert box is not None
        assert faced is not None
        assert abs(faced.bottom_m[0]) < 1e-12
        assert math.remainder(box.alpha - faced.rotation_y, 2 * math.pi) == pytest.approx(0, abs=1e-12)


def test_a_box_on_its_side_stands_upright_too() -> None:
    side = AWAY @ rotation_xyz((0, 90, 0))
    box = upright_box(side, SIZE)
    assert box is not None
    assert box.size_hwl_m == pytest.approx((4.0, 1.5, 1.8))


@pytest.mark.parametrize(("lean_deg", "upright"), [(0.05, True), (0.2, False), (30.0, False)])
def test_a_box_that_leans_has_no_upright_twin(lean_deg: float, upright: bool) -> None:
    assert (upright_box(AWAY @ rotation_xyz((lean_deg, 0, 0)), SIZE) is not None) == upright


@pytest.mark.parametrize("target", [(3, 1, 0.2), (0, 0, 9), (0, 0, -9), (-2, 0, 1)])
def test_the_level_frame_has_y_down_and_looks_where_the_camera_looks(target: tuple[float, float, float]) -> None:
    world_from_camera = look_at((0, 0, 1), target)
    level = level_from_camera(world_from_camera)[:3, :3]
    assert np.allclose(level @ level.T, np.eye(3))
    assert np.linalg.det(level) == pytest.approx(1)
    assert np.allclose(level @ world_from_camera[:3, :3].T @ [0, 0, 1], [0, -1, 0])
    view = level @ [0, 0, 1]
    assert view[0] == pytest.approx(0, abs=1e-9)
    assert view[2] >= -1e-12


def test_a_level_camera_is_its_own_level_frame() -> None:
    assert np.allclose(level_from_camera(look_at((0, 0, 1), (3, 2, 1))), np.eye(4))
