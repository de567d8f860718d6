"""Picnic tables: boards with fixed seats on timber frames, on steel tubes, square ones, and tables of concrete."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from sdg.foundation.arrays import Vec3
from sdg.foundation.transforms import yaw
from sdg.recipe.families.park import PicnicTableForm
from sdg.stage.asset import Asset, Material, Surface
from sdg.stage.builtin.assembly import Piece, assemble, fitted, scattered, variation
from sdg.stage.builtin.geometry import Geometry, join
from sdg.stage.builtin.lofts import bent_tube, rounded_path
from sdg.stage.builtin.materials import slot
from sdg.stage.builtin.natural import natural_size_m
from sdg.stage.builtin.solids import bar, rounded_box

_BOARD, _GAP = 0.04, 0.008
_TOP_DEPTH, _SEAT_DEPTH, _SEAT_M, _SEAT_OUT = 0.74, 0.27, 0.45, 0.63


def usual_size_m(form: PicnicTableForm) -> Vec3:
    """Return the size that goes with its form [m]."""
    return natural_size_m(_pieces(form))


def build_picnic_table(size_m: Vec3, form: PicnicTableForm) -> Asset:
    """Return a table along x, scaled to `size_m`; things may stand on its `top` and its seats, `seat_0` …."""
    pieces = _pieces(form)
    low = np.min([piece.geometry.bounds()[0] for piece in pieces], axis=0)
    scale = np.array(size_m) / np.array(usual_size_m(form))
    middle = low[:2] + np.array(usual_size_m(form)[:2]) / 2
    surfaces = []
    for name, x0, y0, x1, y1, height in _levels(form):
        start, end = (np.array([x0, y0]) - middle) * scale[:2], (np.array([x1, y1]) - middle) * scale[:2]
        surfaces.append(
            Surface(name, (float(start[0]), float(start[1])), (float(end[0]), float(end[1])), float(height * scale[2]))
        )
    return assemble("picnic_table", size_m, fitted(pieces, size_m), surfaces, ["boards"])


def _levels(form: PicnicTableForm) -> list[tuple[str, float, float, float, float, float]]:
    """Return names, corners and heights of where things may stand, before scaling."""
    half, deep = _half_m(form), (_half_m(form) if form.frame == "square" else _TOP_DEPTH / 2)
    overhang = form.overhang_m
    levels = [("top", -half + 0.03, -deep + 0.03, half + overhang - 0.03, deep - 0.03, form.height_m)]
    for index, side in enumerate((-1, 1)[: form.sides]):
        y0, y1 = sorted(
            (side * (_out_m(form) - _SEAT_DEPTH / 2 + 0.02), side * (_out_m(form) + _SEAT_DEPTH / 2 - 0.02))
        )
        levels.append((f"seat_{index}", -half + 0.05, y0, half - 0.05, y1, _SEAT_M))
    return levels


def _half_m(form: PicnicTableForm) -> float:
    """Return half the length of the top, without what stands out."""
    return form.length_m / 2 if form.frame != "square" else 0.31 * form.length_m


def _out_m(form: PicnicTableForm) -> float:
    """Return how far a seat's middle is from the table's."""
    return _SEAT_OUT if form.frame != "square" else _half_m(form) + 0.25


def _material(form: PicnicTableForm, part: str) -> Material:
    if form.frame == "concrete":
        color = (0.50, 0.485, 0.455) if part == "boards" else (0.40, 0.39, 0.37)
        return slot(f"table_{part}", "concrete_rough" if part == "frame" else "terrazzo", color)
    if part == "boards" or form.frame == "timber":
        return slot(f"table_{part}", "wood", (0.47, 0.30, 0.17) if part == "boards" else (0.40, 0.255, 0.145), 0.75)
    return slot(f"table_{part}", "painted_metal_worn", (0.035, 0.05, 0.045))


@lru_cache(maxsize=8)
def _pieces(form: PicnicTableForm) -> tuple[Piece, ...]:
    stream = variation("picnic_table", form.variant)
    half, overhang = _half_m(form), form.overhang_m
    count = 1 if form.frame == "concrete" else form.top_boards
    deep = 2 * half if form.frame == "square" else _TOP_DEPTH
    boards = _boards(half + overhang / 2, deep, count, form.height_m, overhang / 2)
    sides = (-90.0, 90.0, 0.0, 180.0)[: 2 * form.sides] if form.frame == "square" else (0.0, 180.0)[: form.sides]
    seats = 1 if form.frame == "concrete" else form.seat_boards
    for turn in sides:
        wide = half * (0.92 if form.frame == "square" else 1.0)
        seat = _boards(wide, _SEAT_DEPTH, seats, _SEAT_M, 0.0)
        boards += [board.shifted(0.0, -_out_m(form), 0.0).moved(yaw(turn)) for board in seat]
    frame = {"timber": _timber, "tube": _tubes, "square": _square, "concrete": _concrete}[form.frame]
    return (
        Piece("boards", join([scattered(board, stream) for board in boards]), _material(form, "boards")),
        Piece("frame", join([_cut_level(scattered(part, stream)) for part in frame(form)]), _material(form, "frame")),
    )


def _boards(half: float, deep: float, count: int, top: float, shift: float) -> list[Geometry]:
    """Return boards along x side by side, their upper sides at a height."""
    pitch = (deep + _GAP) / count
    thick = _BOARD if count > 1 else 0.07
    return [
        rounded_box(
            (2 * half, pitch - _GAP, thick),
            (shift, -deep / 2 + pitch * (index + 0.5) - _GAP / 2, top - thick / 2),
            0.006 if count > 1 else 0.014,
            grain=0,
        )
        for index in range(count)
    ]


def _reach(form: PicnicTableForm) -> tuple[float, float]:
    """Return how far beams under the seats reach to -y and to +y."""
    out = _SEAT_OUT + _SEAT_DEPTH / 2 - 0.03
    return -out, out if form.sides == 2 else 0.34


def _stations(form: PicnicTableForm) -> tuple[float, float]:
    inset = min(0.38, 0.24 * form.length_m)
    return (-form.length_m / 2 + inset, form.length_m / 2 - inset)


def _timber(form: PicnicTableForm) -> list[Geometry]:
    """Return two A-frames: splayed legs, a beam for the seats and one for the top; a brace from each to the middle."""
    under, beam = form.height_m - _BOARD, _SEAT_M - _BOARD
    near, far = _reach(form)
    parts = []
    for x in _stations(form):
        inner = x - math.copysign(0.045, x)
        parts += [
            bar((inner, side * 0.60, 0.0), (inner, side * 0.2, under - 0.01), 0.045, 0.1, 0.005) for side in (-1, 1)
        ]
        parts.append(rounded_box((0.045, far - near, 0.1), (x, (near + far) / 2, beam - 0.05), 0.005, grain=1))
        parts.append(rounded_box((0.045, _TOP_DEPTH - 0.1, 0.09), (x, 0.0, under - 0.045), 0.005, grain=1))
        parts.append(bar((inner, 0.0, beam - 0.05), (0.12 * inner, 0.0, under - 0.01), 0.07, 0.045, 0.005))
    return parts


def _cut_level(part: Geometry) -> Geometry:
    """Return a part of which nothing reaches below the ground: legs are sawn off level."""
    vertices = part.vertices.copy()
    vertices[:, 2] = np.maximum(vertices[:, 2], 0.0)
    return Geometry(vertices, part.faces, part.normals, part.uvs)


def _tubes(form: PicnicTableForm) -> list[Geometry]:
    """Return two frames of bent tube, each from one seat over the ground to under the top, and a rail between them."""
    under, beam = form.height_m - _BOARD, _SEAT_M - _BOARD
    near, far = _reach(form)
    radius = 0.024
    parts = []
    for x in _stations(form):
        arch = [(x, -0.46, 0.0), (x, -0.30, under - radius), (x, 0.30, under - radius), (x, 0.46, 0.0)]
        parts.append(bent_tube(rounded_path(arch, 0.12), radius, 12))
        rail = [(x, near, beam - radius), (x, far, beam - radius)]
        parts.append(bent_tube(np.array(rail), radius, 12))
        parts += [rounded_box((0.09, 0.11, 0.008), (x, side * 0.46, 0.004), 0.002) for side in (-1, 1)]
    start, end = _stations(form)
    parts.append(bent_tube(np.array([(start, 0.0, beam - radius), (end, 0.0, beam - radius)]), radius, 12))
    return parts


def _square(form: PicnicTableForm) -> list[Geometry]:
    """Return a post in the middle with four arms: to the seats, and under the top."""
    under, beam, out = form.height_m - _BOARD, _SEAT_M - _BOARD, _out_m(form)
    half = _half_m(form)
    post = rounded_box((0.12, 0.12, under), (0.0, 0.0, under / 2), 0.008, grain=2)
    foot = rounded_box((0.5, 0.5, 0.012), (0.0, 0.0, 0.006), 0.003)
    parts = [post, foot]
    turns = (-90.0, 90.0, 0.0, 180.0)[: 2 * form.sides]
    for turn in turns:
        arm = bar((0.0, -0.05, 0.3), (0.0, -out - 0.1, 0.3), 0.06, 0.06, 0.006)
        riser = bar((0.0, -out, 0.3), (0.0, -out, beam), 0.06, 0.06, 0.006)
        plate = rounded_box((1.3 * half, 0.06, 0.03), (0.0, -out, beam - 0.015), 0.006, grain=0)
        parts += [piece.moved(yaw(turn)) for piece in (arm, riser, plate)]
    for turn in (0.0, 90.0):
        parts.append(rounded_box((1.7 * half, 0.06, 0.04), (0.0, 0.0, under - 0.02), 0.005, grain=0).moved(yaw(turn)))
    return parts


def _concrete(form: PicnicTableForm) -> list[Geometry]:
    """Return blocks under top and seats."""
    parts = []
    for x in _stations(form):
        parts.append(rounded_box((0.16, 0.46, form.height_m - 0.07), (x, 0.0, (form.height_m - 0.07) / 2), 0.02))
        for side in (-1, 1)[: form.sides]:
            size = (0.16, 0.2, _SEAT_M - 0.07)
            parts.append(rounded_box(size, (x, side * _SEAT_OUT, (_SEAT_M - 0.07) / 2), 0.02))
    return parts
