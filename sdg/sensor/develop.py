"""From exposed linear values to an 8-bit sRGB picture."""

from __future__ import annotations

import numpy as np

from sdg.foundation.arrays import Float32Array, FloatArray, UInt8Array


def srgb_from_linear(linear: FloatArray) -> FloatArray:
    """Apply the sRGB transfer function (IEC 61966-2-1) to values in [0, 1]."""
    low = 12.92 * linear
    high = 1.055 * np.power(np.maximum(linear, 0.0031308), 1 / 2.4) - 0.055
    encoded: FloatArray = np.where(linear <= 0.0031308, low, high)
    return encoded


# Linear values between two neighbours of this table encode to the table's index: the midpoints of 8-bit sRGB.
_MIDPOINTS = (np.arange(255) + 0.5) / 255.0
_THRESHOLDS = np.where(_MIDPOINTS <= 0.04045, _MIDPOINTS / 12.92, ((_MIDPOINTS + 0.055) / 1.055) ** 2.4).astype(
    np.float32
)


def develop_srgb(radiance: Float32Array, saturation_nits: float) -> UInt8Array:
    """Return the picture as 8-bit sRGB: radiance over saturation, clipped, encoded and rounded once.

    Args:
        radiance: Linear sRGB in nits, shape (H, W, 3), float32.
        saturation_nits: The luminance that becomes white [cd/m2].

    Returns:
        shape (H, W, 3), uint8.
    """
    exposed = radiance * np.float32(1.0 / saturation_nits)
    return np.searchsorted(_THRESHOLDS, exposed.ravel(), side="right").astype(np.uint8).reshape(exposed.shape)
