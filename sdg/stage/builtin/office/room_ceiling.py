"""The suspended ceiling of an office room, and its lamps: housings with diffusers, under which lights hang."""

from __future__ import annotations

import math

import numpy as np

from sdg.stage.asset import Surface
from sdg.stage.builtin.assembly import Piece
from sdg.stage.builtin.geometry import Geometry, join
from sdg.stage.builtin.office import finishes
from sdg.stage.builtin.office.room_plan import TILE, RoomPlan
from sdg.stage.builtin.solids import decal, plain_box, rounded_box, tube

_T_BAR, _T_BAR_DEPTH = 0.024, 0.005
_TRIM, _TRIM_DEPTH = 0.016, 0.012
_GAP = 0.002


def ceiling_pieces(plan: RoomPlan) -> list[Piece]:
    """Return tiles or plaster, the bars between tiles, housings and diffusers."""
    x, y, z = plan.inner_x, plan.inner_y, plan.ceiling_m
    plane = decal((-x, y, z), (2 * x, 0.0, 0.0), (0.0, -2 * y, 0.0))
    pieces = [Piece("ceiling", plane, finishes.ceiling_tile(), "ceiling")]
    if plan.form.ceiling == "tiles":
        grid = finishes.lacquer("ceiling_grid", (0.74, 0.74, 0.73))
        pieces.append(Piece("ceiling_grid", join(_bars(plan)), grid, "ceiling"))
    if plan.lamp_places:
        housings = [piece.shifted(cx, cy, 0.0) for cx, cy in plan.lamp_places for piece in _housing(plan)]
        diffusers = [_diffuser(plan).shifted(cx, cy, 0.0) for cx, cy in plan.lamp_places]
        white = finishes.moulded("lamp_diffuser", (0.80, 0.80, 0.79))
        pieces.append(Piece("lamp_housings", join(housings), finishes.lacquer("lamp", (0.76, 0.76, 0.76)), "lamp"))
        pieces.append(Piece("lamp_diffusers", join(diffusers), white, "lamp"))
    return pieces


def ceiling_surface(plan: RoomPlan) -> Surface:
    """Return where lights hang: the middles of its cells are those of the lamps, a hair below the diffusers."""
    (columns, rows), (across, along) = plan.lamp_grid, plan.lamp_pitch_m
    x, y = columns * across / 2, rows * along / 2
    return Surface("ceiling", (-x, -y), (x, y), plan.lamp_bottom_m - _GAP, _GAP)


def _bars(plan: RoomPlan) -> list[Geometry]:
    """Return the visible flanges of the bars that carry the tiles, so that every lamp fills whole tiles."""
    x, y, z = plan.inner_x, plan.inner_y, plan.ceiling_m - _T_BAR_DEPTH / 2
    bars = [plain_box((_T_BAR, 2 * y, _T_BAR_DEPTH), (at, 0.0, z), grain=1) for at in _joints(plan, 0, x - _T_BAR / 2)]
    # Those across lie a hair higher, so that no two faces share a plane.
    bars += [
        plain_box((2 * x, _T_BAR, _T_BAR_DEPTH), (0.0, at, z + 0.0006), grain=0)
        for at in _joints(plan, 1, y - _T_BAR / 2)
    ]
    edge = [plain_box((0.02, 2 * y, 0.006), (side * (x - 0.01), 0.0, z)) for side in (-1.0, 1.0)]
    edge += [plain_box((2 * x - 0.04, 0.02, 0.006), (0.0, side * (y - 0.01), z)) for side in (-1.0, 1.0)]
    return [*bars, *edge]


def _joints(plan: RoomPlan, axis: int, reach: float) -> list[float]:
    """Return where joints between tiles lie along an axis; the first lamp covers whole tiles."""
    count, pitch, size = plan.lamp_grid[axis], plan.lamp_pitch_m[axis], plan.lamp_m[axis]
    first = -pitch * (count - 1) / 2 - (size if size >= TILE else TILE) / 2
    start = first - TILE * math.floor((first + reach) / TILE)
    return [float(at) for at in np.arange(start, reach, TILE)]


def _diffuser(plan: RoomPlan) -> Geometry:
    across, along = (size / 2 - _TRIM * 0.9 for size in plan.lamp_m)
    return decal((-across, along, plan.lamp_bottom_m), (2 * across, 0.0, 0.0), (0.0, -2 * along, 0.0))


def _housing(plan: RoomPlan) -> list[Geometry]:
    """Return the trim round one diffuser, and for a pendant its body and wires too."""
    across, along = plan.lamp_m
    z = plan.lamp_bottom_m
    trims = [
        rounded_box((across - 0.004, _TRIM, _TRIM_DEPTH), (0.0, dy, z - 0.003), 0.002, grain=0)
        for dy in (-along / 2 + _TRIM / 2 + 0.002, along / 2 - _TRIM / 2 - 0.002)
    ]
    trims += [
        rounded_box((_TRIM, along - 2 * _TRIM, _TRIM_DEPTH), (dx, 0.0, z - 0.003), 0.002, grain=1)
        for dx in (-across / 2 + _TRIM / 2 + 0.002, across / 2 - _TRIM / 2 - 0.002)
    ]
    if plan.form.lamps != "pendant":
        return trims
    body = rounded_box((across - 0.006, along - 0.006, 0.05), (0.0, 0.0, z + 0.0262), 0.008, grain=0)
    wires = [tube((dx, 0.0, z + 0.04), (dx, 0.0, plan.ceiling_m), 0.0015, 6) for dx in (-across * 0.42, across * 0.42)]
    return [*trims, body, *wires]
