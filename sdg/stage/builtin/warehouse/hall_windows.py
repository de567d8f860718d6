"""Windows and skylights of a hall: frames and bars round holes. There are no panes, as in an office room."""

from __future__ import annotations

from sdg.foundation.transforms import yaw
from sdg.stage.builtin.assembly import Piece
from sdg.stage.builtin.geometry import Geometry, join
from sdg.stage.builtin.materials import slot
from sdg.stage.builtin.solids import rounded_box
from sdg.stage.builtin.warehouse.hall_plan import WALL_THICKNESS, HallPlan, Hole

_FRAME, _BAR = 0.06, 0.035


def opening_pieces(plan: HallPlan) -> list[Piece]:
    """Return frames round the windows of both long walls, and curbs round skylights; nothing where there are none."""
    frames = [piece.moved(yaw(-turn)) for turn in (90, 270) for hole in plan.windows for piece in _window(plan, hole)]
    curbs = [piece for hole in plan.skylights for piece in _curb(plan, hole)]
    pieces = []
    if frames:
        pieces.append(Piece("windows", join(frames), slot("window_frame", "aluminium", (0.62, 0.63, 0.64)), "window"))
    if curbs:
        pieces.append(Piece("skylights", join(curbs), slot("skylight", "painted_metal", (0.80, 0.80, 0.79)), "window"))
    return pieces


def _window(plan: HallPlan, hole: Hole) -> list[Geometry]:
    """Return a window of a wall at +y: frame through the sheet, uprights, a ledge inside."""
    y = plan.size_m[0] / 2 - WALL_THICKNESS / 2
    middle, wide, tall = (hole.start + hole.end) / 2, hole.end - hole.start, hole.high - hole.low
    z = (hole.low + hole.high) / 2
    pieces = [
        rounded_box((_FRAME, 0.13, tall + 0.04), (middle + side * (wide - _FRAME + 0.03) / 2, y, z), 0.004, grain=2)
        for side in (-1, 1)
    ]
    pieces += [
        rounded_box((wide - _FRAME, 0.128, _FRAME), (middle, y, z + side * (tall - _FRAME + 0.03) / 2), 0.004, grain=0)
        for side in (-1, 1)
    ]
    count = max(1, round(wide / 1.1))
    for index in range(1, count):
        x = middle + wide * (index / count - 0.5)
        pieces.append(rounded_box((_BAR, 0.06, tall - _FRAME), (x, y, z), 0.004, grain=2))
    pieces.append(rounded_box((wide + 0.06, 0.09, 0.02), (middle, y - 0.10, hole.low - 0.012), 0.004, grain=0))
    return pieces


def _curb(plan: HallPlan, hole: Hole) -> list[Geometry]:
    """Return the curb of a skylight, which reaches below the deck, and its bars."""
    low, high = plan.deck_m - 0.07, plan.size_m[2] - 0.006
    z, tall = (low + high) / 2, high - low
    y, long = (hole.start + hole.end) / 2, hole.end - hole.start
    x, wide = (hole.low + hole.high) / 2, hole.high - hole.low
    sides = [
        rounded_box((0.04, long + 0.07, tall), (x + side * (wide / 2 + 0.015), y, z), 0.004, grain=1)
        for side in (-1, 1)
    ]
    ends = [
        rounded_box((wide, 0.04, tall - 0.002), (x, y + side * (long / 2 + 0.015), z), 0.004, grain=0)
        for side in (-1, 1)
    ]
    bars = [
        rounded_box((wide, 0.03, 0.04), (x, y + long * share, plan.deck_m + 0.03), 0.004, grain=0)
        for share in (-1 / 6, 1 / 6)
    ]
    return [*sides, *ends, *bars]
