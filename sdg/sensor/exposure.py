"""How bright a scene must be to saturate the picture: from camera settings, or from the frame itself."""

from __future__ import annotations

import numpy as np

from sdg.foundation.arrays import BoolArray, Float32Array, FloatArray
from sdg.foundation.color import REC709_LUMINANCE

# Lens transmission and vignetting, ISO 12232 saturation-based speed: q = pi/4 * 0.9 * 0.98 * cos^4(10 deg).
_LENS_FACTOR = 0.65
_SATURATION_CONSTANT = 78.0

_MIDDLE_GREY = 0.18
_CLIPPED_SHARE = 0.02
_FLOOR_NITS = 1e-4
_METERED_RANGE = 2.0**-6


def saturation_luminance(f_number: float, shutter_s: float, iso: float) -> float:
    """Return the luminance that just saturates a camera [cd/m2]; saturation-based speed, ISO 12232.

    L = 78 / (S q) * N^2 / t, with q = 0.65.
    """
    return _SATURATION_CONSTANT / (iso * _LENS_FACTOR) * f_number**2 / shutter_s


def auto_saturation_luminance(radiance: Float32Array, valid: BoolArray) -> float:
    """Return the luminance that an automatic exposure maps to white [cd/m2].

    The geometric mean of the frame goes to middle grey (18 %), as a matrix meter would have it; pixels far darker
    than the median count as if they were just that dark, so that one black corner doesn't brighten the rest. No
    more than 2 % of the pixels may clip in any channel: the exposure is lowered until that holds. The answer
    depends on this frame's radiance and on nothing else.

    Args:
        radiance: Linear sRGB in nits, shape (H, W, 3), float32.
        valid: Which pixels to meter, shape (H, W).
    """
    pixels: FloatArray = radiance[valid].astype(np.float64)
    if pixels.size == 0:
        return 1.0
    luminance = pixels @ np.array(REC709_LUMINANCE)
    darkest = max(float(np.median(luminance)) * _METERED_RANGE, _FLOOR_NITS)
    mean = float(np.exp(np.log(np.maximum(luminance, darkest)).mean()))
    brightest = float(np.quantile(pixels.max(axis=1), 1.0 - _CLIPPED_SHARE))
    return max(mean / _MIDDLE_GREY, brightest)
