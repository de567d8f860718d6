"""A traffic cone of orange plastic with a reflective band, on a square base."""

from __future__ import annotations

import math

import numpy as np

from sdg.foundation.arrays import Vec3
from sdg.stage.asset import Asset
from sdg.stage.builtin.assembly import Piece, assemble, fitted, fitting
from sdg.stage.builtin.convex_solids import box_solid, moved_solids, turned_solid
from sdg.stage.builtin.geometry import Geometry, join
from sdg.stage.builtin.materials import slot
from sdg.stage.builtin.solids import lathe, rounded_box

_BASE, _HEIGHT, _FOOT = 0.38, 0.75, 0.028
_SEGMENTS = 32


def build_traffic_cone(size_m: Vec3) -> Asset:
    """Return a cone, scaled to `size_m`."""
    base = rounded_box((_BASE, _BASE, _FOOT), (0.0, 0.0, _FOOT / 2 + 0.006), 0.008)
    feet = [rounded_box((0.06, 0.06, 0.02), (sx * 0.14, sy * 0.14, 0.01), 0.004) for sx in (-1, 1) for sy in (-1, 1)]
    low, high = _FOOT + 0.004, _HEIGHT
    profile = [(0.0, low), (0.158, low), (0.157, low + 0.014), (0.145, low + 0.02), (0.138, low + 0.03)]
    profile += [(_radius(z), z) for z in np.linspace(low + 0.04, high - 0.01, 8)]
    profile += [
        (_radius(high) * 0.96, high - 0.003),
        (_radius(high) * 0.75, high),
        (_radius(high) * 0.62, high - 0.004),
    ]
    profile += [(_radius(high) * 0.6, high - 0.03), (0.0, high - 0.03)]
    cone = lathe(profile, _SEGMENTS, crease_deg=50.0, around_m=1.0)
    pieces = [
        Piece("body", join([cone, base]), slot("cone_plastic", "plastic", (0.78, 0.12, 0.02))),
        Piece("feet", join(feet), slot("cone_feet", "rubber")),
        Piece("band", _band(0.40, 0.56), slot("cone_band", "plastic", (0.82, 0.82, 0.82), 0.5)),
    ]
    solids = [box_solid((_BASE, _BASE, _FOOT), (0.0, 0.0, _FOOT / 2 + 0.006))]
    solids += [box_solid((0.06, 0.06, 0.02), (sx * 0.14, sy * 0.14, 0.01)) for sx in (-1, 1) for sy in (-1, 1)]
    solids += [turned_solid(profile, _SEGMENTS)]
    solids = moved_solids(fitting(pieces, size_m), solids)
    return assemble("traffic_cone", size_m, fitted(pieces, size_m), (), ["body"], solids)


def _radius(z: float) -> float:
    share = (z - _FOOT) / (_HEIGHT - _FOOT)
    return float(0.132 + (0.027 - 0.132) * share)


def _band(start: float, end: float) -> Geometry:
    lift = 0.0015
    outer = [(_radius(z) + lift, z) for z in (start, (start + end) / 2, end)]
    inner = [(_radius(end) - 0.001, end + 0.0003), (_radius(start) - 0.001, start - 0.0003)]
    ring = [inner[1], *outer, inner[0]]
    return lathe([*ring, inner[1]], _SEGMENTS, crease_deg=math.degrees(0.3))
