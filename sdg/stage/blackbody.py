"""The colour of a glowing body, as linear sRGB of luminance 1.

Planck's law is integrated against the CIE 1931 observer in the multi-lobe fit of Wyman, Sloan and Shirley, "Simple
Analytic Approximations to the CIE XYZ Color Matching Functions", JCGT 2(2), 2013. Negative red, green and blue are
clipped, then luminance is restored, as `UsdLux.BlackbodyTemperatureAsRgb` does.
"""

from __future__ import annotations

import functools

import numpy as np

from sdg.foundation.arrays import FloatArray, Vec3
from sdg.foundation.color import REC709_LUMINANCE

# IEC 61966-2-1, from CIE XYZ (D65) to linear sRGB.
_SRGB_FROM_XYZ = np.array(
    [[3.2404542, -1.5371385, -0.4985314], [-0.9692660, 1.8760108, 0.0415560], [0.0556434, -0.2040259, 1.0572252]]
)
_SECOND_RADIATION_CONSTANT_NM_K = 1.438777e7


@functools.lru_cache(maxsize=1024)
def blackbody_rgb(temperature_k: float) -> Vec3:
    """Return the colour of a Planckian radiator, linear sRGB, luminance 1."""
    wavelength_nm = np.arange(360.0, 831.0)
    exponent = _SECOND_RADIATION_CONSTANT_NM_K / (wavelength_nm * temperature_k)
    # The scale cancels below; counting the exponent from its least keeps cool radiators clear of underflow.
    least = exponent.min()
    spectrum = (wavelength_nm / 560.0) ** -5 * np.exp(least - exponent) / -np.expm1(-exponent)
    rgb = np.maximum(_SRGB_FROM_XYZ @ (_observer(wavelength_nm) @ spectrum), 0.0)
    red, green, blue = rgb / (rgb @ np.array(REC709_LUMINANCE))
    return float(red), float(green), float(blue)


def luminance(color: Vec3) -> float:
    """Return the Rec. 709 luminance of a linear sRGB colour."""
    return sum(weight * value for weight, value in zip(REC709_LUMINANCE, color, strict=True))


def _observer(wavelength_nm: FloatArray) -> FloatArray:
    """Return x-bar, y-bar, z-bar of the CIE 1931 observer, shape (3, N); table 2 of the paper."""

    def lobe(height: float, middle: float, below: float, above: float) -> FloatArray:
        steepness = np.where(wavelength_nm < middle, below, above)
        values: FloatArray = height * np.exp(-0.5 * ((wavelength_nm - middle) * steepness) ** 2)
        return values

    x = lobe(0.362, 442.0, 0.0624, 0.0374) + lobe(1.056, 599.8, 0.0264, 0.0323) + lobe(-0.065, 501.1, 0.0490, 0.0382)
    y = lobe(0.821, 568.8, 0.0213, 0.0247) + lobe(0.286, 530.9, 0.0613, 0.0322)
    z = lobe(1.217, 437.0, 0.0845, 0.0278) + lobe(0.681, 459.0, 0.0385, 0.0725)
    return np.stack([x, y, z])
