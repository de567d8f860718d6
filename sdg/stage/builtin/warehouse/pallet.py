"""A EUR pallet: five top boards over three stringers, nine blocks, three runners (EN 13698-1)."""

from __future__ import annotations

import numpy as np

from sdg.foundation.arrays import Vec3
from sdg.foundation.seeds import RandomStream
from sdg.foundation.transforms import yaw
from sdg.stage.asset import Asset, Surface
from sdg.stage.builtin.assembly import Piece, assemble, fitted, scattered, variation
from sdg.stage.builtin.geometry import Geometry, join
from sdg.stage.builtin.materials import slot
from sdg.stage.builtin.solids import disc_outline, polygon, rounded_box

# Shares of length, width and height that the boards of a 1200 x 800 x 144 mm pallet take.
_WIDE, _NARROW = 0.145 / 0.8, 0.100 / 0.8
_BLOCK_LENGTHS = (0.145 / 1.2, 0.145 / 1.2, 0.145 / 1.2)
_BOARD, _BLOCK = 0.022 / 0.144, 0.078 / 0.144


def build_pallet(size_m: Vec3) -> Asset:
    """Return a pallet with its long side along x."""
    length, width, height = size_m
    stream = variation("pallet")
    board, block = _BOARD * height, _BLOCK * height
    xs = (-length * (0.5 - _BLOCK_LENGTHS[0] / 2), 0.0, length * (0.5 - _BLOCK_LENGTHS[2] / 2))
    outer, side = width * (0.5 - _NARROW / 2), width * (0.5 - _WIDE / 2)

    boards: list[Geometry] = []
    for y, share in ((-outer, _NARROW), (0.0, _WIDE), (outer, _NARROW)):
        boards.append(_board((length, share * width, board), (0.0, y, board / 2), stream))
        for x in xs:
            # Blocks stand a hair inside the boards above and below, as sawn wood does.
            size = (_BLOCK_LENGTHS[0] * length - 0.003, share * width - 0.003, block)
            boards.append(_board(size, (x, y, board + block / 2), stream, slack=0.0015))
    for x in xs:
        size = (_BLOCK_LENGTHS[0] * length, width, board)
        boards.append(_board(size, (x, 0.0, board * 1.5 + block), stream, grain=1))
    tops = ((-side, _WIDE), (-side / 2, _NARROW), (0.0, _WIDE), (side / 2, _NARROW), (side, _WIDE))
    nails: list[Geometry] = []
    for y, share in tops:
        boards.append(_board((length, share * width, board), (0.0, y, height - board / 2 - 0.0005), stream))
        nails += _nails(xs, y, share * width, height, stream)
    pieces = [
        Piece("boards", join(boards), slot("pallet_wood", "wood")),
        Piece("nails", join(nails), slot("pallet_nails", "steel", (0.22, 0.19, 0.16))),
    ]
    half = (length / 2, width / 2)
    surface = Surface("top", (-half[0], -half[1]), half, height)
    return assemble("pallet", size_m, fitted(pieces, size_m), [surface], ["boards"])


def _board(size_m: Vec3, center_m: Vec3, stream: RandomStream, grain: int = 0, slack: float = 0.001) -> Geometry:
    """Return one sawn board, a little off in place and angle; ends on a height keep it."""
    size = (size_m[0] - stream.uniform(0.0, 0.003), size_m[1] - stream.uniform(0.0, 0.003), size_m[2])
    piece = rounded_box(size, (0.0, 0.0, 0.0), 0.0022, grain)
    # A sliver of height apart, so that no two boards share a plane.
    sink = stream.uniform(0.0, 0.0006)
    turned = scattered(piece, stream).moved(yaw(stream.uniform(-0.12, 0.12)))
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
