"""Flat bodies of any star-shaped outline, with a round hole or without: hexagons, gears, flanges, brackets."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import numpy as np

from sdg.foundation.arrays import FloatArray
from sdg.stage.builtin.geometry import Geometry, IndexArray, join, project_uvs


def plate(
    outline_m: FloatArray,
    low_m: float,
    high_m: float,
    *,
    bevel_m: float = 0.0,
    hole_m: float = 0.0,
    center_m: Sequence[float] = (0.0, 0.0),
    crease_deg: float = 30.0,
    skipped: Sequence[int] = (),
) -> Geometry:
    """Return the upright prism over an outline, closed, with bevelled edges.

    Args:
        outline_m: Counter-clockwise, shape (N, 2), every point in sight of `center_m` [m].
        low_m: Bottom [m].
        high_m: Top [m].
        bevel_m: Of the outline's and the hole's edges, 0 for sharp ones [m].
        hole_m: Radius of a round hole through it, 0 for none [m].
        center_m: Of the hole [m].
        crease_deg: Walls that turn by less than this shade as one.
        skipped: Walls to leave out, each by its first point, where another plate joins.
    """
    center = np.asarray(center_m, dtype=np.float64)
    points = np.asarray(outline_m, dtype=np.float64) - center
    count = len(points)
    radii = np.linalg.norm(points, axis=1)
    joined = {index for wall in skipped for index in (wall, (wall + 1) % count)}
    bevels = np.where(np.isin(np.arange(count), sorted(joined)), 0.0, bevel_m)
    inset = points * (1.0 - bevels / radii)[:, None]
    walls = [index for index in range(count) if index not in set(skipped)]
    pieces = []
    for (lower, z0), (upper, z1) in _levels(inset, points, low_m, high_m, bevel_m) if walls else ():
        pieces.append(_wall(lower, upper, z0, z1, walls, crease_deg))
    hole = points / radii[:, None] * (hole_m + (bevel_m if hole_m else 0.0))
    for z, up in ((low_m, False), (high_m, True)):
        pieces.append(_cap(inset, hole, z, up=up, is_open=hole_m > 0))
    if hole_m > 0:
        inner = points / radii[:, None] * hole_m
        for (lower, z0), (upper, z1) in _levels(hole, inner, low_m, high_m, bevel_m):
            # Seen from inside, so it turns the other way.
            pieces.append(_wall(lower[::-1], upper[::-1], z0, z1, range(count), 60.0))
    return join(pieces).shifted(float(center[0]), float(center[1]), 0.0)


def regular_outline(radius_m: float, sides: int, first_deg: float = 0.0) -> FloatArray:
    """Return a regular polygon's corners, counter-clockwise, shape (N, 2) [m]."""
    angles = math.radians(first_deg) + 2 * math.pi * np.arange(sides) / sides
    outline: FloatArray = radius_m * np.column_stack([np.cos(angles), np.sin(angles)])
    return outline


def refined(outline_m: FloatArray, longest_m: float) -> FloatArray:
    """Return an outline whose long edges are several, so that a round hole in it is round."""
    points = []
    for start, end in zip(outline_m, np.roll(outline_m, -1, axis=0), strict=True):
        steps = max(1, math.ceil(float(np.linalg.norm(end - start)) / longest_m))
        points += [start + (end - start) * step / steps for step in range(steps)]
    return np.array(points)


def _levels(
    end: FloatArray, middle: FloatArray, low: float, high: float, bevel: float
) -> list[tuple[tuple[FloatArray, float], tuple[FloatArray, float]]]:
    if bevel <= 0.0:
        return [((middle, low), (middle, high))]
    rings = [(end, low), (middle, low + bevel), (middle, high - bevel), (end, high)]
    return list(itertools.pairwise(rings))


def _wall(
    lower: FloatArray, upper: FloatArray, z0: float, z1: float, walls: Sequence[int] | range, crease_deg: float
) -> Geometry:
    count = len(lower)
    bottom = np.column_stack([lower, np.full(count, z0)])
    top = np.column_stack([upper, np.full(count, z1)])
    after = (np.arange(count) + 1) % count
    facing = np.cross(bottom[after] - bottom, top - bottom)
    facing /= np.linalg.norm(facing, axis=1, keepdims=True)
    smooth = np.einsum("ij,ij->i", facing, np.roll(facing, 1, axis=0)) > math.cos(math.radians(crease_deg))
    # What is shared with the wall before, at a wall's first point; and with the one after, at its last.
    blended = facing + np.roll(facing, 1, axis=0)
    blended /= np.linalg.norm(blended, axis=1, keepdims=True)
    first = np.where(smooth[:, None], blended, facing)
    last = np.where(smooth[after, None], blended[after], facing)
    chosen = np.array(sorted(walls))
    vertices = np.stack([bottom[chosen], bottom[after[chosen]], top[after[chosen]], top[chosen]], axis=1)
    normals = np.stack([first[chosen], last[chosen], last[chosen], first[chosen]], axis=1)
    start = 4 * np.arange(len(chosen))[:, None]
    faces: IndexArray = np.concatenate([start + np.array([[0, 1, 2]]), start + np.array([[0, 2, 3]])])
    return project_uvs(vertices.reshape(-1, 3), faces, normals.reshape(-1, 3))


def _cap(outline: FloatArray, hole: FloatArray, z: float, *, up: bool, is_open: bool) -> Geometry:
    count = len(outline)
    index = np.arange(count)
    after = (index + 1) % count
    inner = hole if is_open else np.zeros((1, 2))
    vertices = np.column_stack([np.concatenate([outline, inner]), np.full(count + len(inner), z)])
    if is_open:
        faces = np.concatenate(
            [np.stack([index, after, count + after], axis=1), np.stack([index, count + after, count + index], axis=1)]
        )
    else:
        faces = np.stack([index, after, np.full(count, count)], axis=1)
    normals = np.zeros_like(vertices)
    normals[:, 2] = 1.0 if up else -1.0
    return project_uvs(vertices, faces if up else faces[:, ::-1], normals)
