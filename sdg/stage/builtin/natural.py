"""Families whose size goes by their numbers: what is built has the size that it has."""

from __future__ import annotations

from collections.abc import Iterable

from sdg.foundation.arrays import Vec3
from sdg.stage.builtin.assembly import Piece
from sdg.stage.builtin.geometry import join


def natural_size_m(pieces: Iterable[Piece], decimals: int = 4) -> Vec3:
    """Return the extent of pieces, to so many decimals of a metre [m]."""
    low, high = join(piece.geometry for piece in pieces).bounds()
    x, y, z = (round(float(extent), decimals) for extent in high - low)
    return (x, y, z)
