"""Bare metals."""

from __future__ import annotations

import numpy as np

from sdg.stage.builtin.cells import cells
from sdg.stage.builtin.noise import blurred, color_texture, fractal, normal_texture, scalar_texture, step, white
from sdg.stage.builtin.textures.model import TextureSet, mixed

# What a texture of 1 stands for: lighter than rust and steel in each channel.
RUST_BASE = (0.48, 0.36, 0.34)


def galvanised() -> TextureSet:
    """Hot-dip zinc with spangle."""
    shape, size = (1024, 1024), (1.6, 1.6)
    count = 82
    spangle = cells("spangle", shape, (count, count))
    tone = white("spangle tones", (count, count)).ravel()[spangle.index]
    haze = fractal("zinc haze", shape, slope=1.3, low=3, high=200)
    value = 0.86 + 0.1 * (tone - 0.5) + 0.025 * haze
    rough = np.clip(0.82 + 0.25 * (tone - 0.5) + 0.05 * haze, 0.5, 1.0)
    return TextureSet(size, color_texture(blurred(value, 0.8)), scalar_texture(rough))


def steel() -> TextureSet:
    """Rolled steel, faintly brushed along u, with a little tarnish."""
    shape, size = (1024, 1024), (1.8, 1.8)
    brushed = fractal("steel brush", shape, slope=0.3, low=24, stretch=(50.0, 1.0))
    tarnish = step(fractal("steel tarnish", shape, slope=1.2, low=4, high=250), 0.7, 3.0)
    value = 0.92 + 0.03 * brushed - 0.16 * tarnish
    color = value[:, :, None] * (1.0 - tarnish[:, :, None] * np.array([0.0, 0.06, 0.12]))
    rough = np.clip(0.7 + 0.06 * brushed + 0.25 * tarnish, 0.3, 1.0)
    return TextureSet(size, color_texture(color), scalar_texture(rough), None, normal_texture(0.00001 * brushed, size))


def brushed(name: str) -> TextureSet:
    """Sheet brushed along u: hair lines, a few longer scratches, finger marks."""
    shape, size = (512, 512), (1.0, 1.0)
    lines = fractal(f"{name} lines", shape, slope=0.15, low=30, stretch=(60.0, 1.0))
    bands = fractal(f"{name} bands", shape, slope=0.9, low=6, stretch=(40.0, 1.0))
    marks = step(fractal(f"{name} marks", shape, slope=1.6, low=2, high=40), 0.8, 2.6)
    value = 0.95 + 0.018 * lines + 0.012 * bands - 0.03 * marks
    rough = np.clip(0.78 + 0.07 * lines + 0.04 * bands + 0.2 * marks, 0.3, 1.0)
    height = 0.000010 * lines + 0.000004 * bands
    return TextureSet(size, color_texture(value), scalar_texture(rough), None, normal_texture(height, size))


def cast(name: str) -> TextureSet:
    """Mill-finished or blasted metal: an even fine grain, clouds, a few dull spots."""
    shape, size = (512, 512), (1.0, 1.0)
    grain = fractal(f"{name} grain", shape, slope=0.3, low=50)
    clouds = fractal(f"{name} clouds", shape, slope=1.5, low=2, high=90)
    spots = step(fractal(f"{name} spots", shape, slope=1.0, low=5), 1.9, 3.0)
    value = 0.93 + 0.012 * grain + 0.02 * clouds - 0.12 * spots
    rough = np.clip(0.78 + 0.04 * grain + 0.07 * clouds + 0.2 * spots, 0.3, 1.0)
    return TextureSet(size, color_texture(value), scalar_texture(rough), None, normal_texture(0.00001 * grain, size))


def tarnished(name: str, tarnish_tint: tuple[float, float, float]) -> TextureSet:
    """Handled brass or copper: bright where it is rubbed, dull and darker where it is not."""
    shape, size = (1024, 1024), (2.0, 2.0)
    grain = fractal(f"{name} grain", shape, slope=0.4, low=40, stretch=(12.0, 1.0))
    patches = fractal(f"{name} patches", shape, slope=1.0, low=4, high=200)
    dull = step(patches, -1.5, 3.0)
    spots = step(fractal(f"{name} spots", shape, slope=0.8, low=10), 2.0, 3.2)
    value = 0.96 + 0.015 * grain
    color = mixed(value[:, :, None], np.array(tarnish_tint), 0.5 * dull + 0.3 * spots * (1.0 - dull))
    rough = np.clip(0.55 + 0.05 * grain + 0.35 * dull + 0.15 * spots, 0.3, 1.0)
    return TextureSet(size, color_texture(color), scalar_texture(rough), None, normal_texture(0.000006 * grain, size))


def rust() -> TextureSet:
    """Steel rusted through and through: scale, pits, runs; a little bare metal is left. Colours are in the texture."""
    shape, size = (1024, 1024), (2.4, 2.4)
    patches = fractal("rust patches", shape, slope=1.3, low=3, high=300)
    fine = fractal("rust fine", shape, slope=0.7, low=20)
    pits = cells("rust pits", shape, (150, 150))
    deep = white("rust pit sizes", (150, 150)).ravel()[pits.index] ** 3
    pit = (1.0 - step(pits.nearest, 0.15, 0.5)) * deep
    runs = fractal("rust runs", shape, slope=1.1, low=3, high=200, stretch=(1.0, 8.0))
    # From dark magnetite under fresh orange dust to the brown between.
    fresh = step(patches + 0.5 * fine + 0.4 * runs, 0.2, 2.0)
    dark = step(-patches + 0.4 * fine, 0.4, 2.0)
    albedo = np.ones((*shape, 1)) * np.array([0.165, 0.068, 0.034])
    albedo = mixed(albedo, np.array([0.33, 0.135, 0.045]), 0.85 * fresh)
    albedo = mixed(albedo, np.array([0.060, 0.040, 0.033]), 0.8 * dark)
    albedo = albedo * (1.0 + 0.14 * fine)[:, :, None] * (1.0 - 0.5 * pit[:, :, None])
    bare = step(-patches - 0.6 * fine, 2.25, 2.7)
    albedo = mixed(albedo, np.array([0.34, 0.32, 0.30]), bare)
    height = 0.0004 * patches + 0.0005 * fine - 0.0016 * pit
    return TextureSet(
        size,
        color_texture(albedo / np.array(RUST_BASE)),
        scalar_texture(np.clip(0.95 - 0.1 * dark + 0.02 * fine - 0.4 * bare, 0.35, 1.0)),
        scalar_texture(0.85 * bare),
        normal_texture(height, size),
    )
