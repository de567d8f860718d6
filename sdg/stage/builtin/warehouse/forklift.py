"""A counterbalanced forklift: chassis with counterweight, mast, carriage and forks, overhead guard, seat, wheels."""

from __future__ import annotations

import itertools
import math
from functools import cache, lru_cache

import numpy as np

from sdg.foundation.arrays import Vec3
from sdg.foundation.transforms import rotation_xyz
from sdg.recipe.families.warehouse import ForkliftForm
from sdg.stage.asset import Asset, Material
from sdg.stage.builtin.assembly import Piece, assemble, fitted, variation, varied
from sdg.stage.builtin.geometry import Geometry, join
from sdg.stage.builtin.materials import slot
from sdg.stage.builtin.natural import natural_size_m
from sdg.stage.builtin.solids import bar, lathe, prism, rounded_box, tube, upright_prism

# A truck of 2 to 2.5 t; x points to the forks, 0 is the middle of the front axle [m].
_WIDTH, _WHEELBASE, _BACK = 1.14, 1.42, -1.92
_FRONT_WHEEL, _REAR_WHEEL = 0.33, 0.26
_MAST_X, _CARRIAGE_X = 0.40, 0.53
_FORK_WIDTH, _FORK_THICKNESS = 0.11, 0.042
_SEAT = (-0.78, 0.98)


def usual_size_m(form: ForkliftForm) -> Vec3:
    """Return the truck's own size [m]."""
    return natural_size_m(_pieces(form), decimals=6)


def build_forklift(size_m: Vec3, form: ForkliftForm) -> Asset:
    """Return a forklift that faces +x."""
    pieces = varied(_pieces(form), variation("forklift", form.variant))
    return assemble("forklift", size_m, fitted(pieces, size_m), (), ["chassis"])


@lru_cache(maxsize=8)
def _pieces(form: ForkliftForm) -> tuple[Piece, ...]:
    paint = slot("forklift_paint", "painted_metal_worn", (0.80, 0.30, 0.02))
    dark = slot("forklift_frame", "painted_metal", (0.03, 0.031, 0.034), 0.5)
    steel = slot("forklift_mast", "painted_metal", (0.06, 0.062, 0.066), 0.45)
    guard_top = 2.12
    return (
        Piece("chassis", join([_chassis(), _counterweight(form)]), paint),
        Piece("frame", join([*_guard(form, guard_top), *_cockpit()]), dark),
        Piece("seat", join(_seat()), slot("forklift_seat", "rubber", (0.035, 0.035, 0.038), 0.6)),
        Piece("mast", join(_mast(form)), steel),
        Piece("forks", join(_forks(form)), slot("forklift_forks", "steel", (0.16, 0.155, 0.15))),
        Piece("tyres", join(_tyres()), slot("forklift_tyre", "rubber")),
        Piece("hubs", join(_hubs()), slot("forklift_hub", "painted_metal", (0.62, 0.6, 0.56))),
        Piece("lamps", join(_lamps(guard_top)), Material("forklift_lamp", (0.82, 0.82, 0.78), 0.15)),
        Piece("tail_lamps", join(_tail_lamps()), Material("forklift_tail_lamp", (0.5, 0.02, 0.015), 0.2)),
        *([Piece("cylinder", _gas_cylinder(), slot("gas_cylinder", "painted_metal", (0.70, 0.71, 0.72)))] * form.gas),
        *([Piece("beacon", _beacon(guard_top), Material("beacon", (0.85, 0.30, 0.02), 0.15))] * form.beacon),
    )


@cache
def _chassis() -> Geometry:
    """Return the body between the axles: sills, the hood under the seat, mudguards over the front wheels, dashboard."""
    sill = prism([(-1.45, 0.30), (0.05, 0.24), (0.22, 0.30), (0.22, 0.46), (-1.45, 0.52)], _WIDTH - 0.16, 20.0)
    hood = prism(
        [(-1.40, 0.50), (-0.36, 0.46), (-0.34, 0.60), (-0.38, 0.80), (-0.44, 0.86), (-1.34, 0.90), (-1.40, 0.84)],
        0.84,
        35.0,
    )
    arc = [math.radians(angle) for angle in range(10, 171, 20)]
    radius = _FRONT_WHEEL + 0.06
    outer = [(0.98 * radius * math.cos(a), _FRONT_WHEEL + radius * math.sin(a)) for a in arc]
    guards = []
    for side in (-1.0, 1.0):
        for (x0, z0), (x1, z1) in itertools.pairwise(outer):
            plate = bar((x0, 0.0, z0), (x1, 0.0, z1), 0.22, 0.02, 0.004)
            guards.append(plate.shifted(0.0, side * (_WIDTH / 2 - 0.12), 0.0))
    dash = prism([(0.02, 0.44), (0.20, 0.44), (0.24, 1.02), (0.16, 1.08), (0.06, 1.02)], 0.80, 25.0)
    steps = [rounded_box((0.34, 0.10, 0.03), (-0.28, side * (_WIDTH / 2 - 0.06), 0.33), 0.006) for side in (-1, 1)]
    return join([sill, hood, dash, *guards, *steps])


def _counterweight(form: ForkliftForm) -> Geometry:
    """Return the cast block behind, rounded in plan and drawn in below."""
    back = _BACK - 0.12 * (form.capacity_t - 1.5)
    turn = [math.radians(angle) for angle in range(-80, 81, 20)]
    half = _WIDTH / 2
    # The plan's outline, as (x, y), is swept upwards: a prism lies on its side.
    depth = -1.30 - back
    outline = [(-1.30, -half), *[(-1.30 - 0.45 * depth - 0.55 * depth * math.cos(a), half * math.sin(a)) for a in turn]]
    outline += [(-1.30, half)]
    lower = upright_prism(outline, 0.24, 0.62)
    upper = upright_prism([(x * 0.985 - 0.02, y * 0.985) for x, y in outline], 0.62, 1.02)
    grille = [rounded_box((0.02, 0.5, 0.025), (back + 0.012, 0.0, 0.50 + 0.055 * index), 0.004) for index in range(4)]
    hitch = rounded_box((0.10, 0.16, 0.10), (back - 0.02, 0.0, 0.36), 0.012)
    return join([lower, upper, hitch, *grille])


def _guard(form: ForkliftForm, top: float) -> list[Geometry]:
    """Return the overhead guard: four posts, a frame and slats, or with a cab its roof and panes' frames."""
    half = 0.46
    pieces: list[Geometry] = []
    for side in (-half, half):
        path = [(0.14, side, 0.95), (0.02, side, 1.60), (-0.22, side, top - 0.03)]
        pieces += [bar(start, end, 0.05, 0.07, 0.008) for start, end in itertools.pairwise(path)]
        pieces.append(bar((-1.36, side, 0.88), (-1.24, side, top - 0.03), 0.05, 0.07, 0.008))
        pieces.append(bar((-0.18, side, top - 0.03), (-1.28, side, top - 0.03), 0.05, 0.06, 0.008))
    pieces += [rounded_box((0.06, 2 * half, 0.06), (x, 0.0, top - 0.03), 0.008) for x in (-0.22, -1.25)]
    if form.cab == "open":
        pieces += [
            rounded_box((0.04, 2 * half, 0.025), (x, 0.0, top - 0.03), 0.006) for x in np.linspace(-1.12, -0.36, 7)
        ]
    else:
        pieces.append(rounded_box((1.16, 2 * half + 0.06, 0.05), (-0.73, 0.0, top - 0.005), 0.015))
        pieces += [rounded_box((0.05, 0.035, 1.0), (-0.52, side, 1.55), 0.008, grain=2) for side in (-half, half)]
        pieces += [rounded_box((0.86, 0.035, 0.36), (-0.92, side, 1.08), 0.010, grain=0) for side in (-half, half)]
        pieces.append(rounded_box((0.035, 2 * half, 0.30), (-1.33, 0.0, 1.10), 0.010))
    return pieces


@cache
def _cockpit() -> list[Geometry]:
    """Return the steering column and wheel, levers, and the floor plate."""
    center = np.array([-0.12, 0.0, 1.14])
    tilt = rotation_xyz((0.0, -28.0, 0.0))
    rim = []
    steps = 20
    ring = [
        (0.17 * math.cos(2 * math.pi * index / steps), 0.17 * math.sin(2 * math.pi * index / steps), 0.0)
        for index in range(steps)
    ]
    for index in range(steps):
        rim.append(tube(ring[index], ring[(index + 1) % steps], 0.014, 6))
    rim += [tube((0, 0, -0.02), ring[index], 0.011, 6) for index in (2, 9, 15)]
    wheel = join(rim).moved(tilt).shifted(*center)
    column = tube((0.08, 0.0, 0.86), (-0.11, 0.0, 1.13), 0.03, 8)
    levers = [
        tube((0.10, -0.26 - 0.06 * index, 1.0), (0.02, -0.26 - 0.06 * index, 1.17), 0.012, 6) for index in range(3)
    ]
    plate = rounded_box((0.46, 0.82, 0.02), (-0.16, 0.0, 0.50), 0.004)
    return [wheel, column, plate, *levers]


@cache
def _seat() -> list[Geometry]:
    x, z = _SEAT
    cushion = rounded_box((0.48, 0.50, 0.12), (x, 0.0, z), 0.04)
    lean = rotation_xyz((0.0, -12.0, 0.0))
    back = rounded_box((0.12, 0.48, 0.56), (0.0, 0.0, 0.28), 0.045).moved(lean).shifted(x - 0.26, 0.0, z + 0.04)
    arms = [rounded_box((0.30, 0.06, 0.05), (x - 0.02, side * 0.29, z + 0.20), 0.02) for side in (-1, 1)]
    return [cushion, back, *arms]


def _mast(form: ForkliftForm) -> list[Geometry]:
    """Return two pairs of channels with their crossbars, lift cylinders, chains, the carriage and the load backrest."""
    top = form.mast_height_m
    lift = _lift_m(form)
    pieces: list[Geometry] = []
    for side in (-1.0, 1.0):
        pieces.append(_channel(_MAST_X, side * 0.36, 0.10, top))
        pieces.append(_channel(_MAST_X + 0.035, side * 0.30, 0.12 + lift / 2, top - 0.02 + lift / 2))
        pieces.append(
            tube((_MAST_X - 0.07, side * 0.29, 0.16), (_MAST_X - 0.07, side * 0.29, top - 0.06 + lift / 2), 0.028, 10)
        )
        pieces.append(tube((_MAST_X - 0.05, side * 0.40, 0.72), (-0.10, side * 0.40, 0.56), 0.034, 10))
    for z in (0.20, 0.5 * top, top - 0.06):
        pieces.append(rounded_box((0.05, 0.70, 0.10), (_MAST_X - 0.075, 0.0, z), 0.008))
    pieces.append(rounded_box((0.05, 0.56, 0.08), (_MAST_X + 0.0, 0.0, top - 0.07 + lift / 2), 0.008))
    chain = 0.30 + lift
    pieces += [
        rounded_box(
            (0.012, 0.03, top - 0.14 + lift / 2 - chain),
            (_MAST_X + 0.02, side * 0.09, (top - 0.14 + lift / 2 + chain) / 2),
            0.003,
        )
        for side in (-1, 1)
    ]
    for z in (0.14, 0.50):
        pieces.append(rounded_box((0.06, 0.98, 0.09), (_CARRIAGE_X, 0.0, z + lift), 0.010))
    if form.load_backrest:
        for y in np.linspace(-0.45, 0.45, 7):
            pieces.append(rounded_box((0.03, 0.028, 0.80), (_CARRIAGE_X, y, 0.90 + lift), 0.006, grain=2))
        pieces.append(rounded_box((0.04, 0.96, 0.05), (_CARRIAGE_X, 0.0, 1.30 + lift), 0.010))
    return pieces


def _lift_m(form: ForkliftForm) -> float:
    # The carriage can't leave the inner channels, which rise half as far.
    return min(form.fork_height_m, 2 * (form.mast_height_m - 0.7))


def _channel(x: float, y: float, low: float, high: float) -> Geometry:
    """Return an upright of U section that opens towards the middle of the truck."""
    middle, tall = (low + high) / 2, high - low
    side = math.copysign(1.0, y)
    web = rounded_box((0.13, 0.016, tall), (x, y + side * 0.018, middle), 0.004, grain=2)
    flanges = [
        rounded_box((0.018, 0.052, tall - 0.002), (x + sx * 0.056, y - side * 0.001, middle), 0.004, grain=2)
        for sx in (-1, 1)
    ]
    return join([web, *flanges])


def _forks(form: ForkliftForm) -> list[Geometry]:
    lift = _lift_m(form)
    heel = _CARRIAGE_X + 0.03
    forks = []
    for side in (-1.0, 1.0):
        y = side * form.fork_spread_m / 2
        low = 0.03 + lift
        blade = prism(
            [
                (heel + 0.02, low),
                (heel + form.fork_length_m - 0.25, low),
                (heel + form.fork_length_m, low + 0.012),
                (heel + form.fork_length_m, low + 0.024),
                (heel + 0.02, low + _FORK_THICKNESS),
            ],
            _FORK_WIDTH,
            12.0,
        )
        shank = rounded_box((_FORK_THICKNESS, _FORK_WIDTH, 0.56), (heel + 0.021, 0.0, low + 0.28), 0.006, grain=2)
        forks += [blade.shifted(0.0, y, 0.0), shank.shifted(0.0, y, 0.0)]
    return forks


def _wheels() -> list[tuple[float, float, float, float]]:
    """Return (x, y, radius, width) of each wheel."""
    front = [(0.0, side * (_WIDTH / 2 - 0.11), _FRONT_WHEEL, 0.20) for side in (-1.0, 1.0)]
    return front + [(-_WHEELBASE, side * (_WIDTH / 2 - 0.12), _REAR_WHEEL, 0.17) for side in (-1.0, 1.0)]


def _on_axle(geometry: Geometry, x: float, y: float, radius: float) -> Geometry:
    return geometry.moved(rotation_xyz((90.0, 0.0, 0.0))).shifted(x, y, radius)


@cache
def _tyres() -> list[Geometry]:
    tyres = []
    for x, y, radius, width in _wheels():
        half = width / 2
        profile = [
            (0.58 * radius, -half + 0.01),
            (0.90 * radius, -half),
            (0.985 * radius, -0.7 * half),
            (radius, -0.35 * half),
        ]
        profile += [(r, -z) for r, z in reversed(profile)] + [profile[0]]
        tyres.append(_on_axle(lathe(profile, 28, crease_deg=35.0, around_m=2.0), x, y, radius))
    return tyres


@cache
def _hubs() -> list[Geometry]:
    hubs = []
    for x, y, radius, width in _wheels():
        half = width / 2
        rim = 0.6 * radius
        profile = [
            (0.0, -half + 0.035),
            (0.35 * rim, -half + 0.03),
            (0.4 * rim, -half + 0.055),
            (0.8 * rim, -half + 0.06),
        ]
        profile += [(0.9 * rim, -half + 0.012), (rim, -half + 0.01)]
        profile += [(r, -z) for r, z in reversed(profile)]
        hubs.append(_on_axle(lathe(profile, 24, crease_deg=35.0), x, y, radius))
        for turn in range(6):
            angle = math.pi * turn / 3
            for face in (-1, 1):
                bolt = lathe([(0.0, 0.0), (0.012, 0.0), (0.012, 0.012), (0.0, 0.012)], 6).shifted(
                    0.58 * rim * math.cos(angle), 0.58 * rim * math.sin(angle), face * (half - 0.058) - 0.006
                )
                hubs.append(_on_axle(bolt, x, y, radius))
    return hubs


def _lamps(top: float) -> list[Geometry]:
    return [rounded_box((0.05, 0.11, 0.08), (-0.16, side * 0.38, top - 0.10), 0.012) for side in (-1, 1)]


def _tail_lamps() -> list[Geometry]:
    return [rounded_box((0.04, 0.06, 0.13), (-1.375, side * 0.47, 1.20), 0.010) for side in (-1, 1)]


@cache
def _gas_cylinder() -> Geometry:
    """Return a bottle of liquefied gas lying across the counterweight."""
    curve = [(0.155 * math.sin(a), -0.42 + 0.08 * (1 - math.cos(a))) for a in np.linspace(0.0, math.pi / 2, 5)]
    profile = [(float(r), float(z)) for r, z in curve] + [(float(r), -float(z)) for r, z in reversed(curve)]
    return lathe(profile, 24).moved(rotation_xyz((90.0, 0.0, 0.0))).shifted(-1.55, 0.0, 1.175)


def _beacon(top: float) -> Geometry:
    profile = [(0.0, 0.0), (0.05, 0.0), (0.05, 0.07), (0.04, 0.10), (0.0, 0.11)]
    return lathe(profile, 16).shifted(-1.10, 0.30, top + 0.01)
