"""Ids, depth and directions as pictures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sdg.foundation.arrays import Float32Array, UInt8Array, UInt16Array
from sdg.foundation.palette import VOID, Rgb, depth_colors

_MASK_OPACITY = 140


@dataclass(frozen=True, eq=False)
class DepthPicture:
    """Depth as colours, shape (H, W, 3), uint8, near bright and far dark, and the ends of the scale [m].

    Without any depth the ends are None.
    """

    pixels: UInt8Array
    near_m: float | None
    far_m: float | None


def color_ids(ids: UInt16Array, colors: Mapping[int, Rgb]) -> UInt8Array:
    """Return a picture of ids, shape (H, W, 3), uint8; ids without a colour are dark."""
    colored: UInt8Array = _table(ids, colors, VOID)[ids]
    return colored


def mask_overlay(instance: UInt16Array, colors: Mapping[int, Rgb]) -> UInt8Array:
    """Return coloured masks to lay over a picture, shape (H, W, 4), uint8, not premultiplied; clear where id is 0."""
    edge = _borders(instance)
    alpha = np.where(instance == 0, 0, np.where(edge, 255, _MASK_OPACITY))
    return np.concatenate([_table(instance, colors, (0, 0, 0))[instance], alpha[..., None]], axis=-1).astype(np.uint8)


def color_depth(depth_m: Float32Array) -> DepthPicture:
    """Return depth on a logarithmic scale between its 1st and 99th percentile; dark where nothing was seen."""
    seen = np.isfinite(depth_m) & (depth_m > 0)
    if not seen.any():
        return DepthPicture(np.full((*depth_m.shape, 3), VOID, np.uint8), None, None)
    near, far = (float(end) for end in np.percentile(depth_m[seen], (1, 99)))
    far = max(far, near * 1.001)
    return DepthPicture(depth_colors(depth_m, near, far), near, far)


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


def _table(ids: UInt16Array, colors: Mapping[int, Rgb], other: Rgb) -> UInt8Array:
    """Return the colour of every id up to the greatest, shape (N, 3)."""
    table = np.full((int(ids.max(initial=0)) + 1, 3), other, np.uint8)
    for number, color in colors.items():
        if number < len(table):
            table[number] = color
    return table
