"""Where the edges of polygons pass the middles of a picture's columns, as pycocotools steps along them.

The rule is that of `rleFrPoly` in cocodataset/cocoapi, common/maskApi.c: corners are rounded to fifths of a pixel,
edges are stepped along their longer axis, and where one passes the middle of a column it flips the pixels below. Only
those passages are computed here, none of the steps between.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from sdg.foundation.arrays import BoolArray, FloatArray, IntArray

_SCALE = 5
_MIDDLE = 2  # of the five steps of a pixel, the one whose end is its middle
_CLOSE = 1e-6
_FARTHEST = 1e7

StepArray: TypeAlias = npt.NDArray[np.int32]
KeyArray: TypeAlias = npt.NDArray[np.unsignedinteger[Any]]


@dataclass(frozen=True)
class Edges:
    """Edges of polygons, in fifths of a pixel; arrays have one entry per edge.

    Attributes:
        x, y: The end that is lower along the longer axis, int32.
        across, down: From one end to the other, int32; both seen from the same end.
        flat: Whether the longer axis is x.
        column: The first column whose middle is passed, int64.
        times: How many are, int64.
    """

    x: StepArray
    y: StepArray
    across: StepArray
    down: StepArray
    flat: BoolArray
    column: IntArray
    times: IntArray


def edges_between(corners_px: FloatArray, following: IntArray, widths: IntArray) -> Edges:
    """Return the edge from each corner to the one after it.

    Args:
        corners_px: x and y, shape (2, C); finite.
        following: Index of the corner after each.
        widths: Of each corner's picture [px], shape (C,), or of all, shape ().
    """
    x, y = _steps(corners_px)
    across, down = x[following] - x, y[following] - y
    flat = np.abs(across) >= np.abs(down)
    # Edges are stepped from their lower end along the longer axis.
    backwards = np.where(flat, across, down) < 0
    cell = np.minimum(np.maximum((x + _MIDDLE) // _SCALE, 0), widths)
    next_cell = cell[following]
    return Edges(
        x + across * backwards,
        y + down * backwards,
        across,
        down,
        flat,
        np.minimum(cell, next_cell).astype(np.int64),
        np.abs(next_cell - cell).astype(np.int64),
    )


def _steps(corners_px: FloatArray) -> StepArray:
    # What lies far outside would overflow; it passes no column of the picture, or above or below all of its rows.
    if corners_px.min() < -_FARTHEST or corners_px.max() > _FARTHEST:
        corners_px = np.clip(corners_px, -_FARTHEST, _FARTHEST)
    return (_SCALE * corners_px + 0.5).astype(np.int32)


@dataclass(frozen=True)
class Places:
    """How a polygon, a column and a row share the bits of one number; columns and rows are those of any picture."""

    row_bits: int
    column_bits: int

    @property
    def bits(self) -> int:
        """How many bits a column and a row take."""
        return self.row_bits + self.column_bits

    def kind(self, count: int) -> type[np.unsignedinteger[Any]]:
        """Return the numbers to use for so many polygons: what fits into 32 bits is sorted in half the time."""
        return np.uint32 if self.bits + count.bit_length() <= 32 else np.uint64


class Slopes:
    """What `passages` needs of each edge, so that it is one line for flat edges and steep ones.

    Where an edge passes a column's middle its step is `slope * (offset + 5 * column) + base + 0.5`, cut to a whole
    number. A flat edge is stepped along x: of the two steps beside the middle the upper one counts, the second where
    the edge rises. A steep one is stepped along y: the last step on the near side counts.
    """

    def __init__(self, edges: Edges) -> None:
        with np.errstate(divide="ignore", invalid="ignore"):  # vertical edges pass no middle
            self.slope = edges.down / edges.across
        later = np.where(edges.flat, (self.slope < 0).astype(np.float64), 0.5)
        self.offset = later + (_MIDDLE - edges.x)
        self.base = edges.y - np.where(edges.flat, 0.0, 0.5)


def passages(
    edges: Edges, slopes: Slopes, chosen: slice, whose: IntArray, heights: IntArray, places: Places
) -> KeyArray:
    """Return every passage of the chosen edges past a column's middle, as polygon, column and row in one number.

    Args:
        edges: Of all polygons.
        slopes: Of these edges.
        chosen: Which edges.
        whose: The polygon of each chosen edge, counted from 0.
        heights: Of each chosen edge's picture [px], or of all, shape ().
        places: How many bits columns and rows take.
    """
    times, column = edges.times[chosen], edges.column[chosen]
    ends = np.cumsum(times)
    total = int(ends[-1])
    kind = places.kind(int(whose[-1]) + 1)
    lead = column - ends + times  # what makes a column of the passage's number
    key: KeyArray = np.arange(total, dtype=kind)
    along = np.repeat(slopes.offset[chosen] + _SCALE * lead, times)
    along += np.arange(0, _SCALE * total, _SCALE, dtype=np.float64)
    level = np.repeat(slopes.slope[chosen], times)
    level *= along
    base = np.repeat(slopes.base[chosen], times)
    level += base
    level += 0.5
    # Where a steep edge's step hangs on a rounding, the steps decide, rounded as they are drawn.
    nearest = np.rint(level)
    np.subtract(level, nearest, out=nearest)
    np.abs(nearest, out=nearest)
    close = np.flatnonzero(nearest < _CLOSE)
    steep = close[base[close] % 1.0 != 0]
    step = level.astype(np.int32)
    if len(steep):
        edge = np.searchsorted(ends, steep, side="right") + chosen.start
        step[steep] = _settled(edges, edge, np.rint(level[steep]), along[steep])
    # ceil((step + 0.5) / 5 - 0.5), within the picture
    step += 2
    np.maximum(step, 0, out=step)
    row = step.view(np.uint32)
    np.floor_divide(row, np.uint32(_SCALE), out=row)
    highest = heights.astype(np.uint32)
    np.minimum(row, highest if highest.ndim == 0 else np.repeat(highest, times), out=row)
    key <<= kind(places.row_bits)
    key += row
    key += np.repeat(((lead << places.row_bits) + (whose << places.bits)).astype(kind), times)
    return key


def _settled(edges: Edges, edge: IntArray, nearest: FloatArray, along: FloatArray) -> FloatArray:
    across, down = edges.across[edge].astype(np.float64), edges.down[edge].astype(np.float64)
    x, y = edges.x[edge], edges.y[edge]
    line = along - 0.5 + x
    slope = across / down
    passed = np.trunc(x + slope * (nearest - y) + 0.5) > line
    settled: FloatArray = np.where(passed == (slope > 0), nearest - 1, nearest)
    return settled
