"""Windows of an office room: frames, bars, sills, blinds, and the radiators under them.

There are no panes: what a ray meets here is opaque, so that glass would darken the room. Clear glass lets nine
tenths of the light through.
"""

from __future__ import annotations

import math

import numpy as np

from sdg.foundation.transforms import rotation_xyz
from sdg.stage.asset import Surface
from sdg.stage.builtin.assembly import Piece
from sdg.stage.builtin.geometry import Geometry, join
from sdg.stage.builtin.office import finishes
from sdg.stage.builtin.office.room_plan import WALL, Opening, RoomPlan, Side
from sdg.stage.builtin.solids import plain_box, rounded_box, tube

_FRAME, _FRAME_DEPTH = 0.06, 0.07
_FRAME_IN = 0.11
_BAR = 0.05
_BOARD, _NOSE = 0.025, 0.05
_SLAT, _SLAT_PITCH = 0.025, 0.028
_TALLEST_RADIATOR = 0.55


def window_pieces(plan: RoomPlan) -> list[Piece]:
    """Return everything about the windows; nothing where there are none."""
    windows = [(side, opening) for side in plan.sides for opening in side.openings]
    if not windows:
        return []
    frames = [piece.moved(side.place) for side, one in windows for piece in _frame(side, one, plan.form.glazing)]
    boards = [_board(side, one).moved(side.place) for side, one in windows]
    pieces = [
        Piece("window_frames", join(frames), finishes.lacquer("window_frame", (0.75, 0.75, 0.74)), "window"),
        Piece("window_sills", join(boards), finishes.laminate("window_sill", (0.70, 0.69, 0.66)), "window"),
    ]
    if plan.form.blinds > 0:
        slats = [piece.moved(side.place) for side, one in windows for piece in _blind(side, one, plan.form.blinds)]
        pieces.append(Piece("blinds", join(slats), finishes.lacquer("blind", (0.70, 0.70, 0.67)), "blind"))
    if plan.form.radiators and plan.form.sill_height_m >= 0.4:
        panels = [piece.moved(side.place) for side, one in windows for piece in _radiator(side, one)]
        pieces.append(Piece("radiators", join(panels), finishes.lacquer("radiator", (0.76, 0.76, 0.74)), "radiator"))
    return pieces


def sill_surfaces(plan: RoomPlan) -> list[Surface]:
    """Return the window sills as surfaces `sill_0`, `sill_1` …, free for things where no blind hangs."""
    surfaces: list[Surface] = []
    for side in plan.sides[:2]:
        for one in side.openings:
            near, far = side.face - _NOSE + 0.01, side.distance - _FRAME_IN - 0.05
            left, right = one.middle - one.width / 2 + 0.02, one.middle + one.width / 2 - 0.02
            if side.turn_deg == 0:
                low, high = (left, near), (right, far)
            else:
                low, high = (near, -right), (far, -left)
            clear = one.high - one.low - _BOARD - 0.02
            surfaces.append(Surface(f"sill_{len(surfaces)}", low, high, one.low + _BOARD, clear))
    return surfaces


def _frame(side: Side, one: Opening, glazing: str) -> list[Geometry]:
    """Return the frame in the outer half of the wall, its bars, and a handle on a mullion."""
    y = side.distance - _FRAME_IN + _FRAME_DEPTH / 2
    tall, middle = one.high - one.low, (one.high + one.low) / 2
    pieces = [
        rounded_box((_FRAME, _FRAME_DEPTH, tall), (one.middle + dx, y, middle), 0.004, grain=2)
        for dx in (-one.width / 2 + _FRAME / 2, one.width / 2 - _FRAME / 2)
    ]
    inner = one.width - 2 * _FRAME + 0.004
    pieces += [
        rounded_box((inner, _FRAME_DEPTH - 0.002, _FRAME), (one.middle, y, z), 0.004, grain=0)
        for z in (one.low + _BOARD + _FRAME / 2, one.high - _FRAME / 2)
    ]
    uprights: list[float] = []
    if glazing in ("mullion", "cross"):
        uprights = [0.0] if one.width < 1.9 else [-one.width / 6, one.width / 6]
    for dx in uprights:
        pieces.append(rounded_box((_BAR, 0.06, tall - _FRAME), (one.middle + dx, y, middle), 0.004, grain=2))
        pieces += _handle(one.middle + dx, y - 0.03, middle - 0.1)
    if glazing in ("cross", "transom"):
        pieces.append(rounded_box((inner, 0.056, _BAR), (one.middle, y, one.low + 0.7 * tall), 0.004, grain=0))
    return pieces


def _handle(x: float, y: float, z: float) -> list[Geometry]:
    rose = rounded_box((0.028, 0.012, 0.07), (x, y - 0.005, z), 0.004)
    grip = rounded_box((0.018, 0.014, 0.12), (x, y - 0.035, z - 0.045), 0.006)
    return [rose, tube((x, y, z), (x, y - 0.035, z), 0.007, 8), grip]


def _board(side: Side, one: Opening) -> Geometry:
    near, far = side.face - _NOSE, side.distance - _FRAME_IN + 0.004
    return rounded_box(
        (one.width - 0.002, far - near, _BOARD), (one.middle, (near + far) / 2, one.low + _BOARD / 2), 0.006, grain=0
    )


def _blind(side: Side, one: Opening, drop: float) -> list[Geometry]:
    """Return a Venetian blind: head rail, slats down to a share of the window, bottom rail, cords."""
    y = side.distance - WALL + 0.05
    tall = one.high - one.low - _BOARD - 0.06
    count = max(1, int(drop * tall / _SLAT_PITCH))
    wide = one.width - 0.03
    tilted = rotation_xyz((-35.0, 0.0, 0.0))
    slat = plain_box((wide, _SLAT, 0.0012), grain=0).moved(tilted)
    top = one.high - 0.04
    pieces = [slat.shifted(one.middle, y, top - _SLAT_PITCH * (index + 0.5)) for index in range(count)]
    bottom = top - _SLAT_PITCH * count
    # What isn't let down lies in a stack on the bottom rail.
    stack = 0.014 + 0.0022 * max(0.0, tall / _SLAT_PITCH - count)
    stack = min(stack, max(0.012, bottom - one.low - _BOARD - 0.002))
    pieces.append(rounded_box((wide + 0.01, 0.05, 0.04), (one.middle, y, one.high - 0.0205), 0.004, grain=0))
    pieces.append(rounded_box((wide, 0.026, stack), (one.middle, y, bottom - stack / 2), 0.003, grain=0))
    pieces += [
        tube((one.middle + dx, y - 0.014, top), (one.middle + dx, y - 0.014, bottom), 0.0012, 4)
        for dx in (-0.36 * wide, 0.36 * wide)
    ]
    return pieces


def _radiator(side: Side, one: Opening) -> list[Geometry]:
    """Return a ribbed panel under a sill, with its grille and pipes."""
    wide = 0.82 * one.width
    low = 0.13
    tall = min(_TALLEST_RADIATOR, one.low - low - 0.1)
    y = side.face - 0.075
    body = rounded_box((wide, 0.06, tall), (one.middle, y, low + tall / 2), 0.008)
    count = max(3, math.floor(wide / 0.07))
    ribs = [
        rounded_box((0.036, 0.014, tall - 0.06), (one.middle + x, y - 0.032, low + tall / 2), 0.006, grain=2)
        for x in (np.arange(count) - (count - 1) / 2) * (wide - 0.04) / count
    ]
    grille = rounded_box((wide + 0.004, 0.085, 0.016), (one.middle, y, low + tall), 0.004, grain=0)
    ends = one.middle + wide / 2 - 0.04
    pipes = [tube((ends - dx, y, 0.0), (ends - dx, y, low + 0.01), 0.009, 8) for dx in (0.0, 0.05)]
    brackets = [
        plain_box((0.03, 0.05, 0.06), (one.middle + dx, side.face - 0.025, low + tall * 0.8))
        for dx in (-wide * 0.3, wide * 0.3)
    ]
    return [body, *ribs, grille, *pipes, *brackets]
