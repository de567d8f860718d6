"""Paint and plaster."""

from __future__ import annotations

import numpy as np

from sdg.foundation.arrays import FloatArray
from sdg.stage.builtin.noise import blurred, color_texture, fractal, normal_texture, scalar_texture, step, white
from sdg.stage.builtin.textures.model import TextureSet, mixed


def paint(*, worn: bool) -> TextureSet:
    """Sprayed paint on metal; worn: chips down to primer and steel, scratches, grime."""
    shape, size = (1024, 1024), (2.0, 2.0)
    peel = fractal("paint peel", shape, slope=0.6, low=60, high=280)
    haze = fractal("paint haze", shape, slope=1.4, low=2, high=120)
    value = 0.95 + 0.022 * haze
    rough = 0.84 + 0.08 * haze
    height = 0.00002 * peel
    if not worn:
        return TextureSet(size, color_texture(value), scalar_texture(rough), None, normal_texture(height, size))
    places = fractal("chip places", shape, slope=1.6, low=2, high=16)
    chips = fractal("paint chips", shape, slope=0.95, low=8) + 0.5 * places
    bare = step(chips, 2.35, 2.5)
    primer = step(chips, 2.12, 2.22) - bare
    scratch = _scratches(shape)
    grime = step(fractal("paint grime", shape, slope=1.3, low=3, high=240), 0.3, 2.8)
    metal = np.maximum(bare, scratch * 0.8)
    color = mixed((value * (1.0 - 0.35 * grime))[:, :, None], np.array([0.34, 0.30, 0.27]), np.clip(primer, 0.0, 1.0))
    color = mixed(color, np.array([0.42, 0.36, 0.32]), metal)
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
    for across, down, turn, reach, depth in white("paint scratches", (180, 5)):
        count = int(20 + 120 * reach**2)
        t = np.arange(count)
        angle = np.pi * (turn - 0.5) * 0.8
        columns = (across * shape[1] + t * np.cos(angle)).astype(np.int64) % shape[1]
        rows = (down * shape[0] + t * np.sin(angle)).astype(np.int64) % shape[0]
        marks[rows, columns] = 0.35 + 0.65 * depth
    return np.clip(blurred(marks, 0.55) * 1.5, 0.0, 1.0)


def matte_paint() -> TextureSet:
    """Rolled wall paint with faint stains."""
    shape, size = (512, 512), (2.5, 2.5)
    stipple = fractal("wall stipple", shape, slope=0.3, low=80)
    stains = fractal("wall stains", shape, slope=1.4, low=3, high=60, stretch=(0.6, 1.4))
    value = 0.94 + 0.022 * stains + 0.008 * stipple
    return TextureSet(
        size, color_texture(value), scalar_texture(0.95 + 0.02 * stains), None, normal_texture(0.00016 * stipple, size)
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
    color = mixed(value[:, :, None], np.array([0.42, 0.5, 0.9]), 0.75 * worn)
    return TextureSet(size, color_texture(color), scalar_texture(np.clip(0.8 + 0.2 * worn, 0, 1)))


def plaster() -> TextureSet:
    """Render floated by hand: swirls of the float, sand, hairline cracks, rain marks."""
    shape, size = (1024, 1024), (3.2, 3.2)
    sand = fractal("plaster sand", shape, slope=0.35, low=90)
    swirls = fractal("plaster swirls", shape, slope=1.3, low=8, high=160)
    clouds = fractal("plaster clouds", shape, slope=1.4, low=3, high=60)
    folds = fractal("plaster cracks", shape, slope=1.9, low=2, high=90)
    where = step(fractal("plaster crack places", shape, slope=2.0, low=1, high=10), 0.9, 1.8)
    crack = np.exp(-((folds / 0.012) ** 2)) * where
    rain = fractal("plaster rain", shape, slope=1.0, low=5, high=120, stretch=(1.0, 6.0))
    value = 0.92 + 0.018 * sand + 0.02 * swirls + 0.02 * clouds - 0.03 * np.clip(rain, 0.0, 2.5)
    value = value * (1.0 - 0.4 * crack)
    tint = 1.0 + (0.02 * clouds - 0.02 * np.clip(rain, 0.0, 2.0))[:, :, None] * np.array([0.3, 0.0, -0.8])
    height = 0.00045 * sand + 0.0011 * swirls - 0.0008 * crack
    return TextureSet(
        size,
        color_texture(value[:, :, None] * tint),
        scalar_texture(np.clip(0.95 + 0.02 * swirls, 0.6, 1.0)),
        None,
        normal_texture(height, size),
    )
