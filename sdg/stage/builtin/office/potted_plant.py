"""Plants in pots: broad leaves on stalks, sword-like straps, palm fronds, or a small tree."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from sdg.foundation.arrays import Vec3
from sdg.foundation.seeds import RandomStream
from sdg.recipe.families.office_things import PottedPlantForm
from sdg.stage.asset import Asset
from sdg.stage.builtin.assembly import Piece, assemble, fitted, scattered, variation
from sdg.stage.builtin.geometry import Geometry, join
from sdg.stage.builtin.lofts import bent_tube, circle, rounded_outline, tapered
from sdg.stage.builtin.materials import slot
from sdg.stage.builtin.natural import natural_size_m
from sdg.stage.builtin.office import finishes
from sdg.stage.builtin.office.leaves import blade, frond, set_at
from sdg.stage.builtin.solids import lathe

_GOLDEN_DEG = 137.508


def usual_size_m(form: PottedPlantForm) -> Vec3:
    """Return the size that a plant of this form has by its numbers [m]."""
    return natural_size_m(_pieces(form.model_copy(update={"variant": 0})))


def build_potted_plant(size_m: Vec3, form: PottedPlantForm) -> Asset:
    """Return a plant, scaled to `size_m`."""
    return assemble("potted_plant", size_m, fitted(_pieces(form), size_m), body=["pot"])


@lru_cache(maxsize=16)
def _pieces(form: PottedPlantForm) -> tuple[Piece, ...]:
    stream = variation("potted_plant", form.variant)
    high = form.height_m * form.pot_share
    radius = min(high * (0.75 if form.pot == "bowl" else 0.52), 0.3)
    pot, soil, rim = _pot(form.pot, radius, high)
    reach = form.height_m * form.spread / 2
    foliage, stalks = _GROWTH[form.leaf](form, stream, soil, radius, max(reach, 0.9 * rim))
    pieces = [
        Piece(
            "pot",
            scattered(pot, stream),
            finishes.moulded("pot", finishes.variant_color(finishes.POTS, "pot", form.variant)),
        ),
        Piece("soil", _soil(form.pot, rim, soil), slot("potting_soil", "soil")),
        Piece("leaves", join(foliage), finishes.leaf("leaf")),
    ]
    if stalks:
        pieces.append(Piece("stalks", join(stalks), finishes.leaf("stalk", woody=form.leaf == "small")))
    return tuple(pieces)


def _pot(kind: str, radius: float, high: float) -> tuple[Geometry, float, float]:
    """Return a hollow pot, the height of its soil, and its inner radius or half width there."""
    wall = max(0.004, 0.05 * radius)
    soil = 0.88 * high
    if kind == "square":
        levels = [(0.72, 0.0), (0.74, 0.01 * high), (1.0, high - 0.004), (1.0 - 0.3 * wall / radius, high)]
        levels += [(1.0 - wall / radius, high - 0.001), (0.96 - wall / radius, soil - 0.02 * high)]
        outlines = [
            (rounded_outline(2 * radius * share, 2 * radius * share, 0.12 * radius, 3), z) for share, z in levels
        ]
        return tapered(outlines, crease_deg=50.0), soil, 0.95 * radius - wall
    if kind == "bowl":
        turns = np.linspace(-1.15, 0.25, 9)
        outer = [(radius * math.cos(turn), high * (math.sin(turn) + 0.913) / 1.161) for turn in turns]
    else:
        outer = [(0.7 * radius, 0.0), (0.72 * radius, 0.012 * high), (0.93 * radius, 0.82 * high)]
        outer += [(0.94 * radius, 0.825 * high), (1.0 * radius, 0.83 * high), (1.0 * radius, high - 0.003)]
    last = outer[-1][0]
    inner = [(last - 0.3 * wall, high), (last - wall, high - 0.002), (last - 1.2 * wall, soil - 0.02 * high)]
    profile = [(0.0, outer[0][1]), *outer, *inner, (0.0, soil - 0.02 * high)]
    return lathe(profile, 32, crease_deg=35.0), soil, last - 1.15 * wall


def _soil(kind: str, rim: float, soil: float) -> Geometry:
    outline = rounded_outline(2 * rim, 2 * rim, 0.1 * rim, 3) if kind == "square" else circle(rim, 24)
    return tapered(
        [(outline * 0.98, soil - 0.015), (outline, soil - 0.004), (0.5 * outline, soil), (0.05 * outline, soil)]
    )


Growth = tuple[list[Geometry], list[Geometry]]


def _broad(form: PottedPlantForm, stream: RandomStream, soil: float, radius: float, reach: float) -> Growth:
    """Return large leaves that hang from stalks out of the soil."""
    rise = form.height_m - soil
    long = min(0.34, 0.36 * form.height_m)
    templates = [blade(long, 0.62 * long, droop, widest=0.33, rings=9, fold=0.16) for droop in (0.7, 1.0, 1.3)]
    foliage, stalks = [], []
    for index in range(form.leaves):
        share = (index + 0.5) / form.leaves
        turn = _GOLDEN_DEG * index + stream.uniform(-15.0, 15.0)
        out = reach * (0.85 - 0.7 * share) * stream.uniform(0.75, 1.0)
        top = soil + rise * (0.3 + 0.62 * share) * stream.uniform(0.9, 1.0)
        away = np.array([math.cos(math.radians(turn + 90)), math.sin(math.radians(turn + 90)), 0.0])
        foot = 0.25 * radius * away + np.array([0.0, 0.0, soil - 0.012])
        tip = max(0.2, 1.0 - 0.55 * long / reach) * out * away + np.array([0.0, 0.0, top])
        bend = 0.5 * (foot + tip) + np.array([0.0, 0.0, 0.18 * (top - soil)]) - 0.12 * out * away
        path = [(1 - t) ** 2 * foot + 2 * t * (1 - t) * bend + t**2 * tip for t in np.linspace(0.0, 1.0, 6)]
        thick = 0.0032 + 0.004 * min(1.0, form.height_m)
        stalks.append(bent_tube(np.stack(path), np.linspace(thick, 0.5 * thick, 6), 5))
        scale = stream.uniform(0.65, 1.0) * (1.0 - 0.25 * share)
        foliage.append(
            set_at(templates[index % 3], path[-1], turn, stream.uniform(5.0, 35.0), scale, stream.uniform(-20.0, 20.0))
        )
    return foliage, stalks


def _strap(form: PottedPlantForm, stream: RandomStream, soil: float, radius: float, reach: float) -> Growth:
    """Return stiff upright blades."""
    rise = form.height_m - soil
    count = max(6, round(0.6 * form.leaves))
    foliage = []
    for index in range(count):
        share = (index + 0.5) / count
        long = rise * stream.uniform(0.55, 0.98)
        leaf = blade(long, 0.035 + 0.05 * min(1.0, rise), -stream.uniform(0.0, 0.35), widest=0.55, rings=9, fold=0.4)
        turn = _GOLDEN_DEG * index
        away = np.array([math.cos(math.radians(turn + 90)), math.sin(math.radians(turn + 90)), 0.0])
        lean = 88.0 - 40.0 * share * min(1.0, reach / rise)
        foliage.append(
            set_at(leaf, 0.55 * radius * math.sqrt(share) * away + np.array([0.0, 0.0, soil - 0.015]), turn, lean, 1.0)
        )
    return foliage, []


def _palm(form: PottedPlantForm, stream: RandomStream, soil: float, radius: float, reach: float) -> Growth:
    """Return arching fronds out of one crown."""
    rise = form.height_m - soil
    count = max(5, round(0.25 * form.leaves))
    long = math.hypot(0.75 * rise, reach)
    templates = [frond(long, 0.42 * long, droop, 10) for droop in (0.9, 1.3)]
    foliage = []
    for index in range(count):
        share = (index + 0.5) / count
        turn = _GOLDEN_DEG * index + stream.uniform(-10.0, 10.0)
        foot = np.array([0.0, 0.0, soil - 0.01])
        foliage.append(set_at(templates[index % 2], foot, turn, 38.0 + 42.0 * share, stream.uniform(0.72, 0.95)))
    return foliage, []


def _small(form: PottedPlantForm, stream: RandomStream, soil: float, radius: float, reach: float) -> Growth:
    """Return a little tree: a trunk, branches, and many small leaves round their ends."""
    rise = form.height_m - soil
    lean = stream.uniform(-0.03, 0.03)
    trunk = np.array([(lean * t, 0.3 * lean * t, soil - 0.015 + 0.7 * rise * t) for t in np.linspace(0.0, 1.0, 5)])
    thick = 0.008 + 0.012 * min(1.0, form.height_m)
    stalks = [bent_tube(trunk, np.linspace(thick, 0.45 * thick, 5), 8)]
    long = 0.05 + 0.05 * min(1.0, form.height_m)
    template = blade(long, 0.48 * long, 0.5, widest=0.45, rings=5, fold=0.2)
    foliage = []
    branches = max(5, form.leaves // 3)
    for branch in range(branches):
        share = (branch + 0.5) / branches
        turn = math.radians(_GOLDEN_DEG * branch)
        start = np.array([lean * share, 0.3 * lean * share, soil + rise * (0.32 + 0.36 * share)])
        out = reach * math.sin(math.pi * (0.25 + 0.55 * share)) * stream.uniform(0.7, 0.95)
        end = start + np.array([out * math.cos(turn), out * math.sin(turn), rise * (0.1 + 0.2 * share)])
        stalks.append(
            bent_tube(
                [start, 0.5 * (start + end) + np.array([0, 0, 0.03 * rise]), end], np.array([0.3, 0.22, 0.1]) * thick, 5
            )
        )
        for index in range(9):
            along = 0.35 + 0.65 * (index + 0.5) / 9
            place = (1 - along) * start + along * end + np.array([0.0, 0.0, 0.03 * rise * 4 * along * (1 - along)])
            heading = math.degrees(turn) - 90 + stream.uniform(-110.0, 110.0)
            foliage.append(
                set_at(
                    template,
                    place,
                    heading,
                    stream.uniform(-30.0, 40.0),
                    stream.uniform(0.75, 1.15),
                    stream.uniform(-30.0, 30.0),
                )
            )
    return foliage, stalks


_GROWTH = {"broad": _broad, "strap": _strap, "palm": _palm, "small": _small}
