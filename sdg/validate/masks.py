"""Masks of a COCO file, decoded: their form, and what box and area say about them."""

from __future__ import annotations

import struct
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import chain
from typing import Any

import numpy as np

from sdg.foundation.arrays import BoolArray, FloatArray, IntArray
from sdg.validate.boxes import area_slack, boxes_agree, slack_px
from sdg.validate.coco_file import CocoFile
from sdg.validate.findings import Findings
from sdg.validate.intervals import Intervals
from sdg.validate.pictures import GREATEST_PIXELS
from sdg.validate.polygons import SIDE_LIMIT, Polygons, areas_and_boxes
from sdg.validate.rle import decode_lists, decode_strings

# So many masks are read at a time; their corners and counts fit into the processor's cache.
_POLYGONS_BATCH = 1024
_CODES_BATCH = 256
# What is decoded of polygons is bounded, per mask and in all, whatever a file asks for.
_MOST_PASSAGES = 1 << 23
_MOST_PASSAGES_IN_ALL = 1 << 38

_FEWEST_NUMBERS = 6  # three points

Advance = Callable[[int], None]


@dataclass
class _Sorted:
    """Rows of annotations by the form of their mask."""

    polygons: list[int]
    strings: list[int]
    lists: list[int]


@dataclass
class _Budget:
    passages: int = _MOST_PASSAGES_IN_ALL


def check_masks(coco: CocoFile, boxes: FloatArray, findings: Findings, advance: Advance) -> None:
    """Decode every mask, and compare its area and tight box with what stands beside it.

    Args:
        coco: The file; annotations found unsound so far are left out, and those found here are marked.
        boxes: What `check_boxes` gave.
        findings: Where findings go.
        advance: Told how many annotations are done.
    """
    forms = _sort_by_form(coco, findings)
    advance(len(coco.annotations) - len(forms.polygons) - len(forms.strings) - len(forms.lists))
    budget = _Budget()
    for rows, size, check in (
        (forms.polygons, _POLYGONS_BATCH, partial(_check_polygons, budget=budget)),
        (forms.strings, _CODES_BATCH, partial(_check_codes, compressed=True)),
        (forms.lists, _CODES_BATCH, partial(_check_codes, compressed=False)),
    ):
        for first in range(0, len(rows), size):
            batch = np.array(rows[first : first + size], dtype=np.int64)
            check(coco, boxes, batch, findings)
            advance(len(batch))


def _sort_by_form(coco: CocoFile, findings: Findings) -> _Sorted:
    forms = _Sorted([], [], [])
    unsound = coco.unsound.tolist()
    for row, annotation in enumerate(coco.annotations):
        if unsound[row]:
            continue
        shape = annotation.get("segmentation")
        if type(shape) is list:
            if shape:
                forms.polygons.append(row)
        elif type(shape) is dict:
            counts = shape.get("counts")
            if type(counts) is str:
                forms.strings.append(row)
            elif type(counts) is list and counts:
                forms.lists.append(row)
            else:
                _blame(coco, findings, "V309", row, "counts: a string, or a list of numbers", shape.get("counts"))
        elif shape is not None:
            _blame(coco, findings, "V309", row, "polygons or a run-length code", shape)
    return forms


# --- polygons ---------------------------------------------------------------------------------------------------------


def _check_polygons(coco: CocoFile, boxes: FloatArray, rows: IntArray, findings: Findings, budget: _Budget) -> None:
    crowd = coco.crowd[rows]
    for row in rows[crowd]:
        _blame(coco, findings, "V220", int(row), "a run-length code where iscrowd is 1", "polygons")
    rows = rows[~crowd]
    corners = _corners([coco.annotations[row]["segmentation"] for row in rows.tolist()])
    if corners is None:
        rows = _with_sound_polygons(coco, rows, findings)
        corners = _corners([coco.annotations[row]["segmentation"] for row in rows.tolist()])
    assert corners is not None
    image_rows = coco.image_rows[rows]
    sizes = coco.sizes[image_rows]
    widths, heights = sizes.T
    known = (image_rows >= 0) & (widths > 0) & (widths < SIDE_LIMIT) & (heights > 0) & (heights < SIDE_LIMIT)
    if not known.all():
        rows, sizes = rows[known], sizes[known]
        corners = _corners([coco.annotations[row]["segmentation"] for row in rows.tolist()])
        assert corners is not None
    if len(rows):
        _check_drawn(coco, boxes, rows, _polygons_of(corners, sizes), sizes, findings, budget)


def _check_drawn(
    coco: CocoFile,
    boxes: FloatArray,
    rows: IntArray,
    polygons: Polygons,
    sizes: IntArray,
    findings: Findings,
    budget: _Budget,
) -> None:
    intricate = _intricate(polygons, len(rows), budget)
    if intricate.any():
        for row in rows[intricate]:
            expected = "a polygon that can be drawn in bounded time"
            _blame(coco, findings, "V114", int(row), expected, "too many long edges")
        _check_polygons(coco, boxes, rows[~intricate], findings, budget)
        return
    usable = _within(coco, rows, polygons, sizes, findings)
    _compare(coco, rows, usable, boxes, areas_and_boxes(polygons, len(rows)), _Outline(polygons), findings)


def _intricate(polygons: Polygons, count: int, budget: _Budget) -> BoolArray:
    """Return which masks take too long to draw, shape (count,)."""
    passages = np.bincount(polygons.owner, polygons.passages, count)
    budget.passages -= int(passages.sum())
    too_many: BoolArray = (passages > _MOST_PASSAGES) | (budget.passages < 0)
    return too_many


def _within(coco: CocoFile, rows: IntArray, polygons: Polygons, sizes: IntArray, findings: Findings) -> BoolArray:
    """Return which masks have all corners in their picture, or nearly; tell of the others."""
    x, y = polygons.axes
    if min(x.min(), y.min()) >= 0 and x.max() <= sizes[:, 0].min() and y.max() <= sizes[:, 1].min():
        return np.ones(len(rows), dtype=bool)
    low, high = np.split(_Outline(polygons).bounds, 2, axis=1)
    slack = slack_px(sizes.astype(np.float64))
    outside: BoolArray = np.logical_or.reduce((low < -slack) | (high > sizes + slack), axis=1)
    for index in np.flatnonzero(outside):
        found = [round(float(value), 2) for value in (*low[index], *high[index])]
        expected = f"corners within {sizes[index, 0]} x {sizes[index, 1]} px"
        _blame(coco, findings, "V312", int(rows[index]), expected, f"corners from {found[:2]} to {found[2:]}")
    return ~outside


@dataclass(frozen=True)
class _Outline:
    """What the polygons of each mask say by themselves, without being drawn; computed where it is asked for."""

    polygons: Polygons

    @cached_property
    def bounds(self) -> FloatArray:
        """(left, top, right, bottom) of each mask [px], shape (N, 4)."""
        bounds, firsts = self.polygons.bounds(), self._firsts
        low = np.minimum.reduceat(bounds[:, :2], firsts)
        return np.concatenate([low, np.maximum.reduceat(bounds[:, 2:], firsts)], axis=1)

    @cached_property
    def areas(self) -> FloatArray:
        """Area of each mask [px²], shape (N,)."""
        areas: FloatArray = np.add.reduceat(self.polygons.areas(), self._firsts)
        return areas

    @property
    def boxes(self) -> FloatArray:
        """(x, y, width, height) of each mask [px], shape (N, 4)."""
        low, high = np.split(self.bounds, 2, axis=1)
        return np.concatenate([low, high - low], axis=1)

    @property
    def _firsts(self) -> IntArray:
        return np.flatnonzero(np.diff(self.polygons.owner, prepend=-1))


@dataclass
class _Corners:
    """Coordinates of all polygons one after another, how many each has, and how many polygons each mask has."""

    numbers: FloatArray
    lengths: IntArray
    parts: IntArray


def _corners(shapes: Sequence[Any]) -> _Corners | None:
    """Return the coordinates of sound polygons; None if any is not sound."""
    polygons = list(chain.from_iterable(shapes))
    if set(map(type, polygons)) - {list}:
        return None
    lengths = np.fromiter(map(len, polygons), dtype=np.int64, count=len(polygons))
    if ((lengths < _FEWEST_NUMBERS) | (lengths & 1)).any():
        return None
    flat: list[Any] = []
    for polygon in polygons:
        flat += polygon
    try:
        # In a fourth of the time that NumPy takes for a list.
        numbers = np.frombuffer(struct.pack(f"{len(flat)}d", *flat), dtype=np.float64)
    except struct.error:  # lists or text among them, or a whole number beyond any float
        return None
    if not np.isfinite(numbers).all():
        return None
    # `true` and `false` are packed as 1 and 0; only what became one of those can have been either.
    if any(type(flat[place]) is bool for place in np.flatnonzero((numbers == 0.0) | (numbers == 1.0)).tolist()):
        return None
    parts = np.fromiter(map(len, shapes), dtype=np.int64, count=len(shapes))
    return _Corners(numbers, lengths, parts)


def _with_sound_polygons(coco: CocoFile, rows: IntArray, findings: Findings) -> IntArray:
    """Return the rows whose polygons are lists of at least three points; tell of the others."""
    kept = []
    for row in rows.tolist():
        parts = coco.annotations[row]["segmentation"]
        if any(type(part) is not list for part in parts):
            _blame(coco, findings, "V309", row, "a list of polygons, each a list [x, y, x, y, …]", parts)
        elif any(len(part) < _FEWEST_NUMBERS or len(part) % 2 for part in parts):
            lengths = [len(part) for part in parts]
            _blame(coco, findings, "V310", row, "an even number of coordinates, at least 6", f"{lengths}")
        else:
            odd = [number for part in parts for number in part if not _is_coordinate(number)]
            if odd:
                _blame(coco, findings, "V311", row, "finite numbers", odd[0])
            else:
                kept.append(row)
    return np.array(kept, dtype=np.int64)


def _is_coordinate(number: Any) -> bool:
    return type(number) in (int, float) and abs(number) <= sys.float_info.max


def _polygons_of(corners: _Corners, sizes: IntArray) -> Polygons:
    owner = np.repeat(np.arange(len(corners.parts)), corners.parts)
    firsts = (np.cumsum(corners.lengths) - corners.lengths) // 2
    return Polygons(corners.numbers.reshape(-1, 2), firsts, owner, sizes[owner, 0], sizes[owner, 1])


# --- run-length codes -------------------------------------------------------------------------------------------------


def _check_codes(coco: CocoFile, boxes: FloatArray, rows: IntArray, findings: Findings, *, compressed: bool) -> None:
    rows, declared = _with_sound_sizes(coco, rows, findings)
    if not len(rows):
        return
    counts = [coco.annotations[row]["segmentation"]["counts"] for row in rows]
    decoded = decode_strings(counts) if compressed else decode_lists(counts)
    for index in np.flatnonzero(~decoded.sound):
        expected = "COCO's compressed run-length code" if compressed else "whole numbers, none negative"
        _blame(coco, findings, "V315", int(rows[index]), expected, str(counts[index])[:40])
    pixels = declared[:, 0] * declared[:, 1]
    short = decoded.sound & (decoded.totals != pixels)
    for index in np.flatnonzero(short):
        expected = f"counts that add up to {pixels[index]} pixels"
        _blame(coco, findings, "V316", int(rows[index]), expected, int(decoded.totals[index]))
    usable = decoded.sound & ~short
    masks = decoded.intervals
    _compare(coco, rows, usable, boxes, (masks.areas(), masks.boxes(declared[:, 1])), None, findings)
    if findings.exact:
        _check_overlap(coco, rows, usable, masks, findings)


def _with_sound_sizes(coco: CocoFile, rows: IntArray, findings: Findings) -> tuple[IntArray, IntArray]:
    """Return the rows whose `size` is that of their picture, and it as (width, height); tell of the others."""
    kept, sizes = [], []
    for row in rows.tolist():
        size = coco.annotations[row]["segmentation"].get("size")
        if not (isinstance(size, list) and len(size) == 2 and all(type(n) is int and n > 0 for n in size)):
            _blame(coco, findings, "V309", row, "size: [height, width]", size)
            continue
        height, width = size
        if width * height > GREATEST_PIXELS:
            _blame(coco, findings, "V112", row, f"at most {GREATEST_PIXELS} pixels", f"{width} x {height}")
            continue
        image = coco.sizes[coco.image_rows[row]].tolist()
        if min(image) > 0 and image != [width, height]:
            _blame(coco, findings, "V314", row, f"size [{image[1]}, {image[0]}], the picture's", size)
            continue
        kept.append(row)
        sizes.append((width, height))
    return np.array(kept, dtype=np.int64), np.array(sizes, dtype=np.int64).reshape(-1, 2)


def _check_overlap(coco: CocoFile, rows: IntArray, usable: BoolArray, masks: Intervals, findings: Findings) -> None:
    """Tell of masks that share pixels with another one of the same picture.

    Batches may part the masks of a picture; those of `sdg` are compared with the instance picture besides.
    """
    keep = usable[masks.owner]
    owner, start, stop = masks.owner[keep], masks.start[keep], masks.stop[keep]
    image = coco.image_rows[rows][owner]
    order = np.lexsort((start, image))
    image, start, stop, owner = image[order], start[order], stop[order], owner[order]
    overlap = (image[1:] == image[:-1]) & (start[1:] < stop[:-1])
    for index in dict.fromkeys(owner[1:][overlap].tolist()):
        if not coco.unsound[rows[index]]:
            _blame(coco, findings, "V318", int(rows[index]), "pixels of its own", "pixels of another mask too")


# --- both -------------------------------------------------------------------------------------------------------------


def _compare(
    coco: CocoFile,
    rows: IntArray,
    usable: BoolArray,
    boxes: FloatArray,
    pixels: tuple[IntArray, FloatArray],
    outline: _Outline | None,
    findings: Findings,
) -> None:
    """Compare area and box with the decoded mask, or with the polygons' own where files may have either."""
    area, box = pixels
    empty = usable & (area == 0)
    code = "V317" if outline is None else "V313"
    for index in np.flatnonzero(empty):
        _blame(coco, findings, code, int(rows[index]), "a mask of at least one pixel", "none")
    usable = usable & ~empty & ~coco.unsound[rows]
    stated, stated_box = coco.areas[rows], boxes[rows]
    exact = findings.exact
    with np.errstate(invalid="ignore"):
        right = stated == area if exact else np.abs(stated - area) <= area_slack(area, box)
        tight = (stated_box == box).all(axis=1) if exact else boxes_agree(stated_box, box)
        if outline is not None and not exact and not right[usable].all():
            right |= np.abs(stated - outline.areas) <= area_slack(outline.areas, box)
        if outline is not None and not exact and not tight[usable].all():
            tight |= boxes_agree(stated_box, outline.boxes)
    for index in np.flatnonzero(usable & ~right & ~np.isnan(stated)):
        beside = f", or {outline.areas[index]:.6g} by its outline" if outline is not None else ""
        _blame(coco, findings, "V308", int(rows[index]), f"{area[index]} pixels{beside}", float(stated[index]))
    for index in np.flatnonzero(usable & ~tight & ~np.isnan(stated_box[:, 0])):
        _blame(coco, findings, "V305", int(rows[index]), _numbers(box[index]), _numbers(stated_box[index]))


def _blame(coco: CocoFile, findings: Findings, code: str, row: int, expected: str, found: Any) -> None:
    coco.unsound[row] = True
    findings.add(code, **coco.place(row), expected=expected, found=found)


def _numbers(box: FloatArray) -> str:
    return "[" + ", ".join(f"{value:.6g}" for value in box) + "]"
