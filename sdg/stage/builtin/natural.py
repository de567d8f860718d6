"""Families whose size goes by their numbers: what is built has the size that it has."""

from __future__ import annotations

from collections.abc import Iterable

from sdg.foundation.arrays import Vec3
from sdg.stage.builtin.assembly import Piece
from sdg.stage.builtin.geometry import join


def natural_size_m(pieces: Iterable[Piece]) -> Vec3:
    """Return the extent of pieces, to a tenth of a millimetre [m]."""
    low, high = join(piece.geometry for piece in pieces).bounds()
    x, y, z = (round(float(extent), 4) for extent in high - low)
    return (x, y, z)
