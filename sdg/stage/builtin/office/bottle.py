"""Drinking bottles and flasks, turned, with a cap and a label."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from sdg.foundation.arrays import Vec3
from sdg.recipe.families.office_things import BottleForm
from sdg.stage.asset import Asset, Material
from sdg.stage.builtin.assembly import Piece, assemble, fitted, scattered, variation
from sdg.stage.builtin.geometry import Geometry, join
from sdg.stage.builtin.lofts import bent_tube
from sdg.stage.builtin.natural import natural_size_m
from sdg.stage.builtin.office import finishes
from sdg.stage.builtin.solids import lathe

_SEGMENTS = 32
_PROUD = 0.0005


def usual_size_m(form: BottleForm) -> Vec3:
    """Return the size that a bottle of this form has by its numbers [m]."""
    return natural_size_m(_pieces(form.model_copy(update={"variant": 0})))


def build_bottle(size_m: Vec3, form: BottleForm) -> Asset:
    """Return a bottle, scaled to `size_m`."""
    return assemble("bottle", size_m, fitted(_pieces(form), size_m), body=["body"])


@lru_cache(maxsize=32)
def _pieces(form: BottleForm) -> tuple[Piece, ...]:
    stream = variation("bottle", form.variant)
    radius, high = form.radius_m, form.height_m
    neck = max(0.011, 0.42 * radius)
    cap_low = high * (1.0 - min(0.09, 0.7 * form.neck))
    shoulder_top = high * (1.0 - form.neck)
    shoulder = shoulder_top - high * form.shoulder
    profile = [(0.0, 0.003), (0.62 * radius, 0.003), (0.7 * radius, 0.0), (0.9 * radius, 0.0), (0.98 * radius, 0.004)]
    profile += [(_side(form, z), z) for z in np.linspace(0.012, shoulder, 9)]
    for share in np.linspace(0.0, 1.0, 8)[1:]:
        ease = 0.5 - 0.5 * math.cos(math.pi * share)
        profile.append((radius + (neck - radius) * ease, shoulder + (shoulder_top - shoulder) * share))
    profile += [(neck, cap_low + 0.001), (0.0, cap_low + 0.001)]
    body = scattered(lathe(profile, _SEGMENTS, crease_deg=35.0), stream)
    color = finishes.variant_color(finishes.PLASTICS, "bottle", form.variant)
    pieces = [
        Piece("body", body, finishes.moulded("bottle", color)),
        Piece("cap", join(_cap(form.cap, neck, cap_low, high)), finishes.moulded("bottle_cap", (0.03, 0.03, 0.032))),
    ]
    if form.label and shoulder > 0.06:
        zs = np.linspace(0.28 * shoulder, 0.86 * shoulder, 7)
        band = lathe([(_side(form, z) + _PROUD, z) for z in zs], _SEGMENTS, around_m=2 * math.pi * radius)
        stripe_z = np.linspace(0.36 * shoulder, 0.5 * shoulder, 4)
        stripe = lathe([(_side(form, z) + 2 * _PROUD, z) for z in stripe_z], _SEGMENTS)
        pieces.append(Piece("label", band, Material("bottle_label", (0.80, 0.79, 0.76), 0.5)))
        pieces.append(Piece("stripe", stripe, Material("bottle_stripe", (0.55, 0.10, 0.06), 0.5)))
    return tuple(pieces)


def _side(form: BottleForm, z: float) -> float:
    """Return the radius of the wall below the shoulder [m]."""
    middle = 0.5 * form.height_m * (1.0 - form.neck - form.shoulder)
    return form.radius_m * (1.0 - form.waist * math.exp(-(((z - 1.1 * middle) / (0.5 * middle)) ** 2)))


def _cap(kind: str, neck: float, low: float, high: float) -> list[Geometry]:
    wide, tall = neck + 0.0025, high - low
    if kind == "cork":
        return [
            lathe([(0.0, low), (0.8 * neck, low), (0.92 * neck, high - 0.002), (0.85 * neck, high), (0.0, high)], 24)
        ]
    if kind == "sport":
        step = low + 0.45 * tall
        profile = [(0.0, low), (wide, low), (wide, step - 0.002), (wide - 0.002, step), (0.45 * wide, step + 0.003)]
        profile += [(0.38 * wide, high - 0.003), (0.3 * wide, high), (0.0, high)]
        return [lathe(profile, 24)]
    top = high if kind == "screw" else high - 0.35 * tall
    profile = [
        (0.0, low),
        (wide - 0.001, low),
        (wide, low + 0.001),
        (wide, top - 0.002),
        (wide - 0.002, top),
        (0.0, top),
    ]
    pieces = [lathe(profile, 24)]
    if kind == "loop":
        turns = np.linspace(0.0, math.pi, 9)
        arch = np.stack(
            [0.75 * wide * np.cos(turns), np.zeros(9), top - 0.002 + (high - top - 0.001) * np.sin(turns)], axis=1
        )
        pieces.append(bent_tube(arch, 0.003, 8))
    return pieces
