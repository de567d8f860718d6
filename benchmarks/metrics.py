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


def relative_mse_by_halves(
    image: Float32Array, first: Float32Array, second: Float32Array, saturation_nits: float
) -> float:
    """Return the same without the reference's own noise, from two independent halves A and B of the reference R.

    The mean of (I - A)(I - B) is the square of the image's error alone, as errors of A, B and I are independent; with
    R = (A + B) / 2 it is (I - R)^2 less ((A - B) / 2)^2. Pixels are left out by (I - R)^2, as ever. The divisor
    keeps R's noise: halves with a noise of 5 % make the answer 0.4 % too large, with 10 % 4.5 %.

    Args:
        image: Linear radiance, shape (H, W, 3) [nits].
        first: The same, of one half of the reference's samples.
        second: Of the other half.
        saturation_nits: Luminance that the exposure maps to white.
    """
    exposed, a, b = (array.astype(np.float64) / saturation_nits for array in (image, first, second))
    reference = (a + b) / 2
    weight = reference**2 + _EPSILON
    apparent = ((exposed - reference) ** 2 / weight).mean(axis=2).ravel()
    true = ((exposed - a) * (exposed - b) / weight).mean(axis=2).ravel()
    kept = np.argsort(apparent, kind="stable")[: int(np.ceil(apparent.size * (1 - _LEFT_OUT)))]
    return float(true[kept].mean())
