"""The same surface in another shade: hue, saturation, brightness and roughness changed by numbers alone.

Hue and saturation are those of the surface's mean colour, whether that stands in a number or in a texture; the number
is then changed by as much as the mean is. So no texture is baked, and both renderers show the same.
"""

from __future__ import annotations

import math
from dataclasses import replace
from weakref import WeakKeyDictionary

import numpy as np

from sdg.foundation.arrays import FloatArray
from sdg.foundation.color import linear_from_srgb
from sdg.recipe.materials import PerturbBlock
from sdg.stage.asset import Material, Texture

# Luminance of linear sRGB (IEC 61966-2-1).
_LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
# Darker means have no hue to speak of.
_DARKEST = 1e-4

_means: WeakKeyDictionary[Texture, FloatArray] = WeakKeyDictionary()


def perturbed(material: Material, change: PerturbBlock) -> Material:
    """Return a material in another shade; its number for colour stays within [0, 1], and so does roughness."""
    base = np.asarray(material.base_color)
    mean = base * _mean(material.base_color_texture)
    wanted = shifted(mean, change.hue_deg, change.saturation) * change.brightness
    red, green, blue = np.clip(base * wanted / np.maximum(mean, _DARKEST), 0.0, 1.0).tolist()
    roughness = min(1.0, material.roughness * change.roughness)
    return replace(material, base_color=(red, green, blue), roughness=roughness)


def shifted(color: FloatArray, hue_deg: float, saturation: float) -> FloatArray:
    """Return a linear colour, shape (3,), with its hue turned and its saturation multiplied, at the same luminance.

    The turn is one about the axis of greys in linear RGB, counter-clockwise seen from white: red, yellow, green.
    """
    turn = math.radians(hue_deg)
    cosine, sine = math.cos(turn), math.sin(turn)
    # Rodrigues' rotation about (1, 1, 1) / sqrt(3).
    along, across = (1.0 - cosine) / 3.0, sine / math.sqrt(3.0)
    turned = np.array(
        [
            [cosine + along, along - across, along + across],
            [along + across, cosine + along, along - across],
            [along - across, along + across, cosine + along],
        ]
    ) @ np.maximum(color, _DARKEST)
    grey = float(turned @ _LUMINANCE)
    result = np.maximum(grey + saturation * (turned - grey), 0.0)
    luminance = float(result @ _LUMINANCE)
    return result * (float(color @ _LUMINANCE) / luminance) if luminance > 0 else color


def _mean(texture: Texture | None) -> FloatArray:
    """Return a texture's mean linear colour, shape (3,); ones where there is none."""
    if texture is None:
        return np.ones(3)
    if texture not in _means:
        levels = np.arange(256) / 255.0
        if texture.color_space == "srgb":
            levels = linear_from_srgb(levels)
        channels = texture.pixels.shape[-1]
        counts = [np.bincount(texture.pixels[..., channel].ravel(), minlength=256) for channel in range(channels)]
        mean = np.array([float(count @ levels) / count.sum() for count in counts])
        _means[texture] = np.broadcast_to(mean, (3,)).copy()
    return _means[texture]
