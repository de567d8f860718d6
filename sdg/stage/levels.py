"""Where things may stand on a mesh from a file, which says nothing about it itself."""

from __future__ import annotations

import numpy as np

from sdg.stage.asset import Asset, Surface

_LEVEL_COSINE = 0.9995
_BIN_M = 0.005


def level_surfaces(asset: Asset) -> tuple[Surface, ...]:
    """Return the largest level, upward-facing area of an asset, as `floor` and as `top`; nothing if it has none.

    Its rectangle is the box round that area. Free above it is what lies between it and the asset's highest point,
    or everything if it is the highest.
    """
    triangles = np.concatenate([part.mesh.vertices[part.mesh.faces] for part in asset.parts])
    normals = np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0]) / 2
    areas = np.linalg.norm(normals, axis=1)
    is_level = (areas > 0) & (normals[:, 2] >= _LEVEL_COSINE * areas)
    if not is_level.any():
        return ()
    triangles, areas = triangles[is_level], areas[is_level]
    bins = np.round(triangles[:, :, 2].mean(axis=1) / _BIN_M).astype(np.int64)
    heights, group = np.unique(bins, return_inverse=True)
    largest = int(np.argmax(np.bincount(group.reshape(-1), weights=areas, minlength=len(heights))))
    corners = triangles[group.reshape(-1) == largest].reshape(-1, 3)
    (x0, y0, _), (x1, y1, height) = corners.min(axis=0), corners.max(axis=0)
    above = float(asset.bounds_m[1, 2]) - float(height)
    clear = above if above > _BIN_M else float("inf")
    low, high = (float(x0), float(y0)), (float(x1), float(y1))
    return tuple(Surface(name, low, high, float(height), clear) for name in ("floor", "top"))
