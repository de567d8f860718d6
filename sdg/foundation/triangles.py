"""Triangles in space: how far a point is from them, and whether two sets of them cross."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sdg.foundation.arrays import BoolArray, FloatArray

_ROWS = 256


def distances_to_triangles_m(point: FloatArray, triangles: FloatArray) -> FloatArray:
    """Return the distance from a point to each triangle, shape (T, 3, 3): to its plane inside, else to its edges."""
    normals = np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0])
    length = np.linalg.norm(normals, axis=1)
    normals = normals / np.maximum(length, 1e-300)[:, None]
    height = np.einsum("ij,ij->i", point - triangles[:, 0], normals)
    foot = point - height[:, None] * normals
    inside = length > 0
    best = np.full(len(triangles), np.inf)
    for corner in range(3):
        a, b = triangles[:, corner], triangles[:, (corner + 1) % 3]
        edge = b - a
        inside &= np.einsum("ij,ij->i", np.cross(edge, foot - a), normals) >= 0
        squared = np.maximum(np.einsum("ij,ij->i", edge, edge), 1e-300)
        share = np.clip(np.einsum("ij,ij->i", point - a, edge) / squared, 0.0, 1.0)
        best = np.minimum(best, np.linalg.norm(point - (a + share[:, None] * edge), axis=1))
    return np.where(inside, np.abs(height), best)


def triangles_cross(first: FloatArray, second: FloatArray) -> bool:
    """Return whether any triangle of one set, shape (N, 3, 3), crosses one of another, shape (M, 3, 3).

    Two triangles cross where an edge of either passes through the other. Coplanar ones don't count.
    """
    for one, other in _near_pairs(first, second):
        for edges, faces in ((one, other), (other, one)):
            for corner in range(3):
                if segments_pass(edges[:, corner], edges[:, (corner + 1) % 3], faces).any():
                    return True
    return False


def _near_pairs(first: FloatArray, second: FloatArray) -> Iterator[tuple[FloatArray, FloatArray]]:
    """Yield batches of pairs of triangles whose boxes meet."""
    low, high = second.min(axis=1), second.max(axis=1)
    inside = (first.max(axis=1) >= low.min(axis=0)).all(axis=1) & (first.min(axis=1) <= high.max(axis=0)).all(axis=1)
    first = first[inside]
    if not len(first):
        return
    inside = (high >= first.min(axis=(0, 1))).all(axis=1) & (low <= first.max(axis=(0, 1))).all(axis=1)
    second, low, high = second[inside], low[inside], high[inside]
    for start in range(0, len(first), _ROWS):
        batch = first[start : start + _ROWS]
        near = np.ones((len(batch), len(second)), dtype=bool)
        for axis in range(3):
            near &= batch[:, :, axis].max(axis=1)[:, None] >= low[None, :, axis]
            near &= batch[:, :, axis].min(axis=1)[:, None] <= high[None, :, axis]
        rows, columns = np.nonzero(near)
        if len(rows):
            yield batch[rows], second[columns]


def segments_pass(start: FloatArray, end: FloatArray, faces: FloatArray) -> BoolArray:
    """Return which segments, shape (N, 3) each end, pass through their triangle, shape (N, 3, 3).

    One segment, shape (3,) each end, is held against every triangle.

    T. Möller and B. Trumbore, "Fast, minimum storage ray/triangle intersection", JGT 2(1), 1997; from both sides.
    """
    one, two = faces[:, 1] - faces[:, 0], faces[:, 2] - faces[:, 0]
    along = np.broadcast_to(end - start, one.shape)
    across = np.cross(along, two)
    determinant = np.einsum("ij,ij->i", one, across)
    scale = np.linalg.norm(along, axis=1) * np.linalg.norm(one, axis=1) * np.linalg.norm(two, axis=1)
    usable = np.abs(determinant) > 1e-12 * scale
    inverse = 1.0 / np.where(usable, determinant, 1.0)
    offset = start - faces[:, 0]
    u = np.einsum("ij,ij->i", offset, across) * inverse
    turned = np.cross(offset, one)
    v = np.einsum("ij,ij->i", along, turned) * inverse
    share = np.einsum("ij,ij->i", two, turned) * inverse
    passes: BoolArray = usable & (u >= 0) & (v >= 0) & (u + v <= 1) & (share >= 0) & (share <= 1)
    return passes
