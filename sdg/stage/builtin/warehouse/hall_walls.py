"""The walls of a hall, block plinth below and ribbed cladding above, and the columns along them."""

from __future__ import annotations

import numpy as np

from sdg.foundation.arrays import FloatArray
from sdg.foundation.transforms import yaw
from sdg.stage.builtin.assembly import Piece
from sdg.stage.builtin.geometry import Geometry, join
from sdg.stage.builtin.materials import slot
from sdg.stage.builtin.solids import folded_sheet, plain_box, rounded_box
from sdg.stage.builtin.warehouse.hall_plan import WALL_THICKNESS, HallPlan

_RIB_PERIOD, _RIB_DEPTH = 0.25, 0.035
_COLUMN, _FLANGE, _WEB = 0.28, 0.016, 0.011


def wall_pieces(plan: HallPlan) -> list[Piece]:
    """Return cladding, plinth and the sill between them, all round."""
    x, y, z = plan.size_m
    cladding, plinths, sills = [], [], []
    for turn, length, distance in ((0, x, y / 2), (90, y, x / 2), (180, x, y / 2), (270, y, x / 2)):
        # Each wall is built at +y, facing -y, and turned into place; walls along x give way at the corners.
        short = length if turn % 180 == 0 else length - 2 * WALL_THICKNESS
        place = yaw(-turn)
        sheet = folded_sheet(_ribs(length - 0.02, distance - 0.10), (0.0, 0.0, z - plan.plinth_m))
        cladding.append(sheet.shifted(0.0, 0.0, plan.plinth_m).moved(place))
        plinth = plain_box(
            (short, WALL_THICKNESS, plan.plinth_m), (0.0, distance - WALL_THICKNESS / 2, plan.plinth_m / 2)
        )
        plinths.append(plinth.with_uv_offset(0.37 * turn, 0.0).moved(place))
        sill = rounded_box(
            (short, 0.11, 0.03), (0.0, distance - WALL_THICKNESS + 0.045, plan.plinth_m + 0.012), 0.004, grain=0
        )
        sills.append(sill.moved(place))
    return [
        Piece("wall", join(cladding), slot("wall", "painted_metal", (0.70, 0.71, 0.70), 0.55), "wall"),
        Piece("wall_base", join(plinths), slot("wall_base", "block_wall", (0.20, 0.235, 0.27)), "wall"),
        Piece("wall_sill", join(sills), slot("wall_sill", "matte_paint", (0.42, 0.44, 0.46)), "wall"),
    ]


def _ribs(length: float, distance: float) -> FloatArray:
    """Return the trapezoidal profile of a wall at +y that faces -y; it runs along +x."""
    count = max(1, round(length / _RIB_PERIOD))
    period = length / count
    shape = ((0.0, 0.0), (0.5, 0.0), (0.6, 1.0), (0.9, 1.0))
    points = [
        (-length / 2 + period * (index + along), distance + _RIB_DEPTH * (depth - 0.5), 0.0)
        for index in range(count)
        for along, depth in shape
    ]
    return np.array([*points, (length / 2, distance - _RIB_DEPTH / 2, 0.0)])


def column_pieces(plan: HallPlan) -> list[Piece]:
    """Return an I-section under each end of every truss, with base plate and a hazard-striped guard."""
    columns: list[Geometry] = []
    yellow: list[Geometry] = []
    black: list[Geometry] = []
    x = plan.inner_x - _COLUMN / 2 - 0.01
    for side in (-1.0, 1.0):
        for y in plan.frames_y:
            columns.append(_column(side * x, y, plan.truss_top_m - 0.01))
            for index in range(8):
                band = plain_box(
                    (_COLUMN + 0.03, _COLUMN + 0.03, 0.12), (side * (x - 0.004), y, 0.06 + 0.12 * index + 0.016)
                )
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
