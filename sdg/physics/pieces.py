"""Convex pieces as MuJoCo takes them: none is flat, and boxes collide as boxes."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np

from sdg.foundation.arrays import FloatArray
from sdg.physics.convex import thickness_m, volume_m3

_BOX_SLACK_M = 1e-9
_THINNEST_M = 1e-3


@dataclass(frozen=True, eq=False)
class Piece:
    """A piece with a thickness.

    Attributes:
        corners_m: Points whose hull it is, shape (N, 3).
        middle_m, half_m: Of the box round it, shape (3,).
        is_box: Whether it is that box.
    """

    corners_m: FloatArray
    volume_m3: float
    thickness_m: float
    middle_m: FloatArray
    half_m: FloatArray
    is_box: bool


def prepared(points: FloatArray) -> Piece:
    """Return what the hull of points, shape (N, 3), is to MuJoCo; frame after frame it is the same."""
    return _of_bytes(points.tobytes())


@functools.lru_cache(maxsize=8192)
def _of_bytes(content: bytes) -> Piece:
    piece = _solid(np.frombuffer(content).reshape(-1, 3))
    low, high = piece.min(axis=0), piece.max(axis=0)
    middle, half = (low + high) / 2, (high - low) / 2
    return Piece(piece, volume_m3(piece), thickness_m(piece), middle, half, _is_box(piece, middle, half))


def _is_box(piece: FloatArray, middle: FloatArray, half: FloatArray) -> bool:
    """Return whether a piece is the whole box round it, so that boxes can collide as boxes."""
    if len(piece) != 8:
        return False
    signs = np.sign(piece - middle)
    is_corner = bool(np.all(np.abs(np.abs(piece - middle) - half) < _BOX_SLACK_M))
    return is_corner and len(np.unique(signs, axis=0)) == 8


def _solid(piece: FloatArray) -> FloatArray:
    """Return a piece with a thickness: what is flat gets a millimetre, half on either side."""
    middle = piece.mean(axis=0)
    _, _, axes = np.linalg.svd(piece - middle, full_matrices=len(piece) < 3)
    across = (piece - middle) @ axes.T
    flat = np.flatnonzero(across.max(axis=0) - across.min(axis=0) < _THINNEST_M / 10)
    for axis in flat:
        offset = axes[axis] * (_THINNEST_M / 2)
        piece = np.concatenate([piece - offset, piece + offset])
    return piece
