"""The error measure that all figures share."""

from __future__ import annotations

import numpy as np

from sdg.foundation.arrays import Float32Array

_EPSILON = 0.01
_LEFT_OUT = 0.001


def relative_mse(image: Float32Array, reference: Float32Array, saturation_nits: float) -> float:
    """Return mean((I - R)^2 / (R^2 + 0.01)) of radiance over saturation, without the worst 0.1 % of pixels.

    Args:
        image: Linear radiance, shape (H, W, 3) [nits].
        reference: The same, of at least 64 times the samples.
        saturation_nits: Luminance that the exposure maps to white.
    """
    exposed, wanted = (array.astype(np.float64) / saturation_nits for array in (image, reference))
    per_pixel = ((exposed - wanted) ** 2 / (wanted**2 + _EPSILON)).mean(axis=2).ravel()
    kept = np.sort(per_pixel)[: int(np.ceil(per_pixel.size * (1 - _LEFT_OUT)))]
    return float(kept.mean())
