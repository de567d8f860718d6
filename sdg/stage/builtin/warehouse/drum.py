"""A 200-litre steel drum: rolling hoops, rolled rims, bungs, worn paint."""

from __future__ import annotations

import math

from sdg.foundation.arrays import Vec3
from sdg.stage.asset import Asset, Surface
from sdg.stage.builtin.assembly import Piece, assemble, fitted, fitting
from sdg.stage.builtin.convex_solids import moved_solids, ring_solids, turned_solid
from sdg.stage.builtin.geometry import Geometry
from sdg.stage.builtin.materials import slot
from sdg.stage.builtin.solids import lathe

_RADIUS, _HEIGHT = 0.2925, 0.88
_SEGMENTS = 40


def build_drum(size_m: Vec3) -> Asset:
    """Return a drum, scaled to `size_m`."""
    wall = _RADIUS - 0.011
    profile: list[tuple[float, float]] = [(0.0, 0.014), (wall - 0.012, 0.014), (wall - 0.008, 0.002)]
    profile += _bead(wall - 0.002, 0.006, 0.006, 4)
    profile += [(wall, 0.022)]
    for center in (0.36, 0.64):
        profile += _hoop(wall, center * _HEIGHT)
    profile += [(wall, _HEIGHT - 0.022), (wall, _HEIGHT - 0.016)]
    profile += _bead(wall - 0.002, _HEIGHT - 0.008, 0.0075, 4)
    profile += [(wall - 0.012, _HEIGHT - 0.012), (wall - 0.016, _HEIGHT - 0.019), (wall - 0.05, _HEIGHT - 0.0185)]
    profile += [(wall - 0.056, _HEIGHT - 0.016), (0.0, _HEIGHT - 0.016)]
    shell = lathe(profile, _SEGMENTS, crease_deg=50.0, around_m=2.0)
    lid = _HEIGHT - 0.016
    bungs = [_bung(0.18, 0.0, lid, 0.034), _bung(-0.185, 0.0, lid, 0.021)]
    pieces = [
        Piece("body", shell, slot("drum_paint", "painted_metal_worn", (0.05, 0.16, 0.42))),
        *(Piece(f"bung_{index}", bung, slot("drum_bung", "galvanised_metal")) for index, bung in enumerate(bungs)),
    ]
    x, y, z = size_m
    rest = math.sqrt(0.5) * (wall - 0.02) / _RADIUS
    half = (x / 2 * rest, y / 2 * rest)
    # Things rest on the rim, which stands above the lid.
    surface = Surface("top", (-half[0], -half[1]), half, z)
    waist = [(wall - 0.002, 0.0), (wall + 0.004, 0.003), (wall + 0.004, 0.009)]
    waist += [(wall + 0.011, 0.35 * _HEIGHT), (wall + 0.011, 0.65 * _HEIGHT), (wall, lid)]
    barrel = turned_solid(waist, _SEGMENTS)
    rim = ring_solids(wall - 0.014, wall + 0.0055, lid, _HEIGHT - 0.0005, 20, _SEGMENTS)
    plugs = [bung.vertices for bung in bungs]
    solids = moved_solids(fitting(pieces, size_m), [barrel, *rim, *plugs])
    return assemble("drum", size_m, fitted(pieces, size_m), [surface], ["body"], solids)


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
