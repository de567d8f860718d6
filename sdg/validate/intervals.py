"""Masks as runs of pixels: what an RLE says without ever being unrolled, so that size costs nothing.

A pixel's position is counted down the columns, as COCO does: x * height + y.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from sdg.foundation.arrays import FloatArray, IntArray

NumberArray: TypeAlias = npt.NDArray[np.integer[Any]]


@dataclass(frozen=True)
class Intervals:
    """Runs of the pixels of several masks, by ascending owner and start.

    Attributes:
        owner: Which mask each run belongs to, shape (R,), int64, as the next two.
        start: Its first position.
        stop: The position after its last; above `start`.
        count: How many masks there are; some may have no run.
    """

    owner: IntArray
    start: IntArray
    stop: IntArray
    count: int

    def areas(self) -> IntArray:
        """Return the number of pixels of each mask, shape (count,); the runs of one must not overlap."""
        return np.bincount(self.owner, self.stop - self.start, self.count).astype(np.int64)

    def boxes(self, heights: IntArray) -> FloatArray:
        """Return the tight box of each mask, (x, y, width, height) [px], shape (count, 4); NaN for an empty one.

        Args:
            heights: Height of each mask's picture [px], shape (count,).
        """
        boxes = np.full((self.count, 4), np.nan)
        if not len(self.owner):
            return boxes
        height = heights[self.owner]
        last = self.stop - 1
        left, top = np.divmod(self.start, height)
        right, bottom = np.divmod(last, height)
        # A run that goes on in the next column touches both the lower and the upper edge.
        wraps = right > left
        top = np.where(wraps, 0, top)
        bottom = np.where(wraps, height - 1, bottom)
        firsts = np.flatnonzero(np.diff(self.owner, prepend=-1))
        owners = self.owner[firsts]
        lasts = np.append(firsts[1:], len(self.owner)) - 1
        x, y = left[firsts], np.minimum.reduceat(top, firsts)
        boxes[owners, 0], boxes[owners, 1] = x, y
        boxes[owners, 2] = right[lasts] - x + 1
        boxes[owners, 3] = np.maximum.reduceat(bottom, firsts) - y + 1
        return boxes


def union(start: NumberArray, stop: NumberArray) -> tuple[NumberArray, NumberArray]:
    """Return the runs that cover the same positions and neither overlap nor touch, ascending.

    Args:
        start: First position of each run, shape (R,).
        stop: The position after its last, likewise; runs may overlap and come in any order.
    """
    if not len(start):
        return start, stop
    start, stop = np.sort(start), np.sort(stop)
    # A run begins anew where as many ended before as began.
    begins = np.flatnonzero(start[1:] > stop[:-1]) + 1
    return start[np.append(0, begins)], stop[np.append(begins, len(stop)) - 1]
