"""Books and binders, upright in a row, leaning, or in a stack."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from sdg.foundation.arrays import FloatArray, Vec3
from sdg.foundation.transforms import rotation_xyz, translation, yaw
from sdg.recipe.families.office_things import BookForm
from sdg.stage.asset import Asset, Material
from sdg.stage.builtin.assembly import Piece, assemble, fitted, scattered, variation
from sdg.stage.builtin.geometry import Geometry, join
from sdg.stage.builtin.materials import slot
from sdg.stage.builtin.natural import natural_size_m
from sdg.stage.builtin.office import finishes
from sdg.stage.builtin.solids import decal, lathe, rounded_box

_BOARD = 0.0025
_COLORS = (
    (0.30, 0.04, 0.035),
    (0.03, 0.09, 0.22),
    (0.05, 0.16, 0.10),
    (0.55, 0.42, 0.16),
    (0.60, 0.58, 0.54),
    (0.04, 0.04, 0.042),
    (0.42, 0.16, 0.04),
)


def usual_size_m(form: BookForm) -> Vec3:
    """Return the size that books of this form have together [m]."""
    return natural_size_m(_pieces(form.model_copy(update={"variant": 0})))


def build_book(size_m: Vec3, form: BookForm) -> Asset:
    """Return books, scaled to `size_m`."""
    pieces = fitted(_pieces(form), size_m)
    covers = [piece.name for piece in pieces if piece.name.startswith("cover")]
    return assemble("book", size_m, pieces, body=covers)


@lru_cache(maxsize=32)
def _pieces(form: BookForm) -> tuple[Piece, ...]:
    stream = variation("book", form.variant)
    covers: dict[int, list[Geometry]] = {}
    blocks: list[Geometry] = []
    labels: list[Geometry] = []
    along = 0.0
    spread = 0.0 if form.kind == "binder" else 0.16
    for index in range(form.count):
        color = stream.integer(0, len(_COLORS) - 1)
        thick = form.thickness_m * (1.0 + 2 * spread * stream.uniform(-1.0, 1.0))
        high = form.height_m * (1.0 + spread * (stream.uniform(-1.0, 0.0) if index else 0.0))
        deep = 0.72 * high if form.kind == "book" else 0.86 * high
        # Spines are flush within some millimetres, as hands leave them.
        push = stream.uniform(0.0, 0.02) * (spread > 0)
        turn = stream.uniform(-6.0, 6.0)
        cover, block, label = _book(thick, deep, high, form.kind)
        if form.pose == "stack":
            place = translation((0.0, 0.0, along)) @ yaw(turn) @ _LAID
        elif form.pose == "leaning" and index == form.count - 1 and form.count > 1:
            lean = math.radians(14.0)
            # The last one rests with its lower edge away from the row and its upper corner on it.
            place = translation((along + 0.002 + high * math.sin(lean), push, 0.0)) @ rotation_xyz((0.0, -14.0, 0.0))
        else:
            place = translation((along, push, 0.0))
        along += thick + 0.0006
        covers.setdefault(color, []).append(scattered(cover, stream).moved(place))
        blocks.append(block.moved(place))
        labels.append(label.moved(place))
    pieces = [
        Piece(f"cover_{color}", join(covers[color]), finishes.moulded(f"book_cover_{color}", _COLORS[color]))
        for color in sorted(covers)
    ]
    pieces.append(Piece("pages", join(blocks), slot("pages", "paper", (0.66, 0.63, 0.55))))
    pieces.append(Piece("titles", join(labels), Material("book_title", (0.72, 0.68, 0.55), 0.5)))
    return tuple(pieces)


# From a book that stands, its thickness along x, to one that lies with its spine towards -y.
_LAID: FloatArray = np.array([[0.0, 0, -1.0, 0.12], [0, 1.0, 0, -0.08], [1.0, 0, 0, 0], [0, 0, 0, 1.0]])


def _book(thick: float, deep: float, high: float, kind: str) -> tuple[Geometry, Geometry, Geometry]:
    """Return cover, pages and what is printed on the spine of a book at x >= 0 whose spine is at y = 0."""
    boards = [
        rounded_box((_BOARD, deep, high), (x, deep / 2, high / 2), 0.0008, grain=2)
        for x in (_BOARD / 2, thick - _BOARD / 2)
    ]
    spine = rounded_box(
        (thick - 0.0002, _BOARD, high - 0.0002), (thick / 2, _BOARD / 2 - 0.0008, high / 2), 0.0008, grain=2
    )
    pages = rounded_box(
        (thick - 2 * _BOARD + 0.0004, deep - 0.006, high - 0.007), (thick / 2, deep / 2 - 0.001, high / 2), 0.0005
    )
    front = -0.0008 - 0.0004
    if kind == "binder":
        wide = max(0.006, thick - 0.012)
        label = decal((thick / 2 - wide / 2, front, 0.42 * high), (wide, 0.0, 0.0), (0.0, 0.0, 0.42 * high))
        hole = lathe([(0.005, 0.0), (0.009, 0.0), (0.009, 0.001), (0.005, 0.001), (0.005, 0.0)], 14)
        ring = hole.moved(translation((thick / 2, front + 0.0004, 0.16 * high)) @ rotation_xyz((90.0, 0.0, 0.0)))
        return join([*boards, spine]), pages, join([label, ring])
    wide = 0.5 * thick
    bands = [
        decal((thick / 2 - wide / 2, front, low * high), (wide, 0.0, 0.0), (0.0, 0.0, tall * high))
        for low, tall in ((0.45, 0.36), (0.1, 0.05))
    ]
    return join([*boards, spine]), pages, join(bands)
