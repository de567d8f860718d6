"""Colour filters over the pixels, and the colours found again between them."""

from __future__ import annotations

from typing import Literal

import numpy as np

from sdg.camera.sensors.model import ColorFilter
from sdg.foundation.arrays import UInt16Array

_LEAST_SIDE = 4
_CHANNEL = {"r": 0, "g": 1, "b": 2}


def filter_channels(color_filter: ColorFilter) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return which channel (0 red, 1 green, 2 blue) each pixel of the 2 x 2 cell sees, by row and column."""
    a, b, c, d = (_CHANNEL[letter] for letter in color_filter)
    return (a, b), (c, d)


def demosaic(mosaic: UInt16Array, color_filter: ColorFilter, method: Literal["bilinear", "edge_aware"]) -> UInt16Array:
    """Return the three channels at every pixel, red first.

    Args:
        mosaic: shape (H, W), uint16.
        color_filter: One of the four Bayer orders.
        method: OpenCV's bilinear or edge-aware interpolation.

    Returns:
        shape (H, W, 3), uint16.
    """
    import cv2

    # OpenCV's names of two decades look at the pixels (1, 1) and (1, 2); the aliases with four letters do not.
    suffix = "_EA" if method == "edge_aware" else ""
    code = getattr(cv2, f"COLOR_Bayer{_LEGACY[color_filter]}2RGB{suffix}")
    if min(mosaic.shape) >= _LEAST_SIDE:
        found: UInt16Array = cv2.demosaicing(mosaic, code)
        return found
    # OpenCV makes black of pictures without an inside. Mirrored about a pixel, neighbours keep their colours.
    around = np.pad(mosaic, 2, mode="reflect")
    return np.ascontiguousarray(cv2.demosaicing(around, code)[2:-2, 2:-2])


_LEGACY = {"rggb": "BG", "bggr": "RG", "grbg": "GB", "gbrg": "GR"}


def spread_planes(planes: UInt16Array) -> UInt16Array:
    """Return a single plane, shape (H, W), as three equal channels, shape (H, W, 3)."""
    return np.repeat(planes[..., None], 3, axis=2)
