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
    """Triangles, shape (T, 3, 3), and edges, shape (E, 2, 3), of some parts, object frame.

    `pieces` tells to which connected piece a triangle belongs, shape (T,); it is negative where that is not closed.
    """

    triangles: FloatArray
    edges: FloatArray
    pieces: IntArray


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
    def edges(self) -> FloatArray:
        return self._moved(self._surface.edges)

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
    chosen = _in_box(surface_of.triangles, low, high)
    triangles, pieces = surface_of.triangles[chosen], surface_of.pieces[chosen]
    edges = points_of.edges[_in_box(points_of.edges, low, high)]
    if not len(triangles) or not len(edges):
        return np.zeros(0)
    points = _along(edges, low, high)
    points = points[np.all((points >= low) & (points <= high), axis=1)]
    if not len(points):
        return np.zeros(0)
    # Cell by cell, so that few triangles are near enough to matter.
    cells = np.floor(points / _CELL_M).astype(np.int64)
    order = np.lexsort(cells.T)
    breaks = np.flatnonzero(np.any(np.diff(cells[order], axis=0) != 0, axis=1)) + 1
    found = []
    for group in np.split(order, breaks):
        own = points[group]
        near = _in_box(triangles, own.min(axis=0) - _NEAR_M, own.max(axis=0) + _NEAR_M)
        signed = np.full(len(own), np.inf)
        for piece in np.unique(pieces[near]):
            to_piece = _to_triangles(own, triangles[near & (pieces == piece)])
            signed = np.minimum(signed, np.abs(to_piece) if piece < 0 else to_piece)
        found.append(signed)
    signed = np.concatenate(found) if found else np.zeros(0)
    return signed[np.abs(signed) < _NEAR_M]


def _in_box(groups: FloatArray, low: FloatArray, high: FloatArray) -> BoolArray:
    inside: BoolArray = np.all((groups.min(axis=1) <= high) & (groups.max(axis=1) >= low), axis=1)
    return inside


def _along(edges: FloatArray, low: FloatArray, high: FloatArray) -> FloatArray:
    """Return points along edges, both ends and every millimetre within a box."""
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
    points: FloatArray = start[owner] + share[:, None] * along[owner]
    return np.unique(np.round(points, 7), axis=0)


def _to_triangles(points: FloatArray, triangles: FloatArray) -> FloatArray:
    """Return signed distances of points to the nearest of some triangles, negative behind it, shape (N,).

    Of triangles that are equally near, at an edge or a corner, the one seen most squarely tells the side.
    """
    normals = np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0])
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    height = np.einsum("ptk,tk->pt", points[:, None] - triangles[None, :, 0], normals)
    foot = points[:, None] - height[..., None] * normals
    inside = np.ones(height.shape, dtype=bool)
    squared = np.full(height.shape, np.inf)
    for corner in range(3):
        a, b = triangles[:, corner], triangles[:, (corner + 1) % 3]
        edge = b - a
        inside &= np.einsum("ptk,tk->pt", foot - a, np.cross(normals, edge)) >= 0
        offset = points[:, None] - a
        share = np.clip(np.einsum("ptk,tk->pt", offset, edge) / np.einsum("tk,tk->t", edge, edge), 0.0, 1.0)
        apart = offset - share[..., None] * edge
        squared = np.minimum(squared, np.einsum("ptk,ptk->pt", apart, apart))
    distance = np.where(inside, np.abs(height), np.sqrt(squared))
    nearest = distance.min(axis=1)
    is_nearest = distance <= nearest[:, None] + 1e-7
    squarest = np.where(is_nearest, np.abs(height), -1.0).argmax(axis=1)
    side = np.sign(height[np.arange(len(points)), squarest])
    signed: FloatArray = np.where(side < 0, -nearest, nearest)
    return signed


@functools.lru_cache(maxsize=512)
def _surface_of(keyed: _Keyed) -> _Surface:
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    every = np.concatenate([part.mesh.vertices[part.mesh.faces.astype(np.int64)] for part in keyed.parts])
    areas = np.linalg.norm(np.cross(every[:, 1] - every[:, 0], every[:, 2] - every[:, 0]), axis=1) / 2
    every = every[areas > 1e-12]
    # What is doubled for the sake of shading is one corner here.
    rounded = np.round(every.reshape(-1, 3) / _WELD_M).astype(np.int64)
    _, corner = np.unique(rounded, axis=0, return_inverse=True)
    faces = corner.reshape(-1, 3)
    ends = np.sort(np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]]), axis=1)
    count = int(faces.max()) + 1
    graph = coo_matrix((np.ones(len(ends), dtype=np.int8), (ends[:, 0], ends[:, 1])), shape=(count, count))
    piece = connected_components(graph, directed=False)[1][faces[:, 0]]
    _, index, uses = np.unique(ends, axis=0, return_index=True, return_counts=True)
    is_open = np.zeros(int(piece.max()) + 1, dtype=bool)
    is_open[np.concatenate([piece, piece, piece])[index[uses % 2 == 1]]] = True
    places = np.concatenate([every[:, [0, 1]], every[:, [1, 2]], every[:, [2, 0]]])
    return _Surface(every, places[index], np.where(is_open[piece], -1 - piece, piece))
