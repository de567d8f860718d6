"""Flower beds: soil within an edging, plants with leaves, stalks and blossoms."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from sdg.foundation.arrays import FloatArray, Vec3
from sdg.recipe.families.park import FlowerBedForm
from sdg.stage.asset import Asset
from sdg.stage.builtin.assembly import Piece, assemble, fitted
from sdg.stage.builtin.copies import copies, scaled_uvs, standing
from sdg.stage.builtin.draws import Draws
from sdg.stage.builtin.geometry import Geometry, join
from sdg.stage.builtin.lofts import loft
from sdg.stage.builtin.materials import slot
from sdg.stage.builtin.natural import natural_size_m
from sdg.stage.builtin.park.leaves import leaves
from sdg.stage.builtin.park.limbs import bark, grown, unit
from sdg.stage.builtin.solids import lathe, rounded_box

_MOST_PLANTS_M2 = 60.0
_MOST_PLANTS, _LEAVES = 150, 13
_BLOSSOMS_EACH = {"daisy": 3, "tulip": 1, "ball": 2}
_AROUND = 72
# The soil's profile: shares of the way from the middle to the edge, and heights [m].
_MOUND = ((1.0, 0.0), (0.985, 0.05), (0.9, 0.066), (0.7, 0.08), (0.45, 0.087), (0.2, 0.09))
_COLORS: dict[str, tuple[Vec3, Vec3, Vec3]] = {
    "warm": ((0.72, 0.10, 0.03), (0.80, 0.42, 0.02), (0.78, 0.66, 0.08)),
    "cool": ((0.20, 0.08, 0.48), (0.10, 0.16, 0.55), (0.55, 0.16, 0.42)),
    "pale": ((0.80, 0.78, 0.72), (0.78, 0.45, 0.50), (0.74, 0.70, 0.36)),
}
_KERBS: dict[str, tuple[float, float, float]] = {
    "stone": (0.30, 0.12, 0.16),
    "brick": (0.11, 0.22, 0.12),
    "timber": (0.11, 0.11, 0.24),
}


def usual_size_m(form: FlowerBedForm) -> Vec3:
    """Return the size with edging and plants [m]."""
    return natural_size_m(_pieces(form.model_copy(update={"variant": 0})))


def build_flower_bed(size_m: Vec3, form: FlowerBedForm) -> Asset:
    """Return a bed along x, scaled to `size_m`."""
    return assemble("flower_bed", size_m, fitted(_pieces(form), size_m), (), ["soil"])


@lru_cache(maxsize=8)
def _pieces(form: FlowerBedForm) -> tuple[Piece, ...]:
    draws = Draws(f"flower_bed {form.outline}", form.variant)
    outline = _outline(form)
    pieces = [Piece("soil", _soil(outline), slot("bed_soil", "soil"))]
    if form.edging != "none":
        pieces.append(_kerb(outline, form, draws))
    places, inward = _planted(outline, form, draws)
    tall = form.height_m * draws.uniform(0.62, 1.0, len(places))
    apart = math.sqrt(_area_m2(outline) / len(places))
    pieces.append(_foliage(places, tall, apart, form, draws))
    heads, facing = _stalks(places, tall, form, draws, pieces)
    which = _which(inward, form, draws)
    size = {"daisy": 0.062, "tulip": 0.052, "ball": 0.060}[form.blossom] * (0.75 + 0.9 * form.height_m)
    size *= min(1.5, max(1.0, apart / 0.14))
    for index, color in enumerate(_COLORS[form.colors]):
        chosen = which == index
        if chosen.any():
            shape = scaled_uvs(_BLOSSOMS[form.blossom](), size)
            sizes = size * draws.uniform(0.8, 1.2, int(chosen.sum()))
            blossoms = copies(shape, _tilted(heads[chosen], facing[chosen], sizes, draws))
            pieces.append(Piece(f"flowers_{index}", blossoms, slot(f"flower_{index}", "matte_paint", color, 0.7)))
    return tuple(pieces)


def _outline(form: FlowerBedForm) -> FloatArray:
    """Return the edge of the soil, counter-clockwise, shape (_AROUND, 2); in sight of its middle."""
    turn = 2 * math.pi * np.arange(_AROUND) / _AROUND
    x, y = form.length_m / 2 * np.cos(turn), form.width * form.length_m / 2 * np.sin(turn)
    if form.outline == "oblong":
        # A superellipse: nearly a rectangle with round corners.
        reach = (np.abs(np.cos(turn)) ** 7 + np.abs(np.sin(turn)) ** 7) ** (-1 / 7)
        x, y = x * reach, y * reach
    elif form.outline == "kidney":
        y = y * (1.0 - 0.55 * np.exp(-((x / (0.3 * form.length_m)) ** 2)) * (y > 0)) + 0.0
        x = x * (1.0 + 0.12 * np.sin(turn))
    return np.column_stack([x, y])


def _area_m2(outline: FloatArray) -> float:
    x, y = outline.T
    return 0.5 * float(np.sum(x * np.roll(y, -1) - y * np.roll(x, -1)))


def _soil(outline: FloatArray) -> Geometry:
    """Return a low mound, closed below."""
    rings = np.stack([np.column_stack([outline * share, np.full(len(outline), z)]) for share, z in _MOUND])
    skin = loft(rings, crease_deg=45.0)
    # Seen from above, soil has no grain: its texture lies level.
    level = np.column_stack([skin.vertices[:, 0], skin.vertices[:, 1]])
    upward = skin.normals[:, 2] > 0.35
    return Geometry(skin.vertices, skin.faces, skin.normals, np.where(upward[:, None], level, skin.uvs))


def _kerb(outline: FloatArray, form: FlowerBedForm, draws: Draws) -> Piece:
    """Return stones, bricks on edge or short posts all along the outline."""
    along, across, tall = _KERBS[form.edging]
    closed = np.concatenate([outline, outline[:1]])
    lengths = np.linalg.norm(np.diff(closed, axis=0), axis=1)
    travelled = np.concatenate([[0.0], np.cumsum(lengths)])
    count = max(8, round(float(travelled[-1]) / (along + 0.006)))
    at = travelled[-1] * np.arange(count) / count
    x, y = (np.interp(at, travelled, closed[:, axis]) for axis in (0, 1))
    ahead = [np.interp((at + 0.02) % travelled[-1], travelled, closed[:, axis]) for axis in (0, 1)]
    turns = np.arctan2(ahead[1] - y, ahead[0] - x) + draws.uniform(-0.05, 0.05, count)
    out = np.column_stack([np.sin(turns), -np.cos(turns)]) * (across / 2 - 0.01)
    places = np.column_stack([x + out[:, 0], y + out[:, 1], np.zeros(count)])
    if form.edging == "timber":
        profile = [(0.0, 0.0), (0.055, 0.0), (0.055, tall - 0.012), (0.045, tall), (0.0, tall)]
        stone = lathe(profile, 10).with_uv_turn()
    else:
        stone = rounded_box((along, across, tall), (0.0, 0.0, tall / 2), 0.016 if form.edging == "stone" else 0.006)
    scales = np.column_stack(
        [
            np.full(count, float(travelled[-1]) / count / (along + 0.006)),
            draws.uniform(0.92, 1.06, count),
            draws.uniform(0.9, 1.08, count),
        ]
    )
    ring = copies(stone, standing(places, turns, scales), draws.uniform(0.0, 8.0, count, 2))
    base, color = {
        "stone": ("concrete_rough", (0.42, 0.40, 0.36)),
        "brick": ("concrete_rough", (0.34, 0.11, 0.06)),
        "timber": ("wood", (0.36, 0.25, 0.15)),
    }[form.edging]
    return Piece("kerb", ring, slot(f"bed_{form.edging}", base, color))


def _planted(outline: FloatArray, form: FlowerBedForm, draws: Draws) -> tuple[FloatArray, FloatArray]:
    """Return where plants stand, shape (N, 3), and how far from the middle towards the edge, shape (N,)."""
    count = max(5, round(form.planting * min(_MOST_PLANTS, _MOST_PLANTS_M2 * _area_m2(outline))))
    # Sunflower spiral: even, and nowhere in rows; stretched to the outline.
    index = np.arange(count) + 0.5
    share = 0.93 * np.sqrt(index / count) * draws.uniform(0.96, 1.03, count)
    share = np.minimum(share, 0.93)
    turn = (index * math.pi * (3.0 - math.sqrt(5.0)) + draws.uniform(-0.2, 0.2, count)) % (2 * math.pi)
    edges = np.linspace(0.0, 2 * math.pi, _AROUND + 1)
    closed = np.concatenate([outline, outline[:1]])
    edge = np.column_stack([np.interp(turn, edges, closed[:, axis]) for axis in (0, 1)])
    shares, heights = zip(*reversed(_MOUND), strict=True)
    level = np.interp(share, shares, heights)
    return np.column_stack([edge * share[:, None], level - 0.004]), share


def _foliage(places: FloatArray, tall: FloatArray, apart: float, form: FlowerBedForm, draws: Draws) -> Piece:
    """Return rosettes of leaves that reach for those of the next plant; tulips have few, long and upright ones."""
    is_tulip = form.blossom == "tulip"
    each = max(4, round((_LEAVES if not is_tulip else 7) * form.leafy))
    count = len(places) * each
    turn = draws.uniform(0.0, 2 * math.pi, count)
    tilt = np.radians(draws.uniform(8.0, 34.0, count) if is_tulip else draws.uniform(22.0, 82.0, count))
    along = np.stack([np.sin(tilt) * np.cos(turn), np.sin(tilt) * np.sin(turn), np.cos(tilt)], axis=1)
    height = np.repeat(tall, each)
    rise = draws.uniform(0.0, 0.04 if is_tulip else 0.45, count) * height
    foot = np.repeat(places, each, axis=0) + np.column_stack([0.02 * along[:, :2], rise])
    wide = np.minimum(np.maximum(0.36 * height, 0.5 * apart), 0.75 * height)
    length = height * draws.uniform(0.5, 0.8, count) if is_tulip else wide * draws.uniform(0.75, 1.25, count)
    length = length * (0.7 + 0.5 * form.leafy)
    outward = unit(along * [0.4, 0.4, 0.0] + np.array([0.0, 0.0, 1.0]))
    blades = leaves(foot, along, outward, length, draws, slender=0.24 if is_tulip else 0.5, fold=0.06)
    color = {"daisy": (0.42, 0.55, 0.22), "tulip": (0.40, 0.56, 0.40), "ball": (0.34, 0.50, 0.24)}[form.blossom]
    return Piece("leaves", blades, slot(f"bed_{form.blossom}_leaf", "leaf", color, 0.55))


def _stalks(
    places: FloatArray, tall: FloatArray, form: FlowerBedForm, draws: Draws, pieces: list[Piece]
) -> tuple[FloatArray, FloatArray]:
    """Add the stalks, and return their tips, shape (N, 3), and the way that these point, shape (N, 3)."""
    each = _BLOSSOMS_EACH[form.blossom]
    count = len(places) * each
    spread = 0.5 if each > 1 else 0.12
    lean = draws.directions(count) * [spread, spread, 0.0] * draws.uniform(0.2, 1.0, count)[:, None]
    direction = unit(lean + np.array([0.0, 0.0, 1.0]))
    reach = np.repeat(tall, each) * draws.uniform(0.78 if each > 1 else 0.92, 1.0, count)
    stems = grown(
        np.repeat(places, each, axis=0),
        direction,
        reach,
        np.full(count, 0.0032),
        draws,
        steps=2,
        rise=0.05,
        wobble=0.12,
    )
    pieces.append(Piece("stalks", bark(stems, 3), slot("bed_stalk", "leaf", (0.36, 0.50, 0.20), 0.6)))
    ends = stems.points[:, -1]
    return ends, unit(ends - stems.points[:, -2])


def _which(inward: FloatArray, form: FlowerBedForm, draws: Draws) -> FloatArray:
    """Return the colour of every blossom, 0 to 2, shape (N,)."""
    each = _BLOSSOMS_EACH[form.blossom]
    if form.pattern == "rings":
        rings = np.minimum(np.floor(inward / 0.93 * 3.0), 2.0)
    else:
        rings = np.floor(draws.uniform(0.0, 3.0, len(inward)))
    repeated: FloatArray = np.repeat(rings, each)
    return repeated


def _tilted(places: FloatArray, facing: FloatArray, sizes: FloatArray, draws: Draws) -> FloatArray:
    """Return the transforms that set blossoms of width 1, which look along +z, on stalks."""
    first = unit(np.cross(facing, draws.directions(len(facing))))
    matrices = np.zeros((len(places), 4, 4))
    matrices[:, :3, 0], matrices[:, :3, 1], matrices[:, :3, 2] = first, np.cross(facing, first), facing
    matrices[:, :3, :3] *= sizes[:, None, None]
    matrices[:, :3, 3], matrices[:, 3, 3] = places, 1.0
    return matrices


def _petals(count: int, inner: float, outer: float, wide: float, rise: float) -> Geometry:
    """Return petals round the z axis: each a kite from near the middle outwards, rising towards its tip."""
    turn = 2 * math.pi * np.arange(count) / count
    out = np.stack([np.cos(turn), np.sin(turn), np.zeros(count)], axis=1)
    beside = np.stack([-np.sin(turn), np.cos(turn), np.zeros(count)], axis=1)
    up = np.array([0.0, 0.0, 1.0])
    foot, tip = inner * out, outer * out + rise * up
    belly = (0.35 * inner + 0.65 * outer) * out + 0.65 * rise * up
    corners = np.stack([foot, belly - wide / 2 * beside, tip, belly + wide / 2 * beside], axis=1)
    normals = unit((outer - inner) * up - rise * out)
    flat = np.array([[0.0, 0.0], [wide / 2, 0.65 * outer], [0.0, outer], [-wide / 2, 0.65 * outer]])
    faces = (4 * np.arange(count)[:, None] + np.array([0, 1, 2, 0, 2, 3])).reshape(-1, 3)
    return Geometry(corners.reshape(-1, 3), faces, np.repeat(normals, 4, axis=0), np.tile(flat, (count, 1)))


def _daisy() -> Geometry:
    """Return a flower of nine petals and a button, as wide as 1."""
    button = lathe([(0.16, 0.0), (0.0, 0.1)], 5, crease_deg=70.0)
    return join([_petals(9, 0.1, 0.5, 0.25, 0.06), button])


def _tulip() -> Geometry:
    """Return a cup of six petals, half as high again as it is wide."""
    return lathe([(0.0, 0.0), (0.34, 0.14), (0.47, 0.6), (0.33, 1.25), (0.0, 0.6)], 6, crease_deg=60.0)


def _ball() -> Geometry:
    """Return a head of many small flowers: petals all over a ball."""
    core = lathe([(0.0, 0.0), (0.4, 0.24), (0.36, 0.66), (0.0, 0.84)], 6, crease_deg=80.0)
    outer = _petals(7, 0.26, 0.56, 0.3, 0.12).shifted(0.0, 0.0, 0.26)
    upper = _petals(5, 0.16, 0.44, 0.3, 0.16).shifted(0.0, 0.0, 0.56)
    return join([core, outer, upper])


_BLOSSOMS = {"daisy": _daisy, "tulip": _tulip, "ball": _ball}
