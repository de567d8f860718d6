"""Cups, mugs and tumblers, turned, with a handle and something to drink."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from sdg.foundation.arrays import Vec3
from sdg.recipe.families.office_things import CupForm
from sdg.stage.asset import Asset, Material
from sdg.stage.builtin.assembly import Piece, assemble, fitted, scattered, variation
from sdg.stage.builtin.geometry import Geometry
from sdg.stage.builtin.lofts import loft, rounded_outline, rounded_path, swept_rings
from sdg.stage.builtin.natural import natural_size_m
from sdg.stage.builtin.office import finishes
from sdg.stage.builtin.solids import lathe

_SEGMENTS = 36
_WALL, _FLOOR = 0.0032, 0.006


def usual_size_m(form: CupForm) -> Vec3:
    """Return the size that a cup of this form has by its numbers [m]."""
    return natural_size_m(_pieces(form.model_copy(update={"variant": 0})))


def build_cup(size_m: Vec3, form: CupForm) -> Asset:
    """Return a cup, scaled to `size_m`."""
    return assemble("cup", size_m, fitted(_pieces(form), size_m), body=["body", "handle"])


@lru_cache(maxsize=32)
def _pieces(form: CupForm) -> tuple[Piece, ...]:
    stream = variation("cup", form.variant)
    high = form.height_m
    zs = np.linspace(0.006, high - 0.002, 9)
    outer = [(_radius(form, z), float(z)) for z in zs]
    inner = [(_radius(form, z) - _WALL, float(z)) for z in np.linspace(high - 0.002, _FLOOR + 0.006, 8)]
    foot = _radius(form, 0.006)
    profile = [(0.0, 0.0015), (foot - 0.009, 0.0015), (foot - 0.008, 0.0), (foot - 0.004, 0.0), *outer]
    profile += [(_radius(form, high) - 0.5 * _WALL, high), *inner, (inner[-1][0] - 0.006, _FLOOR), (0.0, _FLOOR)]
    body = scattered(lathe(profile, _SEGMENTS, crease_deg=50.0), stream)
    glaze = finishes.glazed("cup", finishes.variant_color(finishes.GLAZES, "cup", form.variant))
    pieces = [Piece("body", body, glaze)]
    if form.handle != "none":
        pieces.append(Piece("handle", _handle(form), glaze))
    if form.fill > 0.05:
        level = _FLOOR + 0.006 + form.fill * (high - _FLOOR - 0.014)
        drink = lathe([(_radius(form, level) - _WALL - 0.0002, level), (0.0, level)], _SEGMENTS)
        pieces.append(Piece("drink", drink, Material("drink", (0.035, 0.014, 0.006), 0.08)))
    return tuple(pieces)


def _radius(form: CupForm, z: float) -> float:
    """Return the outer radius at a height [m]."""
    share = z / form.height_m
    swell = form.belly * math.sin(math.pi * min(1.0, max(0.0, share)))
    return form.radius_m * (form.taper + (1.0 - form.taper) * share + swell)


def _handle(form: CupForm) -> Geometry:
    """Return a flattened bow on the side towards +x; its ends are inside the wall."""
    low, high = 0.24 * form.height_m, 0.82 * form.height_m
    start, end = _radius(form, high) - 0.6 * _WALL, _radius(form, low) - 0.6 * _WALL
    reach = max(start, end) + 0.024
    if form.handle == "square":
        corners = [(start, 0.0, high), (reach, 0.0, high), (reach, 0.0, low), (end, 0.0, low)]
        path = rounded_path(corners, 0.008, 3)
    else:
        turns = np.linspace(0.0, math.pi, 12)
        x = start + (end - start) * turns / math.pi + (reach - max(start, end)) * np.sin(turns)
        path = np.stack([x, 0 * turns, (low + high) / 2 + (high - low) / 2 * np.cos(turns)], axis=1)
    section = rounded_outline(0.011, 0.0065, 0.003, 2)
    return loft(swept_rings(path, np.stack([section] * len(path))), crease_deg=60.0)
