"""What is busy about docks: raised doors, the lorries behind them, ramps in the floor, lights and switches."""

from __future__ import annotations

import math

import numpy as np

from sdg.foundation.arrays import FloatArray, Vec3
from sdg.foundation.transforms import rotation_xyz
from sdg.stage.asset import Material
from sdg.stage.builtin.assembly import Piece, variation
from sdg.stage.builtin.geometry import Geometry, join
from sdg.stage.builtin.materials import slot
from sdg.stage.builtin.solids import decal, lathe, plain_box, rounded_box, tube
from sdg.stage.builtin.warehouse.hall_marking import leveller_edges_m
from sdg.stage.builtin.warehouse.hall_plan import HallPlan

TRACK_RADIUS, TRACK_IN = 0.3, 0.15
_LORRIES: tuple[Vec3, ...] = ((0.72, 0.73, 0.73), (0.04, 0.13, 0.33), (0.42, 0.03, 0.025), (0.55, 0.36, 0.03))


def raised_places(plan: HallPlan, count: int, tall: float) -> list[FloatArray]:
    """Return where the sections of a raised door are: 4x4 transforms of sections about the origin, at x = 0."""
    lowest = plan.door_height_m - 0.28
    places = []
    for index in range(count):
        start, end = (_track(plan, lowest + tall * (index + part)) for part in (0, 1))
        along = end - start
        place = rotation_xyz((math.degrees(math.atan2(-along[0], along[1])), 0.0, 0.0))
        place[1:3, 3] = (start + end) / 2
        places.append(place)
    return places


def _track(plan: HallPlan, traveled: float) -> FloatArray:
    """Return (y, z) of the place on a door's track that is so far from the floor, along it."""
    upright, bend = plan.door_height_m - 0.1, TRACK_RADIUS * math.pi / 2
    y = plan.inner_y - TRACK_IN
    if traveled <= upright:
        return np.array([y, traveled])
    if traveled >= upright + bend:
        return np.array([y - TRACK_RADIUS - (traveled - upright - bend), upright + TRACK_RADIUS])
    turn = (traveled - upright) / TRACK_RADIUS
    return np.array([y - TRACK_RADIUS * (1 - math.cos(turn)), upright + TRACK_RADIUS * math.sin(turn)])


def dock_pieces(plan: HallPlan) -> list[Piece]:
    """Return lorries behind raised doors, and ramps with what belongs to them; nothing where neither is asked for."""
    pieces = []
    if any(plan.open_doors):
        pieces += _lorry_pieces(plan)
    if plan.form.levellers and plan.door_centers:
        pieces += _leveller_pieces(plan)
    return pieces


def _lorry_pieces(plan: HallPlan) -> list[Piece]:
    """Return rubber seals all round each opening, and the back of a lorry pressed against them."""
    stream = variation("warehouse_hall lorries", plan.form.variant)
    seals, metal, lamps = [], [], []
    backs: dict[int, list[Geometry]] = {}
    for door, is_open in zip(plan.door_centers, plan.open_doors, strict=True):
        paint, hinged = stream.integer(0, len(_LORRIES) - 1), stream.unit() < 0.5
        if is_open:
            seals += [piece.shifted(door, plan.inner_y, 0.0) for piece in _seal(plan)]
            panel, fittings, lights = _doors(plan) if hinged else _roller(plan)
            backs.setdefault(paint, []).extend(piece.shifted(door, plan.inner_y, 0.0) for piece in panel)
            metal += [piece.shifted(door, plan.inner_y, 0.0) for piece in (*fittings, *_rear(plan))]
            lamps += [piece.shifted(door, plan.inner_y, 0.0) for piece in lights]
    return [
        Piece("dock_seals", join(seals), slot("dock_seal", "rubber"), "door"),
        *(
            Piece(f"lorry_{paint}", join(parts), slot("lorry", "painted_metal_worn", _LORRIES[paint]), "lorry")
            for paint, parts in sorted(backs.items())
        ),
        Piece("lorry_fittings", join(metal), slot("lorry_fitting", "galvanised_metal"), "lorry"),
        Piece("lorry_lamps", join(lamps), slot("lorry_lamp", "plastic_smooth", (0.35, 0.02, 0.015)), "lorry"),
    ]


def _lorry_m(plan: HallPlan) -> tuple[float, float]:
    """Return half the width of a lorry's back that shows between the seals, and its height."""
    return plan.door_width_m / 2 - 0.27, min(2.72, plan.door_height_m - 0.12)


def _seal(plan: HallPlan) -> list[Geometry]:
    """Return the cushions at both sides, the curtain above, and a sheet that shuts out daylight; y = 0 is inside."""
    half, top = plan.door_width_m / 2, plan.door_height_m
    back, tall = _lorry_m(plan)
    cushions = [
        rounded_box((half + 0.03 - back, 0.16, top), (side * (half + 0.03 + back) / 2, 0.1, top / 2), 0.03, grain=2)
        for side in (-1, 1)
    ]
    curtain = rounded_box((2 * back, 0.03, top - tall + 0.1), (0.0, 0.045, (top + tall - 0.1) / 2), 0.006)
    return [*cushions, curtain, plain_box((2 * half + 0.06, 0.008, top), (0.0, 0.19, top / 2))]


def _rear(plan: HallPlan) -> list[Geometry]:
    """Return the frame of a lorry's back: posts, header and sill."""
    half, tall = _lorry_m(plan)
    posts = [
        rounded_box((0.09, 0.07, tall), (side * (half - 0.03), 0.125, tall / 2), 0.012, grain=2) for side in (-1, 1)
    ]
    sill = rounded_box((2 * half - 0.12, 0.11, 0.13), (0.0, 0.115, 0.066), 0.01, grain=0)
    header = rounded_box((2 * half - 0.12, 0.068, 0.2), (0.0, 0.125, tall - 0.1), 0.012, grain=0)
    return [*posts, sill, header]


def _lights(half: float, tall: float) -> list[Geometry]:
    return [rounded_box((0.14, 0.03, 0.05), (side * (half - 0.22), 0.088, tall - 0.1), 0.008) for side in (-1, 1)]


def _roller(plan: HallPlan) -> tuple[list[Geometry], list[Geometry], list[Geometry]]:
    """Return a roller door of slats, its handle and strap, and lamps."""
    half, tall = _lorry_m(plan)
    wide, low, high = 2 * half - 0.14, 0.135, tall - 0.2
    count = max(4, round((high - low) / 0.24))
    step = (high - low) / count
    slats = [
        rounded_box((wide, 0.03, step - 0.006), (0.0, 0.135, low + step * (index + 0.5)), 0.008, grain=0)
        for index in range(count)
    ]
    handle = [
        rounded_box((0.34, 0.012, 0.10), (0.0, 0.114, low + 1.5 * step), 0.004),
        tube((-0.12, 0.09, low + 1.5 * step), (0.12, 0.09, low + 1.5 * step), 0.011, 8),
        *(tube((x, 0.115, low + 1.5 * step), (x, 0.09, low + 1.5 * step), 0.009, 8) for x in (-0.11, 0.11)),
    ]
    return slats, handle, _lights(half, tall)


def _doors(plan: HallPlan) -> tuple[list[Geometry], list[Geometry], list[Geometry]]:
    """Return two hinged doors with four lock rods, handles and hinges, and lamps."""
    half, tall = _lorry_m(plan)
    leaf, low, high = half - 0.08, 0.135, tall - 0.2
    panels, rods = [], []
    for side in (-1, 1):
        middle = side * (leaf / 2 + 0.004)
        panels.append(rounded_box((leaf - 0.008, 0.03, high - low), (middle, 0.14, (low + high) / 2), 0.008, grain=2))
        # Corrugations, as of a container.
        panels += [
            rounded_box(
                (0.07, 0.02, high - low - 0.24), (middle + shift * leaf, 0.126, (low + high) / 2), 0.009, grain=2
            )
            for shift in (-0.18, 0.0, 0.18)
        ]
        for shift in (-0.33, 0.33):
            x = middle + shift * leaf
            rods.append(tube((x, 0.095, low - 0.06), (x, 0.095, high + 0.05), 0.015, 10))
            rods += [rounded_box((0.07, 0.05, 0.05), (x, 0.11, z), 0.006) for z in (low + 0.1, 1.15, high - 0.1)]
            rods.append(rounded_box((0.3 * leaf, 0.012, 0.035), (x + side * 0.12 * leaf, 0.082, 1.05), 0.004))
        rods += [
            rounded_box((0.12, 0.02, 0.07), (side * leaf, 0.118, low + (high - low) * share), 0.005)
            for share in (0.08, 0.36, 0.64, 0.92)
        ]
    return panels, rods, _lights(half, tall)


def _leveller_pieces(plan: HallPlan) -> list[Piece]:
    """Return ramps flush with the floor, a lip hinged to each, slots round them, and a post of switches and lights."""
    half, start, end = leveller_edges_m(plan)
    high = 2.05 if plan.door_height_m > 2.3 else 1.75
    plates, slots, boxes, red, green = [], [], [], [], []
    for door in plan.door_centers:
        lip = end - 0.42
        for y0, y1 in ((start + 0.02, lip - 0.008), (lip + 0.008, end)):
            plate = decal((door - half, y0, 0.0014), (2 * half, 0.0, 0.0), (0.0, y1 - y0, 0.0))
            plates.append(plate.with_uv_offset(0.7 * door, y0))
        slots += [
            decal((door - half, start, 0.0012), (2 * half, 0.0, 0.0), (0.0, 0.02, 0.0)),
            decal((door - half, lip - 0.008, 0.0012), (2 * half, 0.0, 0.0), (0.0, 0.016, 0.0)),
        ]
        slots += [
            decal((door + side * (half + 0.01) - 0.01, start, 0.0012), (0.02, 0.0, 0.0), (0.0, end - start, 0.0))
            for side in (-1, 1)
        ]
        x, y = door + plan.door_width_m / 2 + 0.25, plan.inner_y - 0.02
        boxes += [
            rounded_box((0.05, 0.04, plan.door_height_m), (x, y, plan.door_height_m / 2), 0.004, grain=2),
            rounded_box((0.2, 0.12, 0.3), (x, y - 0.075, 1.32), 0.01),
            rounded_box((0.14, 0.11, 0.32), (x, y - 0.07, high), 0.012),
        ]
        red += [_lens(0.05).shifted(x, y - 0.124, high + 0.075), _lens(0.022).shifted(x - 0.045, y - 0.134, 1.38)]
        green += [_lens(0.05).shifted(x, y - 0.124, high - 0.075), _lens(0.022).shifted(x + 0.045, y - 0.134, 1.38)]
    return [
        Piece("levellers", join(plates), slot("leveller", "steel", (0.30, 0.30, 0.31)), "floor"),
        Piece("leveller_slots", join(slots), Material("leveller_slot", (0.02, 0.02, 0.02), 0.9), "floor"),
        Piece("dock_controls", join(boxes), slot("dock_control", "painted_metal", (0.36, 0.37, 0.38)), "fitting"),
        Piece("dock_lamps_red", join(red), Material("dock_lamp_red", (0.55, 0.02, 0.015), 0.2), "fitting"),
        Piece("dock_lamps_green", join(green), Material("dock_lamp_green", (0.02, 0.40, 0.10), 0.2), "fitting"),
    ]


def _lens(radius: float) -> Geometry:
    """Return a round lens that looks along -y from y = 0."""
    profile = [
        (0.0, -0.004),
        (radius, -0.004),
        (radius, 0.3 * radius),
        (0.6 * radius, 0.6 * radius),
        (0.0, 0.7 * radius),
    ]
    return lathe(profile, 16).moved(rotation_xyz((90.0, 0.0, 0.0)))
