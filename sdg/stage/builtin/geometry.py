"""Triangle geometry in the making: pieces with normals and metre-scale texture coordinates, and how to join them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from sdg.foundation.arrays import FloatArray
from sdg.foundation.rows import distinct_rows

IndexArray: TypeAlias = npt.NDArray[np.int64]
Point = Sequence[float] | FloatArray

# For each axis, the directions of u and v on the faces that look along it. Walls have v up, so that what is printed
# or stacked in a texture stands upright; u x v is always the outward normal, so that normal maps keep their sign.
_UP = np.array([0.0, 0.0, 1.0])


@dataclass(frozen=True, eq=False)
class Geometry:
    """Triangles of one piece or of many, in metres.

    Attributes:
        vertices: shape (V, 3).
        faces: shape (F, 3), counter-clockwise seen from outside.
        normals: shape (V, 3), unit length, for shading.
        uvs: shape (V, 2), in metres unless said otherwise.
    """

    vertices: FloatArray
    faces: IndexArray
    normals: FloatArray
    uvs: FloatArray

    def moved(self, b_from_a: FloatArray) -> Geometry:
        """Return the geometry under a 4x4 transform that may scale but does not mirror."""
        linear = b_from_a[:3, :3]
        normals = self.normals @ np.linalg.inv(linear)
        return replace(
            self,
            vertices=self.vertices @ linear.T + b_from_a[:3, 3],
            normals=normals / np.linalg.norm(normals, axis=1, keepdims=True),
        )

    def shifted(self, x: float, y: float, z: float) -> Geometry:
        """Return the geometry moved by an offset [m]."""
        return replace(self, vertices=self.vertices + np.array([x, y, z]))

    def with_uv_offset(self, u: float, v: float) -> Geometry:
        """Return the geometry with its texture slid by (u, v), so that equal pieces look different."""
        return replace(self, uvs=self.uvs + np.array([u, v]))

    def with_uv_turn(self, quarters: int = 1) -> Geometry:
        """Return the geometry with its texture coordinates turned by quarters: after one, +u is where +v was."""
        uvs = self.uvs
        for _ in range(quarters % 4):
            uvs = np.stack([uvs[:, 1], -uvs[:, 0]], axis=1)
        return replace(self, uvs=uvs)

    def bounds(self) -> FloatArray:
        """Return the corners of the axis-aligned box, shape (2, 3) [m]."""
        return np.stack([self.vertices.min(axis=0), self.vertices.max(axis=0)])


def join(pieces: Iterable[Geometry]) -> Geometry:
    """Return many pieces as one; nothing is welded."""
    every = list(pieces)
    starts = np.cumsum([0, *(len(piece.vertices) for piece in every)])
    return Geometry(
        np.concatenate([piece.vertices for piece in every]),
        np.concatenate([piece.faces + start for piece, start in zip(every, starts[:-1], strict=True)]),
        np.concatenate([piece.normals for piece in every]),
        np.concatenate([piece.uvs for piece in every]),
    )


def subdivided(geometry: Geometry, longest_m: float) -> Geometry:
    """Return geometry in which every edge longer than `longest_m` is two; triangles stay joined along their edges."""
    faces, vertices = geometry.faces, geometry.vertices
    edges = np.sort(np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]]), axis=1)
    distinct = distinct_rows(edges)
    ends = distinct.rows
    long = np.linalg.norm(vertices[ends[:, 0]] - vertices[ends[:, 1]], axis=1) > longest_m
    middle = np.where(long, len(vertices) + np.cumsum(long) - 1, -1)[distinct.inverse].reshape(3, -1).T
    ends = ends[long]
    normals = geometry.normals[ends].sum(axis=1)
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    return Geometry(
        np.concatenate([vertices, vertices[ends].mean(axis=1)]),
        _split(faces, middle),
        np.concatenate([geometry.normals, normals]),
        np.concatenate([geometry.uvs, geometry.uvs[ends].mean(axis=1)]),
    )


def _split(faces: IndexArray, cuts: IndexArray) -> IndexArray:
    """Return triangles abc whose edges ab, bc, ca are cut at the given vertices, shape (F, 3) both; -1 is no cut."""
    is_cut = cuts >= 0
    count = is_cut.sum(axis=1)
    # Turn each triangle until ab is its only cut, or its only whole edge.
    odd = is_cut == (count == 1)[:, None]
    turn = np.where((count == 1) | (count == 2), odd.argmax(axis=1), 0)
    order = (np.arange(3) + turn[:, None]) % 3
    a, b, c = np.take_along_axis(faces, order, axis=1).T
    ab, bc, ca = np.take_along_axis(cuts, order, axis=1).T
    parts = {
        0: ((a, b, c),),
        1: ((a, ab, c), (ab, b, c)),
        2: ((a, b, bc), (a, bc, ca), (ca, bc, c)),
        3: ((a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca)),
    }
    split = np.full((len(faces), 4, 3), -1, dtype=np.int64)
    for cut, triangles in parts.items():
        for index, triangle in enumerate(triangles):
            split[count == cut, index] = np.stack(triangle, axis=1)[count == cut]
    return split[split[:, :, 0] >= 0]


def project_uvs(vertices: FloatArray, faces: IndexArray, normals: FloatArray, grain: int | None = None) -> Geometry:
    """Return geometry whose faces are mapped in metres from the axis that they look along most.

    Vertices shared by faces that look along different axes are split.

    Args:
        vertices: shape (V, 3) [m].
        faces: shape (F, 3).
        normals: shape (V, 3), unit length.
        grain: The axis along which the texture's u runs (wood grain follows a board); None keeps v upright.
    """
    source, side, split = split_by_side(vertices, faces)
    return Geometry(vertices[source], split, normals[source], metre_uvs(vertices[source], side, grain))


def split_by_side(vertices: FloatArray, faces: IndexArray) -> tuple[IndexArray, IndexArray, IndexArray]:
    """Return vertices split where faces look along different axes.

    Args:
        vertices: shape (V, 3) [m].
        faces: shape (F, 3).

    Returns:
        The vertex that each new one is taken from, shape (W,); its side, as for `metre_uvs`, shape (W,); and the faces
        of the new vertices, shape (F, 3).
    """
    corners = vertices[faces]
    facing = cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    # A hair's preference for lower axes decides 45 degree chamfers the same way everywhere.
    axis = np.argmax(np.abs(facing) * np.array([1.002, 1.001, 1.0]), axis=1)
    negative = np.take_along_axis(facing, axis[:, None], axis=1)[:, 0] < 0
    pairs, inverse = np.unique(faces * 6 + (axis * 2 + negative)[:, None], return_inverse=True)
    source, side = np.divmod(pairs, 6)
    return source, side, inverse.reshape(-1, 3)


def metre_uvs(vertices: FloatArray, side: IndexArray, grain: int | None = None) -> FloatArray:
    """Return texture coordinates in metres, shape (V, 2), of vertices seen along an axis.

    Args:
        vertices: shape (V, 3) [m].
        side: shape (V,), twice the axis that the surface looks along, plus one if it looks back along it.
        grain: As for `project_uvs`.
    """
    uvs: FloatArray = np.einsum("nij,nj->ni", _plane_axes(grain)[side], vertices)
    return uvs


@cache
def _plane_axes(grain: int | None) -> FloatArray:
    """Return the directions of u and v on each of the six sides, shape (6, 2, 3)."""
    return np.stack([_side_axes(side // 2, -1.0 if side % 2 else 1.0, grain) for side in range(6)])


def _side_axes(axis: int, sign: float, grain: int | None) -> FloatArray:
    normal = np.zeros(3)
    normal[axis] = sign
    if grain is not None and grain != axis:
        u = np.zeros(3)
        u[grain] = 1.0
        return np.stack([u, np.cross(normal, u)])
    if axis == 2:
        return np.array([[1.0, 0.0, 0.0], [0.0, sign, 0.0]])
    return np.stack([np.cross(_UP, normal), _UP])


def cross(a: FloatArray, b: FloatArray) -> FloatArray:
    """Return cross products over the last axis; `np.cross` takes several times as long on small arrays."""
    ax, ay, az = a[..., 0], a[..., 1], a[..., 2]
    bx, by, bz = b[..., 0], b[..., 1], b[..., 2]
    return np.stack([ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx], axis=-1)


def frame_along(start: Point, end: Point, up: Point = (0.0, 0.0, 1.0)) -> FloatArray:
    """Return the 4x4 whose x axis runs from `start` towards `end`, with its z axis as near to `up` as may be."""
    origin = np.asarray(start, dtype=np.float64)
    x = np.asarray(end, dtype=np.float64) - origin
    x /= np.linalg.norm(x)
    y = cross(np.asarray(up, dtype=np.float64), x)
    if float(np.linalg.norm(y)) < 1e-6:
        y = cross(np.array([0.0, 1.0, 0.0]), x)
    y /= np.linalg.norm(y)
    matrix = np.eye(4)
    matrix[:3, 0], matrix[:3, 1], matrix[:3, 2], matrix[:3, 3] = x, y, cross(x, y), origin
    return matrix
