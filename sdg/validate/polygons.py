"""Polygons to runs of pixels, many at once, pixel for pixel as pycocotools draws them.

Each passage of an edge past a column's middle flips all pixels of the column from there down: in order of column and
row, between the first passage and the second lies a run, and so on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sdg.foundation.arrays import BoolArray, FloatArray, IntArray
from sdg.validate.intervals import union
from sdg.validate.passages import Edges, KeyArray, Places, Slopes, edges_between, passages

SIDE_LIMIT = 1 << 20

# So many passages at a time: what is computed of them stays in the processor's cache.
_BLOCK = 1 << 15


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

    @cached_property
    def axes(self) -> FloatArray:
        """The corners with x and y apart, shape (2, C)."""
        return np.ascontiguousarray(self.corners.T)

    def areas(self) -> FloatArray:
        """Return the area of each by the shoelace formula [px²], shape (P,)."""
        x, y = self.axes
        after = self.following
        return np.abs(np.add.reduceat(x * y[after] - x[after] * y, self.firsts)) / 2

    def bounds(self) -> FloatArray:
        """Return (left, top, right, bottom) of each [px], shape (P, 4)."""
        axes = self.axes
        low, high = (extreme.reduceat(axes, self.firsts, axis=1) for extreme in (np.minimum, np.maximum))
        return np.concatenate([low, high]).T

    @cached_property
    def edges(self) -> Edges:
        """The edge from each corner to the next, those of a polygon together."""
        return edges_between(self.axes, self.following, self._of_edges(self.widths))

    @cached_property
    def passages(self) -> IntArray:
        """How often the edges of each pass the middle of a column of its picture, shape (P,); an even number."""
        return np.add.reduceat(self.edges.times, self.firsts)

    @cached_property
    def edge_heights(self) -> IntArray:
        """Height of the picture of each edge [px]; only one, shape (), where all are alike."""
        return self._of_edges(self.heights)

    @cached_property
    def places(self) -> Places:
        """How many bits hold a row of any picture or the one below, and how many a column."""
        return Places(int(self.heights.max()).bit_length(), int(self.widths.max()).bit_length())

    def _of_edges(self, values: IntArray) -> IntArray:
        alike = (values == values[0]).all()
        return np.asarray(values[0]) if alike else np.repeat(values, self.sizes)

    @cached_property
    def following(self) -> IntArray:
        """Index of the corner after each, round the polygon."""
        after = np.arange(1, len(self.corners) + 1)
        after[self.firsts + self.sizes - 1] = self.firsts
        return after


@dataclass(frozen=True)
class _Runs:
    """Runs of pixels down the columns, those of a polygon together, by column and row; none is empty.

    Attributes:
        start, stop: First pixel and the one below the last, as numbers that `places` describes.
        number: How many runs each polygon has, shape (P,).
        places: What the numbers hold; polygons are counted from the first of these.
    """

    start: KeyArray
    stop: KeyArray
    number: IntArray
    places: Places


def areas_and_boxes(polygons: Polygons, count: int) -> tuple[IntArray, FloatArray]:
    """Draw `count` masks, of which one of several polygons is their union.

    Returns:
        Pixels of each mask, shape (count,); and its tight box (x, y, width, height) [px], shape (count, 4), NaN where
        it is empty.
    """
    owner = polygons.owner
    several = np.zeros(count, dtype=bool)
    several[owner[1:][owner[1:] == owner[:-1]]] = True
    shared = several[owner]
    areas, boxes = np.zeros(count, dtype=np.int64), np.full((count, 4), np.nan)
    pixels = np.zeros(len(owner), dtype=np.int64)
    bounds = np.zeros((4, len(owner)), dtype=np.int64)
    slopes = Slopes(polygons.edges)
    for block in _blocks(polygons):
        runs = _runs(polygons, slopes, block)
        if len(runs.start):
            pixels[block], bounds[:, block] = _extents(runs)
            if shared[block].any():
                _add_unions(runs, owner[block], shared[block], areas)
    drawn = np.flatnonzero(pixels)
    if len(drawn):
        areas[owner[~shared]] = pixels[~shared]
        firsts = np.flatnonzero(np.diff(owner[drawn], prepend=-1))
        masks = owner[drawn[firsts]]
        low = np.minimum.reduceat(bounds[:2, drawn], firsts, axis=1)
        boxes[masks, :2] = low.T
        boxes[masks, 2:] = (np.maximum.reduceat(bounds[2:, drawn], firsts, axis=1) - low).T
    return areas, boxes


def _blocks(polygons: Polygons) -> Iterator[slice]:
    """Return polygons of whole masks, so many at a time that their passages are few; never less than a mask."""
    ends = np.cumsum(polygons.passages)
    last_of_mask = np.flatnonzero(np.diff(polygons.owner, append=-1))
    first, done = 0, 0
    while first < len(ends):
        # The last mask whose passages fit beside those before it, or the next one.
        fitting = int(np.searchsorted(ends[last_of_mask], done + _BLOCK, side="right")) - 1
        following = int(np.searchsorted(last_of_mask, first))
        last = int(last_of_mask[max(fitting, following)])
        yield slice(first, last + 1)
        first, done = last + 1, int(ends[last])


def _runs(polygons: Polygons, slopes: Slopes, block: slice) -> _Runs:
    number = polygons.passages[block] >> 1
    sizes = polygons.sizes[block]
    first = int(polygons.firsts[block.start])
    edges = slice(first, first + int(sizes.sum()))
    places = polygons.places
    whose = np.repeat(np.arange(len(number)), sizes)
    heights = polygons.edge_heights
    key = passages(polygons.edges, slopes, edges, whose, heights if heights.ndim == 0 else heights[edges], places)
    key.sort()
    start, stop = key[0::2], key[1::2]
    filled = start != stop
    if not filled.all():
        start, stop = start[filled], stop[filled]
        before = np.append(0, np.cumsum(filled))
        ends = np.cumsum(number)
        number = before[ends] - before[ends - number]
    return _Runs(start, stop, number, places)


def _extents(runs: _Runs) -> tuple[IntArray, IntArray]:
    """Return the pixels of each polygon, shape (P,), and its (left, top, right, bottom) [px], shape (4, P)."""
    number, row_bits = runs.number, runs.places.row_bits
    pixels, bounds = np.zeros(len(number), dtype=np.int64), np.zeros((4, len(number)), dtype=np.int64)
    drawn = np.flatnonzero(number)
    ends = np.cumsum(number[drawn])
    firsts = ends - number[drawn]
    kind = runs.start.dtype.type
    in_column = kind((1 << row_bits) - 1)
    of_column = kind((1 << runs.places.column_bits) - 1)
    pixels[drawn] = np.add.reduceat(runs.stop - runs.start, firsts)
    bounds[0, drawn] = (runs.start[firsts] >> kind(row_bits)) & of_column
    bounds[1, drawn] = np.minimum.reduceat(runs.start & in_column, firsts)
    bounds[2, drawn] = ((runs.start[ends - 1] >> kind(row_bits)) & of_column) + kind(1)
    bounds[3, drawn] = np.maximum.reduceat(runs.stop & in_column, firsts)
    return pixels, bounds


def _add_unions(runs: _Runs, owner: IntArray, shared: BoolArray, areas: IntArray) -> None:
    """Add the pixels of masks of several polygons, those that polygons share but once."""
    number, bits = runs.number, runs.places.bits
    chosen = np.repeat(shared, number)
    kind = runs.start.dtype.type
    # Polygons of a mask take the same number.
    masks = owner - owner[0]
    moved = np.repeat(((np.arange(len(owner)) - masks)[shared] << bits).astype(kind), number[shared])
    start, stop = union(runs.start[chosen] - moved, runs.stop[chosen] - moved)
    union_areas = np.bincount((start >> kind(bits)).astype(np.int64), stop - start).astype(np.int64)
    areas[owner[0] : owner[0] + len(union_areas)] += union_areas
