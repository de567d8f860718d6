"""Plastics, rubber and glass."""

from __future__ import annotations

import numpy as np

from sdg.stage.builtin.cells import cells
from sdg.stage.builtin.noise import blurred, color_texture, fractal, normal_texture, scalar_texture, step, white
from sdg.stage.builtin.textures.model import TextureSet


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


def smooth_plastic() -> TextureSet:
    """Glossy injection-moulded plastic: a faint orange peel and hair scratches."""
    shape, size = (512, 512), (0.8, 0.8)
    peel = fractal("gloss peel", shape, slope=1.0, low=12, high=70)
    haze = fractal("gloss haze", shape, slope=1.6, low=2, high=60)
    hairs = step(fractal("gloss hairs", shape, slope=0.3, low=30, stretch=(9.0, 1.0)), 2.2, 3.2)
    hairs = np.maximum(
        hairs, step(fractal("gloss hairs across", shape, slope=0.3, low=30, stretch=(1.0, 9.0)), 2.4, 3.4)
    )
    return TextureSet(
        size,
        color_texture(0.97 + 0.008 * haze),
        scalar_texture(np.clip(0.52 + 0.05 * haze + 0.35 * hairs, 0.3, 1.0)),
        None,
        normal_texture(0.000006 * peel, size),
    )


def textured_plastic() -> TextureSet:
    """Plastic moulded with an eroded texture, as on housings and bins."""
    shape, size = (512, 512), (0.5, 0.5)
    lumps = cells("texture lumps", shape, (150, 150))
    dome = blurred(step(lumps.border, 0.0, 0.35), 0.5)
    haze = fractal("texture haze", shape, slope=1.5, low=2, high=80)
    rubbed = step(fractal("texture rubbed", shape, slope=1.6, low=1, high=30), 0.6, 2.4)
    value = 0.9 + 0.05 * dome + 0.012 * haze + 0.02 * rubbed
    return TextureSet(
        size,
        color_texture(value),
        scalar_texture(np.clip(0.9 + 0.03 * haze - 0.2 * rubbed, 0.4, 1.0)),
        None,
        normal_texture(0.00008 * dome, size),
    )


def recycled_plastic() -> TextureSet:
    """Black plastic of recycled regrind: flow marks, dull patches, flecks of other colours."""
    shape, size = (512, 512), (1.0, 1.0)
    warp = fractal("regrind warp", shape, slope=2.0, low=1, high=12)
    flow = fractal("regrind flow", shape, slope=1.1, low=3, high=150, stretch=(3.0, 1.0))
    marks = 0.5 + 0.5 * np.sin(2 * np.pi * (1.5 * warp + 0.7 * flow))
    grain = fractal("regrind grain", shape, slope=0.4, low=40)
    flecks = step(white("regrind flecks", shape), 0.9982, 0.9996)
    spots = blurred(flecks, 0.6)
    hues = white("regrind fleck colours", (32, 96)).reshape(32, 32, 3)
    tint = hues.repeat(shape[0] // 32, axis=0).repeat(shape[1] // 32, axis=1)
    scuffs = step(fractal("regrind scuffs", shape, slope=0.7, low=8, stretch=(4.0, 1.0)), 1.5, 2.8)
    value = 0.42 + 0.05 * marks + 0.03 * flow + 0.02 * grain + 0.25 * scuffs
    color = value[:, :, None] + spots[:, :, None] * tint
    return TextureSet(
        size,
        color_texture(color),
        scalar_texture(np.clip(0.78 + 0.1 * marks + 0.05 * flow + 0.1 * scuffs, 0.4, 1.0)),
        None,
        normal_texture(0.00002 * grain + 0.00005 * marks, size),
    )


def glass() -> TextureSet:
    """Float glass: waves that only reflections show, smudges and dust that dull it."""
    shape, size = (512, 512), (2.0, 2.0)
    waves = fractal("glass waves", shape, slope=1.8, low=1, high=10)
    smudge = step(fractal("glass smudges", shape, slope=1.2, low=3, high=120), 0.9, 3.0)
    dust = blurred(step(white("glass dust", shape), 0.9975, 0.9995), 0.5)
    value = 0.55 + 0.12 * smudge + 0.5 * dust
    rough = np.clip(0.16 + 0.5 * smudge + 0.6 * dust, 0.1, 1.0)
    return TextureSet(size, color_texture(value), scalar_texture(rough), None, normal_texture(0.00012 * waves, size))
