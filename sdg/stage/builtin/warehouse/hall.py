"""A warehouse hall: floor in bays with joints, and the parts that other modules build round it."""

from __future__ import annotations

from sdg.foundation.arrays import Vec3
from sdg.foundation.seeds import RandomStream
from sdg.recipe.families.warehouse import WarehouseHallForm
from sdg.stage.asset import Asset, Material, Surface
from sdg.stage.builtin.assembly import Piece, assemble, variation
from sdg.stage.builtin.geometry import Geometry, join
from sdg.stage.builtin.materials import slot
from sdg.stage.builtin.solids import decal
from sdg.stage.builtin.warehouse.hall_docks import dock_pieces
from sdg.stage.builtin.warehouse.hall_doors import door_pieces
from sdg.stage.builtin.warehouse.hall_fittings import fitting_pieces
from sdg.stage.builtin.warehouse.hall_marking import marking_pieces
from sdg.stage.builtin.warehouse.hall_plan import HallPlan, plan_hall
from sdg.stage.builtin.warehouse.hall_roof import roof_pieces
from sdg.stage.builtin.warehouse.hall_walls import column_pieces, wall_pieces
from sdg.stage.builtin.warehouse.hall_windows import opening_pieces

_JOINT_WIDTH, _JOINT_HEIGHT = 0.008, 0.001
_FLOOR_INSET, _CEILING_INSET = 0.8, 1.0


def build_warehouse_hall(size_m: Vec3, form: WarehouseHallForm) -> Asset:
    """Return a hall of outer size `size_m`, floor at z = 0, docks in the wall towards +y."""
    plan = plan_hall(size_m, form)
    stream = variation("warehouse_hall", form.variant)
    pieces = [
        Piece("floor", _slab(plan, stream), slot("floor", "concrete_floor"), "floor"),
        Piece("joints", _joints(plan), Material("floor_joint", (0.05, 0.048, 0.045), 0.9), "floor"),
        *marking_pieces(plan),
        *wall_pieces(plan),
        *column_pieces(plan),
        *roof_pieces(plan),
        *opening_pieces(plan),
        *door_pieces(plan),
        *dock_pieces(plan),
        *fitting_pieces(plan),
    ]
    x, y = plan.size_m[0] / 2, plan.size_m[1] / 2
    surfaces = [
        Surface(
            "floor",
            (-x + _FLOOR_INSET, -y + _FLOOR_INSET),
            (x - _FLOOR_INSET, y - _FLOOR_INSET),
            0.0,
            plan.truss_bottom_m,
        ),
        Surface(
            "ceiling",
            (-x + _CEILING_INSET, -y + _CEILING_INSET),
            (x - _CEILING_INSET, y - _CEILING_INSET),
            plan.truss_bottom_m - 0.08,
            0.08,
        ),
    ]
    return assemble("warehouse_hall", size_m, pieces, surfaces)


def _slab(plan: HallPlan, stream: RandomStream) -> Geometry:
    """Return the floor bay by bay; every bay shows another place of the texture, turned by quarter turns."""
    bays = []
    for x0, x1 in zip(plan.bays_x[:-1], plan.bays_x[1:], strict=True):
        for y0, y1 in zip(plan.bays_y[:-1], plan.bays_y[1:], strict=True):
            bay = decal((x0, y0, 0.0), (x1 - x0, 0.0, 0.0), (0.0, y1 - y0, 0.0))
            turned = bay.with_uv_turn(-stream.integer(0, 3))
            bays.append(turned.with_uv_offset(stream.uniform(0.0, 6.0), stream.uniform(0.0, 6.0)))
    return join(bays)


def _joints(plan: HallPlan) -> Geometry:
    x, y = plan.inner_x, plan.inner_y
    half = _JOINT_WIDTH / 2
    lines = [_flat(-x, at - half, x, at + half, _JOINT_HEIGHT) for at in plan.bays_y[1:-1]]
    for at in plan.bays_x[1:-1]:
        # Crossings belong to the lines along x, so that no two strips share a plane.
        stops = [-y, *(edge for bay in plan.bays_y[1:-1] for edge in (bay - half, bay + half)), y]
        lines += [
            _flat(at - half, start, at + half, end, _JOINT_HEIGHT)
            for start, end in zip(stops[::2], stops[1::2], strict=True)
        ]
    return join(lines) if lines else _flat(-half, -half, half, half, _JOINT_HEIGHT)


def _flat(x0: float, y0: float, x1: float, y1: float, height: float) -> Geometry:
    piece = decal((x0, y0, height), (x1 - x0, 0.0, 0.0), (0.0, y1 - y0, 0.0))
    return piece.with_uv_offset(x0, y0)
