"""A hand pallet truck: two forks on rollers, a pump, a steered pair of wheels, a drawbar with a looped handle."""

from __future__ import annotations

import itertools
import math
from functools import lru_cache

import numpy as np

from sdg.foundation.arrays import Vec3
from sdg.foundation.transforms import rotation_xyz, yaw
from sdg.recipe.families.warehouse import PalletJackForm
from sdg.stage.asset import Asset
from sdg.stage.builtin.assembly import Piece, assemble, fitted, variation, varied
from sdg.stage.builtin.geometry import Geometry, join
from sdg.stage.builtin.materials import slot
from sdg.stage.builtin.natural import natural_size_m
from sdg.stage.builtin.solids import lathe, prism, rounded_box, tube

_FORK_WIDTH, _FORK_HEIGHT = 0.16, 0.05
_LOWEST = 0.035
_WHEEL, _ROLLER = 0.10, 0.04
_PUMP_X = -0.12
_DRAWBAR = 0.92


def usual_size_m(form: PalletJackForm) -> Vec3:
    """Return the truck's own size [m]."""
    return natural_size_m(_pieces(form), decimals=6)


def build_pallet_jack(size_m: Vec3, form: PalletJackForm) -> Asset:
    """Return a pallet truck whose forks point to +x."""
    pieces = varied(_pieces(form), variation("pallet_jack", form.variant))
    return assemble("pallet_jack", size_m, fitted(pieces, size_m), (), ["forks"])


@lru_cache(maxsize=8)
def _pieces(form: PalletJackForm) -> tuple[Piece, ...]:
    frame = slot("jack_paint", "painted_metal_worn", (0.62, 0.06, 0.03))
    dark = slot("jack_pump", "painted_metal", (0.035, 0.036, 0.04), 0.45)
    return (
        Piece("forks", join(_forks(form)), frame),
        Piece("pump", join(_pump(form)), dark),
        Piece("drawbar", join(_drawbar(form)), frame),
        Piece("grip", join(_grip(form)), slot("jack_grip", "rubber")),
        Piece("wheels", join(_wheels(form)), slot("jack_wheel", "plastic", (0.03, 0.03, 0.032), 0.5)),
        Piece("hubs", join(_hubs(form)), slot("jack_hub", "steel")),
    )


def _forks(form: PalletJackForm) -> list[Geometry]:
    """Return both forks with their pointed tips, the plate that joins them, and ribs."""
    low = _LOWEST + form.raised_m
    length = form.fork_length_m
    blade = [
        (0.0, low),
        (length - 0.16, low),
        (length, low + 0.022),
        (length, low + 0.038),
        (length - 0.10, low + _FORK_HEIGHT),
        (0.0, low + _FORK_HEIGHT),
    ]
    pieces: list[Geometry] = []
    for side in (-1.0, 1.0):
        y = side * (form.fork_spread_m - _FORK_WIDTH) / 2
        pieces.append(prism(blade, _FORK_WIDTH, 12.0).shifted(0.0, y, 0.0))
        pieces.append(
            rounded_box((length - 0.5, 0.012, 0.03), (length / 2 - 0.05, y, low + _FORK_HEIGHT + 0.001), 0.003)
        )
    heel = prism([(-0.06, low), (0.02, low), (0.02, low + 0.17), (-0.06, low + 0.22)], form.fork_spread_m - 0.02, 20.0)
    webs = [
        prism([(0.0, low + 0.04), (0.16, low + 0.04), (0.0, low + 0.15)], 0.012).shifted(
            0.0, side * (form.fork_spread_m / 2 - 0.03), 0.0
        )
        for side in (-1.0, 1.0)
    ]
    return [*pieces, heel, *webs]


def _pump(form: PalletJackForm) -> list[Geometry]:
    base = lathe([(0.0, 0.17), (0.075, 0.17), (0.075, 0.24), (0.055, 0.26), (0.055, 0.40), (0.0, 0.40)], 20)
    ram = tube((0.0, 0.0, 0.38), (0.0, 0.0, 0.46 + form.raised_m), 0.022, 12)
    arms = [
        rounded_box((0.035, 0.035, 0.20 + form.raised_m), (0.045, side * 0.085, 0.30 + form.raised_m / 2), 0.006)
        for side in (-1, 1)
    ]
    cap = rounded_box((0.13, 0.22, 0.04), (0.02, 0.0, 0.44 + form.raised_m), 0.010)
    return [piece.shifted(_PUMP_X, 0.0, 0.0) for piece in (base, ram, cap, *arms)]


def _upright_drawbar() -> tuple[Geometry, ...]:
    """Return shaft, grips and head of the drawbar, from its joint up along z."""
    return (
        tube((0.0, 0.0, 0.0), (0.0, 0.0, _DRAWBAR - 0.24), 0.021, 12),
        tube((0.0, -0.03, _DRAWBAR - 0.25), (0.0, -0.13, _DRAWBAR - 0.10), 0.014, 10),
        tube((0.0, 0.03, _DRAWBAR - 0.25), (0.0, 0.13, _DRAWBAR - 0.10), 0.014, 10),
        rounded_box((0.05, 0.10, 0.07), (0.0, 0.0, _DRAWBAR - 0.25), 0.012),
    )


def _posed(form: PalletJackForm, geometry: Geometry) -> Geometry:
    """Return a part of the drawbar leant back and steered, where it stands over the pump."""
    leant = geometry.moved(rotation_xyz((0.0, -form.handle_deg, 0.0)))
    return leant.moved(yaw(form.steer_deg)).shifted(_PUMP_X, 0.0, 0.33)


def _drawbar(form: PalletJackForm) -> list[Geometry]:
    return [_posed(form, piece) for piece in _upright_drawbar()]


def _grip(form: PalletJackForm) -> list[Geometry]:
    path = [(0.0, -0.13, _DRAWBAR - 0.10), (0.0, -0.11, _DRAWBAR), (0.0, 0.11, _DRAWBAR), (0.0, 0.13, _DRAWBAR - 0.10)]
    loop = [tube(start, end, 0.019, 12) for start, end in itertools.pairwise(path)]
    lever = rounded_box((0.012, 0.02, 0.13), (0.02, 0.0, _DRAWBAR - 0.17), 0.004)
    return [_posed(form, piece) for piece in (*loop, lever)]


def _axle(geometry: Geometry, x: float, y: float, z: float, turn_deg: float = 0.0) -> Geometry:
    return geometry.moved(rotation_xyz((90.0, 0.0, 0.0))).moved(yaw(turn_deg)).shifted(x, y, z)


def _disc(radius: float, width: float, bore: float) -> Geometry:
    half = width / 2
    profile = [
        (bore, -half),
        (radius - 0.006, -half),
        (radius, -half + 0.006),
        (radius, half - 0.006),
        (radius - 0.006, half),
        (bore, half),
    ]
    return lathe([*profile, profile[0]], 24, crease_deg=40.0)


def _steered(form: PalletJackForm, side: float) -> tuple[float, float]:
    angle = math.radians(form.steer_deg)
    return _PUMP_X - side * 0.055 * math.sin(angle), side * 0.055 * math.cos(angle)


def _wheels(form: PalletJackForm) -> list[Geometry]:
    wheels = []
    for side in (-1.0, 1.0):
        x, y = _steered(form, side)
        wheels.append(_axle(_disc(_WHEEL, 0.05, 0.03), x, y, _WHEEL, form.steer_deg))
        fork = side * (form.fork_spread_m - _FORK_WIDTH) / 2
        wheels += [_axle(_disc(_ROLLER, 0.07, 0.012), x, fork, _ROLLER) for x in _rollers(form)]
    return wheels


def _rollers(form: PalletJackForm) -> tuple[float, ...]:
    front = form.fork_length_m - 0.22
    return (front, front - 0.095) if form.rollers == "tandem" else (front,)


def _hubs(form: PalletJackForm) -> list[Geometry]:
    """Return the axles, and the legs that carry the rollers as the forks rise."""
    hubs = []
    low = _LOWEST + form.raised_m
    for side in (-1.0, 1.0):
        x, y = _steered(form, side)
        solid = lathe([(0.0, -0.03), (0.031, -0.03), (0.031, 0.03), (0.0, 0.03)], 16)
        hubs.append(_axle(solid, x, y, _WHEEL, form.steer_deg))
        fork = side * (form.fork_spread_m - _FORK_WIDTH) / 2
        pin = lathe([(0.0, -0.055), (0.012, -0.055), (0.012, 0.055), (0.0, 0.055)], 10)
        for roller in _rollers(form):
            hubs.append(_axle(pin, roller, fork, _ROLLER))
            for cheek in (-0.05, 0.05):
                foot, top = (
                    np.array([roller, fork + cheek, _ROLLER]),
                    np.array([roller - 0.09, fork + cheek, low + 0.03]),
                )
                hubs.append(tube(foot, top, 0.010, 8))
    return hubs
