"""Procedural pictures of surfaces: colour, roughness, metallic and normals, periodic, made from names alone.

Colours are relative: a texture is near 1 where the surface is clean, and `Material.base_color` holds its albedo. So a
recipe that sets another colour gets that colour, with the same dirt.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from sdg.foundation.arrays import FloatArray, Vec2
from sdg.stage.asset import Texture
from sdg.stage.builtin.noise import (
    blurred,
    color_texture,
    fractal,
    normal_texture,
    scalar_texture,
    step,
    white,
)


@dataclass(frozen=True, eq=False)
class TextureSet:
    """The textures of one material; None leaves the number beside it as it is."""

    size_m: Vec2
    color: Texture | None = None
    roughness: Texture | None = None
    metallic: Texture | None = None
    normal: Texture | None = None


def _mixed(color: FloatArray, tint: FloatArray, weight: FloatArray) -> FloatArray:
    """Return colours, shape (H, W, 3) or (H, W, 1), drawn towards a relative colour where `weight` is 1."""
    mixed: FloatArray = color * (1.0 - weight[:, :, None]) + tint * weight[:, :, None]
    return mixed


def concrete(*, traffic: bool) -> TextureSet:
    """Trowelled concrete: clouds, pores, stains; with `traffic`, a polished floor with scuffs of tyres."""
    plain, worn = _concretes()
    return worn if traffic else plain


@cache
def _concretes() -> tuple[TextureSet, TextureSet]:
    """Return plain concrete and a floor with traffic; they share the noise that takes the time."""
    shape, size = (1024, 1024), (6.0, 6.0)
    clouds = fractal("concrete clouds", shape, slope=1.7, low=1, high=60)
    trowel = fractal("concrete trowel", shape, slope=1.3, low=6, high=300, stretch=(1.0, 2.2))
    grain = fractal("concrete grain", shape, slope=0.35, low=60)
    stains = step(fractal("concrete stains", shape, slope=2.1, low=2, high=120), 1.15, 2.1)
    value = 0.8 * (1.0 + 0.075 * clouds + 0.045 * trowel + 0.035 * grain) * (1.0 - 0.22 * stains)
    pores = step(white("concrete pores", shape), 0.9985, 0.9995)
    value *= 1.0 - 0.35 * blurred(pores, 0.6)
    rough = np.clip(0.86 + 0.05 * trowel + 0.04 * clouds + 0.03 * grain, 0.5, 1.0)
    # Clouds of another band tint the grey a little towards sand.
    tint = 1.0 + np.clip(0.2 * trowel, -0.5, 0.5)[:, :, None] * np.array([0.03, 0.0, -0.04])
    normals = normal_texture(0.00017 * trowel + 0.00005 * grain, size)
    plain = TextureSet(size, color_texture(value[:, :, None] * tint), scalar_texture(rough), None, normals)

    scuffs = _scuffs(shape)
    value *= 1.0 - 0.42 * scuffs
    rough = np.clip(rough - 0.12 * step(clouds, -0.5, 1.5) - 0.1 * scuffs, 0.4, 1.0)
    worn = TextureSet(size, color_texture(value[:, :, None] * tint), scalar_texture(rough), None, normals)
    return plain, worn


def _scuffs(shape: tuple[int, int]) -> FloatArray:
    """Return faint dark strokes where wheels turned, in [0, 1]."""
    # Broad strokes are drawn at half the resolution.
    columns, rows = np.arange(shape[1] // 2)[None, :], np.arange(shape[0] // 2)[:, None]
    marks: FloatArray = np.zeros((shape[0] // 2, shape[1] // 2))
    for across, down, bend, turn, width, strength in white("concrete scuffs", (9, 6)):
        # Wrapped distances keep every stroke whole across the edges of the texture.
        x = (columns / columns.size - across + 0.5) % 1.0 - 0.5
        y = (rows / rows.size - down + 0.5) % 1.0 - 0.5
        angle = 2 * np.pi * turn
        along, beside = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
        beside = beside - (bend - 0.5) * 2.4 * along**2
        half = 0.006 + 0.008 * width
        stroke = np.exp(-((beside / half) ** 4)) * step(-np.abs(along), -0.34, -0.12)
        marks = np.maximum(marks, stroke * (0.3 + 0.7 * strength))
    patchy = 0.55 + 0.45 * np.clip(fractal("concrete scuff wear", shape, slope=0.9, low=10), -1.0, 1.0)
    return blurred(marks.repeat(2, axis=0).repeat(2, axis=1), 1.0) * patchy


def wood() -> TextureSet:
    """Sawn softwood: grain along u, growth rings, a few knots, grey weathering."""
    shape, size = (512, 1024), (1.6, 0.8)
    x, y = np.arange(shape[1])[None, :] / shape[1], np.arange(shape[0])[:, None] / shape[0]
    warp = fractal("wood warp", shape, slope=2.2, low=1, high=24, stretch=(2.5, 1.0))
    knots: FloatArray = np.zeros(shape)
    bend: FloatArray = np.zeros(shape)
    for across, down, scale in white("wood knots", (7, 3)):
        dx = ((x - across + 0.5) % 1.0 - 0.5) * size[0]
        dy = ((y - down + 0.5) % 1.0 - 0.5) * size[1]
        radius = 0.006 + 0.008 * scale
        knots = np.maximum(knots, step(-np.hypot(dx * 0.8, dy), -radius * 1.15, -radius * 0.75))
        bend += np.tanh(dy / 0.012) * np.exp(-((dx / 0.07) ** 2) - (dy / 0.035) ** 2) * 1.4
    rings = 0.5 + 0.5 * np.sin(2 * np.pi * (58 * y + 1.9 * warp) + bend * 3.0)
    fibre = fractal("wood fibre", shape, slope=0.55, low=20, stretch=(14.0, 1.0))
    weather = step(fractal("wood weather", shape, slope=1.5, low=1, high=80, stretch=(1.0, 2.0)), -0.3, 2.0)
    value = 0.86 - 0.2 * rings**2 + 0.055 * fibre - 0.16 * weather
    color = _mixed(np.clip(value, 0.25, 1.0)[:, :, None], np.array([0.62, 0.64, 0.66]), 0.35 * weather)
    late = (rings**2)[:, :, None] * np.array([0.0, 0.06, 0.12])
    color = color * (1.0 - late)
    color *= 1.0 - knots[:, :, None] * np.array([0.55, 0.66, 0.72])
    height = -0.00025 * rings + 0.00018 * fibre
    return TextureSet(
        size,
        color_texture(color),
        scalar_texture(np.clip(0.9 + 0.05 * fibre - 0.1 * knots, 0.6, 1.0)),
        None,
        normal_texture(height, size),
    )


def cardboard(*, worn: bool) -> TextureSet:
    """Kraft liner over upright flutes; worn: stains, scuffs, creases."""
    shape, size = (512, 512), (0.6, 0.6)
    columns = np.arange(shape[1])[None, :] / shape[1]
    fibre = fractal("cardboard fibre", shape, slope=0.5, low=25)
    clouds = fractal("cardboard clouds", shape, slope=1.6, low=1, high=50)
    flecks = step(white("cardboard flecks", shape), 0.9955, 0.9985)
    drift = fractal("cardboard flute drift", shape, slope=2.0, low=1, high=6)
    flutes = np.sin(2 * np.pi * (80 * columns + 0.04 * drift))
    value = 0.88 + 0.035 * fibre + 0.025 * clouds + 0.012 * flutes - 0.14 * blurred(flecks, 0.7)
    rough = 0.93 + 0.03 * clouds
    height = 0.00005 * flutes + 0.00003 * fibre + 0.0004 * drift
    color = np.repeat(value[:, :, None], 3, axis=2)
    if worn:
        stain = step(fractal("cardboard stain", shape, slope=1.6, low=2, high=90), 0.9, 2.6)
        rim = np.clip(blurred(stain, 1.5) - blurred(stain, 6.0), 0.0, 1.0)
        scuff = step(fractal("cardboard scuff", shape, slope=0.8, low=6, stretch=(0.5, 1.6)), 1.6, 2.6)
        crease = _creases(shape)
        color = color * (1.0 - 0.4 * stain[:, :, None] * np.array([0.85, 1.0, 1.1])) * (1.0 - 0.5 * rim[:, :, None])
        color = color * (1.0 + 0.14 * scuff[:, :, None] + 0.12 * crease[:, :, None])
        height = height - 0.0009 * crease + 0.0009 * clouds
        rough = rough + 0.05 * scuff
    return TextureSet(size, color_texture(color), scalar_texture(rough), None, normal_texture(height, size))


def _creases(shape: tuple[int, int]) -> FloatArray:
    """Return thin ridges of a wrinkled surface, in [0, 1]."""
    folds = fractal("creases", shape, slope=1.7, low=1, high=60)
    where = step(fractal("crease places", shape, slope=1.8, low=1, high=12), 0.4, 1.6)
    ridge: FloatArray = np.exp(-((folds / 0.035) ** 2)) * where
    return ridge


def paint(*, worn: bool) -> TextureSet:
    """Sprayed paint on metal; worn: chips down to primer and steel, scratches, grime."""
    shape, size = (512, 512), (1.0, 1.0)
    peel = fractal("paint peel", shape, slope=0.6, low=30, high=140)
    haze = fractal("paint haze", shape, slope=1.6, low=1, high=60)
    value = 0.95 + 0.022 * haze
    rough = 0.84 + 0.08 * haze
    height = 0.00002 * peel
    if not worn:
        return TextureSet(size, color_texture(value), scalar_texture(rough), None, normal_texture(height, size))
    chips = fractal("paint chips", shape, slope=0.95, low=4) + 0.5 * fractal(
        "chip places", shape, slope=2, low=1, high=8
    )
    bare = step(chips, 2.35, 2.5)
    primer = step(chips, 2.12, 2.22) - bare
    scratch = _scratches(shape)
    grime = step(fractal("paint grime", shape, slope=1.5, low=1, high=120), 0.2, 2.6)
    metal = np.maximum(bare, scratch * 0.8)
    color = _mixed((value * (1.0 - 0.35 * grime))[:, :, None], np.array([0.34, 0.30, 0.27]), np.clip(primer, 0.0, 1.0))
    color = _mixed(color, np.array([0.42, 0.36, 0.32]), metal)
    edge = step(blurred(chips, 1.0), 2.0, 2.3)
    rough = np.clip(rough + 0.12 * grime - 0.15 * metal, 0.3, 1.0)
    return TextureSet(
        size,
        color_texture(color),
        scalar_texture(rough),
        scalar_texture(metal * 0.7),
        normal_texture(height - 0.00012 * edge, size),
    )


def _scratches(shape: tuple[int, int]) -> FloatArray:
    """Return thin straight scratches, in [0, 1], wrapped at the edges."""
    marks: FloatArray = np.zeros(shape)
    for across, down, turn, reach, depth in white("paint scratches", (46, 5)):
        count = int(20 + 120 * reach**2)
        t = np.arange(count)
        angle = np.pi * (turn - 0.5) * 0.8
        columns = (across * shape[1] + t * np.cos(angle)).astype(np.int64) % shape[1]
        rows = (down * shape[0] + t * np.sin(angle)).astype(np.int64) % shape[0]
        marks[rows, columns] = 0.35 + 0.65 * depth
    return np.clip(blurred(marks, 0.55) * 1.5, 0.0, 1.0)


def galvanised() -> TextureSet:
    """Hot-dip zinc with spangle."""
    shape, size = (512, 512), (0.4, 0.4)
    count = 420
    seeds = white("spangle seeds", (count, 3))
    points = (seeds[:, :2] * shape[0]).astype(np.int64)
    tiled = np.ones((shape[0] * 3, shape[1] * 3), dtype=bool)
    index = np.zeros(tiled.shape, dtype=np.int64)
    for dy in range(3):
        for dx in range(3):
            rows, columns = points[:, 0] + dy * shape[0], points[:, 1] + dx * shape[1]
            tiled[rows, columns] = False
            index[rows, columns] = np.arange(count)
    middle = (slice(shape[0], 2 * shape[0]), slice(shape[1], 2 * shape[1]))
    from scipy import ndimage

    nearest = ndimage.distance_transform_edt(tiled, return_distances=False, return_indices=True)
    cell = index[nearest[0][middle], nearest[1][middle]]
    tone = seeds[cell, 2]
    haze = fractal("zinc haze", shape, slope=1.5, low=1, high=80)
    value = 0.86 + 0.1 * (tone - 0.5) + 0.03 * haze
    rough = np.clip(0.82 + 0.25 * (tone - 0.5) + 0.06 * haze, 0.5, 1.0)
    return TextureSet(size, color_texture(blurred(value, 0.7)), scalar_texture(rough))


def steel() -> TextureSet:
    """Rolled steel, faintly brushed along u, with a little tarnish."""
    shape, size = (512, 512), (0.5, 0.5)
    brushed = fractal("steel brush", shape, slope=0.3, low=8, stretch=(50.0, 1.0))
    tarnish = step(fractal("steel tarnish", shape, slope=1.5, low=1, high=90), 0.3, 2.4)
    value = 0.92 + 0.03 * brushed - 0.2 * tarnish
    color = value[:, :, None] * (1.0 - tarnish[:, :, None] * np.array([0.0, 0.06, 0.12]))
    rough = np.clip(0.7 + 0.06 * brushed + 0.25 * tarnish, 0.3, 1.0)
    return TextureSet(size, color_texture(color), scalar_texture(rough), None, normal_texture(0.000006 * brushed, size))


def plastic() -> TextureSet:
    """Moulded plastic with a fine grain and faint handling marks."""
    shape, size = (512, 512), (0.5, 0.5)
    grain = fractal("plastic grain", shape, slope=0.3, low=60)
    haze = fractal("plastic haze", shape, slope=1.5, low=2, high=100)
    return TextureSet(
        size,
        color_texture(0.95 + 0.015 * haze),
        scalar_texture(np.clip(0.85 + 0.08 * haze, 0.5, 1.0)),
        None,
        normal_texture(0.000008 * grain, size),
    )


def rubber() -> TextureSet:
    """Matt rubber with dust."""
    shape, size = (512, 512), (0.5, 0.5)
    grain = fractal("rubber grain", shape, slope=0.4, low=40)
    dust = step(fractal("rubber dust", shape, slope=1.3, low=2), 0.0, 2.5)
    return TextureSet(
        size,
        color_texture(0.5 + 0.04 * grain + 0.45 * dust),
        scalar_texture(np.clip(0.9 + 0.1 * dust, 0.5, 1.0)),
        None,
        normal_texture(0.00002 * grain, size),
    )


def matte_paint() -> TextureSet:
    """Rolled wall paint with faint stains."""
    shape, size = (512, 512), (2.5, 2.5)
    stipple = fractal("wall stipple", shape, slope=0.3, low=80)
    stains = fractal("wall stains", shape, slope=1.8, low=1, high=60, stretch=(0.6, 1.4))
    value = 0.94 + 0.022 * stains + 0.008 * stipple
    return TextureSet(
        size, color_texture(value), scalar_texture(0.95 + 0.02 * stains), None, normal_texture(0.00016 * stipple, size)
    )


def block_wall() -> TextureSet:
    """Painted concrete blocks of 400 x 200 mm in running bond."""
    shape, size = (512, 512), (1.6, 1.6)
    rows, columns = np.mgrid[0 : shape[0], 0 : shape[1]] / shape[0]
    course = np.floor(rows * 8)
    down = np.abs((rows * 8) % 1.0 - 0.5) * 0.2
    across = np.abs((columns * 4 + 0.5 * (course % 2)) % 1.0 - 0.5) * 0.4
    gap = np.minimum(0.1 - down, 0.2 - across)
    joint = 1.0 - step(gap, 0.003, 0.0075)
    grit = fractal("block grit", shape, slope=0.6, low=30)
    block = white("block tone", (8, 4))[
        course.astype(np.int64), np.floor(columns * 4 + 0.5 * (course % 2)).astype(np.int64) % 4
    ]
    stains = fractal("block stains", shape, slope=1.7, low=1, high=60)
    value = 0.92 + 0.03 * (block - 0.5) + 0.018 * grit + 0.02 * stains - 0.16 * blurred(joint, 0.8)
    height = -0.003 * blurred(joint, 1.0) + 0.00022 * grit
    return TextureSet(
        size, color_texture(value), scalar_texture(0.92 + 0.03 * stains), None, normal_texture(height, size)
    )


def floor_paint() -> TextureSet:
    """Road-marking paint worn by wheels."""
    shape, size = (512, 512), (2.0, 2.0)
    wear = fractal("marking wear", shape, slope=1.0, low=2) + 0.6 * fractal(
        "marking lanes", shape, slope=2, low=1, high=8
    )
    worn = step(wear, 0.9, 2.2)
    grime = step(fractal("marking grime", shape, slope=1.5, low=1, high=80), -0.5, 2.5)
    value = 0.95 - 0.3 * grime
    color = _mixed(value[:, :, None], np.array([0.42, 0.5, 0.9]), 0.75 * worn)
    return TextureSet(size, color_texture(color), scalar_texture(np.clip(0.8 + 0.2 * worn, 0, 1)))


def tape() -> TextureSet:
    """Packing tape with long wrinkles."""
    shape, size = (256, 512), (0.4, 0.2)
    wrinkle = fractal("tape wrinkle", shape, slope=1.2, low=3, high=70, stretch=(3.0, 1.0))
    return TextureSet(
        size,
        color_texture(0.92 + 0.03 * wrinkle),
        scalar_texture(np.clip(0.8 + 0.08 * wrinkle, 0.4, 1.0)),
        None,
        normal_texture(0.00012 * wrinkle, size),
    )
