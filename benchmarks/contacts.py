"""How deep bodies of a stage lie in each other, and how far above all others, on the triangles that are rendered.

Shares no code with the physics. Bodies are often made of closed pieces that overlap, so each is looked at by itself;
what is not closed, such as a label, has no inside. Points of one surface (corners, and every millimetre of its edges)
are measured against the triangles of another nearby: the distance to the nearest, and by the side of it on which a
point lies whether it is inside. Between points of an edge a depth or a gap is off by less than half a millimetre.
Beyond 3 mm nothing is told apart.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from sdg.foundation.arrays import BoolArray, FloatArray
from sdg.foundation.transforms import transform_points
from sdg.stage.asset import Part
from sdg.stage.model import Body, Stage

IntArray: TypeAlias = npt.NDArray[np.int64]

# Farther than this from a surface nothing is of interest, neither inside nor outside [m]. What reaches deeper has
# points at this depth too.
_NEAR_M = 0.003
# What lies so far away is looked at, since a triangle as near as the nearest may tell the side.
_REACH_M = _NEAR_M + 1e-6
_SPACING_M = 0.001
_CELL_M = 0.008
_WELD_M = 1e-6


@dataclass(frozen=True)
class Contact:
    """Two bodies near each other: how deep one lies in the other, and how far apart they are [m]."""

    first: str
    second: str
    depth_m: float
    gap_m: float


@dataclass(frozen=True, eq=False)
class _Surface:
    """Triangles, shape (T, 3, 3), corners, shape (V, 3), and the corners of edges, shape (E, 2), object frame.

    `pieces` tells to which connected piece a triangle belongs, shape (T,); it is negative where that is not closed.
    """

    triangles: FloatArray
    corners: FloatArray
    ends: IntArray
    pieces: IntArray


@dataclass(frozen=True, eq=False)
class _Boxes:
    """The corners of boxes, shape (N, 3) each."""

    low_m: FloatArray
    high_m: FloatArray

    @classmethod
    def of(cls, groups: FloatArray) -> _Boxes:
        """Return the boxes round groups of points, shape (N, K, 3)."""
        low_m, high_m = groups[:, 0], groups[:, 0]
        for index in range(1, groups.shape[1]):
            low_m, high_m = np.minimum(low_m, groups[:, index]), np.maximum(high_m, groups[:, index])
        return cls(low_m, high_m)

    def meet(self, low_m: FloatArray, high_m: FloatArray) -> BoolArray:
        """Return which reach into another box."""
        inside: BoolArray = np.ones(len(self.low_m), dtype=bool)
        for axis in range(3):
            inside &= (self.low_m[:, axis] <= high_m[axis]) & (self.high_m[:, axis] >= low_m[axis])
        return inside

    def only(self, chosen: IntArray) -> _Boxes:
        """Return some of them."""
        return _Boxes(self.low_m[chosen], self.high_m[chosen])


@dataclass(frozen=True)
class _Keyed:
    key: tuple[str, ...]
    parts: tuple[Part, ...] = field(compare=False)


class _Placed:
    """The surface of a body in the world, worked out when something comes near."""

    def __init__(self, body: Body) -> None:
        self.name = body.name
        self._body = body
        corners = np.concatenate([transform_points(body.world_from_object, part.mesh.vertices) for part in body.parts])
        self.low_m, self.high_m = corners.min(axis=0), corners.max(axis=0)

    @functools.cached_property
    def triangles(self) -> FloatArray:
        return self._moved(self._surface.triangles)

    @functools.cached_property
    def corners(self) -> FloatArray:
        return self._moved(self._surface.corners)

    @functools.cached_property
    def edges(self) -> FloatArray:
        return self.corners[self._surface.ends]

    @functools.cached_property
    def triangle_boxes(self) -> _Boxes:
        return _Boxes.of(self.triangles)

    @functools.cached_property
    def edge_boxes(self) -> _Boxes:
        return _Boxes.of(self.edges)

    @property
    def pieces(self) -> IntArray:
        return self._surface.pieces

    @functools.cached_property
    def _surface(self) -> _Surface:
        return _surface_of(_Keyed(tuple(part.mesh.key for part in self._body.parts), self._body.parts))

    def _moved(self, groups: FloatArray) -> FloatArray:
        moved = transform_points(self._body.world_from_object, groups.reshape(-1, 3))
        return moved.reshape(groups.shape)


def contacts(stage: Stage, names: Sequence[str]) -> list[Contact]:
    """Return the contacts of some bodies with each other and with all the others, nearer than 3 mm."""
    bodies = [_Placed(body) for body in stage.bodies]
    wanted = set(names)
    found = []
    for index, first in enumerate(bodies):
        for second in bodies[index + 1 :]:
            if first.name not in wanted and second.name not in wanted:
                continue
            low = np.maximum(first.low_m, second.low_m) - _NEAR_M
            high = np.minimum(first.high_m, second.high_m) + _NEAR_M
            if np.any(low > high):
                continue
            one, other = _signed(first, second, low, high), _signed(second, first, low, high)
            signed = np.concatenate([one, other])
            if len(signed):
                depth = max(0.0, -float(signed.min()))
                found.append(Contact(first.name, second.name, depth, float(np.abs(signed).min())))
    return found


def _signed(points_of: _Placed, surface_of: _Placed, low: FloatArray, high: FloatArray) -> FloatArray:
    """Return signed distances of points of one surface to another within a box; only of those that are near."""
    chosen = np.flatnonzero(surface_of.triangle_boxes.meet(low, high))
    edges = points_of.edges[points_of.edge_boxes.meet(low, high)]
    if not len(chosen) or not len(edges):
        return np.zeros(0)
    # Every corner once, whatever number of edges ends there.
    points = np.round(np.concatenate([points_of.corners, _along(edges, low, high)]), 7)
    points = points[np.all((points >= low) & (points <= high), axis=1)]
    if not len(points):
        return np.zeros(0)
    point, triangle = _near_pairs(points, surface_of.triangle_boxes.only(chosen))
    if not len(point):
        return np.zeros(0)
    triangle = chosen[triangle]
    signed = _to_pieces(points, surface_of.triangles, surface_of.pieces, point, triangle)
    return signed[np.abs(signed) < _NEAR_M]


def _near_pairs(points: FloatArray, boxes: _Boxes) -> tuple[IntArray, IntArray]:
    """Return which points are near the boxes of which triangles, as pairs, shape (N,) each, sorted by the points."""
    # Cell by cell first, as most cells are far from most triangles.
    cells = np.floor(points / _CELL_M).astype(np.int64)
    order = np.lexsort(cells.T)
    starts = np.concatenate([[0], np.flatnonzero(np.any(np.diff(cells[order], axis=0) != 0, axis=1)) + 1])
    counts = np.diff(np.append(starts, len(points)))
    sorted_points = points[order]
    lows = np.minimum.reduceat(sorted_points, starts, axis=0) - _REACH_M
    highs = np.maximum.reduceat(sorted_points, starts, axis=0) + _REACH_M
    meet = np.ones((len(starts), len(boxes.low_m)), dtype=bool)
    for axis in range(3):
        meet &= boxes.low_m[:, axis] <= highs[:, axis, None]
        meet &= boxes.high_m[:, axis] >= lows[:, axis, None]
    cell, triangle = np.nonzero(meet)
    times = counts[cell]
    point = np.repeat(starts[cell] - np.cumsum(times) + times, times) + np.arange(times.sum())
    triangle = np.repeat(triangle, times)
    for axis in range(3):
        own = sorted_points[point, axis]
        near = (boxes.low_m[triangle, axis] <= own + _REACH_M) & (boxes.high_m[triangle, axis] >= own - _REACH_M)
        point, triangle = point[near], triangle[near]
    return order[point], triangle


def _to_pieces(
    points: FloatArray, triangles: FloatArray, pieces: IntArray, point: IntArray, triangle: IntArray
) -> FloatArray:
    """Return signed distances of points to the connected pieces of a surface, negative inside one.

    Args:
        points: shape (P, 3) [m].
        triangles: shape (T, 3, 3) [m].
        pieces: shape (T,), see `_Surface`.
        point: Of the pairs to look at, shape (N,); a triangle in no pair with a point is not near it.
        triangle: Of the same.

    Returns:
        Of each point that has a pair, the least over the pieces near it [m].
    """
    used, own = np.unique(triangle, return_inverse=True)
    distance, height = _to_triangles(points, triangles[used], point, own)
    near = distance < _REACH_M
    point, distance, height, piece = point[near], distance[near], height[near], pieces[triangle[near]]
    if not len(point):
        return np.zeros(0)
    order = np.lexsort((piece, point))
    point, distance, height, piece = point[order], distance[order], height[order], piece[order]
    starts = np.concatenate([[0], np.flatnonzero((np.diff(point) != 0) | (np.diff(piece) != 0)) + 1])
    group = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(point))))
    # Of triangles that are equally near, at an edge or a corner, the one seen most squarely tells the side.
    nearest = np.minimum.reduceat(distance, starts)
    squareness = np.where(distance <= nearest[group] + 1e-7, np.abs(height), -1.0)
    squarest = np.flatnonzero(squareness == np.maximum.reduceat(squareness, starts)[group])
    first = squarest[np.concatenate([[True], np.diff(group[squarest]) != 0])]
    signed = np.where((height[first] < 0) & (piece[starts] >= 0), -nearest, nearest)
    by_point = np.concatenate([[0], np.flatnonzero(np.diff(point[starts]) != 0) + 1])
    least: FloatArray = np.minimum.reduceat(signed, by_point)
    return least


def _to_triangles(
    points: FloatArray, triangles: FloatArray, point: IntArray, triangle: IntArray
) -> tuple[FloatArray, FloatArray]:
    """Return how far pairs of a point and a triangle are apart, and how high the point is over its plane, shape (N,).

    What is farther than what matters from a triangle's plane is infinitely far.
    """
    normals = _cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0])
    normals /= np.sqrt(_dot(normals, normals))[:, None]
    heights = _dot(points[point] - triangles[triangle, 0], normals[triangle])
    distances = np.full(len(point), np.inf)
    level = np.flatnonzero(np.abs(heights) < _REACH_M)
    own, height, triangle = points[point[level]], heights[level], triangle[level]
    inside = np.ones(len(level), dtype=bool)
    squared = np.full(len(level), np.inf)
    for corner in range(3):
        start, edge = triangles[:, corner], triangles[:, (corner + 1) % 3] - triangles[:, corner]
        offset, along = own - start[triangle], edge[triangle]
        # Across an edge, along which the height says nothing.
        inside &= _dot(offset, _cross(normals, edge)[triangle]) >= 0
        share = np.clip(_dot(offset, along) / _dot(edge, edge)[triangle], 0.0, 1.0)
        apart = offset - share[:, None] * along
        squared = np.minimum(squared, _dot(apart, apart))
    distances[level] = np.where(inside, np.abs(height), np.sqrt(squared))
    return distances, heights


def _dot(first: FloatArray, second: FloatArray) -> FloatArray:
    product: FloatArray = np.einsum("nk,nk->n", first, second)
    return product


def _cross(first: FloatArray, second: FloatArray) -> FloatArray:
    (a, b, c), (x, y, z) = first.T, second.T
    return np.stack([b * z - c * y, c * x - a * z, a * y - b * x], axis=1)


def _along(edges: FloatArray, low: FloatArray, high: FloatArray) -> FloatArray:
    """Return points along edges within a box, every millimetre and where they cross its sides; not their own ends."""
    start, along = edges[:, 0], edges[:, 1] - edges[:, 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        first, last = (low - start) / along, (high - start) / along
    moving = np.abs(along) > 1e-12
    enter = np.where(moving, np.minimum(first, last), -np.inf).max(axis=1).clip(0.0, 1.0)
    leave = np.where(moving, np.maximum(first, last), np.inf).min(axis=1).clip(0.0, 1.0)
    lengths = np.linalg.norm(along, axis=1) * np.maximum(leave - enter, 0.0)
    counts = np.ceil(lengths / _SPACING_M).astype(np.int64) + 1
    owner = np.repeat(np.arange(len(edges)), counts)
    ordinal = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    share = enter[owner] + (leave - enter)[owner] * ordinal / np.maximum(counts - 1, 1)[owner]
    between = (share > 0.0) & (share < 1.0)
    owner, share = owner[between], share[between]
    points: FloatArray = start[owner] + share[:, None] * along[owner]
    return points


@functools.lru_cache(maxsize=512)
def _surface_of(keyed: _Keyed) -> _Surface:
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    every = np.concatenate([part.mesh.vertices[part.mesh.faces.astype(np.int64)] for part in keyed.parts])
    areas = np.linalg.norm(np.cross(every[:, 1] - every[:, 0], every[:, 2] - every[:, 0]), axis=1) / 2
    every = every[areas > 1e-12]
    # What is doubled for the sake of shading is one corner here.
    rounded = np.round(every.reshape(-1, 3) / _WELD_M).astype(np.int64)
    _, first, corner = np.unique(rounded, axis=0, return_index=True, return_inverse=True)
    faces = corner.reshape(-1, 3)
    ends = np.sort(np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]]), axis=1)
    count = int(faces.max()) + 1
    graph = coo_matrix((np.ones(len(ends), dtype=np.int8), (ends[:, 0], ends[:, 1])), shape=(count, count))
    piece = connected_components(graph, directed=False)[1][faces[:, 0]]
    _, index, uses = np.unique(ends, axis=0, return_index=True, return_counts=True)
    is_open = np.zeros(int(piece.max()) + 1, dtype=bool)
    is_open[np.concatenate([piece, piece, piece])[index[uses % 2 == 1]]] = True
    return _Surface(every, every.reshape(-1, 3)[first], ends[index], np.where(is_open[piece], -1 - piece, piece))
