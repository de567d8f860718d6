"""Hexagon bolts (proportions of ISO 4014)."""

from __future__ import annotations

import math

import numpy as np

from sdg.foundation.arrays import FloatArray, Vec3
from sdg.recipe.families.workshop import HexBoltForm
from sdg.stage.asset import Asset
from sdg.stage.builtin.assembly import Piece, assemble, fitted, fitting, scattered, variation
from sdg.stage.builtin.convex_solids import moved_solids, turned_solid
from sdg.stage.builtin.geometry import join
from sdg.stage.builtin.materials import slot
from sdg.stage.builtin.plates import plate, regular_outline
from sdg.stage.builtin.solids import lathe

_SIDES = 32


def usual_size_m(form: HexBoltForm) -> Vec3:
    """Return the size of a bolt with its form: corners of the head, its flats, head and shank."""
    across = 1.5 * form.diameter_m
    return (across / math.cos(math.pi / 6), across, 0.64 * form.diameter_m + form.length_m)


def build_hex_bolt(size_m: Vec3, form: HexBoltForm) -> Asset:
    """Return a bolt that stands on its head, thread up, scaled to `size_m`."""
    diameter, length = form.diameter_m, form.length_m
    head, across = 0.64 * diameter, 1.5 * diameter
    outline = regular_outline(across / 2 / math.cos(math.pi / 6), 6)
    hexagon = plate(outline, 0.0, head, bevel_m=0.05 * diameter)
    radius, top = diameter / 2, head + length
    thread = min(form.thread_share * length, length - 0.1 * diameter)
    profile = [(0.0, head - 0.0005), (radius * 0.98, head - 0.0005), (radius * 0.98, top - thread)]
    pitch, depth = 0.125 * diameter, 0.06 * diameter
    turns = max(2, int((thread - pitch) / pitch))
    for turn in range(turns):
        z = top - thread + pitch * (turn + 0.25)
        profile += [(radius - depth, z), (radius - depth, z + 0.15 * pitch)]
        profile += [(radius, z + 0.5 * pitch), (radius, z + 0.65 * pitch)]
    profile += [(radius - depth, top - 0.06 * diameter), (radius - 2 * depth, top), (0.0, top)]
    shank = lathe(profile, _SIDES, crease_deg=25.0)
    pieces = [
        Piece(
            "body",
            scattered(join([hexagon, shank]), variation("hex_bolt", form.variant)),
            slot("bolt_steel", "galvanised_metal"),
        )
    ]
    solids = [
        _hexagon(outline, head),
        turned_solid([(radius, 0.001), (radius, top - 0.06 * diameter), (radius - 2 * depth, top)], _SIDES),
    ]
    solids = moved_solids(fitting(pieces, size_m), solids)
    return assemble("hex_bolt", size_m, fitted(pieces, size_m), (), ["body"], solids)


def _hexagon(outline: FloatArray, height: float) -> FloatArray:
    return np.concatenate([np.column_stack([outline, np.full(6, z)]) for z in (0.0, height)])
