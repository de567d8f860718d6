"""Hexagon nuts (proportions of ISO 4032): plain, with a flange, with a dome, with slots for a pin."""

from __future__ import annotations

import math

import numpy as np

from sdg.foundation.arrays import FloatArray, Vec3
from sdg.recipe.families.workshop import HexNutForm
from sdg.stage.asset import Asset
from sdg.stage.builtin.assembly import Piece, assemble, fitted, fitting, scattered, variation
from sdg.stage.builtin.convex_solids import moved_solids, turned_solid
from sdg.stage.builtin.geometry import Geometry, join
from sdg.stage.builtin.materials import slot
from sdg.stage.builtin.plates import plate, refined, regular_outline
from sdg.stage.builtin.solids import lathe

_SIDES, _SLOTS = 32, 6


def usual_size_m(form: HexNutForm) -> Vec3:
    """Return the size over the corners, over the flats, and the height, to a tenth of a millimetre [m]."""
    across = form.across_share * form.diameter_m
    wide = _flange_m(form) * 2 if form.kind == "flange" else 0.0
    height = form.height_share * form.diameter_m + _dome_m(form)
    return (
        round(max(across / math.cos(math.pi / 6), wide), 4),
        round(max(across, wide), 4),
        round(height, 4),
    )


def build_hex_nut(size_m: Vec3, form: HexNutForm) -> Asset:
    """Return a nut with its bore upright, scaled to `size_m`."""
    across, height = form.across_share * form.diameter_m, form.height_share * form.diameter_m
    bore, bevel = form.diameter_m / 2, 0.05 * form.diameter_m
    outline = regular_outline(across / 2 / math.cos(math.pi / 6), 6)
    top = height - 0.35 * height if form.kind == "castle" else height
    shapes = [plate(refined(outline, across / 8), 0.0, top, bevel_m=min(bevel, 0.2 * top), hole_m=bore)]
    solids = [_hexagon(outline, top)]
    if form.kind == "flange":
        reach, thick = _flange_m(form), 0.16 * height
        collar = [(bore, 0.0), (reach - 0.3 * thick, 0.0), (reach, 0.3 * thick), (reach, 0.6 * thick)]
        shapes = [
            shapes[0],
            lathe([*collar, (0.5 * across, 2.0 * thick), (bore, 2.0 * thick), (bore, 0.0)], _SIDES, crease_deg=50.0),
        ]
        solids.append(turned_solid([(reach, 0.0), (reach, 0.6 * thick), (0.5 * across, 2.0 * thick)], _SIDES))
    if form.kind == "cap":
        shapes.append(_dome(form, across, height))
        radius = 0.47 * across
        arc = [(radius * math.cos(turn), height + _dome_m(form) * math.sin(turn)) for turn in (0.0, 0.5, 1.0)]
        solids.append(turned_solid([*arc, (0.0, height + _dome_m(form))], _SIDES))
    if form.kind == "castle":
        crown, crowned = _crown(bore, 0.46 * across, top, height, bevel)
        shapes += crown
        solids += crowned
    body = scattered(join(shapes), variation("hex_nut", form.variant))
    pieces = [Piece("body", body, slot("nut_steel", "galvanised_metal"))]
    solids = moved_solids(fitting(pieces, size_m), solids)
    return assemble("hex_nut", size_m, fitted(pieces, size_m), (), ["body"], solids)


def _flange_m(form: HexNutForm) -> float:
    return 0.68 * form.across_share * form.diameter_m


def _dome_m(form: HexNutForm) -> float:
    """Return how far a cap nut rises above its hexagon [m]."""
    return 0.36 * form.across_share * form.diameter_m if form.kind == "cap" else 0.0


def _dome(form: HexNutForm, across: float, height: float) -> Geometry:
    radius = 0.47 * across
    turns = np.linspace(0.0, math.pi / 2, 9)[:-1]
    arc = [(radius * math.cos(turn), height + _dome_m(form) * math.sin(turn)) for turn in turns]
    return lathe([(0.0, height - 0.001 * across), *arc, (0.0, height + _dome_m(form))], _SIDES)


def _crown(bore: float, outer: float, low: float, high: float, bevel: float) -> tuple[list[Geometry], list[FloatArray]]:
    """Return what stands between the slots, and its convex solids."""
    shapes, solids = [], []
    half = 0.32 * 2 * math.pi / _SLOTS
    for index in range(_SLOTS):
        middle = 2 * math.pi * (index + 0.5) / _SLOTS
        angles = np.linspace(middle - half, middle + half, 6)
        rings = [radius * np.column_stack([np.cos(angles), np.sin(angles)]) for radius in (outer, bore)]
        outline = np.concatenate([rings[0], rings[1][::-1]])
        reach = 0.5 * (outer + bore)
        center = (reach * math.cos(middle), reach * math.sin(middle))
        shapes.append(
            plate(
                outline,
                low - 0.02 * high,
                high,
                bevel_m=min(0.5 * bevel, 0.2 * (outer - bore)),
                center_m=center,
            )
        )
        ends = outline[[0, 2, 3, 5, 6, 11]]
        solids.append(np.concatenate([np.column_stack([ends, np.full(6, z)]) for z in (0.0, high)]))
    return shapes, solids


def _hexagon(outline: FloatArray, height: float) -> FloatArray:
    return np.concatenate([np.column_stack([outline, np.full(6, z)]) for z in (0.0, height)])
