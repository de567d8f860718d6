"""Shrubs and clipped hedges: stems from the ground, and leaves that fill an outline."""

from __future__ import annotations

import math

import numpy as np

from sdg.foundation.arrays import FloatArray, Vec3
from sdg.recipe.families.park import ShrubForm
from sdg.stage.asset import Asset
from sdg.stage.builtin.assembly import Piece, assemble, fitted
from sdg.stage.builtin.draws import Draws
from sdg.stage.builtin.geometry import Geometry, join
from sdg.stage.builtin.materials import slot
from sdg.stage.builtin.park.leaves import leaves
from sdg.stage.builtin.park.limbs import bark, branched, grown, unit

_MOST_LEAVES, _MOST_FLOWERS = 2900, 260
_STEMS = 9
_COLORS: dict[str, Vec3] = {
    "round": (0.40, 0.52, 0.20),
    "spreading": (0.34, 0.50, 0.26),
    "hedge": (0.28, 0.42, 0.17),
}


def usual_size_m(form: ShrubForm) -> Vec3:
    """Return its width along both axes, and the height; a hedge is longer than it is deep [m]."""
    wide = round(form.height_m * form.width, 3)
    if form.habit == "hedge":
        return (round(1.6 * wide, 3), round(0.6 * wide, 3), form.height_m)
    return (wide, wide, form.height_m)


def build_shrub(size_m: Vec3, form: ShrubForm) -> Asset:
    """Return a shrub, scaled to `size_m`."""
    draws = Draws(f"shrub {form.habit}", form.variant)
    size = np.array(size_m)
    turn = np.arange(_STEMS) * 2.4 + draws.uniform(0.0, 0.8, _STEMS)
    tilt = np.radians(draws.uniform(8.0, 62.0 if form.habit == "spreading" else 44.0, _STEMS))
    direction = np.stack([np.sin(tilt) * np.cos(turn), np.sin(tilt) * np.sin(turn), np.cos(tilt)], axis=1)
    start = direction * np.array([0.05, 0.05, 0.0]) * size
    direction = unit(direction * size)
    # Twigs end below the leaves' outline.
    reach = 0.42 * np.linalg.norm(direction * size, axis=1)
    thick = np.full(_STEMS, 0.012 * size[2] + 0.004)
    stems = grown(start, direction, reach, thick, draws, steps=3, rise=0.05, wobble=0.3)
    twigs = branched(stems, 5, draws, share=(0.3, 0.95), spread_deg=(25.0, 60.0), length=(0.5, 0.3), steps=1, rise=0.1)
    count = max(80, round(_MOST_LEAVES * form.leaf_density))
    place, outward = _filled(size, form, count, draws)
    # Clipped leaves stand closer.
    length = (2.4 if form.habit == "hedge" else 1.5) * math.sqrt(
        2 * (size[0] * size[2] + size[1] * size[2] + size[0] * size[1]) / count
    )
    # Leaves lie flat on the outline, so that one sees their faces.
    along = unit(0.4 * outward + draws.directions(count) - np.array([0.0, 0.0, 0.2]))
    crown = leaves(
        place, along, unit(outward + np.array([0.0, 0.0, 0.3])), length * draws.uniform(0.7, 1.2, count), draws
    )
    pieces = [
        Piece("stems", join([bark(stems, 5), bark(twigs, 3)]), slot("shrub_bark", "bark")),
        Piece("leaves", crown, slot(f"{form.habit}_shrub_leaf", "leaf", _COLORS[form.habit], 0.55)),
    ]
    blossoms = round(_MOST_FLOWERS * form.flowers)
    if blossoms:
        chosen = draws.uniform(0.0, 1.0, count).argsort(kind="stable")[: min(blossoms, count)]
        petals = _blossoms(place[chosen] + 0.5 * length * outward[chosen], outward[chosen], 0.42 * length, draws)
        pieces.append(Piece("flowers", petals, slot("shrub_flower", "matte_paint", (0.72, 0.30, 0.42), 0.7)))
    return assemble("shrub", size_m, fitted(pieces, size_m), (), ["leaves"])


def _filled(size: FloatArray, form: ShrubForm, count: int, draws: Draws) -> tuple[FloatArray, FloatArray]:
    """Return places near the outline of a shrub, shape (N, 3), and the way it faces there, shape (N, 3)."""
    facing = draws.directions(count)
    depth = 1.0 - 0.45 * draws.uniform(0.0, 1.0, count) ** 2
    if form.habit == "hedge":
        # A clipped box: a ball's directions pushed out to its faces.
        flat = facing / np.abs(facing).max(axis=1, keepdims=True)
        bulge = 1.0 + 0.06 * np.sin(5.0 * flat[:, :1] * size[0] + 2.0 * flat[:, 1:2]) * np.array([0.3, 1.0, 0.5])
        outward = unit(np.where(np.abs(facing) == np.abs(facing).max(axis=1, keepdims=True), facing, 0.25 * facing))
        place = flat * bulge * (1.0 - 0.3 * (1.0 - depth[:, None])) * size * [0.47, 0.45, 0.44] + [0, 0, 0.5 * size[2]]
        return place, outward
    low = 0.42 if form.habit == "round" else 0.36
    # Lumps: a few bulges of their own.
    hearts = draws.directions(11)
    hearts[:, 2] = np.abs(hearts[:, 2]) * 0.8
    nearness = (facing @ hearts.T).max(axis=1)
    radius = (0.70 + 0.34 * np.clip(nearness, 0.0, 1.0) ** 4) * depth
    if form.habit == "spreading":
        radius = radius * (0.72 + 0.3 * (1.0 - np.abs(facing[:, 2])))
    place = facing * radius[:, None] * size * [0.5, 0.5, 0.56] + [0.0, 0.0, low * size[2]]
    place[:, 2] = np.where(place[:, 2] < 0.06 * size[2], 0.06 * size[2] + 0.3 * np.abs(place[:, 2]), place[:, 2])
    return place, facing


def _blossoms(places: FloatArray, outward: FloatArray, width_m: float, draws: Draws) -> Geometry:
    """Return flowers of five petals, each a triangle."""
    count = len(places)
    first = unit(np.cross(outward, draws.directions(count)))
    second = np.cross(outward, first)
    petals = []
    for index in range(5):
        turn = 2 * math.pi * index / 5
        ends = [first * math.cos(turn + bend) + second * math.sin(turn + bend) + 0.25 * outward for bend in (-0.5, 0.5)]
        petals.append(np.stack([places, *(places + 0.5 * width_m * end for end in ends)], axis=1))
    vertices = np.stack(petals, axis=1).reshape(-1, 3)
    half = 0.5 * width_m
    uvs = np.tile(half * np.array([[0.0, 0.0], [0.88, -0.48], [0.88, 0.48]]), (5 * count, 1))
    return Geometry(vertices, np.arange(len(vertices)).reshape(-1, 3), np.repeat(outward, 15, axis=0), uvs)
