"""Hulls and triangles that touch or don't."""

from __future__ import annotations

import numpy as np
import pytest
import trimesh
from scipy.optimize import linprog

from sdg.foundation.arrays import FloatArray
from sdg.foundation.transforms import rotation_xyz
from sdg.foundation.triangles import distances_to_triangles_m, triangles_cross
from sdg.stage.robots.collision import hulls_touch


def separable(first: FloatArray, second: FloatArray) -> bool:
    """Return whether a plane lies between two sets of points, as a linear program."""
    rows = np.concatenate([np.c_[-first, np.ones(len(first))], np.c_[second, -np.ones(len(second))]])
    solved = linprog(np.zeros(4), A_ub=rows, b_ub=-np.ones(len(rows)), bounds=[(None, None)] * 4)
    return bool(solved.status == 0)


@pytest.mark.parametrize("seed", range(60))
def test_hulls_touch_exactly_where_no_plane_lies_between_them(seed: int) -> None:
    random = np.random.default_rng(seed)
    first = random.normal(size=(12, 3)) * 0.1
    second = random.normal(size=(9, 3)) * 0.1 + random.normal(size=3) * 0.17
    assert hulls_touch(first, second) is not separable(first, second)


@pytest.mark.parametrize("gap", [1e-4, 1e-2, 1.0])
def test_boxes_side_by_side_are_apart_and_pushed_together_they_touch(gap: float) -> None:
    box = np.array([[x, y, z] for x in (0.0, 1) for y in (0.0, 1) for z in (0.0, 1)])
    assert not hulls_touch(box, box + np.array([1 + gap, 0.3, 0.2]))
    assert hulls_touch(box, box + np.array([1 - gap, 0.3, 0.2]))


@pytest.mark.parametrize("seed", range(20))
def test_triangles_of_two_boxes_cross_where_their_surfaces_do(seed: int) -> None:
    """A small box inside a large one has no surface in common with it; one that sticks out has."""
    random = np.random.default_rng(seed)
    large, small = trimesh.creation.box(extents=(1, 1, 1)), trimesh.creation.box(extents=(0.2, 0.2, 0.2))
    turned = small.vertices @ rotation_xyz(random.uniform(0, 360, 3))[:3, :3].T
    for offset, crosses in ((0.0, False), (0.5, True), (0.8, False)):
        moved = (turned + np.array([offset, 0.1, -0.1]))[small.faces]
        assert triangles_cross(large.vertices[large.faces], moved) is crosses


def test_distances_to_triangles_are_those_of_trimesh() -> None:
    random = np.random.default_rng(1)
    triangles = random.normal(size=(50, 3, 3))
    point = random.normal(size=3)
    nearest = trimesh.triangles.closest_point(triangles, np.tile(point, (50, 1)))
    np.testing.assert_allclose(distances_to_triangles_m(point, triangles), np.linalg.norm(nearest - point, axis=1))
