"""The contact sheet: a row for each camera of each frame, a column for each way to look at it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from sdg.foundation.arrays import UInt8Array
from sdg.foundation.palette import Rgb
from sdg.foundation.wording import counted, three_digits
from sdg.preview.lettering import Text, text_width, write_texts
from sdg.preview.overlay import resized, with_cuboids, with_masks_and_boxes
from sdg.preview.shot import Shot

_PAPER: Rgb = (250, 250, 248)
_INK: Rgb = (24, 26, 30)
_FAINT: Rgb = (105, 110, 118)
_MARGIN, _GAP, _HEAD, _COLUMN_HEAD, _CAPTION, _LEGEND_LINE = 28, 10, 46, 26, 24, 24
_TITLE_PX, _TEXT_PX = 24, 14
# The widest cells that keep the sheet below so many pixels are taken, and the narrowest where none does.
_CELL_WIDTHS = (360, 280, 220, 160)
_MOST_PIXELS = 36_000_000

_COLUMNS: tuple[tuple[str, Callable[[Shot, tuple[int, int]], UInt8Array]], ...] = (
    ("picture", lambda shot, size: resized(shot.pictures["rgb"], size)),
    ("masks and boxes", with_masks_and_boxes),
    ("cuboids", with_cuboids),
    ("depth (near is bright)", lambda shot, size: resized(shot.pictures["depth"], size)),
    ("semantic", lambda shot, size: resized(shot.pictures["semantic"], size, ids=True)),
    ("instance", lambda shot, size: resized(shot.pictures["instance"], size, ids=True)),
    ("normals (x y z as r g b)", lambda shot, size: resized(shot.pictures["normals"], size)),
)


@dataclass(frozen=True, eq=False)
class SheetFrame:
    """A frame of the sheet: its index, and its cameras' shots."""

    frame_index: int
    shots: tuple[Shot, ...]


def build_sheet(title: str, frames: Sequence[SheetFrame]) -> UInt8Array:
    """Return the contact sheet, shape (H, W, 3), uint8.

    Args:
        title: What stands above it.
        frames: From top to bottom.
    """
    cell_width = next((width for width in _CELL_WIDTHS if _pixels(frames, width) <= _MOST_PIXELS), _CELL_WIDTHS[-1])
    legend = list(_legend(frames, _width(cell_width)))
    legend_rows = 1 + max((row for row, *_ in legend), default=0)
    top = _MARGIN + _HEAD + legend_rows * _LEGEND_LINE + _COLUMN_HEAD
    height = top + sum(_row_height(shot, cell_width) for frame in frames for shot in frame.shots) + _MARGIN
    sheet: UInt8Array = np.full((height, _width(cell_width), 3), _PAPER, np.uint8)
    texts = [Text(_MARGIN, _MARGIN, title, _INK, _TITLE_PX)]
    for row, x, name, color in legend:
        y = _MARGIN + _HEAD + row * _LEGEND_LINE
        sheet[y : y + 14, x : x + 14] = color
        texts.append(Text(x + 20, y, name, _INK, _TEXT_PX))
    for column, (name, _) in enumerate(_COLUMNS):
        texts.append(Text(_left(column, cell_width), top - _COLUMN_HEAD + 4, name, _FAINT, _TEXT_PX))
    y = top
    for frame in frames:
        for shot in frame.shots:
            size = (cell_width, _cell_height(shot, cell_width))
            for column, (_, draw) in enumerate(_COLUMNS):
                x = _left(column, cell_width)
                sheet[y : y + size[1], x : x + size[0]] = draw(shot, size)
            texts += _captions(frame.frame_index, shot, cell_width, y + size[1] + 5)
            y += _row_height(shot, cell_width)
    return write_texts(sheet, texts)


def _captions(frame_index: int, shot: Shot, cell_width: int, y: int) -> Iterator[Text]:
    width, height = shot.size
    depth = "nothing seen" if shot.depth_ends_m is None else " to ".join(map(three_digits, shot.depth_ends_m)) + " m"
    notes = {
        0: f"frame {frame_index} · {shot.camera}",
        1: counted(len(shot.things), "object"),
        # The typeface has no multiplication sign.
        2: f"{width} x {height}, {counted(shot.spp, 'sample')} a pixel",
        3: depth,
        4: counted(len(shot.classes), "class", "classes"),
    }
    for column, text in notes.items():
        yield Text(_left(column, cell_width), y, text, _INK if column == 0 else _FAINT, _TEXT_PX)


def _legend(frames: Sequence[SheetFrame], width: int) -> Iterator[tuple[int, int, str, Rgb]]:
    """Yield row, x, name and colour of every class on the sheet."""
    classes = {seen.name: seen.color for frame in frames for shot in frame.shots for seen in shot.classes}
    row, x = 0, _MARGIN
    for name, color in classes.items():
        needs = 20 + text_width(name, _TEXT_PX) + 22
        if x + needs > width - _MARGIN and x > _MARGIN:
            row, x = row + 1, _MARGIN
        yield row, x, name, color
        x += needs


def _left(column: int, cell_width: int) -> int:
    return _MARGIN + column * (cell_width + _GAP)


def _width(cell_width: int) -> int:
    return _left(len(_COLUMNS), cell_width) - _GAP + _MARGIN


def _cell_height(shot: Shot, cell_width: int) -> int:
    width, height = shot.size
    return max(1, round(cell_width * height / width))


def _row_height(shot: Shot, cell_width: int) -> int:
    return _cell_height(shot, cell_width) + _CAPTION + _GAP


def _pixels(frames: Sequence[SheetFrame], cell_width: int) -> int:
    return _width(cell_width) * sum(_row_height(shot, cell_width) for frame in frames for shot in frame.shots)
