"""A traffic cone of orange plastic with reflective bands, on a base."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from sdg.foundation.arrays import Vec3
from sdg.recipe.families.warehouse import TrafficConeForm
from sdg.stage.asset import Asset
from sdg.stage.builtin.assembly import Piece, assemble, fitted, fitting, variation, varied
from sdg.stage.builtin.convex_solids import box_solid, moved_solids, turned_solid
from sdg.stage.builtin.geometry import Geometry, join
from sdg.stage.builtin.materials import slot
from sdg.stage.builtin.solids import lathe, rounded_box, upright_prism

_BASE, _HEIGHT, _FOOT = 0.38, 0.75, 0.028
_SEGMENTS = 32
_RADIUS = 0.132


def build_traffic_cone(size_m: Vec3, form: TrafficConeForm) -> Asset:
    """Return a cone, scaled to `size_m`."""
    feet = [rounded_box((0.06, 0.06, 0.02), (sx * 0.12, sy * 0.12, 0.01), 0.004) for sx in (-1, 1) for sy in (-1, 1)]
    tip = form.tip * _RADIUS
    low, high = _FOOT + 0.004, _HEIGHT
    profile = [(0.0, low), (0.158, low), (0.157, low + 0.014), (0.145, low + 0.02), (0.138, low + 0.03)]
    profile += [(_radius(z, tip), z) for z in np.linspace(low + 0.04, high - 0.01, 8)]
    profile += [(tip * 0.96, high - 0.003), (tip * 0.75, high), (tip * 0.62, high - 0.004)]
    profile += [(tip * 0.6, high - 0.03), (0.0, high - 0.03)]
    cone = _leant(lathe(profile, _SEGMENTS, crease_deg=50.0, around_m=1.0), form.lean_deg)
    pieces = [
        Piece("body", join([cone, _base(form)]), slot("cone_plastic", "plastic", (0.78, 0.12, 0.02))),
        Piece("feet", join(feet), slot("cone_feet", "rubber")),
    ]
    if form.bands:
        bands = join(_leant(_band(start, end, tip), form.lean_deg) for start, end in _bands(form.bands))
        pieces.append(Piece("band", bands, slot("cone_band", "plastic", (0.82, 0.82, 0.82), 0.5)))
    pieces = varied(pieces, variation("traffic_cone", form.variant))
    solids = [_base(form).vertices]
    solids += [box_solid((0.06, 0.06, 0.02), (sx * 0.12, sy * 0.12, 0.01)) for sx in (-1, 1) for sy in (-1, 1)]
    solids += [cone.vertices if form.lean_deg else turned_solid(profile, _SEGMENTS)]
    solids = moved_solids(fitting(pieces, size_m), solids)
    return assemble("traffic_cone", size_m, fitted(pieces, size_m), (), ["body"], solids)


def _base(form: TrafficConeForm) -> Geometry:
    low, high = 0.006, 0.006 + _FOOT
    if form.base == "square":
        return rounded_box((_BASE, _BASE, _FOOT), (0.0, 0.0, _FOOT / 2 + 0.006), 0.008)
    if form.base == "round":
        rim = _BASE / 2
        profile = [
            (0.0, low),
            (rim - 0.006, low),
            (rim, low + 0.006),
            (rim, high - 0.008),
            (rim - 0.01, high),
            (0.0, high),
        ]
        return lathe(profile, _SEGMENTS, around_m=1.0)
    corner = _BASE / 2 / math.cos(math.pi / 8)
    turns = [-math.pi * (2 * index + 1) / 8 for index in range(8)]
    return upright_prism([(corner * math.cos(turn), corner * math.sin(turn)) for turn in turns], low, high)


def _leant(geometry: Geometry, lean_deg: float) -> Geometry:
    """Return the cone bent over, the more the higher; its base stays as it is."""
    above = np.maximum(geometry.vertices[:, 2] - 0.06, 0.0)
    slope = math.tan(math.radians(lean_deg)) / (_HEIGHT - 0.06)
    vertices = geometry.vertices.copy()
    vertices[:, 0] += slope * above**2
    normals = geometry.normals.copy()
    normals[:, 2] -= 2 * slope * above * geometry.normals[:, 0]
    return replace(geometry, vertices=vertices, normals=normals / np.linalg.norm(normals, axis=1, keepdims=True))


def _bands(count: int) -> list[tuple[float, float]]:
    """Return where bands begin and end [m]."""
    if count == 1:
        return [(0.40, 0.56)]
    pitch = 0.48 / count
    return [(0.18 + pitch * index, 0.18 + pitch * (index + 0.55)) for index in range(count)]


def _radius(z: float, tip: float) -> float:
    share = (z - _FOOT) / (_HEIGHT - _FOOT)
    return float(_RADIUS + (tip - _RADIUS) * share)


def _band(start: float, end: float, tip: float) -> Geometry:
    lift = 0.0015
    outer = [(_radius(z, tip) + lift, z) for z in np.linspace(start, end, 5)]
    inner = [(_radius(end, tip) - 0.001, end + 0.0003), (_radius(start, tip) - 0.001, start - 0.0003)]
    ring = [inner[1], *outer, inner[0]]
    return lathe([*ring, inner[1]], _SEGMENTS, crease_deg=math.degrees(0.3))
