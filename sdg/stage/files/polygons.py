"""Polygons to triangles."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from sdg.foundation.arrays import FloatArray

IndexArray: TypeAlias = npt.NDArray[np.int64]

# A corner may turn the wrong way by this much, relative to the polygon's area, before it counts as reflex:
# a quad that is merely bent stays a fan.
_REFLEX_TOLERANCE = 1e-6


def triangulate(points: FloatArray, counts: IndexArray, indices: IndexArray) -> tuple[IndexArray, IndexArray]:
    """Split polygons into triangles: fans where convex, ears cut off one by one where not.

    Args:
        points: Vertices, shape (V, 3).
        counts: Corners of each polygon, shape (P,); polygons of fewer than three are left out.
        indices: Vertex of each corner, polygon after polygon, shape (C,).

    Returns:
        Triangles as indices into the corners, shape (F, 3), and the polygon each came from, shape (F,); in the
        polygons' order.
    """
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]]).astype(np.int64)
    corners: list[IndexArray] = []
    owners: list[IndexArray] = []
    for count in np.unique(counts[counts >= 3]):
        polygons = np.flatnonzero(counts == count)
        corner = starts[polygons][:, None] + np.arange(count)
        if count == 3:
            corners.append(corner)
            owners.append(polygons)
            continue
        turns = _turns(points[indices[corner]])
        reflex = turns.min(axis=1) < -_REFLEX_TOLERANCE
        if count == 4:
            # The diagonal from a reflex corner lies inside the quad.
            first = np.where(reflex, turns.argmin(axis=1), 0)
            corner = np.take_along_axis(corner, (first[:, None] + np.arange(4)) % 4, axis=1)
            reflex[:] = False
        convex = corner[~reflex]
        fan = np.stack([np.repeat(convex[:, :1], count - 2, axis=1), convex[:, 1:-1], convex[:, 2:]], axis=-1)
        corners.append(fan.reshape(-1, 3))
        owners.append(np.repeat(polygons[~reflex], count - 2))
        for polygon, ring in zip(polygons[reflex], corner[reflex], strict=True):
            ears = ring[_cut_ears(points[indices[ring]])]
            corners.append(ears)
            owners.append(np.full(len(ears), polygon))
    if not corners:
        return np.empty((0, 3), np.int64), np.empty(0, np.int64)
    owner = np.concatenate(owners).astype(np.int64)
    order = np.argsort(owner, kind="stable")
    return np.concatenate(corners)[order], owner[order]


def _turns(rings: FloatArray) -> FloatArray:
    """Return how far each corner turns with its polygon, relative to the area, shape (P, N); negative is reflex."""
    following = np.roll(rings, -1, axis=1)
    area = np.cross(rings - rings[:, :1], following - rings[:, :1]).sum(axis=1)
    turn = np.cross(rings - np.roll(rings, 1, axis=1), following - rings)
    squared = np.maximum(np.einsum("pk,pk->p", area, area), np.finfo(np.float64).tiny)
    turned: FloatArray = np.einsum("pnk,pk->pn", turn, area) / squared[:, None]
    return turned


def _cut_ears(ring: FloatArray) -> IndexArray:
    """Triangulate one simple polygon, shape (N, 3), by cutting ears; returns indices into it, shape (N - 2, 3)."""
    area = np.cross(ring - ring[0], np.roll(ring, -1, axis=0) - ring[0]).sum(axis=0)
    drop = int(np.argmax(np.abs(area)))
    first, second = ((drop + 1) % 3, (drop + 2) % 3) if area[drop] > 0 else ((drop + 2) % 3, (drop + 1) % 3)
    flat = ring[:, [first, second]]
    left = list(range(len(ring)))
    triangles: list[tuple[int, int, int]] = []
    while len(left) > 3:
        # A polygon that crosses itself may have no ear left; then the first corner is cut, so that this ends.
        at = next((i for i in range(len(left)) if _is_ear(flat, left, i)), 0)
        triangles.append((left[at - 1], left[at], left[(at + 1) % len(left)]))
        del left[at]
    triangles.append((left[0], left[1], left[2]))
    return np.array(triangles, np.int64)


def _is_ear(flat: FloatArray, left: list[int], at: int) -> bool:
    a, b, c = flat[left[at - 1]], flat[left[at]], flat[left[(at + 1) % len(left)]]
    if _side(a, b, c[None])[0] <= 0:
        return False
    others = flat[[i for i in left if i not in (left[at - 1], left[at], left[(at + 1) % len(left)])]]
    inside = (_side(a, b, others) >= 0) & (_side(b, c, others) >= 0) & (_side(c, a, others) >= 0)
    # Rings that were joined by a seam visit a point twice; its twin does not block the ear.
    twin = np.array([any(np.array_equal(p, q) for q in (a, b, c)) for p in others], dtype=bool)
    return not bool(np.any(inside & ~twin))


def _side(start: FloatArray, end: FloatArray, points: FloatArray) -> FloatArray:
    edge, reach = end - start, points - start
    side: FloatArray = edge[0] * reach[:, 1] - edge[1] * reach[:, 0]
    return side
