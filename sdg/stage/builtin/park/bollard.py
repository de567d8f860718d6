"""Bollards of steel, timber, concrete and cast iron."""

from __future__ import annotations

import math

import numpy as np

from sdg.foundation.arrays import Vec3
from sdg.recipe.families.park import BollardForm
from sdg.stage.asset import Asset
from sdg.stage.builtin.assembly import Piece, assemble, fitted, scattered, variation
from sdg.stage.builtin.geometry import Geometry, join
from sdg.stage.builtin.materials import slot
from sdg.stage.builtin.solids import lathe

_SLOTS: dict[str, tuple[str, str, Vec3]] = {
    "steel": ("bollard_steel", "painted_metal_worn", (0.05, 0.055, 0.06)),
    "timber": ("bollard_timber", "wood", (0.42, 0.27, 0.15)),
    "concrete": ("bollard_concrete", "concrete", (0.50, 0.485, 0.455)),
    "cast": ("bollard_cast", "painted_metal", (0.02, 0.022, 0.022)),
}
_WIDTHS = {"steel": 0.11, "timber": 0.16, "concrete": 0.26, "cast": 0.20}
_HEIGHTS = {"steel": 0.95, "timber": 0.80, "concrete": 0.72, "cast": 1.0}
_SIDES = {"steel": 24, "timber": 4, "concrete": 32, "cast": 8}


def usual_size_m(form: BollardForm) -> Vec3:
    """Return the size that goes with what it is made of [m]."""
    wide = _WIDTHS[form.kind]
    return (wide, wide, _HEIGHTS[form.kind])


def build_bollard(size_m: Vec3, form: BollardForm) -> Asset:
    """Return a bollard, scaled to `size_m`."""
    width, height = _WIDTHS[form.kind] / 2, _HEIGHTS[form.kind]
    name, base, color = _SLOTS[form.kind]
    pieces = [
        Piece(
            "post", scattered(_post(width, height, form), variation("bollard", form.variant)), slot(name, base, color)
        )
    ]
    if form.bands:
        marks = height * (0.88 - 0.13 * np.arange(form.bands))
        rings = [_band(width, float(mark), form, height) for mark in marks]
        pieces.append(Piece("bands", join(rings), slot("bollard_band", "plastic", (0.80, 0.78, 0.74), 0.4)))
    return assemble("bollard", size_m, fitted(pieces, size_m), (), ["post"])


def _radius(width: float, share: float, form: BollardForm) -> float:
    return width * (1.0 + (form.taper - 1.0) * share) * 0.92


def _post(width: float, height: float, form: BollardForm) -> Geometry:
    """Return the post, turned: square timber has four sides, cast iron eight."""
    wide = _radius(width, 1.0, form)
    rise = {"flat": 0.0, "dome": 0.7 * wide, "ball": 1.9 * wide, "slant": 0.5 * wide}[form.cap]
    neck = height - rise - 0.012
    # Square and eight-sided posts touch their width at corners, so that they are turned from a wider circle.
    profile = [(0.0, 0.0), (width, 0.0), (width, 0.04 * height)]
    if form.kind == "cast":
        profile += [(0.86 * width, 0.06 * height), (0.86 * width, 0.2 * height), (0.96 * width, 0.22 * height)]
        profile += [(0.8 * width, 0.25 * height)]
    profile += [(_radius(width, 0.0, form) * 0.97, 0.055 * height + (0.21 * height if form.kind == "cast" else 0.0))]
    profile += [(wide, neck), (wide * 0.95, neck + 0.012)]
    if form.cap in ("flat", "slant"):
        profile += [(0.0, height)]
    elif form.cap == "dome":
        profile += [(wide * 0.95 * math.cos(step), neck + 0.012 + rise * math.sin(step)) for step in (0.4, 0.8, 1.2)]
        profile += [(0.0, height)]
    else:
        middle = neck + 0.012 + rise / 2
        arc = np.linspace(-1.1, 1.4, 8)
        profile += [(0.98 * wide * math.cos(step), middle + rise / 2 * math.sin(step)) for step in arc]
        profile += [(0.0, height)]
    return lathe(profile, _SIDES[form.kind], crease_deg=38.0)


def _band(width: float, z: float, form: BollardForm, height: float) -> Geometry:
    half = 0.022
    low, high = (_radius(width, (z + step) / height, form) + 0.002 for step in (-half, half))
    inner = min(low, high) - 0.006
    ring = [(inner, z - half), (low, z - half), (high, z + half), (inner, z + half), (inner, z - half)]
    return lathe(ring, _SIDES[form.kind], crease_deg=38.0)
