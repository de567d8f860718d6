"""Padded bodies: seats, backs and headrests."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sdg.foundation.arrays import FloatArray
from sdg.stage.builtin.geometry import Geometry, project_uvs
from sdg.stage.builtin.lofts import loft, rounded_outline

# Of a cushion's cross-section: share of the outline, and share of the thickness.
_PROFILE = ((0.05, 0.0), (0.5, 0.0), (0.9, 0.02), (0.98, 0.2), (1.0, 0.45), (0.97, 0.75), (0.88, 0.94))
_TOP = ((0.7, 1.0), (0.4, 1.015), (0.05, 1.02))


def cushion(
    width_m: float, depth_m: float, thickness_m: float, radius_m: float, bend: Callable[[FloatArray], FloatArray]
) -> Geometry:
    """Return a pad whose points `bend` moves into place.

    Args:
        width_m: Along x [m].
        depth_m: Along y [m].
        thickness_m: Along z, from 0 at its flat side to its bulging one [m].
        radius_m: Of its corners, seen from above [m].
        bend: From points of the flat pad, shape (..., 3), to their places; must keep its handedness.
    """
    outline = rounded_outline(width_m, depth_m, radius_m, steps=4)
    rings = []
    for share, height in (*_PROFILE, *_TOP):
        points = outline * share
        rings.append(np.concatenate([points, np.full((len(points), 1), height * thickness_m)], axis=1))
    body = loft(bend(np.stack(rings)), crease_deg=75.0)
    return project_uvs(body.vertices, body.faces, body.normals)
