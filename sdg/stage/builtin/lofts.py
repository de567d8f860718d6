"""Closed bodies through rings of points: prisms with rounded corners, tapered shells, bent tubes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache

import numpy as np

from sdg.foundation.arrays import FloatArray
from sdg.stage.builtin.geometry import Geometry, IndexArray, Point, cross, join

# The four corners of a cell: how far along the rings, and round them.
_CORNERS = ((0, 0), (0, 1), (1, 1), (1, 0))


def loft(rings_m: FloatArray, *, crease_deg: float = 40.0, caps: tuple[bool, bool] = (True, True)) -> Geometry:
    """Return the skin through rings of equally many points, and flat caps on the first and the last.

    Args:
        rings_m: shape (R, N, 3); each runs counter-clockwise as seen from where the next ones lie [m].
        crease_deg: Neighbouring cells whose faces differ by more shade as an edge.
        caps: Whether the first and the last ring are closed; their outlines must be star-shaped about their middle.
    """
    rings = np.asarray(rings_m, dtype=np.float64)
    count, around = rings.shape[:2]
    closed = np.concatenate([rings, rings[:, :1]], axis=1)
    corners = np.stack([closed[dr : count - 1 + dr, dn : around + dn] for dr, dn in _CORNERS], axis=2)
    facing = cross(corners[:, :, 2] - corners[:, :, 0], corners[:, :, 3] - corners[:, :, 1])
    normals = _blended(facing, crease_deg)

    steps_round = np.linalg.norm(np.diff(closed, axis=1), axis=2).mean(axis=0)
    steps_along = np.linalg.norm(np.diff(rings, axis=0), axis=2).mean(axis=1)
    u = np.concatenate([[0.0], np.cumsum(steps_round)])
    v = np.concatenate([[0.0], np.cumsum(steps_along)])
    grid = np.stack(np.broadcast_arrays(u[None, :], v[:, None]), axis=-1)
    uvs = np.stack([grid[dr : count - 1 + dr, dn : around + dn] for dr, dn in _CORNERS], axis=2)
    start = 4 * np.arange((count - 1) * around)[:, None]
    faces = np.concatenate([start + np.array([[0, 1, 2]]), start + np.array([[0, 2, 3]])])
    skin = Geometry(corners.reshape(-1, 3), faces, normals.reshape(-1, 3), uvs.reshape(-1, 2))
    ends = [_cap(rings[0][::-1])] * caps[0] + [_cap(rings[-1])] * caps[1]
    return join([skin, *ends])


def _blended(facing: FloatArray, crease_deg: float) -> FloatArray:
    """Return the normals at the corners of each cell, (R - 1, N, 4, 3), by the area of the cells that meet there."""
    count, around = facing.shape[:2]
    lengths = np.maximum(np.linalg.norm(facing, axis=2), 1e-300)
    unit = facing / lengths[:, :, None]
    # A frame of cells: none before the first ring and behind the last, and the way round closed.
    padded, least = np.zeros((count + 2, around + 2, 3)), np.full((count + 2, around + 2), 1e-300)
    padded[1:-1, 1:-1], padded[1:-1, 0], padded[1:-1, -1] = facing, facing[:, -1], facing[:, 0]
    least[1:-1, 1:-1], least[1:-1, 0], least[1:-1, -1] = lengths, lengths[:, -1], lengths[:, 0]
    least *= math.cos(math.radians(crease_deg))

    def near(dr: int, dn: int) -> FloatArray:
        rows, columns = slice(1 + dr, 1 + dr + count), slice(1 + dn, 1 + dn + around)
        smooth = np.einsum("rni,rni->rn", padded[rows, columns], unit) > least[rows, columns]
        counted: FloatArray = padded[rows, columns] * smooth[:, :, None]
        return counted

    every = {(dr, dn): near(dr, dn) for dr in (-1, 0, 1) for dn in (-1, 0, 1)}
    normals = np.empty((count, around, 4, 3))
    for corner, (along, round_) in enumerate(_CORNERS):
        dr, dn = 2 * along - 1, 2 * round_ - 1
        normals[:, :, corner] = every[0, 0] + every[0, dn] + every[dr, 0] + every[dr, dn]
    normals /= np.linalg.norm(normals, axis=3, keepdims=True)
    return normals


def _cap(ring: FloatArray) -> Geometry:
    """Return the flat fan over a ring that runs counter-clockwise as seen from outside."""
    count = len(ring)
    middle = ring.sum(axis=0) / count
    spokes = ring - middle
    x, y, z = (float(part) for part in cross(spokes, spokes[_following(count)]).sum(axis=0))
    length, level = math.sqrt(x * x + y * y + z * z), math.hypot(x, y)
    normal = np.array([x, y, z]) / length
    # u is level; over what looks straight up or down it runs along x.
    u = np.array([-y, x, 0.0]) / level if level > 1e-6 * length else np.array([1.0, 0.0, 0.0])
    vertices = np.concatenate([middle[None], ring])
    uvs = vertices @ np.stack([u, cross(normal, u)], axis=1)
    return Geometry(vertices, _fan(count), np.repeat(normal[None], count + 1, axis=0), uvs)


@cache
def _following(count: int) -> IndexArray:
    return (np.arange(count) + 1) % count


@cache
def _fan(count: int) -> IndexArray:
    index = np.arange(count)
    return np.stack([np.zeros_like(index), index + 1, (index + 1) % count + 1], axis=1)


def rounded_outline(width_m: float, depth_m: float, radius_m: float, steps: int = 4) -> FloatArray:
    """Return a rectangle with round corners about the origin, counter-clockwise, shape (4 (steps + 1), 2) [m]."""
    radius = max(min(radius_m, 0.499 * width_m, 0.499 * depth_m), 1e-5)
    turn = np.linspace(0.0, math.pi / 2, steps + 1)
    arc = radius * np.stack([np.cos(turn), np.sin(turn)], axis=1)
    x, y = width_m / 2 - radius, depth_m / 2 - radius
    quarter = np.array([[0.0, -1.0], [1.0, 0.0]])
    parts = []
    for index, middle in enumerate(((x, y), (-x, y), (-x, -y), (x, -y))):
        parts.append(arc @ np.linalg.matrix_power(quarter, index).T + np.array(middle))
    outline: FloatArray = np.concatenate(parts)
    return outline


def circle(radius_m: float, sides: int) -> FloatArray:
    """Return a regular polygon about the origin, counter-clockwise, shape (sides, 2) [m]."""
    turn = 2 * math.pi * np.arange(sides) / sides
    points: FloatArray = radius_m * np.stack([np.cos(turn), np.sin(turn)], axis=1)
    return points


def bevelled_prism(outline_m: FloatArray, low_m: float, high_m: float, bevel_m: float = 0.002) -> Geometry:
    """Return an upright body over a star-shaped outline, shape (N, 2), its upper and lower edges bevelled.

    The bevel moves points towards the middle, which is enough for outlines much wider than it.
    """
    outline = np.asarray(outline_m, dtype=np.float64)
    bevel = min(bevel_m, 0.45 * (high_m - low_m))
    half = np.abs(outline).max(axis=0)
    inner = outline * (1.0 - np.minimum(bevel / half, 0.9))
    levels = ((inner, low_m), (outline, low_m + bevel), (outline, high_m - bevel), (inner, high_m))
    return loft(np.stack([_level(points, z) for points, z in levels]), crease_deg=50.0)


def tapered(levels: Sequence[tuple[FloatArray, float]], crease_deg: float = 40.0) -> Geometry:
    """Return the closed body through level outlines, each shape (N, 2), at their heights, from below to above [m]."""
    return loft(np.stack([_level(points, z) for points, z in levels]), crease_deg=crease_deg)


def _level(outline: FloatArray, z: float) -> FloatArray:
    return np.concatenate([outline, np.full((len(outline), 1), z)], axis=1)


def bent_tube(path_m: Sequence[Point] | FloatArray, radius_m: float | FloatArray, sides: int = 8) -> Geometry:
    """Return a closed round tube along a path, shape (P, 3); `radius_m` is one, or one for each point [m]."""
    path = np.asarray(path_m, dtype=np.float64)
    radii = np.broadcast_to(np.asarray(radius_m, dtype=np.float64), len(path))
    return loft(swept_rings(path, radii[:, None, None] * circle(1.0, sides)[None]), crease_deg=60.0)


def swept_rings(path_m: FloatArray, sections_m: FloatArray, up: Point = (0.0, 0.0, 1.0)) -> FloatArray:
    """Return the rings of sections, shape (P, N, 2), set across a path, shape (P, 3); without twist.

    A section's first axis lies beside the path, its second as near to `up` as the first point of the path allows.
    """
    steps = np.diff(path_m, axis=0)
    steps /= np.linalg.norm(steps, axis=1, keepdims=True)
    tangents = np.concatenate([steps[:1], steps[:-1] + steps[1:], steps[-1:]])
    tangents /= np.linalg.norm(tangents, axis=1, keepdims=True)
    upward = np.asarray(up, dtype=np.float64)
    if abs(float(upward @ tangents[0])) > 0.99:
        upward = np.array([0.0, 1.0, 0.0]) if abs(tangents[0][1]) < 0.9 else np.array([1.0, 0.0, 0.0])
    carried = []
    x, y, z = (float(part) for part in upward)
    for tx, ty, tz in tangents.tolist():
        # Projecting the last direction on the next plane carries it along without a twist.
        ahead = x * tx + y * ty + z * tz
        x, y, z = x - ahead * tx, y - ahead * ty, z - ahead * tz
        length = math.sqrt(x * x + y * y + z * z)
        x, y, z = x / length, y / length, z / length
        carried.append((x, y, z))
    upwards = np.array(carried)[:, None]
    sections = np.asarray(sections_m)
    rings: FloatArray = np.asarray(path_m)[:, None] + sections[..., :1] * cross(upwards, tangents[:, None])
    return rings + sections[..., 1:] * upwards


def rounded_path(corners_m: Sequence[Point], radius_m: float, steps: int = 4) -> FloatArray:
    """Return a path through corners of which the inner ones are rounded, shape (P, 3) [m]."""
    points = np.asarray(corners_m, dtype=np.float64)
    path = [points[0]]
    for before, corner, after in zip(points[:-2], points[1:-1], points[2:], strict=True):
        back, on = before - corner, after - corner
        reach = min(radius_m, 0.45 * float(np.linalg.norm(back)), 0.45 * float(np.linalg.norm(on)))
        start = corner + back / np.linalg.norm(back) * reach
        end = corner + on / np.linalg.norm(on) * reach
        for share in np.linspace(0.0, 1.0, steps + 1):
            path.append((1 - share) ** 2 * start + 2 * share * (1 - share) * corner + share**2 * end)
    return np.stack([*path, points[-1]])
