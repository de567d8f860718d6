"""The walls of an office room with their openings, partitions, skirting, switches and sockets."""

from __future__ import annotations

import numpy as np

from sdg.stage.builtin.assembly import Piece
from sdg.stage.builtin.geometry import Geometry, join
from sdg.stage.builtin.office import finishes
from sdg.stage.builtin.office.room_plan import SLAB, WALL, RoomPlan, Side
from sdg.stage.builtin.solids import plain_box, rounded_box

_PARTITION = 0.1
_SKIRTING, _SKIRTING_DEPTH = 0.07, 0.012
_SLAT, _SLAT_PITCH, _SLAT_DEPTH = 0.05, 0.075, 0.022


def wall_pieces(plan: RoomPlan) -> list[Piece]:
    """Return the four walls, the slab over them, partitions and what is fixed to them."""
    feature = plan.sides[3]
    walls = [piece for side in plan.sides[:3] for piece in _wall(plan, side)]
    x, y, z = plan.size_m
    skirtings = [piece for side in plan.sides for piece in _skirting(plan, side)]
    pieces = [
        Piece("walls", join(walls), finishes.wall_paint(), "wall"),
        Piece("feature_wall", join(_wall(plan, feature)), finishes.feature_wall(plan.form), "wall"),
        Piece("slab", plain_box((x, y, SLAB), (0.0, 0.0, z - SLAB / 2)), finishes.ceiling_tile(), "ceiling"),
        Piece("skirting", join(skirtings), finishes.laminate("skirting", (0.62, 0.61, 0.59)), "wall"),
        Piece("sockets", join(_sockets(plan)), finishes.moulded("socket", (0.78, 0.78, 0.76)), "wall"),
    ]
    if plan.form.walls == "panelled":
        pieces.append(Piece("slats", join(_slats(plan, feature)), finishes.veneer("wall_slat"), "wall"))
    if plan.partitions_y:
        pieces.append(Piece("partitions", join(_partitions(plan)), finishes.wall_paint(), "wall"))
    return pieces


def _wall(plan: RoomPlan, side: Side) -> list[Geometry]:
    """Return a wall round its openings: what is below, what is above, and the piers between."""
    top = plan.size_m[2] - SLAB
    middle = side.distance - WALL / 2
    if not side.openings:
        return [plain_box((side.outer, WALL, top), (0.0, middle, top / 2)).moved(side.place)]
    low, high = side.openings[0].low, side.openings[0].high
    boxes = [
        plain_box((side.outer, WALL, low), (0.0, middle, low / 2)),
        plain_box((side.outer, WALL, top - high), (0.0, middle, (top + high) / 2)),
    ]
    ends = [(one.middle - one.width / 2, one.middle + one.width / 2) for one in side.openings]
    edges = [-side.outer / 2, *(edge for pair in ends for edge in pair), side.outer / 2]
    for start, end in zip(edges[0::2], edges[1::2], strict=True):
        boxes.append(plain_box((end - start, WALL, high - low), ((start + end) / 2, middle, (low + high) / 2)))
    return [box.moved(side.place) for box in boxes]


def _skirting(plan: RoomPlan, side: Side) -> list[Geometry]:
    gaps = [] if side.turn_deg != 180 else [(at - 0.52, at + 0.52) for at in plan.door_middles]
    edges = [-side.inner / 2, *(edge for gap in gaps for edge in gap), side.inner / 2]
    y = side.face - _SKIRTING_DEPTH / 2
    return [
        rounded_box(
            (end - start, _SKIRTING_DEPTH, _SKIRTING), ((start + end) / 2, y, _SKIRTING / 2), 0.003, grain=0
        ).moved(side.place)
        for start, end in zip(edges[0::2], edges[1::2], strict=True)
        if end - start > 0.02
    ]


def _slats(plan: RoomPlan, side: Side) -> list[Geometry]:
    """Return upright wooden slats over a whole wall."""
    low, high = _SKIRTING + 0.004, plan.ceiling_m - 0.004
    count = max(1, int((side.inner - 0.02) / _SLAT_PITCH))
    slat = plain_box((_SLAT, _SLAT_DEPTH, high - low), (0.0, side.face - _SLAT_DEPTH / 2, (low + high) / 2), grain=2)
    return [
        slat.with_uv_offset(0.37 * index, 0.21 * index).shifted(x, 0.0, 0.0).moved(side.place)
        for index, x in enumerate((np.arange(count) - (count - 1) / 2) * _SLAT_PITCH)
    ]


def _partitions(plan: RoomPlan) -> list[Geometry]:
    length = 2 * plan.inner_x * plan.form.partition_share
    x = -plan.inner_x + length / 2
    pieces = []
    for y in plan.partitions_y:
        pieces.append(plain_box((length, _PARTITION, plan.ceiling_m), (x, y, plan.ceiling_m / 2)))
        pieces.append(rounded_box((length - 0.002, _PARTITION + 0.024, _SKIRTING), (x, y, _SKIRTING / 2), 0.003))
    return pieces


def _sockets(plan: RoomPlan) -> list[Geometry]:
    """Return double sockets near the floor along the walls, and a switch beside each door."""
    pieces = []
    for side in plan.sides:
        for x in np.arange(-side.inner / 2 + 0.6, side.inner / 2 - 0.3, 2.4):
            if side.turn_deg == 180 and any(abs(x - at) < 0.75 for at in plan.door_middles):
                continue
            plate = rounded_box((0.152, 0.01, 0.08), (x, side.face - 0.005, 0.3), 0.003)
            wells = [
                rounded_box((0.05, 0.012, 0.05), (x + dx, side.face - 0.006, 0.3), 0.004) for dx in (-0.036, 0.036)
            ]
            pieces += [piece.moved(side.place) for piece in (plate, *wells)]
    for at in plan.door_middles:
        side = plan.sides[2]
        plate = rounded_box((0.08, 0.01, 0.08), (at + 0.68, side.face - 0.005, 1.05), 0.003)
        rocker = rounded_box((0.056, 0.014, 0.056), (at + 0.68, side.face - 0.007, 1.05), 0.004)
        pieces += [piece.moved(side.place) for piece in (plate, rocker)]
    return pieces
