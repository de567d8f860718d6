"""Pallets: the EUR pallet of nine blocks (EN 13698-1), its kin with other boards, and those on stringers."""

from __future__ import annotations

import numpy as np

from sdg.foundation.arrays import Vec3
from sdg.foundation.seeds import RandomStream
from sdg.foundation.transforms import yaw
from sdg.recipe.families.warehouse import PalletForm
from sdg.stage.asset import Asset, Surface
from sdg.stage.builtin.assembly import Piece, assemble, fitted, scattered, variation
from sdg.stage.builtin.geometry import Geometry, join
from sdg.stage.builtin.materials import slot
from sdg.stage.builtin.solids import disc_outline, polygon, rounded_box

# Shares of length, width and height that the boards of a 1200 x 800 x 144 mm pallet take.
_WIDE, _NARROW = 0.145 / 0.8, 0.100 / 0.8
_BLOCK_LENGTHS = (0.145 / 1.2, 0.145 / 1.2, 0.145 / 1.2)
_BOARD, _BLOCK = 0.022 / 0.144, 0.078 / 0.144


def build_pallet(size_m: Vec3, form: PalletForm) -> Asset:
    """Return a pallet with its long side along x."""
    length, width, height = size_m
    stream = variation("pallet", form.variant)
    board, block = _BOARD * height, _BLOCK * height
    xs = (-length * (0.5 - _BLOCK_LENGTHS[0] / 2), 0.0, length * (0.5 - _BLOCK_LENGTHS[2] / 2))
    boards = (
        _blocks(size_m, xs, board, block, form.wear, stream)
        if form.support == "blocks"
        else _stringers(size_m, board, form.wear, stream)
    )
    nails: list[Geometry] = []
    tops = _tops(form, width)
    missing = {stream.integer(1, len(tops) - 2) for _ in range(form.missing_boards)}
    for index, (y, share) in enumerate(tops):
        if index not in missing:
            center = (0.0, y, height - board / 2 - 0.0005)
            boards.append(_board((length, share * width, board), center, form.wear, stream))
            nails += _nails(xs, y, share * width, height, stream)
    pieces = [
        Piece("boards", join(boards), slot("pallet_wood", "wood")),
        Piece("nails", join(nails), slot("pallet_nails", "steel", (0.22, 0.19, 0.16))),
    ]
    half = (length / 2, width / 2)
    surface = Surface("top", (-half[0], -half[1]), half, height)
    return assemble("pallet", size_m, fitted(pieces, size_m), [surface], ["boards"])


def _tops(form: PalletForm, width: float) -> list[tuple[float, float]]:
    """Return (y, share of the width) of each top board; five are wide and narrow in turn, as EN 13698-1 has them."""
    if form.top_boards == 5:
        side = width * (0.5 - _WIDE / 2)
        return [(-side, _WIDE), (-side / 2, _NARROW), (0.0, _WIDE), (side / 2, _NARROW), (side, _WIDE)]
    share = min(_WIDE, 0.86 / form.top_boards)
    side = width * (0.5 - share / 2)
    return [(float(y), share) for y in np.linspace(-side, side, form.top_boards)]


def _blocks(
    size_m: Vec3, xs: tuple[float, float, float], board: float, block: float, wear: float, stream: RandomStream
) -> list[Geometry]:
    """Return three runners below, nine blocks, and three boards across them."""
    length, width, _ = size_m
    outer = width * (0.5 - _NARROW / 2)
    pieces: list[Geometry] = []
    for y, share in ((-outer, _NARROW), (0.0, _WIDE), (outer, _NARROW)):
        pieces.append(_board((length, share * width, board), (0.0, y, board / 2), wear, stream))
        for x in xs:
            # Blocks stand a hair inside the boards above and below, as sawn wood does.
            size = (_BLOCK_LENGTHS[0] * length - 0.003, share * width - 0.003, block)
            pieces.append(_board(size, (x, y, board + block / 2), wear, stream, slack=0.0015))
    for x in xs:
        size = (_BLOCK_LENGTHS[0] * length, width, board)
        pieces.append(_board(size, (x, 0.0, board * 1.5 + block), wear, stream, grain=1))
    return pieces


def _stringers(size_m: Vec3, board: float, wear: float, stream: RandomStream) -> list[Geometry]:
    """Return three beams on edge across the top boards' run, and the boards below them."""
    length, width, height = size_m
    beam = 0.038 / 1.2 * length
    tall = height - 2 * board
    pieces = [
        _board((beam, width, tall), (x, 0.0, board + tall / 2), 0.0, stream, grain=1)
        for x in (-length / 2 + beam / 2, 0.0, length / 2 - beam / 2)
    ]
    side = width * (0.5 - _NARROW / 2)
    for y in np.linspace(-side, side, 3):
        pieces.append(_board((length, _NARROW * width, board), (0.0, float(y), board / 2), wear, stream))
    return pieces


def _board(
    size_m: Vec3, center_m: Vec3, wear: float, stream: RandomStream, grain: int = 0, slack: float = 0.001
) -> Geometry:
    """Return one sawn board, a little off in place and angle, the more the worse worn; ends on a height keep it."""
    size = (size_m[0] - stream.uniform(0.0, 0.003), size_m[1] - stream.uniform(0.0, 0.003), size_m[2])
    piece = rounded_box(size, (0.0, 0.0, 0.0), 0.0022, grain)
    # A sliver of height apart, so that no two boards share a plane.
    sink = stream.uniform(0.0, 0.0006)
    askew = 0.12 + 1.4 * max(wear - 0.1, 0.0)
    turned = scattered(piece, stream).moved(yaw(stream.uniform(-askew, askew)))
    return turned.shifted(
        center_m[0] + stream.uniform(-slack, slack), center_m[1] + stream.uniform(-slack, slack), center_m[2] - sink
    )


def _nails(
    xs: tuple[float, float, float], y: float, width: float, height: float, stream: RandomStream
) -> list[Geometry]:
    heads = []
    for x in xs:
        for dx, dy in ((-0.035, 0.28), (0.035, -0.28), (0.03, 0.3)):
            place = (x + dx + stream.uniform(-0.008, 0.008), y + dy * width + stream.uniform(-0.006, 0.006), height)
            heads.append(polygon(place, np.array([1.0, 0, 0]), np.array([0, 1.0, 0]), disc_outline(0.0042, 7)))
    return heads
