"""Convex solids that assets declare to collide by: points whose hull each is, shape (N, 3) [m]."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from sdg.foundation.arrays import FloatArray
from sdg.foundation.rows import distinct_rows
from sdg.foundation.transforms import box_corners, transform_points


def box_solid(size_m: Sequence[float], center_m: Sequence[float] = (0.0, 0.0, 0.0)) -> FloatArray:
    """Return the corners of a box."""
    half, center = np.asarray(size_m) / 2, np.asarray(center_m)
    return box_corners(np.stack([center - half, center + half]))


def turned_solid(profile_m: Sequence[tuple[float, float]], sides: int) -> FloatArray:
    """Return what a profile of (radius, z) sweeps round the z axis; its corners lie where those of `lathe` do."""
    angles = 2 * math.pi * np.arange(sides) / sides
    rings = [
        np.column_stack([radius * np.cos(angles), radius * np.sin(angles), np.full(sides, z)])
        for radius, z in profile_m
    ]
    return distinct_rows(np.concatenate(rings)).rows


def ring_solids(
    inner_m: float, outer_m: float, low_m: float, high_m: float, count: int, sides: int
) -> list[FloatArray]:
    """Return the sectors of a ring round the z axis; `sides`, a multiple of `count`, is that of a full turn."""
    per = sides // count
    sectors = []
    for index in range(count):
        angles = 2 * math.pi * (index * per + np.arange(per + 1)) / sides
        inner = [(inner_m * math.cos(a), inner_m * math.sin(a)) for a in (angles[0], angles[-1])]
        outer = [(outer_m * math.cos(a), outer_m * math.sin(a)) for a in angles]
        sectors.append(np.array([(x, y, z) for x, y in (*inner, *outer) for z in (low_m, high_m)]))
    return sectors


def moved_solids(matrix: FloatArray, solids: Sequence[FloatArray]) -> list[FloatArray]:
    """Return solids after a 4x4 transform."""
    return [transform_points(matrix, solid) for solid in solids]
