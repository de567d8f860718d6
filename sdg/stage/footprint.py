"""Outlines seen from above: convex polygons, and how far apart two of them are.

Polygons are convex, counter-clockwise, shape (N, 2), float64 [m].
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np

from sdg.foundation.arrays import FloatArray
from sdg.foundation.rows import distinct_rows
from sdg.physics.convex import hull_corners
from sdg.stage.asset import Asset
from sdg.stage.keyed import KeyedAsset

# What is within this of its lowest point is a thing's foot [m].
_FOOT_M = 0.02
# What has no area, such as an upright wall seen from above, is given this much.
_THINNEST_M = 1e-5
# Corners of files may be one point but for rounding; the edge between such has no direction.
_SHORTEST_EDGE_M = 1e-7
# Of more points than these, those are left out that lie this deep in the polygon of the outermost in some directions.
_FEW_POINTS = 64
_WELL_INSIDE_M = 1e-6
_ANGLES = np.linspace(0.0, 2.0 * np.pi, 32, endpoint=False)
_ROUND = np.stack([np.cos(_ANGLES), np.sin(_ANGLES)], axis=1)


@dataclass(frozen=True, eq=False)
class Footprint:
    """What a thing covers: its outline, and from where to where it reaches in height [m]."""

    polygon: FloatArray
    low_m: float
    high_m: float

    @property
    def size_m(self) -> FloatArray:
        """Width and depth of the upright box round it, shape (2,)."""
        size: FloatArray = self.polygon.max(axis=0) - self.polygon.min(axis=0)
        return size

    @property
    def middle_m(self) -> FloatArray:
        """Middle (x, y) of that box, shape (2,)."""
        middle: FloatArray = (self.polygon.min(axis=0) + self.polygon.max(axis=0)) / 2
        return middle

    @property
    def corners_m(self) -> tuple[FloatArray, FloatArray]:
        """Lowest and highest corner of that box, shape (3,) each."""
        low = np.array([*self.polygon.min(axis=0), self.low_m])
        high = np.array([*self.polygon.max(axis=0), self.high_m])
        return low, high

    def moved(self, matrix: FloatArray) -> Footprint:
        """Return the footprint after a turn about Z and a translation, 4x4."""
        polygon = self.polygon @ matrix[:2, :2].T + matrix[:2, 3]
        return Footprint(polygon, self.low_m + float(matrix[2, 3]), self.high_m + float(matrix[2, 3]))


def convex_polygon(points: FloatArray) -> FloatArray:
    """Return the convex hull of points, shape (N, 2), by Andrew's monotone chain; never without area."""
    unique = distinct_rows(_outer(points)).rows
    hull = np.array(_chain(unique) + _chain(unique[::-1])) if len(unique) > 2 else unique
    if len(hull) < 3 or polygon_area(hull) < _THINNEST_M**2:
        hull = _thickened(unique)
    return hull


def _outer(points: FloatArray) -> FloatArray:
    """Return points without most of those that lie inside their hull: a chain through thousands is slow."""
    if len(points) <= _FEW_POINTS:
        return points
    corners = points[np.argmax(points @ _ROUND.T, axis=0)]
    edges = np.roll(corners, -1, axis=0) - corners
    inside = np.ones(len(points), dtype=bool)
    for corner, (along_x, along_y) in zip(corners, edges, strict=True):
        length = float(np.hypot(along_x, along_y))
        if length > 0.0:
            x, y = points[:, 0] - corner[0], points[:, 1] - corner[1]
            inside &= along_x * y - along_y * x > _WELL_INSIDE_M * length
    outer: FloatArray = points[~inside]
    return outer


def _chain(points: FloatArray) -> list[FloatArray]:
    """Return one side of the hull of sorted points, without its last point."""
    chain: list[FloatArray] = []
    for point in points:
        while len(chain) > 1 and _turn(chain[-2], chain[-1], point) <= 0:
            chain.pop()
        chain.append(point)
    return chain[:-1]


def _turn(a: FloatArray, b: FloatArray, c: FloatArray) -> float:
    return float((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]))


def polygon_area(polygon: FloatArray) -> float:
    """Return the area of a polygon, shape (N, 2)."""
    x, y = polygon[:, 0], polygon[:, 1]
    return 0.5 * abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1)))


def _thickened(points: FloatArray) -> FloatArray:
    """Return a thin rectangle round points on a line."""
    start, end = points[0], points[-1]
    along = end - start
    length = float(np.hypot(*along))
    along = along / length if length > 0 else np.array([1.0, 0.0])
    across = np.array([-along[1], along[0]]) * (_THINNEST_M / 2)
    along = along * (_THINNEST_M / 2)
    return np.array([start - along - across, end + along - across, end + along + across, start - along + across])


def separation_m(first: FloatArray, second: FloatArray) -> float:
    """Return the largest gap along any edge's normal; negative where the polygons overlap.

    By the separating axis theorem the sign is exact. The size is at most the true distance, so that a demand for
    clearance is met, if anything, generously.
    """
    return max(_gap(first, second), _gap(second, first))


def _gap(first: FloatArray, second: FloatArray) -> float:
    edges = np.roll(first, -1, axis=0) - first
    lengths = np.hypot(edges[:, 0], edges[:, 1])
    directed = lengths > _SHORTEST_EDGE_M
    if not directed.all():
        first, edges, lengths = first[directed], edges[directed], lengths[directed]
    normals = np.stack([edges[:, 1], -edges[:, 0]], axis=1) / lengths[:, None]
    gaps = (normals @ second.T).min(axis=1) - np.einsum("ij,ij->i", normals, first)
    return float(gaps.max())


def asset_footprint(asset: Asset, linear: FloatArray) -> Footprint:
    """Return the footprint of an asset after a linear map, shape (3, 3), with its origin at (0, 0, 0); kept."""
    return _footprint(KeyedAsset.of(asset), linear.tobytes())


def fallen_footprint(asset: Asset, linear: FloatArray) -> Footprint:
    """Return the same of a thing that lies as it fell, at a tilt of its own: quicker, once its hull is known."""
    return _covered(_hull_corners(KeyedAsset.of(asset)), linear)


def asset_foot(asset: Asset, linear: FloatArray) -> FloatArray:
    """Return the outline of what an asset stands on after a linear map, shape (N, 2); kept.

    It is the convex outline of all vertices within 20 mm of the lowest: of a tree its trunk, not its crown.
    """
    return _foot(KeyedAsset.of(asset), linear.tobytes())


@functools.lru_cache(maxsize=512)
def _footprint(keyed: KeyedAsset, linear: bytes) -> Footprint:
    vertices = np.concatenate([part.mesh.vertices for part in keyed.asset.parts])
    return _covered(vertices, np.frombuffer(linear).reshape(3, 3))


@functools.lru_cache(maxsize=256)
def _hull_corners(keyed: KeyedAsset) -> FloatArray:
    """Return the corners of an asset's convex hull, shape (N, 3), object frame [m]."""
    return hull_corners(np.concatenate([part.mesh.vertices for part in keyed.asset.parts]))


def _covered(points: FloatArray, linear: FloatArray) -> Footprint:
    moved = points @ linear.T
    return Footprint(convex_polygon(moved[:, :2]), float(moved[:, 2].min()), float(moved[:, 2].max()))


@functools.lru_cache(maxsize=512)
def _foot(keyed: KeyedAsset, linear: bytes) -> FloatArray:
    matrix = np.frombuffer(linear).reshape(3, 3)
    points = np.concatenate([part.mesh.vertices for part in keyed.asset.parts]) @ matrix.T
    return convex_polygon(points[points[:, 2] <= points[:, 2].min() + _FOOT_M, :2])
