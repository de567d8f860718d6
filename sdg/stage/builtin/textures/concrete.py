"""Concrete: trowelled, worn by traffic, cast rough."""

from __future__ import annotations

from functools import cache

import numpy as np

from sdg.foundation.arrays import FloatArray
from sdg.stage.builtin.cells import cells
from sdg.stage.builtin.noise import blurred, color_texture, fractal, normal_texture, scalar_texture, step, white
from sdg.stage.builtin.textures.model import TextureSet


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


def rough_concrete() -> TextureSet:
    """Concrete as the formwork left it: blow holes, patches of cement skin, worn spots where gravel shows, streaks."""
    shape, size = (1024, 1024), (4.0, 4.0)
    clouds = fractal("rough concrete clouds", shape, slope=1.5, low=2, high=120)
    skin = fractal("rough concrete skin", shape, slope=0.9, low=8)
    streaks = fractal("rough concrete streaks", shape, slope=1.2, low=3, high=200, stretch=(1.0, 7.0))
    holes = cells("rough concrete holes", shape, (56, 56))
    radius = 0.02 + 0.16 * white("rough concrete hole sizes", (56, 56)).ravel()[holes.index] ** 6
    hole = 1.0 - step(holes.nearest / radius, 0.75, 1.1)
    gravel = cells("rough concrete gravel", shape, (220, 220))
    bare = step(skin + 0.8 * clouds, 1.3, 2.0)
    tone = white("rough concrete gravel tones", (220, 220)).ravel()[gravel.index]
    stone = step(gravel.border, 0.04, 0.16) * bare
    value = 0.8 * (1.0 + 0.06 * clouds + 0.03 * skin - 0.05 * np.clip(streaks, 0.0, 2.5))
    value = value * (1.0 - 0.16 * bare) + 0.22 * (tone - 0.4) * stone
    value *= 1.0 - 0.5 * hole
    tint = 1.0 + np.clip(0.15 * clouds + 0.3 * (tone - 0.5) * stone, -0.5, 0.5)[:, :, None] * np.array(
        [0.04, 0.0, -0.05]
    )
    height = 0.0005 * skin + 0.0012 * stone - 0.003 * blurred(hole, 0.8)
    rough = np.clip(0.94 + 0.03 * clouds - 0.1 * stone, 0.6, 1.0)
    return TextureSet(
        size, color_texture(value[:, :, None] * tint), scalar_texture(rough), None, normal_texture(height, size)
    )
