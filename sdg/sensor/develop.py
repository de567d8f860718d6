"""From exposed linear values to an 8-bit sRGB picture."""

from __future__ import annotations

import numpy as np

from sdg.foundation.arrays import Float32Array, UInt8Array
from sdg.foundation.color import linear_from_srgb

# Linear values between two neighbours of this table encode to the table's index: the midpoints of 8-bit sRGB.
_THRESHOLDS = linear_from_srgb(np.linspace(0.5, 254.5, 255) / 255.0).astype(np.float32)


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
