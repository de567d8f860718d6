"""Oriented boxes round things: their size and pose, and their corners."""

from __future__ import annotations

import numpy as np

from sdg.foundation.arrays import FloatArray
from sdg.foundation.transforms import transform_points

# Corner k lies at the lower (-) or upper (+) end of x, y and z by the bits 1, 2 and 4 of k: x changes fastest.
CORNER_SIGNS: FloatArray = np.array([[1.0 if k & bit else -1.0 for bit in (1, 2, 4)] for k in range(8)])


def build_cuboid(bounds_m: FloatArray, world_from_object: FloatArray) -> tuple[FloatArray, tuple[float, float, float]]:
    """Return the oriented box of a body: where it is, and how large.

    Args:
        bounds_m: Opposite corners, shape (2, 3) [m], object frame.
        world_from_object: 4x4; a rotation times a scale along the object's axes, and a translation.

    Returns:
        `world_from_cuboid`, rigid 4x4: origin at the box's centre, axes along the object's; and the box's extent
        along those axes, scale included [m].
    """
    linear = world_from_object[:3, :3]
    scale = np.linalg.norm(linear, axis=0)
    world_from_cuboid = np.eye(4)
    world_from_cuboid[:3, :3] = linear / scale
    world_from_cuboid[:3, 3] = transform_points(world_from_object, bounds_m.mean(axis=0)[None])[0]
    x, y, z = ((bounds_m[1] - bounds_m[0]) * scale).tolist()
    return world_from_cuboid, (x, y, z)


def cuboid_corners(world_from_cuboid: FloatArray, size_m: tuple[float, float, float]) -> FloatArray:
    """Return the eight corners of a box, shape (8, 3), world frame [m], in the order of `CORNER_SIGNS`."""
    return transform_points(world_from_cuboid, CORNER_SIGNS * (np.asarray(size_m) / 2))
