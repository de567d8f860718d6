"""Numbers to colours that eyes can read: ids, depth and directions."""

from __future__ import annotations

import colorsys
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from sdg.foundation.arrays import Float32Array, UInt8Array, UInt16Array

Rgb = tuple[int, int, int]

VOID: Rgb = (24, 26, 30)
_GOLDEN = 0.618033988749895  # successive hues lie as far apart as they can
_MASK_OPACITY = 140


@dataclass(frozen=True, eq=False)
class DepthPicture:
    """Depth as colours, shape (H, W, 3), uint8, near warm and far cold, and the ends of the scale [m].

    Without any depth the ends are None.
    """

    pixels: UInt8Array
    near_m: float | None
    far_m: float | None


@lru_cache(maxsize=4096)
def thing_color(number: int) -> Rgb:
    """Return the colour of an instance, or of a class of things, by its id."""
    ring = number % 3
    return _rgb(number * _GOLDEN, (0.62, 0.78, 0.5)[ring], (0.98, 0.82, 0.94)[ring])


@lru_cache(maxsize=4096)
def stuff_color(number: int) -> Rgb:
    """Return the muted colour of a class of stuff, by its id."""
    return _rgb(number * _GOLDEN, 0.22, (0.62, 0.5, 0.74)[number % 3])


def hex_color(color: Rgb) -> str:
    """Return a colour as `#rrggbb`."""
    return "#{:02x}{:02x}{:02x}".format(*color)


def color_ids(ids: UInt16Array, colors: dict[int, Rgb]) -> UInt8Array:
    """Return a picture of ids, shape (H, W, 3), uint8; ids without a colour are dark."""
    table = np.full((int(ids.max(initial=0)) + 1, 3), VOID, np.uint8)
    for number, color in colors.items():
        if number < len(table):
            table[number] = color
    colored: UInt8Array = table[ids]
    return colored


def mask_overlay(instance: UInt16Array) -> UInt8Array:
    """Return coloured masks to lay over a picture, shape (H, W, 4), uint8, not premultiplied; clear where id is 0."""
    table = np.array([(0, 0, 0), *(thing_color(number) for number in range(1, int(instance.max(initial=0)) + 1))])
    edge = _borders(instance)
    alpha = np.where(instance == 0, 0, np.where(edge, 255, _MASK_OPACITY))
    return np.concatenate([table[instance], alpha[..., None]], axis=-1).astype(np.uint8)


def color_depth(depth_m: Float32Array) -> DepthPicture:
    """Return depth on a logarithmic scale between its 1st and 99th percentile; dark where nothing was seen."""
    import cv2

    seen = np.isfinite(depth_m) & (depth_m > 0)
    if not seen.any():
        return DepthPicture(np.full((*depth_m.shape, 3), VOID, np.uint8), None, None)
    near, far = (float(end) for end in np.percentile(depth_m[seen], (1, 99)))
    far = max(far, near * 1.001)
    logs = np.log(np.where(seen, depth_m, near) / near) / np.log(far / near)
    levels = np.rint(255 * (1 - np.clip(logs, 0, 1))).astype(np.uint8)
    colors: UInt8Array = cv2.applyColorMap(levels, cv2.COLORMAP_TURBO)[..., ::-1].copy()
    colors[~seen] = VOID
    return DepthPicture(colors, near, far)


def color_normals(normals: Float32Array) -> UInt8Array:
    """Return unit vectors with x, y, z from -1 to 1 as red, green, blue; dark where there is none."""
    colors: UInt8Array = np.rint(127.5 * (normals + 1)).astype(np.uint8)
    colors[~normals.any(axis=-1)] = VOID
    return colors


def _borders(ids: UInt16Array) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Return which pixels have a neighbour, to the right or below, of another id."""
    edge = np.zeros(ids.shape, np.bool_)
    edge[:, :-1] |= ids[:, :-1] != ids[:, 1:]
    edge[:-1] |= ids[:-1] != ids[1:]
    return edge


def _rgb(hue: float, saturation: float, value: float) -> Rgb:
    red, green, blue = colorsys.hsv_to_rgb(hue % 1.0, saturation, value)
    return round(255 * red), round(255 * green), round(255 * blue)
