"""Measured depth, and why pixels have none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sdg.foundation.arrays import BoolArray, Float32Array


@dataclass(frozen=True, eq=False)
class Measured:
    """What a depth sensor measured.

    Attributes:
        depth_m: shape (H, W), float32 [m]; inf where it measured nothing.
        losses: Pixels that show something and were not measured, by reason; each counts once.
    """

    depth_m: Float32Array
    losses: Mapping[str, int]


class Survivors:
    """The pixels that are measured; counts those that are not, by the first reason of each."""

    def __init__(self, hit: BoolArray) -> None:
        self._left = hit.copy()
        self.losses: dict[str, int] = {}

    def require(self, reason: str, fine: npt.NDArray[np.bool_]) -> None:
        """Drop the pixels that are not fine, shape (H, W), for a reason."""
        self.losses[reason] = int(np.count_nonzero(self._left & ~fine))
        self._left &= fine

    def of(self, depth_m: Float32Array) -> Float32Array:
        """Return depth with inf where pixels were dropped."""
        return np.where(self._left, depth_m, np.float32(np.inf))
