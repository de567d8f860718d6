"""How far an upright prism is from triangles, and whether a point lies within matter."""

from __future__ import annotations

import numpy as np

from sdg.foundation.arrays import FloatArray

_PARALLEL = 1e-12


def prism_gap_m(polygon: FloatArray, bottom_m: float, top_m: float, triangles: FloatArray, reach_m: float) -> float:
    """Return the least gap between a prism and triangles along any axis that may separate them.

    Negative where they overlap, and at most the true distance: a demand for clearance is met, if anything, generously.

    Args:
        polygon: Its convex outline, shape (N, 2).
        bottom_m: From where it reaches in height.
        top_m: To where.
        triangles: shape (T, 3, 3).
        reach_m: Triangles beyond this distance don't count; inf is returned if none is nearer.

    S. Gottschalk, M. Lin, D. Manocha, "OBBTree", SIGGRAPH 1996, section 5, has the axes for boxes.
    """
    low = np.array([*polygon.min(axis=0), bottom_m]) - reach_m
    high = np.array([*polygon.max(axis=0), top_m]) + reach_m
    near = (triangles.min(axis=1) <= high).all(axis=1) & (triangles.max(axis=1) >= low).all(axis=1)
    if not near.any():
        return float("inf")
    return float(_gaps_m(polygon, bottom_m, top_m, triangles[near]).min())


def _gaps_m(polygon: FloatArray, bottom_m: float, top_m: float, triangles: FloatArray) -> FloatArray:
    """Return the gap to each triangle, shape (T,), by the separating axis theorem."""
    corners = np.concatenate([np.c_[polygon, np.full(len(polygon), z)] for z in (bottom_m, top_m)])
    up = np.array([[0.0, 0.0, 1.0]])
    rims = np.c_[np.roll(polygon, -1, axis=0) - polygon, np.zeros(len(polygon))]
    edges = np.concatenate([rims, up])
    faces = np.concatenate([np.cross(rims, up), up])
    sides = np.roll(triangles, -1, axis=1) - triangles
    normals = np.cross(sides[:, 0], sides[:, 1])[:, None]
    across = np.cross(edges[None, :, None], sides[:, None]).reshape(len(triangles), -1, 3)
    axes = np.concatenate([np.broadcast_to(faces, (len(triangles), *faces.shape)), normals, across], axis=1)
    length = np.linalg.norm(axes, axis=2, keepdims=True)
    axes = axes / np.maximum(length, _PARALLEL)
    own = axes @ corners.T
    other = np.einsum("tkc,tvc->tkv", axes, triangles)
    gaps = np.maximum(other.min(axis=2) - own.max(axis=2), own.min(axis=2) - other.max(axis=2))
    # Parallel edges have no axis across them.
    widest: FloatArray = np.where(length[..., 0] > _PARALLEL, gaps, -np.inf).max(axis=1)
    return widest


def winding(point: FloatArray, triangles: FloatArray) -> float:
    """Return how often closed surfaces, shape (T, 3, 3), go round a point: 1 inside one whose faces look outwards.

    A. Van Oosterom and J. Strackee, "The solid angle of a plane triangle", IEEE Trans. Biomed. Eng. 30(2), 1983.
    """
    a, b, c = (triangles[:, corner] - point for corner in range(3))
    la, lb, lc = (np.linalg.norm(side, axis=1) for side in (a, b, c))
    volume = np.einsum("ij,ij->i", a, np.cross(b, c))
    dots = (np.einsum("ij,ij->i", one, two) for one, two in ((a, b), (b, c), (c, a)))
    ab, bc, ca = dots
    angles = 2.0 * np.arctan2(volume, la * lb * lc + ab * lc + bc * la + ca * lb)
    return float(angles.sum() / (4.0 * np.pi))
