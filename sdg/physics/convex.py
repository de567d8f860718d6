"""Convex pieces of triangle meshes: what may collide as its hull, and what has to be taken apart.

Points are of shape (N, 3), float64 [m].
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sdg.foundation.arrays import FloatArray, UInt32Array
from sdg.foundation.connected import triangles_by_piece
from sdg.foundation.rows import distinct_rows

# A hull may lie so far off the surface that it stands for: half of what is called floating.
FLUSH_M = 0.001
_WELD_M = 1e-6
_BATCH = 256
_DEPTH_SLACK_M = 1e-5


def hull_corners(points: FloatArray) -> FloatArray:
    """Return the corners of the convex hull of points, sorted; what is flat keeps every point."""
    from scipy.spatial import ConvexHull, QhullError

    unique = distinct_rows(points).rows
    try:
        corners: FloatArray = unique[np.sort(ConvexHull(unique).vertices)]
    except (QhullError, ValueError):
        return unique
    return corners


def depth_m(vertices: FloatArray, faces: UInt32Array) -> float:
    """Return how deep the deepest vertex or middle of a triangle lies inside the hull of all; 0 where they are flat.

    It may be a hundredth of a millimetre too little.
    """
    from scipy.spatial import ConvexHull, QhullError, cKDTree

    try:
        hull = ConvexHull(vertices)
    except (QhullError, ValueError):
        return 0.0
    # The bore of a ring has all its vertices on the ring's ends; its middle gives it away.
    points = np.concatenate([vertices, vertices[faces].mean(axis=1)])
    # No point lies deeper than below the side nearest to it; most lie on that.
    _, near = cKDTree(hull.points[hull.simplices].mean(axis=1)).query(points)
    nearest = hull.equations[near]
    at_most = -(np.einsum("nk,nk->n", points, nearest[:, :3]) + nearest[:, 3])
    order = np.argsort(-at_most, kind="stable")
    # A hull has many triangles on few planes.
    planes = distinct_rows(np.round(hull.equations, 9)).rows
    deepest = 0.0
    for start in range(0, len(points), _BATCH):
        batch = order[start : start + _BATCH]
        if at_most[batch[0]] <= deepest + _DEPTH_SLACK_M:
            break
        inside = -(points[batch] @ planes[:, :3].T + planes[:, 3])
        deepest = max(deepest, float(inside.min(axis=1).max()))
    return deepest


def is_closed(faces: UInt32Array) -> bool:
    """Return whether every edge of welded triangles belongs to two of them."""
    edges = np.sort(np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]]), axis=1)
    return bool((np.unique(edges, axis=0, return_counts=True)[1] == 2).all())


def volume_m3(points: FloatArray) -> float:
    """Return the volume of the convex hull of points; 0 where they are flat [m3]."""
    from scipy.spatial import ConvexHull, QhullError

    try:
        return float(ConvexHull(points).volume)
    except (QhullError, ValueError):
        return 0.0


def thickness_m(points: FloatArray) -> float:
    """Return how far apart two parallel planes are at least that hold points between them; 0 where they are flat [m].

    One of the planes is taken to hold a face of the hull; with two that hold an edge each it may be a little less.
    """
    from scipy.spatial import ConvexHull, QhullError

    try:
        planes = ConvexHull(points).equations
    except (QhullError, ValueError):
        return 0.0
    # Planes of a round hull are many: a part of its points rules out most.
    planes = distinct_rows(np.round(planes, 9)).rows
    some = points[:: max(1, len(points) // _BATCH)]
    at_least = -(some @ planes[:, :3].T + planes[:, 3]).min(axis=0)
    order = np.argsort(at_least, kind="stable")
    least = np.inf
    for start in range(0, len(order), _BATCH):
        batch = order[start : start + _BATCH]
        if at_least[batch[0]] >= least:
            break
        widths = -(points @ planes[batch, :3].T + planes[batch, 3]).min(axis=0)
        least = min(least, float(widths.min()))
    return least


def connected_pieces(vertices: FloatArray, faces: UInt32Array) -> Iterator[tuple[FloatArray, UInt32Array]]:
    """Yield vertices and faces of each piece that hangs together, in the order of their first faces.

    Vertices are doubled where normals or texture coordinates break; they are welded first.
    """
    welded = distinct_rows(np.round(vertices / _WELD_M).astype(np.int64))
    corners = welded.inverse[faces]
    order, starts = triangles_by_piece(corners)
    for group in sorted(np.split(order, starts[1:]), key=lambda group: int(group[0])):
        own = corners[group]
        used, renumbered = np.unique(own, return_inverse=True)
        yield vertices[welded.first[used]], renumbered.reshape(-1, 3).astype(np.uint32)


def is_within(points: FloatArray, hull: FloatArray) -> bool:
    """Return whether points lie in the hull of others, or no farther outside than counts as flush."""
    from scipy.spatial import ConvexHull, QhullError

    try:
        planes = ConvexHull(hull).equations
    except (QhullError, ValueError):
        return False
    return bool((points @ planes[:, :3].T + planes[:, 3]).max() <= FLUSH_M)
