"""Fences: pickets, close boards, rails of logs, steel railings with points or bows, welded wire mesh."""

from __future__ import annotations

import itertools
import math

import numpy as np

from sdg.foundation.arrays import FloatArray, Vec3
from sdg.foundation.seeds import RandomStream
from sdg.recipe.families.park import FenceForm
from sdg.stage.asset import Asset, Material
from sdg.stage.builtin.assembly import Piece, assemble, fitted, variation
from sdg.stage.builtin.copies import copies, shifts
from sdg.stage.builtin.geometry import Geometry, join
from sdg.stage.builtin.lofts import bent_tube
from sdg.stage.builtin.materials import slot
from sdg.stage.builtin.solids import lathe, plain_box, prism, rounded_box

_DEPTHS = {"pickets": 0.15, "boards": 0.15, "rails": 0.12, "railing": 0.06, "mesh": 0.06}
_POST = {"pickets": 0.09, "boards": 0.1, "rails": 0.11, "railing": 0.06, "mesh": 0.05}
_BOARD = 0.02
_WIRE = 0.006


def usual_size_m(form: FenceForm) -> Vec3:
    """Return length, depth and height [m]."""
    return (form.length_m, _DEPTHS[form.kind], form.height_m)


def build_fence(size_m: Vec3, form: FenceForm) -> Asset:
    """Return a fence along x whose pickets are towards -y."""
    stream = variation("fence", form.variant)
    length, _, height = size_m
    half = (length - _POST[form.kind]) / 2
    posts = np.linspace(-half, half, form.bays + 1)
    build = {"rails": _logs, "railing": _railing, "mesh": _mesh}.get(form.kind, _boarded)
    stands, filling = build(posts, height, form, stream)
    pieces = [Piece("posts", stands, _material(form, "post")), Piece("filling", filling, _material(form, "filling"))]
    return assemble("fence", size_m, fitted(pieces, size_m), (), ["posts", "filling"])


def _material(form: FenceForm, part: str) -> Material:
    if form.kind == "railing":
        return slot(f"fence_{part}", "painted_metal_worn", (0.018, 0.022, 0.02))
    if form.kind == "mesh":
        return slot(f"fence_{part}", "painted_metal", (0.03, 0.10, 0.055), 0.45)
    colors: dict[str, Vec3] = {
        "pickets": (0.66, 0.60, 0.50),
        "boards": (0.40, 0.25, 0.14),
        "rails": (0.38, 0.28, 0.18),
    }
    shade = 0.85 if part == "post" else 1.0
    red, green, blue = (shade * value for value in colors[form.kind])
    return slot(f"fence_{part}", "wood", (red, green, blue), 0.75)


def _moved_to(places_m: FloatArray, heights: FloatArray | None = None) -> FloatArray:
    """Return the transforms that set pieces at places, shape (N, 3), stretched along z by factors, shape (N,)."""
    matrices = shifts(places_m)
    if heights is not None:
        matrices[:, 2, 2] = heights
    return matrices


def _along_x(x: FloatArray, y: float = 0.0, z: float = 0.0) -> FloatArray:
    return np.column_stack([x, np.full(len(x), y), np.full(len(x), z)])


def _offsets(count: int, stream: RandomStream) -> FloatArray:
    return np.array([[stream.uniform(0.0, 8.0), stream.uniform(0.0, 8.0)] for _ in range(count)])


def _picket(wide: float, tall: float, top: str) -> Geometry:
    """Return a board that stands on z = 0 with its grain upright, its top shaped."""
    half = wide / 2
    if top == "flat":
        cap = [(half, tall), (-half, tall)]
    elif top == "pointed":
        cap = [(half, tall - 0.7 * wide), (0.0, tall), (-half, tall - 0.7 * wide)]
    else:
        turns = np.linspace(0.0, math.pi, 9)
        cap = [(half * math.cos(turn), tall - half + half * math.sin(turn)) for turn in turns]
    return prism([(-half, 0.0), (half, 0.0), *cap], _BOARD, 30.0).with_uv_turn()


def _boarded(posts: FloatArray, height: float, form: FenceForm, stream: RandomStream) -> tuple[Geometry, Geometry]:
    """Return square posts, and pickets on rails before them; boards are on both sides of the rails by turns."""
    wide = _POST[form.kind]
    post = rounded_box((wide, wide, 0.93 * height), (0.0, 0.0, 0.465 * height), 0.008, grain=2)
    stands = copies(post, _moved_to(_along_x(posts)), _offsets(len(posts), stream))
    span = posts[-1] - posts[0]
    rail_y = -wide / 2 - 0.017
    levels = np.linspace(0.18 * height, 0.8 * height, form.rails)
    rail = rounded_box((span + wide, 0.035, 0.07), (0.0, 0.0, 0.0), 0.005, grain=0)
    rails = copies(rail, _moved_to(np.column_stack([np.zeros_like(levels), np.full_like(levels, rail_y), levels])))
    count = max(3, round((span + wide) * form.per_m))
    pitch = (span + wide) / count
    board = min(1.12 * pitch, 0.16) if form.kind == "boards" else min(0.1, 0.62 * pitch)
    x = (np.arange(count) - (count - 1) / 2) * pitch
    low = 0.03 + 0.02 * height
    places = _along_x(x, rail_y - 0.035 / 2 - _BOARD / 2 + 0.001, low)
    if form.kind == "boards":
        # Hit and miss: every other board is behind the rails.
        places[1::2, 1] += 0.035 + _BOARD - 0.002
    picket = _picket(board, height - low, form.top)
    # Boards have shrunk and sunk a little, all but the tallest.
    stretch = np.array([1.0, *(1.0 - stream.uniform(0.0, 0.012) for _ in range(count - 1))])
    pickets = copies(picket, _moved_to(places, stretch), _offsets(count, stream))
    return stands, join([rails, pickets])


def _logs(posts: FloatArray, height: float, form: FenceForm, stream: RandomStream) -> tuple[Geometry, Geometry]:
    """Return round posts, and round rails between them that are nowhere quite level."""
    radius = _POST["rails"] / 2
    rise = {"flat": 0.008, "pointed": 0.09, "round": 0.04}[form.top]
    steps = np.linspace(0.0, math.pi / 2, 5)[:-1]
    if form.top == "round":
        cap = [(radius * math.cos(turn), height - rise + rise * math.sin(turn)) for turn in steps]
    else:
        cap = [(radius, height - rise), (radius * (0.9 if form.top == "flat" else 0.12), height - 0.002)]
    post = lathe([(0.0, 0.0), (radius, 0.0), *cap, (0.0, height)], 14, crease_deg=35.0).with_uv_turn()
    stands = copies(post, _moved_to(_along_x(posts)), _offsets(len(posts), stream))
    levels = np.linspace(0.22 * height, height - rise - 0.09, form.rails)
    rails = []
    for start, end in itertools.pairwise(posts):
        for level in levels:
            ends = [level + stream.uniform(-0.018, 0.018) for _ in range(2)]
            thick = 0.034 + stream.uniform(-0.004, 0.006)
            middle = ((start + end) / 2, stream.uniform(-0.008, 0.008), sum(ends) / 2 + stream.uniform(-0.008, 0.008))
            path = np.array([(start + 0.02, 0.0, ends[0]), middle, (end - 0.02, 0.0, ends[1])])
            log = bent_tube(path, np.array([thick, thick * 0.97, thick * 0.92]), 10).with_uv_turn()
            rails.append(log.with_uv_offset(stream.uniform(0.0, 8.0), stream.uniform(0.0, 8.0)))
    return stands, join(rails)


def _square_posts(posts: FloatArray, height: float, wide: float) -> Geometry:
    """Return posts of square tube with caps and foot plates."""
    post = join(
        [
            rounded_box((wide - 0.01, wide - 0.01, height - 0.01), (0.0, 0.0, (height - 0.01) / 2), 0.004, grain=2),
            rounded_box((wide, wide, 0.012), (0.0, 0.0, height - 0.006), 0.004),
            rounded_box((wide, wide, 0.01), (0.0, 0.0, 0.005), 0.002),
        ]
    )
    return copies(post, _moved_to(_along_x(posts)))


def _railing(posts: FloatArray, height: float, form: FenceForm, stream: RandomStream) -> tuple[Geometry, Geometry]:
    """Return posts, flat rails and round bars that end under the upper rail, in points above it, or in bows."""
    upper = height - (0.03 if form.top == "flat" else 0.16)
    lower = 0.09
    levels = np.linspace(lower, upper, form.rails)
    span = float(posts[-1] - posts[0])
    rail = rounded_box((span, 0.035, 0.012), (0.0, 0.0, 0.0), 0.003, grain=0)
    parts = [copies(rail, _moved_to(np.column_stack([np.zeros((len(levels), 2)), levels])))]
    radius = 0.008
    for start, end in itertools.pairwise(posts):
        count = max(2, round((end - start) * form.per_m))
        count += count % 2
        pitch = (end - start) / (count + 1)
        x = start + pitch * (np.arange(count) + 1)
        if form.top == "round":
            turns = np.linspace(0.0, math.pi, 7)
            rise = height - upper - radius
            arc = [(pitch / 2 - pitch / 2 * math.cos(turn), 0.0, upper + rise * math.sin(turn)) for turn in turns]
            bow = bent_tube(np.array([(0.0, 0.0, 0.03), *arc, (pitch, 0.0, 0.03)]), radius, 8)
            parts.append(copies(bow, _moved_to(_along_x(x[::2]))))
            continue
        top = [(radius, upper)]
        if form.top == "pointed":
            top = [(radius, height - 0.1), (0.017, height - 0.075), (0.0, height)]
        bar = lathe([(0.0, 0.03), (radius, 0.03), *top, *([(0.0, upper)] if form.top == "flat" else [])], 8)
        parts.append(copies(bar, _moved_to(_along_x(x))))
    return _square_posts(posts, height, _POST["railing"]), join(parts)


def _mesh(posts: FloatArray, height: float, form: FenceForm, stream: RandomStream) -> tuple[Geometry, Geometry]:
    """Return posts and welded wires: upright ones, and level pairs either side of them."""
    low, top = 0.04, height - (0.012 if form.top == "flat" else 0.045)
    parts = []
    for start, end in itertools.pairwise(posts):
        count = max(3, round((end - start) * 2.2 * form.per_m))
        x = start + (end - start) * (np.arange(count) + 0.5) / count
        wire = plain_box((_WIRE, _WIRE, height - 0.004 - low), (0.0, 0.0, (height - 0.004 + low) / 2))
        parts.append(copies(wire, _moved_to(_along_x(x))))
        levels = np.linspace(low + 0.02, top, max(form.rails, round(2.4 * form.rails * height)))
        pair = plain_box((end - start, _WIRE, _WIRE))
        places = [((start + end) / 2, side * _WIRE, level) for level in levels for side in (-1, 1)]
        parts.append(copies(pair, _moved_to(np.array(places))))
    return _square_posts(posts, height, _POST["mesh"]), join(parts)
