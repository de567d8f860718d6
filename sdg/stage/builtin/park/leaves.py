"""Leaves by the thousand: folded along the midrib, all at once."""

from __future__ import annotations

import numpy as np

from sdg.foundation.arrays import FloatArray
from sdg.stage.builtin.draws import Draws
from sdg.stage.builtin.geometry import Geometry
from sdg.stage.builtin.park.limbs import unit

# How far a leaf's shading follows the crown instead of the leaf itself: a crown of flat leaves glitters.
_CROWN_SHARE = 0.43


def leaves(
    places_m: FloatArray,
    along: FloatArray,
    outward: FloatArray,
    lengths_m: FloatArray,
    draws: Draws,
    *,
    slender: float = 0.55,
    fold: float = 0.09,
) -> Geometry:
    """Return leaves of two triangles each.

    Args:
        places_m: Their stalks' ends, shape (N, 3).
        along: Unit, from stalk to tip, shape (N, 3).
        outward: Unit, the way the crown faces there, shape (N, 3).
        lengths_m: shape (N,).
        draws: Of how each is turned about its midrib.
        slender: Width as a share of the length.
        fold: How far both halves rise above the midrib, as a share of the length.
    """
    count = len(places_m)
    facing = outward + 0.9 * draws.directions(count)
    facing = unit(facing - np.einsum("ij,ij->i", facing, along)[:, None] * along)
    facing *= np.where(np.einsum("ij,ij->i", facing, outward) < 0, -1.0, 1.0)[:, None]
    across = np.cross(facing, along)
    size = lengths_m[:, None]
    foot, tip = places_m, places_m + along * size
    belly = places_m + along * (0.42 * size) + facing * (fold * size)
    left, right = belly + across * (0.5 * slender * size), belly - across * (0.5 * slender * size)
    vertices = np.stack([foot, right, tip, foot, tip, left], axis=1)
    normals = unit(_CROWN_SHARE * outward + (1 - _CROWN_SHARE) * facing)
    # Seen from its face, the leaf's tip is up and its right half at the right.
    half = 0.5 * slender
    shape = np.array([[0.0, 0.0], [half, 0.42], [0.0, 1.0], [0.0, 0.0], [0.0, 1.0], [-half, 0.42]])
    uvs = shape[None] * size[:, :, None] + draws.uniform(0.0, 4.0, count, 1, 2)
    return Geometry(
        vertices.reshape(-1, 3),
        np.arange(6 * count).reshape(-1, 3),
        np.repeat(normals, 6, axis=0),
        uvs.reshape(-1, 2),
    )
