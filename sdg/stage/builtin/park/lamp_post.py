"""Park lamps: a stepped post with a globe, lantern, disc or cone, or several on arms."""

from __future__ import annotations

import itertools
import math

import numpy as np

from sdg.foundation.arrays import Vec3
from sdg.recipe.families.park import LampPostForm
from sdg.stage.asset import Asset, Material
from sdg.stage.builtin.assembly import Piece, assemble, fitted, scattered, variation
from sdg.stage.builtin.geometry import Geometry, join
from sdg.stage.builtin.materials import slot
from sdg.stage.builtin.solids import bar, lathe, rounded_box, tube

_SEGMENTS = 24
_HEAD_M = {"globe": 0.44, "lantern": 0.56, "disc": 0.20, "cone": 0.40}
_HEAD_WIDTH_M = {"globe": 0.40, "lantern": 0.40, "disc": 0.58, "cone": 0.46}


def usual_size_m(form: LampPostForm) -> Vec3:
    """Return the width and depth of its heads, and the height [m]."""
    wide = _HEAD_WIDTH_M[form.head]
    if form.heads == 1:
        return (wide, wide, form.height_m)
    reach = [form.arm_m * np.array([math.cos(turn), math.sin(turn)]) for turn in _turns(form.heads)]
    x, y = np.ptp(np.array([*reach, (0.0, 0.0)]), axis=0) + wide
    return (round(float(x), 3), round(float(y), 3), form.height_m)


def build_lamp_post(size_m: Vec3, form: LampPostForm) -> Asset:
    """Return a lamp post, scaled to `size_m`."""
    head = _HEAD_M[form.head]
    top = size_m[2] - head
    base = min(form.base_m, 0.5 * top)
    post = [
        (0.0, 0.0),
        (0.14, 0.0),
        (0.14, 0.03),
        (0.105, 0.05),
        (0.095, base - 0.05),
        (0.075, base),
        (0.062, base + 0.03),
    ]
    post += [(0.048, base + 0.09), (0.038, top - 0.05), (0.048, top - 0.04), (0.048, top), (0.0, top)]
    metal = [lathe(post, _SEGMENTS, crease_deg=10.0, around_m=1.0)]
    glass: list[Geometry] = []
    places = [(0.0, 0.0)]
    if form.heads > 1:
        places = [(form.arm_m * math.cos(turn), form.arm_m * math.sin(turn)) for turn in _turns(form.heads)]
        for x, y in places:
            metal += [
                bar((0.0, 0.0, top - 0.30), (0.6 * x, 0.6 * y, top - 0.07), 0.03, 0.03, 0.006),
                bar((0.6 * x, 0.6 * y, top - 0.07), (x, y, top - 0.03), 0.03, 0.03, 0.006),
                tube((x, y, top - 0.06), (x, y, top), 0.04, 12),
            ]
    for x, y in places:
        frame, bright = _head(form.head)
        metal += [piece.shifted(x, y, top) for piece in frame]
        glass += [piece.shifted(x, y, top) for piece in bright]
    pieces = [
        Piece(
            "post",
            scattered(join(metal), variation("lamp_post", form.variant)),
            slot("lamp_paint", "painted_metal_worn", (0.025, 0.03, 0.03)),
        ),
        Piece("glass", join(glass), Material("lamp_glass", (0.82, 0.81, 0.77), 0.25)),
    ]
    return assemble("lamp_post", size_m, fitted(pieces, size_m), (), ["post"])


def _turns(heads: int) -> list[float]:
    return [2 * math.pi * index / heads for index in range(heads)]


def _head(kind: str) -> tuple[list[Geometry], list[Geometry]]:
    """Return the metal and the glass of a head that stands on z = 0."""
    if kind == "globe":
        ball = [(0.2 * math.cos(step), 0.24 + 0.2 * math.sin(step)) for step in np.linspace(-1.25, math.pi / 2, 14)]
        ball[-1] = (0.0, ball[-1][1])
        cup = lathe([(0.0, 0.0), (0.07, 0.0), (0.085, 0.03), (0.075, 0.06), (0.0, 0.062)], _SEGMENTS, around_m=1.0)
        return [cup], [lathe([(0.0, 0.05), (ball[0][0], 0.05), *ball], _SEGMENTS, crease_deg=60.0)]
    if kind == "lantern":
        # Four-sided bodies are turned with a corner towards x, and brought square afterwards.
        turn = np.eye(4)
        turn[:2, :2] = np.array([[1.0, -1.0], [1.0, 1.0]]) * math.sqrt(0.5)
        slope = [(0.0, 0.40), (0.282, 0.40), (0.27, 0.42), (0.085, 0.50), (0.07, 0.52), (0.04, 0.555), (0.0, 0.56)]
        frame = [rounded_box((0.2, 0.2, 0.04), (0.0, 0.0, 0.02), 0.006), lathe(slope, 4, crease_deg=5.0).moved(turn)]
        for sx, sy in itertools.product((-1.0, 1.0), repeat=2):
            frame.append(bar((sx * 0.093, sy * 0.093, 0.03), (sx * 0.176, sy * 0.176, 0.41), 0.016, 0.016, 0.003))
        return frame, [lathe([(0.0, 0.04), (0.13, 0.04), (0.243, 0.40), (0.0, 0.40)], 4, around_m=1.2).moved(turn)]
    if kind == "disc":
        shade = lathe(
            [(0.0, 0.09), (0.28, 0.09), (0.29, 0.10), (0.25, 0.13), (0.06, 0.19), (0.0, 0.20)], 32, around_m=2.0
        )
        stem = tube((0.0, 0.0, 0.0), (0.0, 0.0, 0.1), 0.03, 12)
        return [shade, stem], [lathe([(0.0, 0.075), (0.2, 0.075), (0.21, 0.0895), (0.0, 0.0895)], 32)]
    shade = lathe([(0.0, 0.30), (0.225, 0.28), (0.23, 0.29), (0.10, 0.38), (0.0, 0.40)], _SEGMENTS, around_m=2.0)
    cup = lathe([(0.0, 0.0), (0.06, 0.0), (0.08, 0.04), (0.0, 0.042)], _SEGMENTS, around_m=1.0)
    glass = lathe([(0.0, 0.03), (0.075, 0.035), (0.13, 0.284), (0.0, 0.288)], _SEGMENTS, around_m=1.0)
    return [shade, cup], [glass]
