"""Shipping cartons: bulging sides, two top flaps, a taped seam, a label, arrows and letters in print."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from sdg.foundation.arrays import FloatArray, Vec3
from sdg.stage.asset import Asset, Material, Surface
from sdg.stage.builtin.assembly import Piece, assemble, fitted, scattered, variation
from sdg.stage.builtin.geometry import Geometry, join, subdivided
from sdg.stage.builtin.materials import slot
from sdg.stage.builtin.printing import label_texture, stroke_text
from sdg.stage.builtin.solids import decal, folded_sheet, polygon, rounded_box

_FLAP = 0.004
_CHAMFER = 0.0045
_PROUD = 0.0012


def build_carton_small(size_m: Vec3) -> Asset:
    """Return a carton with a small label."""
    return _build("carton_small", size_m, label_height=0.075, fragile=False)


def build_carton_large(size_m: Vec3) -> Asset:
    """Return a carton with a large label and `FRAGILE` in print."""
    return _build("carton_large", size_m, label_height=0.105, fragile=True)


def _build(name: str, size_m: Vec3, *, label_height: float, fragile: bool) -> Asset:
    length, width, height = size_m
    stream = variation(name)
    half = np.array([length / 2, width / 2, (height - _FLAP) / 2])
    bulge = 0.006 * min(1.0, min(size_m) / 0.3)
    center = np.array([0.0, 0.0, half[2]])

    box = rounded_box(2 * half, (0.0, 0.0, 0.0), _CHAMFER)
    for _ in range(2):
        box = subdivided(box, _CHAMFER * 2)
    flaps = []
    for side in (-1, 1):
        flap = rounded_box((length - 0.001, width / 2 - 0.002, _FLAP), (0.0, 0.0, _FLAP / 2), 0.0015)
        tilt = -side * stream.uniform(0.002, 0.008)
        rotation = np.eye(4)
        rotation[1:3, 1:3] = [[math.cos(tilt), -math.sin(tilt)], [math.sin(tilt), math.cos(tilt)]]
        flaps.append(flap.moved(rotation).shifted(0.0, side * (width / 4 + 0.0002), 2 * half[2] + 0.0006))
    body = join(
        [_bulged(scattered(box, stream), half, bulge).shifted(*center), *(scattered(flap, stream) for flap in flaps)]
    )

    decals = {"tape": _tape(half, height), "print": _print(half, stream.uniform(-0.02, 0.02), fragile=fragile)}
    label = _label(half, label_height, stream.uniform(-0.03, 0.03))
    curved = {
        key: _bulged(geometry, half, bulge).shifted(*center) for key, geometry in {**decals, "label": label}.items()
    }
    pieces = [
        Piece("body", body, slot("cardboard", "cardboard")),
        Piece("tape", curved["tape"], slot("packing_tape", "packing_tape")),
        Piece("print", curved["print"], Material("carton_print", (0.035, 0.032, 0.03), 0.85)),
        Piece("label", curved["label"], _label_material(name), tile=True),
    ]
    top = Surface("top", (-half[0], -half[1]), (half[0], half[1]), height)
    whole = fitted(pieces, size_m)
    # Gaps between the flaps are narrower than anything that falls on them.
    solid = np.concatenate([piece.geometry.vertices for piece in whole])
    return assemble(name, size_m, whole, [top], ["body"], [solid])


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
