"""What is made of fibres pressed flat: cardboard, paper; and tape."""

from __future__ import annotations

import numpy as np

from sdg.foundation.arrays import FloatArray
from sdg.stage.builtin.noise import blurred, color_texture, fractal, normal_texture, scalar_texture, step, white
from sdg.stage.builtin.textures.model import TextureSet


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


def paper() -> TextureSet:
    """Uncoated office paper: hardly anything but a fine tooth and the clouds of its fibres."""
    shape, size = (512, 512), (0.6, 0.6)
    clouds = fractal("paper clouds", shape, slope=0.8, low=8, high=200)
    tooth = fractal("paper tooth", shape, slope=0.3, low=80)
    value = 0.97 + 0.008 * clouds + 0.004 * tooth
    return TextureSet(
        size,
        color_texture(value),
        scalar_texture(np.clip(0.93 + 0.02 * clouds, 0.5, 1.0)),
        None,
        normal_texture(0.000012 * tooth + 0.00001 * clouds, size),
    )
