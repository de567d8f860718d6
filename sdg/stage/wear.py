"""Grime and scratches laid over any material, in a few levels, so that a drawn wear bakes a handful of textures.

Grime darkens what is under it and dulls it, and hides metal; scratches are as light as the surface allows. Both are
relative to the surface, so that its colour may still be drawn. On black, wear shows in the gloss alone.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from dataclasses import replace
from functools import lru_cache

import numpy as np

from sdg.foundation.arrays import FloatArray
from sdg.foundation.color import linear_from_srgb
from sdg.stage.asset import Material, Texture
from sdg.stage.builtin.noise import Shape, blurred, color_texture, fractal, scalar_texture, step, white

WEAR_LEVELS = (0.0, 0.25, 0.5, 0.75, 1.0)
# What grime leaves of each linear channel.
_GRIME = np.array([0.36, 0.32, 0.27])
_PLAIN: Shape = (512, 512)
# Sets of textures that are kept; one is at most some megabytes.
_MOST_KEPT = 24

_kept: OrderedDict[tuple[object, ...], tuple[Texture, Texture, Texture | None]] = OrderedDict()


def wear_level(wear: float) -> float:
    """Return the level of `WEAR_LEVELS` nearest to a wear in [0, 1]; the higher of two that are as near."""
    return math.floor(wear * 4 + 0.5) / 4


def worn(material: Material, wear: float) -> Material:
    """Return a material with wear over it; equal textures and levels give the same textures.

    Args:
        material: What is under the wear.
        wear: From 0, none, to 1; the nearest level is taken.
    """
    level = wear_level(wear)
    if level == 0:
        return material
    key = (*(texture and texture.key for texture in material.textures[:3]), level)
    if key not in _kept:
        _kept[key] = _worn_textures(material, level)
        if len(_kept) > _MOST_KEPT:
            _kept.popitem(last=False)
    _kept.move_to_end(key)
    color, rough, metal = _kept[key]
    return replace(material, base_color_texture=color, roughness_texture=rough, metallic_texture=metal)


def _worn_textures(material: Material, level: float) -> tuple[Texture, Texture, Texture | None]:
    shapes = [texture.pixels.shape for texture in material.textures[:3] if texture is not None]
    shape = (max([s[0] for s in shapes], default=_PLAIN[0]), max([s[1] for s in shapes], default=_PLAIN[1]))
    dirt, scratches = _fields(shape)
    # The first grime gathers where there is most; at the highest level half the surface is under it.
    grime = step(dirt, 2.2 - 2.6 * level, 3.4 - 1.6 * level) * (0.55 + 0.35 * level)
    scratch = scratches * step(-dirt, -1.5, 1.0) * level
    color = _values(material.base_color_texture, shape)
    color = color + (1.0 - color) * 0.5 * scratch[:, :, None]
    color = color * (1.0 - grime[:, :, None] * (1.0 - _GRIME))
    rough = _values(material.roughness_texture, shape)[:, :, 0]
    rough = rough + (1.0 - rough) * np.maximum(grime, 0.8 * scratch)
    metal = None
    if material.metallic > 0:
        metal = scalar_texture(_values(material.metallic_texture, shape)[:, :, 0] * (1.0 - 0.8 * grime))
    return color_texture(color), scalar_texture(rough), metal


@lru_cache(maxsize=4)
def _fields(shape: Shape) -> tuple[FloatArray, FloatArray]:
    """Return where dirt gathers, of mean 0 and deviation 1, and scratches in [0, 1]."""
    dirt = fractal("wear dirt", shape, slope=1.15, low=3, high=300)
    dirt = dirt + 0.5 * fractal("wear places", shape, slope=1.2, low=2, high=12)
    count = 60 * shape[0] * shape[1] >> 18
    marks: FloatArray = np.zeros(shape)
    for across, down, turn, reach, depth in white("wear scratches", (count, 5)):
        t = np.arange(int(15 + 130 * reach**3))
        angle = np.pi * turn
        columns = np.floor(across * shape[1] + t * np.cos(angle)).astype(np.intp) % shape[1]
        rows = np.floor(down * shape[0] + t * np.sin(angle)).astype(np.intp) % shape[0]
        marks[rows, columns] = 0.3 + 0.7 * depth
    return dirt / dirt.std(), np.clip(blurred(marks, 0.5) * 1.6, 0.0, 1.0)


def _values(texture: Texture | None, shape: Shape) -> FloatArray:
    """Return a texture's linear values at a size, shape (H, W, 1 or 3); ones where there is none."""
    if texture is None:
        return np.ones((*shape, 1))
    rows = np.arange(shape[0]) * texture.pixels.shape[0] // shape[0]
    columns = np.arange(shape[1]) * texture.pixels.shape[1] // shape[1]
    levels = np.arange(256) / 255.0
    if texture.color_space == "srgb":
        levels = linear_from_srgb(levels)
    values: FloatArray = levels[texture.pixels[rows][:, columns]]
    return values
