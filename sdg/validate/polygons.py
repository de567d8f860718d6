"""Polygons to runs of pixels, many at once, pixel for pixel as pycocotools draws them.

The rule is that of `rleFrPoly` in cocodataset/cocoapi, common/maskApi.c: corners are rounded to fifths of a pixel,
edges are stepped along their longer axis, and where one passes the middle of a column it flips the pixels below. Only
those passages are computed here, none of the steps between.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sdg.foundation.arrays import FloatArray
from sdg.validate.columns import IntArray
from sdg.validate.intervals import union

_SCALE = 5
_MIDDLE = 2  # of the five steps of a pixel, the one whose end is its middle
_CLOSE = 1e-6
_FARTHEST = 1e7
SIDE_LIMIT = 1 << 20


@dataclass(frozen=True)
class Polygons:
    """Closed polygons.

    Attributes:
        corners: (x, y) [px] of all, one after another, shape (C, 2), float64; finite.
        firsts: Index of each polygon's first corner, shape (P,), int64; each has at least one.
        owner: Which mask each belongs to, ascending, shape (P,), int64.
        widths, heights: Of its mask's picture [px], below `SIDE_LIMIT`, shape (P,), int64.
    """

    corners: FloatArray
    firsts: IntArray
    owner: IntArray
    widths: IntArray
    heights: IntArray

    @cached_property
    def sizes(self) -> IntArray:
        """How many corners each has."""
        return np.diff(np.append(self.firsts, len(self.corners)))

    def areas(self) -> FloatArray:
        """Return the area of each by the shoelace formula [px²], shape (P,)."""
        x, y = self.corners.T
        after = self.following
        return np.abs(np.add.reduceat(x * y[after] - x[after] * y, self.firsts)) / 2

    def bounds(self) -> FloatArray:
        """Return (left, top, right, bottom) of each [px], shape (P, 4)."""
        low = np.minimum.reduceat(self.corners, self.firsts)
        return np.concatenate([low, np.maximum.reduceat(self.corners, self.firsts)], axis=1)

    def passages(self) -> IntArray:
        """Return an upper bound of how often the edges of each pass the middle of a column of its picture."""
        sizes = self.sizes
        x = np.clip(self.corners[:, 0], 0.0, np.repeat(self.widths, sizes))
        return np.add.reduceat(np.abs(x - x[self.following]).astype(np.int64) + 1, self.firsts)

    @cached_property
    def bits(self) -> tuple[int, int]:
        """How many bits hold a row of any picture, and how many a column before it."""
        row_bits = int(self.heights.max()).bit_length()
        return row_bits, row_bits + int(self.widths.max()).bit_length()

    @cached_property
    def following(self) -> IntArray:
        """Index of the corner after each, round the polygon."""
        after = np.arange(1, len(self.corners) + 1)
        after[self.firsts + self.sizes - 1] = self.firsts
        return after


def areas_and_boxes(polygons: Polygons, count: int) -> tuple[IntArray, FloatArray]:
    """Draw `count` masks, of which one of several polygons is their union.

    Returns:
        Pixels of each mask, shape (count,); and its tight box (x, y, width, height) [px], shape (count, 4), NaN where
        it is empty.
    """
    # Each passage flips all pixels of its column from there down: between the first and the second lies a run.
    row_bits, place_bits = polygons.bits
    key = np.concatenate(_passages(polygons))
    key.sort()
    start, stop = key[0::2], key[1::2]
    filled = stop > start
    if not filled.all():
        start, stop = start[filled], stop[filled]
    areas, boxes = np.zeros(count, dtype=np.int64), np.full((count, 4), np.nan)
    if not len(start):
        return areas, boxes
    owner = polygons.owner[start >> place_bits]
    firsts = np.flatnonzero(np.diff(owner, prepend=-1))
    owners = owner[firsts]
    length = stop - start
    areas[owners] = np.add.reduceat(length, firsts, dtype=np.int64)
    place = start & ((1 << place_bits) - 1)
    row = start & ((1 << row_bits) - 1)
    left = np.minimum.reduceat(place, firsts) >> row_bits
    top = np.minimum.reduceat(row, firsts)
    boxes[owners, 0], boxes[owners, 1] = left, top
    boxes[owners, 2] = (np.maximum.reduceat(place, firsts) >> row_bits) - left + 1
    boxes[owners, 3] = np.maximum.reduceat(row + length, firsts) - top
    # Pixels that several polygons of a mask share were counted more than once.
    several = np.zeros(count, dtype=bool)
    several[polygons.owner[1:][polygons.owner[1:] == polygons.owner[:-1]]] = True
    shared = np.flatnonzero(several[owner])
    if len(shared):
        joined = union(owner[shared], place[shared], place[shared] + length[shared], count)
        areas[several] = joined.areas()[several]
    return areas, boxes


def _passages(polygons: Polygons) -> list[IntArray]:
    """Return every passage of an edge past a column's middle, as polygon, column and row in one number (see `bits`)."""
    row_bits, place_bits = polygons.bits
    # What fits into 32 bits is sorted in half the time.
    numbers = np.dtype(np.int32 if place_bits + len(polygons.firsts).bit_length() < 32 else np.int64)
    # What lies far outside would overflow; it passes no column of the picture, or above or below all of its rows.
    scaled = np.trunc(_SCALE * np.clip(polygons.corners, -_FARTHEST, _FARTHEST) + 0.5)
    after = polygons.following
    xs, ys = scaled.T
    xe, ye = xs[after], ys[after]
    flat = np.abs(xe - xs) >= np.abs(ye - ys)
    # Edges are stepped from their lower end along the longer axis.
    flip = np.where(flat, xs > xe, ys > ye)
    xs, xe = np.where(flip, xe, xs), np.where(flip, xs, xe)
    ys, ye = np.where(flip, ye, ys), np.where(flip, ys, ye)
    whose = np.repeat(np.arange(len(polygons.firsts)), polygons.sizes)
    first = np.maximum(np.ceil((np.minimum(xs, xe) - _MIDDLE) / _SCALE), 0.0)
    last = np.minimum(np.floor((np.maximum(xs, xe) - 1 - _MIDDLE) / _SCALE), polygons.widths[whose] - 1)
    number = np.maximum(last - first + 1, 0.0).astype(np.int64)
    heights = polygons.heights[whose]
    alike = bool((heights == heights[0]).all())
    keys = []
    for chosen, levels in ((flat & (number > 0), _levels_of_flat), (~flat & (number > 0), _levels_of_steep)):
        edge = np.flatnonzero(chosen)
        times = number[edge]
        if not len(edge):
            continue
        ends = np.cumsum(times)
        column = np.repeat(first[edge].astype(np.int64) - ends + times, times) + np.arange(ends[-1])
        level = levels(column * _SCALE + _MIDDLE, xs[edge], ys[edge], xe[edge], ye[edge], times)
        # ceil((level + 0.5) / 5 - 0.5), within the picture
        row = np.maximum((level + 2) // _SCALE, 0)
        height = np.int64(heights[0]) if alike else np.repeat(heights[edge], times)
        np.minimum(row, height, out=row)
        key = row.astype(numbers, copy=False)
        key += column.astype(numbers, copy=False) << row_bits
        key += np.repeat((whose[edge] << place_bits).astype(numbers, copy=False), times)
        keys.append(key)
    return keys or [np.zeros(0, dtype=numbers)]


def _levels_of_flat(
    line: IntArray, xs: FloatArray, ys: FloatArray, xe: FloatArray, ye: FloatArray, times: IntArray
) -> IntArray:
    slope = (ye - ys) / (xe - xs)
    # Of the two steps beside the middle the upper one counts: the second where the edge rises.
    shift = np.where(slope < 0, 1 - xs, -xs)
    height = np.repeat(slope, times) * (line + np.repeat(shift, times)) + np.repeat(ys, times)
    return np.asarray(height + 0.5, dtype=np.int64)


def _levels_of_steep(
    line: IntArray, xs: FloatArray, ys: FloatArray, xe: FloatArray, ye: FloatArray, times: IntArray
) -> IntArray:
    slope = (xe - xs) / (ye - ys)
    rise, base = np.repeat(slope, times), np.repeat(xs, times)
    ideal = (line + (0.5 - base)) / rise
    # The last step on the near side.
    step = np.floor(ideal)
    # Where that hangs on a rounding, the steps decide, rounded as they are drawn.
    close = np.flatnonzero(np.abs(ideal - step - 0.5) > 0.5 - _CLOSE)
    if len(close):
        nearest = np.rint(ideal[close])
        passed = (base[close] + rise[close] * nearest + 0.5).astype(np.int64) > line[close]
        step[close] = np.where(passed == (rise[close] > 0), nearest - 1, nearest)
    step += np.repeat(ys, times)
    return np.asarray(step, dtype=np.int64)
