"""The colours that pictures for people have: of classes, of instances, of depth.

The report, the preview and the pictures in the documentation take theirs from here, so that a class looks the same
in all of them. What a dataset holds has colours of its own (`annotations/panoptic.json`), which don't change with
these.
"""

from __future__ import annotations

import colorsys
from functools import lru_cache

import numpy as np

from sdg.foundation.arrays import Float32Array, FloatArray, UInt8Array
from sdg.foundation.color import REC709_LUMINANCE, linear_from_srgb

Rgb = tuple[int, int, int]

# Where there is nothing: no class, no instance, no depth, no direction.
VOID: Rgb = (24, 26, 30)
DARK_INK: Rgb = (15, 17, 20)
LIGHT_INK: Rgb = (255, 255, 255)
# Viridis from its bright end to its dark one (matplotlib's, CC0: equal steps look equally large to the eye, and stay
# apart for the colour-blind and in grey), in nine equal steps; near is bright.
DEPTH_RAMP: tuple[Rgb, ...] = (
    (253, 231, 37),
    (173, 220, 48),
    (94, 201, 98),
    (40, 174, 128),
    (33, 145, 140),
    (44, 114, 142),
    (59, 82, 139),
    (71, 45, 123),
    (68, 1, 84),
)
_GOLDEN = 0.618033988749895  # successive hues lie as far apart as they can
_SHADES = 0.3  # how far the lightness of a class's instances goes apart, of 1
_DARKEST, _LIGHTEST = 0.3, 0.8


@lru_cache(maxsize=4096)
def thing_color(number: int) -> Rgb:
    """Return the colour of a class of things by its id; or of an instance, where instances are to be told apart."""
    ring = number % 3
    return _rgb(number * _GOLDEN, (0.62, 0.78, 0.5)[ring], (0.98, 0.82, 0.94)[ring])


@lru_cache(maxsize=4096)
def stuff_color(number: int) -> Rgb:
    """Return the muted colour of a class of stuff, by its id."""
    return _rgb(number * _GOLDEN, 0.22, (0.62, 0.5, 0.74)[number % 3])


def class_color(number: int, *, is_thing: bool) -> Rgb:
    """Return the colour of a class, by its id."""
    return thing_color(number) if is_thing else stuff_color(number)


@lru_cache(maxsize=4096)
def instance_shade(category_id: int, instance_id: int) -> Rgb:
    """Return the colour of an instance of a class: the class's hue, in a lightness of the instance's own."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*(channel / 255 for channel in thing_color(category_id)))
    lightness += _SHADES * ((instance_id * _GOLDEN) % 1.0 - 0.5)
    red, green, blue = colorsys.hls_to_rgb(hue, min(max(lightness, _DARKEST), _LIGHTEST), saturation)
    return round(255 * red), round(255 * green), round(255 * blue)


def ink_on(ground: Rgb) -> Rgb:
    """Return dark or light ink, whichever has the higher contrast ratio on a ground (WCAG 2.2, 1.4.3)."""
    return max((DARK_INK, LIGHT_INK), key=lambda ink: contrast(ink, ground))


def contrast(one: Rgb, other: Rgb) -> float:
    """Return the contrast ratio of two colours, from 1 to 21 (WCAG 2.2, "contrast ratio")."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def hex_color(color: Rgb) -> str:
    """Return a colour as `#rrggbb`."""
    return "#{:02x}{:02x}{:02x}".format(*color)


def depth_colors(depth_m: FloatArray | Float32Array, near_m: float, far_m: float) -> UInt8Array:
    """Return depth as colours on a logarithmic scale, shape (..., 3), uint8, RGB.

    Args:
        depth_m: shape (...), along the optical axis [m].
        near_m: What the bright end of the scale stands for; nearer has the same colour.
        far_m: What the dark end stands for; farther has the same colour.

    Returns:
        `VOID` where there is no depth: 0, negative, infinite or NaN.
    """
    seen = np.isfinite(depth_m) & (depth_m > 0)
    if not seen.any():
        return np.full((*depth_m.shape, 3), VOID, np.uint8)
    near = max(near_m, 1e-6)
    far = max(far_m, near * 1.001)
    shares = np.log(np.where(seen, depth_m, near) / near) / np.log(far / near)
    colors: UInt8Array = _ramp()[np.rint(255 * np.clip(shares, 0, 1)).astype(np.uint8)]
    colors[~seen] = VOID
    return colors


def _ramp() -> UInt8Array:
    """Return the ramp of depth in 256 steps, shape (256, 3)."""
    stops = np.array(DEPTH_RAMP, np.float64)
    places = np.linspace(0, len(stops) - 1, 256)
    channels = [np.interp(places, np.arange(len(stops)), stops[:, channel]) for channel in range(3)]
    return np.rint(np.stack(channels, axis=-1)).astype(np.uint8)


def _luminance(color: Rgb) -> float:
    linear = linear_from_srgb(np.array(color, np.float64) / 255)
    return float(np.dot(REC709_LUMINANCE, linear))


def _rgb(hue: float, saturation: float, value: float) -> Rgb:
    red, green, blue = colorsys.hsv_to_rgb(hue % 1.0, saturation, value)
    return round(255 * red), round(255 * green), round(255 * blue)
