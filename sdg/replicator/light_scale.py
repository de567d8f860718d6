"""How much darker RTX is lit, so that what it measures fits into the 16-bit floats of `HdrColor`."""

from __future__ import annotations

import math

import numpy as np

from sdg.foundation.color import REC709_LUMINANCE
from sdg.replicator.usd.layout import UsdLayout, sky_key
from sdg.replicator.usd.value import UsdValues, number
from sdg.stage.model import Light, Stage

# The brightest that `HdrColor` holds is 65504. What is lit by lamps and seen of them stays far below.
GREATEST = 1e4
# Lamps beyond 1e7 nits are filaments and suns, which no picture resolves: for their sake all else would get too dark.
_LEAST_EXPONENT = -10


def light_exponent(layout: UsdLayout, stage: Stage) -> int:
    """Return the power of two that all lights are multiplied by: 0 or less.

    What a camera can expose for is no brighter than the brightest light: its own luminance, or that of a white surface
    which it illuminates. That is brought below `GREATEST`.
    """
    brightest = max((_luminance(layout, light) for light in stage.lights), default=0.0)
    if brightest <= GREATEST:
        return 0
    return max(_LEAST_EXPONENT, -math.ceil(math.log2(brightest / GREATEST)))


def scaled_lights(values: UsdValues, exponent: int) -> UsdValues:
    """Return a frame's values with every light multiplied by 2^exponent, by way of its exposure."""
    scaled = {path: number(exponent) for path in values if path.endswith(".inputs:exposure")}
    return {**values, **scaled}


def _luminance(layout: UsdLayout, light: Light) -> float:
    tint = float(np.dot(light.color, REC709_LUMINANCE))
    if light.kind == "sun_sky":
        return tint * float(np.dot(layout.skies[sky_key(light)].sun_lux, REC709_LUMINANCE)) / math.pi
    if light.kind == "distant":
        return tint * light.illuminance_lx / math.pi
    if light.kind == "dome" and light.texture is not None:
        return tint * light.luminance_nits * float((light.texture @ REC709_LUMINANCE).max())
    return tint * light.luminance_nits
