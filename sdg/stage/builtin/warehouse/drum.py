"""A 200-litre steel drum: rolling hoops, rolled rims, bungs, worn paint."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from sdg.foundation.arrays import FloatArray, Vec3
from sdg.foundation.seeds import RandomStream
from sdg.recipe.families.warehouse import DrumForm
from sdg.stage.asset import Asset, Surface
from sdg.stage.builtin.assembly import Piece, assemble, fitted, fitting, variation, varied
from sdg.stage.builtin.convex_solids import moved_solids, ring_solids, turned_solid
from sdg.stage.builtin.dents import Dent, dented
from sdg.stage.builtin.geometry import Geometry, join
from sdg.stage.builtin.materials import slot
from sdg.stage.builtin.solids import lathe, rounded_box

_RADIUS, _HEIGHT = 0.2925, 0.88
_SEGMENTS = 40


def build_drum(size_m: Vec3, form: DrumForm) -> Asset:
    """Return a drum, scaled to `size_m`."""
    stream = variation("drum", form.variant)
    wall = _RADIUS - 0.011
    profile: list[tuple[float, float]] = [(0.0, 0.014), (wall - 0.012, 0.014), (wall - 0.008, 0.002)]
    profile += _bead(wall - 0.002, 0.006, 0.006, 4)
    profile += _wall(wall, form)
    top = _HEIGHT - 0.008
    rim = 0.011 if form.lid == "clamped" else 0.0075
    profile += _bead(wall - 0.002, top, rim, 4)
    if form.lid == "none":
        # The inside, down to its bottom.
        profile += [(wall - 0.006, _HEIGHT - 0.012), (wall - 0.006, 0.03), (0.0, 0.03)]
    else:
        lid = _HEIGHT - 0.016
        profile += [(wall - 0.012, lid + 0.004), (wall - 0.016, lid - 0.003), (wall - 0.05, lid - 0.0025)]
        profile += [(wall - 0.056, lid), (0.0, lid)]
    shell = dented(lathe(profile, _SEGMENTS, crease_deg=50.0, around_m=2.0), _dents(form, stream, wall))
    pieces = [Piece("body", shell, slot("drum_paint", "painted_metal_worn", (0.05, 0.16, 0.42)))]
    if form.lid == "tight":
        bungs = [_bung(0.18, 0.0, _HEIGHT - 0.016, 0.034), _bung(-0.185, 0.0, _HEIGHT - 0.016, 0.021)]
        metal = slot("drum_bung", "galvanised_metal")
        pieces += [Piece(f"bung_{index}", bung, metal) for index, bung in enumerate(bungs)]
    elif form.lid == "clamped":
        pieces.append(Piece("clamp", _clamp(wall), slot("drum_clamp", "galvanised_metal")))
    pieces = varied(pieces, stream)
    x, y, z = size_m
    rest = math.sqrt(0.5) * (wall - 0.02) / _RADIUS
    half = (x / 2 * rest, y / 2 * rest)
    # Things rest on the rim, which stands above the lid.
    surfaces = [] if form.lid == "none" else [Surface("top", (-half[0], -half[1]), half, z)]
    solids = [] if form.lid == "none" else moved_solids(fitting(pieces, size_m), _solids(wall, form, pieces[1:]))
    return assemble("drum", size_m, fitted(pieces, size_m), surfaces, ["body"], solids)


def _solids(wall: float, form: DrumForm, fittings: Sequence[Piece]) -> list[FloatArray]:
    """Return the barrel up to its lid, the rim that things rest on, and what is on the lid; dents are filled."""
    lid = _HEIGHT - 0.016
    waist = [(wall - 0.002, 0.0), (wall + 0.004, 0.003), (wall + 0.004, 0.009)]
    waist += [(wall * max(form.waist, 1.0) + 0.011, share * _HEIGHT) for share in (0.35, 0.65)]
    rim = ring_solids(wall - 0.014, wall + 0.0055, lid, _HEIGHT - 0.0005, 20, _SEGMENTS)
    plugs = [piece.geometry.vertices for piece in fittings]
    return [turned_solid([*waist, (wall, lid)], _SEGMENTS), *rim, *plugs]


def _wall(wall: float, form: DrumForm) -> list[tuple[float, float]]:
    """Return the wall from below to above, with its hoops, drawn in or out towards the middle."""
    centers = {2: (0.36, 0.64)}.get(form.hoops, tuple((index + 1) / (form.hoops + 1) for index in range(form.hoops)))
    plain = [(wall, _HEIGHT * share) for share in np.linspace(0.025, 0.975, 20)]
    hoops = [point for center in centers for point in _hoop(wall, center * _HEIGHT)]
    reach = 0.028
    kept = [point for point in plain if all(abs(point[1] - center * _HEIGHT) > reach for center in centers)]
    return [
        (radius * (1 + (form.waist - 1) * math.sin(math.pi * z / _HEIGHT)), z)
        for radius, z in sorted(kept + hoops, key=lambda point: point[1])
    ]


def _dents(form: DrumForm, stream: RandomStream, wall: float) -> list[Dent]:
    dents = []
    for _ in range(round(7 * form.dents)):
        turn, z = stream.uniform(0.0, 2 * math.pi), stream.uniform(0.15, 0.85) * _HEIGHT
        radius = wall * (1 + (form.waist - 1) * math.sin(math.pi * z / _HEIGHT))
        depth = stream.uniform(0.015, 0.045) * (0.4 + 0.6 * form.dents)
        dents.append(Dent((radius * math.cos(turn), radius * math.sin(turn), z), depth, stream.uniform(0.05, 0.11)))
    return dents


def _clamp(wall: float) -> Geometry:
    """Return the ring that holds the lid, and its lever."""
    low, high = _HEIGHT - 0.026, _HEIGHT - 0.002
    ring = lathe(
        [(wall + 0.004, low), (wall + 0.011, low), (wall + 0.011, high), (wall + 0.004, high), (wall + 0.004, low)],
        _SEGMENTS,
    )
    lever = rounded_box((0.012, 0.14, 0.022), (wall + 0.005, 0.02, _HEIGHT - 0.04), 0.004)
    return join([ring, lever])


def _bead(radius: float, height: float, thickness: float, steps: int) -> list[tuple[float, float]]:
    """Return the outer half of a rolled rim, from below to above."""
    angles = [-math.pi / 2 + math.pi * index / steps for index in range(steps + 1)]
    return [(radius + thickness * math.cos(angle), height + thickness * math.sin(angle)) for angle in angles]


def _hoop(wall: float, height: float) -> list[tuple[float, float]]:
    """Return a swaged hoop: a smooth bulge of 11 mm."""
    steps = 6
    return [
        (wall + 0.011 * (0.5 - 0.5 * math.cos(2 * math.pi * index / steps)), height + 0.05 * (index / steps - 0.5))
        for index in range(steps + 1)
    ]


def _bung(x: float, y: float, lid: float, radius: float) -> Geometry:
    profile = [(0.0, 0.0), (radius + 0.006, 0.0), (radius + 0.005, 0.003), (radius, 0.004), (radius - 0.002, 0.012)]
    profile += [(radius * 0.55, 0.0125), (radius * 0.5, 0.006), (0.0, 0.006)]
    return lathe(profile, 14).shifted(x, y, lid - 0.001)
