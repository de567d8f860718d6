"""Linear sRGB: its luminance, and the transfer function between it and encoded values (IEC 61966-2-1)."""

from __future__ import annotations

import numpy as np

from sdg.foundation.arrays import FloatArray

# Red, green and blue by their share in luminance; ITU-R BT.709.
REC709_LUMINANCE = (0.2126, 0.7152, 0.0722)


def srgb_from_linear(linear: FloatArray) -> FloatArray:
    """Encode linear values in [0, 1]."""
    encoded: FloatArray = np.where(
        linear <= 0.0031308, linear * 12.92, 1.055 * np.maximum(linear, 0.0) ** (1 / 2.4) - 0.055
    )
    return encoded


def linear_from_srgb(encoded: FloatArray) -> FloatArray:
    """Decode encoded values in [0, 1]."""
    linear: FloatArray = np.where(
        encoded <= 0.04045, encoded / 12.92, ((np.maximum(encoded, 0.0) + 0.055) / 1.055) ** 2.4
    )
    return linear
