"""What one walks and drives on outdoors: asphalt, soil, sand, gravel."""

from __future__ import annotations

import numpy as np

from sdg.stage.builtin.cells import cells
from sdg.stage.builtin.noise import blurred, color_texture, fractal, normal_texture, scalar_texture, step, white
from sdg.stage.builtin.textures.model import TextureSet, mixed

# What a texture of 1 stands for: lighter than any stone, crumb or grain in each channel.
ASPHALT_BASE = (0.42, 0.40, 0.38)
SOIL_BASE = (0.30, 0.23, 0.17)
SAND_BASE = (0.66, 0.58, 0.42)
GRAVEL_BASE = (0.72, 0.68, 0.62)


def asphalt() -> TextureSet:
    """Asphalt some years old: grey aggregate in worn binder, tar patches, hairline cracks, oil spots."""
    shape, size = (1024, 1024), (4.0, 4.0)
    stones = cells("asphalt stones", shape, (400, 400))
    draws = white("asphalt stone tones", (160_000, 2))[stones.index]
    clouds = fractal("asphalt clouds", shape, slope=1.4, low=2, high=40)
    grit = fractal("asphalt grit", shape, slope=0.3, low=100)
    folds = fractal("asphalt cracks", shape, slope=1.5, low=2, high=120)
    where = step(fractal("asphalt crack places", shape, slope=2.0, low=1, high=8), 0.7, 1.5)
    crack = np.exp(-((folds / 0.014) ** 2)) * where
    oil = step(fractal("asphalt oil", shape, slope=1.8, low=3, high=60), 1.7, 2.8)
    shown = step(stones.border, 0.0, 0.22) * step(draws[:, :, 0], 0.25, 0.6)
    stone = (0.085 + 0.17 * draws[:, :, 1] ** 2)[:, :, None] * np.array([1.03, 1.0, 0.95])
    binder = (0.052 * (1.0 + 0.15 * grit))[:, :, None] * np.array([1.0, 1.0, 1.02])
    albedo = mixed(binder, stone, shown) * (1.0 + 0.10 * clouds)[:, :, None]
    albedo = albedo * (1.0 - 0.6 * crack)[:, :, None] * (1.0 - 0.5 * oil)[:, :, None]
    height = 0.0014 * shown + 0.0003 * grit - 0.004 * crack
    return TextureSet(
        size,
        color_texture(albedo / np.array(ASPHALT_BASE)),
        scalar_texture(np.clip(0.92 - 0.06 * shown - 0.25 * oil + 0.02 * clouds, 0.4, 1.0)),
        None,
        normal_texture(height, size),
    )


def soil() -> TextureSet:
    """Dry garden soil: crumbs, clods, pebbles, darker where it is damp."""
    shape, size = (1024, 1024), (3.0, 3.0)
    relief = fractal("soil relief", shape, slope=1.15, low=4)
    damp = step(fractal("soil damp", shape, slope=1.5, low=3, high=40), -0.6, 2.6)
    crumbs = cells("soil crumbs", shape, (260, 260))
    clods = cells("soil clods", shape, (84, 84))
    size_of = white("soil clod sizes", (84, 84)).ravel()[clods.index]
    clod = np.sqrt(np.clip(1.0 - (clods.nearest / (0.1 + 0.5 * size_of**2)) ** 2, 0.0, 1.0))
    crumb = np.clip(1.0 - 1.2 * crumbs.nearest, 0.0, 1.0)
    tone = white("soil crumb tones", (260, 260)).ravel()[crumbs.index]
    height = 0.0022 * relief + 0.0045 * clod + 0.0016 * crumb
    shade = 0.72 + 0.13 * relief + 0.20 * crumb + 0.25 * (tone - 0.5) + 0.12 * clod
    albedo = np.clip(shade, 0.25, 1.5)[:, :, None] * np.array([0.150, 0.104, 0.070])
    albedo = mixed(albedo, np.array([0.21, 0.19, 0.165]), (tone > 0.982) * step(crumb, 0.2, 0.5))
    albedo = albedo * (1.0 - 0.42 * damp)[:, :, None]
    return TextureSet(
        size,
        color_texture(albedo / np.array(SOIL_BASE)),
        scalar_texture(np.clip(0.97 - 0.1 * damp, 0.5, 1.0)),
        None,
        normal_texture(height, size),
    )


def sand() -> TextureSet:
    """Dry sand: grains of several colours, small hollows of feet and wind."""
    shape, size = (1024, 1024), (3.0, 3.0)
    hollows = fractal("sand hollows", shape, slope=1.8, low=6, high=60)
    wind = fractal("sand wind", shape, slope=1.1, low=12, high=200, stretch=(1.0, 2.6))
    grain = white("sand grains", shape)
    clouds = fractal("sand clouds", shape, slope=1.4, low=3, high=30)
    dark = step(grain, 0.985, 0.999)
    value = 0.80 + 0.22 * (grain - 0.5) + 0.05 * hollows + 0.03 * wind + 0.04 * clouds
    albedo = np.clip(value, 0.3, 1.3)[:, :, None] * np.array([0.46, 0.385, 0.255])
    albedo = mixed(albedo, np.array([0.10, 0.08, 0.06]), 0.8 * dark)
    height = 0.0045 * hollows + 0.0005 * wind + 0.0004 * (grain - 0.5)
    return TextureSet(
        size,
        color_texture(albedo / np.array(SAND_BASE)),
        scalar_texture(np.clip(0.96 + 0.02 * hollows, 0.6, 1.0)),
        None,
        normal_texture(height, size),
    )


def gravel() -> TextureSet:
    """Round pebbles of 8 to 30 mm, two layers, with dark gaps between them."""
    shape, size = (1024, 1024), (2.0, 2.0)
    height = 0.002 * fractal("gravel bed", shape, slope=1.2, low=10)
    albedo = np.clip(0.3 + 0.1 * fractal("gravel dust", shape, slope=0.6, low=20), 0.1, 0.6)[:, :, None] * np.array(
        [0.20, 0.18, 0.15]
    )
    palette = np.array(
        [[0.36, 0.34, 0.31], [0.24, 0.23, 0.22], [0.44, 0.40, 0.33], [0.30, 0.25, 0.20], [0.56, 0.54, 0.50]]
    )
    mottle = fractal("gravel mottle", shape, slope=0.8, low=40)
    for name, count, share, rise in (
        ("fine", 150, 1.0, 0.003),
        ("middle", 96, 0.8, 0.006),
        ("coarse", 62, 0.45, 0.010),
    ):
        stones = cells(f"gravel {name}", shape, (count, count), jitter=0.85)
        draws = white(f"gravel {name} draws", (count * count, 4))[stones.index]
        # A pebble is the part of its cell that an ellipse holds.
        lean = (draws[:, :, 3] - 0.5) * 1.2
        flat = np.hypot(stones.dx + lean * stones.dy, (1.1 + 0.5 * draws[:, :, 2]) * stones.dy)
        inside = np.minimum(step(stones.border, 0.02, 0.10), step(-flat, -0.62, -0.50))
        there = inside * (draws[:, :, 0] < share)
        dome = np.sqrt(np.clip(1.0 - (flat / 0.62) ** 2, 0.0, 1.0)) * there
        kind = np.minimum((draws[:, :, 1] * len(palette)).astype(np.intp), len(palette) - 1)
        tone = 0.75 + 0.4 * draws[:, :, 2] + 0.08 * mottle
        albedo = mixed(
            albedo * (1.0 - 0.35 * step(-stones.border, -0.12, 0.0))[:, :, None],
            palette[kind] * tone[:, :, None],
            there,
        )
        height = np.where(there > 0.5, rise * (0.4 + dome), height)
    return TextureSet(
        size,
        color_texture(albedo / np.array(GRAVEL_BASE)),
        scalar_texture(np.clip(0.86 + 0.03 * mottle, 0.5, 1.0)),
        None,
        normal_texture(blurred(height, 0.8), size),
    )
