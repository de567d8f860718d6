"""Shipping cartons: bulging sides, two top flaps, a taped seam, a label, arrows and letters in print."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from sdg.foundation.arrays import FloatArray, Vec3
from sdg.foundation.seeds import RandomStream
from sdg.foundation.transforms import yaw
from sdg.recipe.families.warehouse import CartonForm
from sdg.stage.asset import Asset, Material, Surface
from sdg.stage.builtin.assembly import Piece, assemble, fitted, scattered, variation
from sdg.stage.builtin.dents import Dent, dented
from sdg.stage.builtin.geometry import Geometry, join, subdivided
from sdg.stage.builtin.materials import slot
from sdg.stage.builtin.printing import label_texture, stroke_text
from sdg.stage.builtin.solids import decal, folded_sheet, polygon, rounded_box

_FLAP = 0.004
_CHAMFER = 0.0045
_PROUD = 0.0012
_WALL = 0.005
_FINE, _COARSE = 0.04, 0.12


def build_carton_small(size_m: Vec3) -> Asset:
    """Return a carton with a small label."""
    return _build("carton_small", size_m, CartonForm(label="small"))


def build_carton_large(size_m: Vec3) -> Asset:
    """Return a carton with a large label and `FRAGILE` in print."""
    return _build("carton_large", size_m, CartonForm(print="fragile"))


def build_carton(size_m: Vec3, form: CartonForm) -> Asset:
    """Return a carton; with open flaps, its size includes them."""
    return _build("carton", size_m, form)


def _build(name: str, size_m: Vec3, form: CartonForm) -> Asset:
    length, width, height = size_m
    stream = variation(name, form.variant)
    half = np.array([length / 2, width / 2, (height - _FLAP) / 2])
    bulge = form.bulge_m * min(1.0, min(size_m) / 0.3)
    center = np.array([0.0, 0.0, half[2]])
    if form.flaps == "taped":
        box = rounded_box(2 * half, (0.0, 0.0, 0.0), _CHAMFER)
        flaps = _closed_flaps(half, stream)
    else:
        box = _open_box(half)
        flaps = _open_flaps(half, stream) if form.flaps == "open" else []
    dents = _dents(half, form, stream)
    # Skins lie a millimetre proud, so that they and what they lie on must follow a dent alike.
    finest = _FINE if dents else _COARSE

    def shaped(geometry: Geometry) -> Geometry:
        return dented(_bulged(_divided(geometry, finest), half, bulge), dents).shifted(*center)

    body = join([shaped(scattered(box, stream)), *(scattered(flap, stream) for flap in flaps)])
    prints = _print(half, stream.uniform(-0.02, 0.02), fragile=form.print == "fragile")
    label_height = 0.075 if form.label == "small" else 0.105
    label = _label(half, label_height, stream.uniform(-0.03, 0.03))
    pieces = [Piece("body", body, slot("cardboard", "cardboard"))]
    if form.flaps == "taped":
        pieces.append(Piece("tape", shaped(_tape(half, height)), slot("packing_tape", "packing_tape")))
    if form.print != "none":
        pieces.append(Piece("print", shaped(prints), Material("carton_print", (0.035, 0.032, 0.03), 0.85)))
    if form.label != "none":
        kind = f"carton_{form.label}"
        pieces.append(Piece("label", shaped(label), _label_material(kind), tile=True))
    top = Surface("top", (-half[0], -half[1]), (half[0], half[1]), height)
    surfaces = [top] if form.flaps == "taped" else []
    whole = fitted(pieces, size_m)
    # Gaps between the flaps are narrower than anything that falls on them; what is open is left to its triangles.
    solids = [np.concatenate([piece.geometry.vertices for piece in whole])] if form.flaps == "taped" else []
    return assemble(name, size_m, whole, surfaces, ["body"], solids)


def _divided(geometry: Geometry, longest_m: float) -> Geometry:
    """Return geometry without edges longer than that, in halves of halves."""
    while True:
        corners = geometry.vertices[geometry.faces]
        if float(np.linalg.norm(corners - np.roll(corners, 1, axis=1), axis=2).max()) <= longest_m:
            return geometry
        geometry = subdivided(geometry, longest_m)


def _closed_flaps(half: FloatArray, stream: RandomStream) -> list[Geometry]:
    """Return the two flaps of the top, which meet at the seam."""
    flaps = []
    for side in (-1, 1):
        flap = rounded_box((2 * half[0] - 0.001, half[1] - 0.002, _FLAP), (0.0, 0.0, _FLAP / 2), 0.0015)
        tilted = flap.moved(_about_x(-side * stream.uniform(0.002, 0.008)))
        flaps.append(tilted.shifted(0.0, side * (half[1] / 2 + 0.0002), 2 * half[2] + 0.0006))
    return flaps


def _open_box(half: FloatArray) -> Geometry:
    """Return four walls and a bottom of cardboard, open above, about the box's middle."""
    x, y, z = half
    walls = [rounded_box((2 * x, _WALL, 2 * z), (0.0, side * (y - _WALL / 2), 0.0), 0.0015) for side in (-1, 1)] + [
        rounded_box((_WALL, 2 * y - 2 * _WALL, 2 * z), (side * (x - _WALL / 2), 0.0, 0.0), 0.0015) for side in (-1, 1)
    ]
    floor = rounded_box((2 * x - 2 * _WALL, 2 * y - 2 * _WALL, _WALL), (0.0, 0.0, -z + _WALL / 2), 0.0015)
    return join([*walls, floor])


def _open_flaps(half: FloatArray, stream: RandomStream) -> list[Geometry]:
    """Return four flaps that hang open, each as far as it likes."""
    x, y, z = half
    flaps = []
    for turn, reach, span in ((0.0, y, x), (180.0, y, x), (90.0, x, y), (270.0, x, y)):
        deep = min(y, span) - 0.004
        flap = rounded_box((2 * span - 0.008, deep, _FLAP), (0.0, deep / 2, _FLAP / 2), 0.0015)
        open_deg = stream.uniform(-75.0, 35.0)
        hung = flap.moved(_about_x(math.radians(open_deg))).shifted(0.0, reach + 0.001, 2 * z)
        flaps.append(hung.moved(yaw(turn)))
    return flaps


def _about_x(angle: float) -> FloatArray:
    rotation = np.eye(4)
    rotation[1:3, 1:3] = [[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]]
    return rotation


def _dents(half: FloatArray, form: CartonForm, stream: RandomStream) -> list[Dent]:
    """Return blows to the corners and edges, about the box's middle; the foot stays flat."""
    dents = []
    for _ in range(round(6 * form.dents)):
        corner = np.array([stream.integer(0, 1) * 2 - 1, stream.integer(0, 1) * 2 - 1, 1.0])
        corner[stream.integer(0, 1)] *= stream.uniform(0.2, 1.0)
        corner[2] = stream.uniform(0.0, 1.0)
        depth = stream.uniform(0.005, 0.014) * (0.4 + 0.6 * form.dents)
        dents.append(Dent(corner * half, min(depth, 0.1 * float(half.min())), stream.uniform(0.05, 0.09)))
    return dents


def _label_material(name: str) -> Material:
    return Material("carton_label", (0.9, 0.9, 0.88), 0.55, base_color_texture=label_texture(name))


def _bulged(geometry: Geometry, half: FloatArray, amount: float) -> Geometry:
    """Return geometry on a box's surface pushed outwards: `amount` in the middle of each side, nothing at its edges."""
    share = geometry.vertices / half
    falloff = np.clip(1.0 - share**2, 0.0, 1.0)
    others = np.stack(
        [falloff[:, 1] * falloff[:, 2], falloff[:, 0] * falloff[:, 2], falloff[:, 0] * falloff[:, 1]], axis=1
    )
    # The bottom stands flat and the top is under the flaps.
    strength = np.array([amount, amount, 0.0])
    push = strength * np.sign(share) * np.minimum(np.abs(share), 1.0) ** 8 * others
    normals = geometry.normals.copy()
    for axis in (0, 1):
        on_face = np.abs(geometry.normals[:, axis]) > 0.99
        for along in {0, 1, 2} - {axis}:
            other = 3 - axis - along
            lean = amount * 2 * share[:, along] / half[along] * falloff[:, other]
            normals[:, along] += np.where(on_face, lean, 0.0)
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    return replace(geometry, vertices=geometry.vertices + push, normals=normals)


def _tape(half: FloatArray, height: float) -> Geometry:
    """Return the strip over the seam and down both ends, centred on the box."""
    reach = min(0.075, 0.35 * height)
    top, end, corner = height - half[2] + 0.0028, half[0] + _PROUD, 0.004
    arc = [math.pi * (1.0 - step / 8) for step in range(5)]
    left = [(-end, top - reach), (-end, top - reach / 2)]
    left += [(-end + corner + corner * math.cos(angle), top - corner + corner * math.sin(angle)) for angle in arc]
    path = [*left, *((-x, z) for x, z in reversed(left))]
    points = np.array([(x, -0.024, z) for x, z in path])
    return folded_sheet(points, (0.0, 0.048, 0.0))


def _label(half: FloatArray, height: float, lean: float) -> Geometry:
    """Return a label on the long side that faces -y, a little askew, right of the middle."""
    tall = min(height, 0.9 * half[2])
    wide = min(1.5 * tall, 0.8 * half[0])
    along = np.array([math.cos(lean), 0.0, math.sin(lean)])
    up = np.array([-math.sin(lean), 0.0, math.cos(lean)])
    center = np.array([half[0] * 0.42, -half[1] - _PROUD, half[2] * 0.05])
    return decal(center - along * wide / 2 - up * tall / 2, along * wide, up * tall, tile=True)


def _print(half: FloatArray, shift: float, *, fragile: bool) -> Geometry:
    """Return arrows on both long sides, and letters where asked for."""
    tall = min(0.085, 0.5 * half[2])
    pieces = []
    for side in (-1.0, 1.0):
        along, up = np.array([-side, 0.0, 0.0]), np.array([0.0, 0.0, 1.0])
        base = np.array([0.0, side * (half[1] + _PROUD), 0.0])
        corner = base - along * (half[0] * 0.8 - shift) + up * (half[2] * 0.1)
        pieces += [_arrow(corner + along * tall * offset, along, up, tall) for offset in (0.3, 0.95)]
        pieces.append(decal(corner - up * tall * 0.16, along * tall * 1.25, up * tall * 0.06))
        if fragile:
            letters = min(0.055, 0.3 * half[2])
            pieces.append(
                stroke_text("FRAGILE", base - along * half[0] * 0.8 - up * half[2] * 0.55, along, up, letters)
            )
    return join(pieces)


def _arrow(foot: FloatArray, along: FloatArray, up: FloatArray, tall: float) -> Geometry:
    stem, head = 0.09 * tall, 0.24 * tall
    shaft = polygon(foot, along, up, [(-stem, 0.0), (stem, 0.0), (stem, 0.58 * tall), (-stem, 0.58 * tall)])
    tip = polygon(foot, along, up, [(-head, 0.58 * tall), (head, 0.58 * tall), (0.0, tall)])
    return join([shaft, tip])
