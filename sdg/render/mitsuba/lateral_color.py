"""Lateral chromatic aberration: light of one direction lands in different pixels by its colour.

Every path carries three channels and is counted in the pixel that each of them lands in, so that three pictures come
from the rays of one, with its noise. Counting is done on the CPU, one after another: added in another order, floats
have other bits.
"""

from __future__ import annotations

import drjit as dr
import mitsuba as mi
import numpy as np

from sdg.foundation.arrays import Float32Array, FloatArray
from sdg.render.mitsuba.rays import DeviceLens
from sdg.stage.model import Camera

_RED, _BLUE = 0, 2


class LateralColor:
    """Where red and blue land, and what has landed so far of one view."""

    def __init__(self, lens: DeviceLens, camera: Camera) -> None:
        self._width, self._height = lens.frame_width, lens.frame_height
        axis, ahead = camera.lens.project(np.array([[0.0, 0.0, 1.0]]))
        middle = axis[0] if ahead[0] else np.array([lens.width, lens.height]) / 2
        border = (lens.frame_width - lens.width) // 2
        self._middle = mi.Point2f(*(dr.opaque(mi.Float, float(coordinate + border)) for coordinate in middle))
        red, blue = camera.optics.lateral_color
        self._scales = {_RED: dr.opaque(mi.Float, red), _BLUE: dr.opaque(mi.Float, blue)}
        pixels = self._width * self._height
        self._sums: dict[int, FloatArray] = {channel: np.zeros(pixels) for channel in self._scales}
        self._counts = {channel: np.zeros(pixels, np.int64) for channel in self._scales}

    def add(self, pixel: mi.UInt32, position: mi.Point2f, active: mi.Bool, color: mi.Color3f) -> None:
        """Count paths that were traced through places of pixels of the wider frame."""
        row = pixel // self._width
        here = mi.Point2f(mi.Float(pixel - row * self._width), mi.Float(row)) + position
        for channel, scale in self._scales.items():
            there = self._middle + (here - self._middle) * scale
            column, line = dr.floor(there.x), dr.floor(there.y)
            lands = active & (column >= 0) & (column < self._width) & (line >= 0) & (line < self._height)
            # What lands nowhere is counted behind the last pixel.
            index = dr.select(lands, mi.UInt32(line) * self._width + mi.UInt32(column), self._width * self._height)
            value = mi.Float(color[channel])
            dr.eval(index, value)
            indices, pixels = index.numpy(), self._width * self._height
            self._sums[channel] += np.bincount(indices, weights=value.numpy(), minlength=pixels + 1)[:pixels]
            self._counts[channel] += np.bincount(indices, minlength=pixels + 1)[:pixels]

    def spread(self, radiance: Float32Array) -> Float32Array:
        """Return the picture with red and blue where they landed; where none did, they stay as they are.

        Args:
            radiance: Of the wider frame, every channel where green is, shape (H, W, 3), float32.
        """
        result = radiance.copy()
        for channel, sums in self._sums.items():
            counts = self._counts[channel]
            landed = (sums / np.maximum(counts, 1)).reshape(radiance.shape[:2])
            known = (counts > 0).reshape(radiance.shape[:2])
            result[..., channel] = np.where(known, landed, radiance[..., channel])
        return result
