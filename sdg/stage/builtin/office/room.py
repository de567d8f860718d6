"""An office room: floor, walls with windows and doors, suspended ceiling."""

from __future__ import annotations

from sdg.foundation.arrays import Vec3
from sdg.recipe.families.office import OfficeRoomForm
from sdg.stage.asset import Asset, Surface
from sdg.stage.builtin.assembly import Piece, assemble, variation
from sdg.stage.builtin.geometry import Geometry, join
from sdg.stage.builtin.office import finishes
from sdg.stage.builtin.office.room_ceiling import ceiling_pieces, ceiling_surface
from sdg.stage.builtin.office.room_plan import RoomPlan
from sdg.stage.builtin.office.room_walls import wall_pieces
from sdg.stage.builtin.office.room_windows import sill_surfaces, window_pieces
from sdg.stage.builtin.solids import decal, rounded_box, tube

# Skirting, sockets and slats stand out less than this.
_FLOOR_INSET = 0.03
_STRIP, _CORNER = 0.5, 0.7


def build_office_room(size_m: Vec3, form: OfficeRoomForm) -> Asset:
    """Return a room of outer size `size_m`, floor at z = 0.

    Things may stand on `floor`, along its walls (`along_west` …), in its corners (`corner_north_west` …) and on
    `sill_0` …; west is -x, north is +y.
    """
    plan = RoomPlan(size_m, form)
    stream = variation("office_room", form.variant)
    x, y = plan.inner_x, plan.inner_y
    ground = decal((-x, -y, 0.0), (2 * x, 0.0, 0.0), (0.0, 2 * y, 0.0))
    ground = ground.with_uv_offset(stream.uniform(0.0, 6.0), stream.uniform(0.0, 6.0))
    pieces = [
        Piece("floor", ground, finishes.floor_finish(form), "floor"),
        *wall_pieces(plan),
        *window_pieces(plan),
        *ceiling_pieces(plan),
        *_door_pieces(plan),
    ]
    floor = Surface(
        "floor",
        (-x + _FLOOR_INSET, -y + _FLOOR_INSET),
        (x - _FLOOR_INSET, y - _FLOOR_INSET),
        0.0,
        plan.lamp_bottom_m - 0.02,
    )
    surfaces = [floor, *_strips(floor), ceiling_surface(plan), *sill_surfaces(plan)]
    return assemble("office_room", size_m, pieces, surfaces)


def _strips(floor: Surface) -> list[Surface]:
    """Return the floor along each wall, by the point of the compass that it is towards, and in each corner."""
    (west, south), (east, north), clear = floor.min_m, floor.max_m, floor.clear_m
    deep, square = _STRIP, _CORNER
    rectangles = {
        "along_west": ((west, south + square), (west + deep, north - square)),
        "along_east": ((east - deep, south + square), (east, north - square)),
        "along_south": ((west + square, south), (east - square, south + deep)),
        "along_north": ((west + square, north - deep), (east - square, north)),
        "corner_north_west": ((west, north - square), (west + square, north)),
        "corner_north_east": ((east - square, north - square), (east, north)),
        "corner_south_west": ((west, south), (west + square, south + square)),
        "corner_south_east": ((east - square, south), (east, south + square)),
    }
    return [Surface(name, low, high, 0.0, clear) for name, (low, high) in rectangles.items()]


def _door_pieces(plan: RoomPlan) -> list[Piece]:
    """Return leaf, frame and lever of each door, on the wall towards -y; nothing where there is none."""
    if not plan.door_middles:
        return []
    side = plan.sides[2]
    wide, tall = plan.door_m
    leaves: list[Geometry] = []
    frames: list[Geometry] = []
    levers: list[Geometry] = []
    for at in plan.door_middles:
        leaves.append(
            rounded_box((wide, 0.02, tall - 0.006), (at, side.face - 0.006, tall / 2 + 0.003), 0.002, grain=2)
        )
        leaves[-1] = leaves[-1].with_uv_offset(0.3 * at, 0.7 * at)
        jambs = [
            rounded_box((0.07, 0.03, tall + 0.07), (at + dx, side.face - 0.015, (tall + 0.07) / 2), 0.004, grain=2)
            for dx in (-wide / 2 - 0.037, wide / 2 + 0.037)
        ]
        head = rounded_box((wide + 0.006, 0.028, 0.068), (at, side.face - 0.014, tall + 0.036), 0.004, grain=0)
        frames += [*jambs, head]
        hinge = at - wide / 2 + 0.07
        face = side.face - 0.016
        levers += [
            rounded_box((0.04, 0.008, 0.16), (hinge, face - 0.004, 1.02), 0.003),
            tube((hinge, face, 1.06), (hinge, face - 0.055, 1.06), 0.009, 10),
            tube((hinge - 0.008, face - 0.052, 1.06), (hinge + 0.115, face - 0.052, 1.06), 0.009, 10),
        ]
    return [
        Piece("doors", join(leaves).moved(side.place), finishes.veneer("door"), "door"),
        Piece(
            "door_frames", join(frames).moved(side.place), finishes.lacquer("door_frame", (0.30, 0.31, 0.32)), "door"
        ),
        Piece("door_levers", join(levers).moved(side.place), finishes.chrome("door_lever"), "door"),
    ]
