"""The walls of a hall, block plinth below and cladding, panels or blocks above, and the columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sdg.foundation.arrays import FloatArray, Vec3
from sdg.foundation.transforms import yaw
from sdg.stage.builtin.assembly import Piece
from sdg.stage.builtin.geometry import Geometry, join
from sdg.stage.builtin.materials import slot
from sdg.stage.builtin.solids import plain_box, rounded_box
from sdg.stage.builtin.warehouse.hall_plan import WALL_THICKNESS, HallPlan, Hole
from sdg.stage.builtin.warehouse.hall_sheets import pierced_sheet

_COLUMN, _FLANGE, _WEB = 0.28, 0.016, 0.011


@dataclass(frozen=True)
class _Sheet:
    """A wall's profile: how often it repeats, how deep it is, and (along, depth) in shares of both."""

    period_m: float
    depth_m: float
    shape: tuple[tuple[float, float], ...]
    material: str
    color: Vec3
    roughness: float | None = None


_SHEETS = {
    "ribbed": _Sheet(
        0.25, 0.035, ((0.0, 0.0), (0.5, 0.0), (0.6, 1.0), (0.9, 1.0)), "painted_metal", (0.70, 0.71, 0.70), 0.55
    ),
    # Panels of 1.1 m with a groove at each joint.
    "panels": _Sheet(
        1.1, 0.014, ((0.0, 0.0), (0.976, 0.0), (0.984, 1.0), (0.992, 1.0)), "painted_metal", (0.76, 0.77, 0.77), 0.5
    ),
    "blocks": _Sheet(100.0, 0.0, ((0.0, 0.0),), "block_wall", (0.72, 0.71, 0.67)),
}


def wall_pieces(plan: HallPlan) -> list[Piece]:
    """Return cladding, plinth and the sill between them, all round, with holes where docks stand open."""
    x, y, z = plan.size_m
    sheet = _SHEETS[plan.form.wall]
    cladding, plinths, sills = [], [], []
    for turn, length, distance in ((0, x, y / 2), (90, y, x / 2), (180, x, y / 2), (270, y, x / 2)):
        # Each wall is built at +y, facing -y, and turned into place; walls along x give way at the corners.
        short = length if turn % 180 == 0 else length - 2 * WALL_THICKNESS
        place = yaw(-turn)
        docks = plan.dock_holes() if turn == 0 else ()
        holes = [Hole(hole.start, hole.end, plan.plinth_m, hole.high) for hole in docks]
        holes += plan.windows if turn % 180 else ()
        path = _profile(sheet, length - 0.02, distance - 0.10)
        cladding.append(pierced_sheet(path, 0, 2, plan.plinth_m, z, holes).moved(place))
        for start, end in _between(-short / 2, short / 2, docks):
            size, center = (end - start, WALL_THICKNESS, plan.plinth_m), (start + end) / 2
            plinth = plain_box(size, (center, distance - WALL_THICKNESS / 2, plan.plinth_m / 2))
            plinths.append(plinth.with_uv_offset(0.37 * turn, 0.0).moved(place))
            middle = (center, distance - WALL_THICKNESS + 0.045, plan.plinth_m + 0.012)
            sills.append(rounded_box((end - start, 0.11, 0.03), middle, 0.004, grain=0).moved(place))
    return [
        Piece("wall", join(cladding), slot("wall", sheet.material, sheet.color, sheet.roughness), "wall"),
        Piece("wall_base", join(plinths), slot("wall_base", "block_wall", (0.20, 0.235, 0.27)), "wall"),
        Piece("wall_sill", join(sills), slot("wall_sill", "matte_paint", (0.42, 0.44, 0.46)), "wall"),
    ]


def _between(start: float, end: float, holes: Sequence[Hole]) -> list[tuple[float, float]]:
    """Return what is left of a length beside holes."""
    marks = [start, *(mark for hole in holes for mark in (hole.start, hole.end)), end]
    return list(zip(marks[::2], marks[1::2], strict=True))


def _profile(sheet: _Sheet, length: float, distance: float) -> FloatArray:
    """Return the profile of a wall at +y that faces -y; it runs along +x."""
    count = max(1, round(length / sheet.period_m))
    period = length / count
    points = [
        (-length / 2 + period * (index + along), distance + sheet.depth_m * (depth - 0.5), 0.0)
        for index in range(count)
        for along, depth in sheet.shape
    ]
    return np.array([*points, (length / 2, distance - sheet.depth_m / 2, 0.0)])


def column_pieces(plan: HallPlan) -> list[Piece]:
    """Return an I-section under each end of every truss, and in rows, with base plates and hazard-striped guards."""
    columns: list[Geometry] = []
    yellow: list[Geometry] = []
    black: list[Geometry] = []
    x = plan.inner_x - _COLUMN / 2 - 0.01
    places = [(side * x, side * 0.004, y, plan.truss_top_m - 0.01) for side in (-1.0, 1.0) for y in plan.frames_y]
    places += [(x, 0.0, y, plan.truss_bottom_m + 0.01) for x in plan.columns_x for y in plan.frames_y[1:-1]]
    for x, guard, y, height in places:
        columns.append(_column(x, y, height))
        for index in range(8):
            band = plain_box((_COLUMN + 0.03, _COLUMN + 0.03, 0.12), (x - guard, y, 0.06 + 0.12 * index + 0.016))
            (black if index % 2 else yellow).append(band)
    return [
        Piece("columns", join(columns), slot("column", "painted_metal", (0.36, 0.39, 0.42)), "column"),
        Piece("guards", join(yellow), slot("guard_yellow", "painted_metal_worn", (0.80, 0.52, 0.03)), "column"),
        Piece("guard_stripes", join(black), slot("guard_black", "painted_metal_worn", (0.03, 0.03, 0.032)), "column"),
    ]


def _column(x: float, y: float, height: float) -> Geometry:
    inset = _COLUMN / 2 - _FLANGE / 2
    flanges = [
        rounded_box((_FLANGE, _COLUMN, height), (x + side * inset, y, height / 2), 0.003, grain=2) for side in (-1, 1)
    ]
    web = plain_box((_COLUMN - _FLANGE, _WEB, height - 0.002), (x, y, height / 2), grain=2)
    base = rounded_box((_COLUMN + 0.02, _COLUMN + 0.1, 0.02), (x, y, 0.01), 0.003)
    return join([*flanges, web, base])
