"""How bright a scene must be to saturate the picture: from camera settings, or from the frame itself."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sdg.camera.sensors.exposure import (
    LENS_FACTOR,
    SATURATION_CONSTANT,
    db_from_gain,
    gain_for_iso,
    gain_from_db,
    illuminance_per_nit,
    iso_speed,
    saturation_exposure,
)
from sdg.camera.sensors.model import Sensor
from sdg.foundation.arrays import BoolArray, Float32Array, FloatArray
from sdg.foundation.color import REC709_LUMINANCE
from sdg.sensor.bands import for_each
from sdg.stage.model import Camera

# An automatic exposure lengthens the shutter up to the first, amplifies up to the second, lengthens up to the third;
# then the picture stays dark.
AUTO_SHUTTER_S = 0.02
AUTO_GAIN = 16.0
AUTO_LONGEST_S = 1.0

_MIDDLE_GREY = 0.18
_CLIPPED_SHARE = 0.02
_FLOOR_NITS = 1e-4
_METERED_RANGE = 2.0**-6
_METER_STEP = 3  # a third of the pixels meters as well as all; it falls on every column of the usual widths
_METER_PART = 1 << 15  # pixels that one thread looks at; the same everywhere, as the sum of logarithms depends on it


def saturation_luminance(f_number: float, shutter_s: float, iso: float) -> float:
    """Return the luminance that just saturates a camera [cd/m2]; saturation-based speed, ISO 12232.

    L = 78 / (S q) * N^2 / t, with q = 0.65 and the working f-number N.
    """
    return SATURATION_CONSTANT / (iso * LENS_FACTOR) * f_number**2 / shutter_s


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
    sample, seen = radiance.reshape(-1, 3)[::_METER_STEP], valid.reshape(-1)[::_METER_STEP]
    pixels = sample if seen.all() else sample[seen]
    if pixels.size == 0:
        return 1.0
    luminance, brightest = (np.empty(len(pixels), np.float64) for _ in range(2))
    parts = [slice(start, start + _METER_PART) for start in range(0, len(pixels), _METER_PART)]

    def look(part: slice) -> None:
        red, green, blue = pixels[part].T.astype(np.float64)
        # Not a product of matrices: those keep threads of their own, and differ between processors.
        weights = REC709_LUMINANCE
        luminance[part] = weights[0] * red + weights[1] * green + weights[2] * blue
        np.maximum(np.maximum(red, green), blue, out=brightest[part])

    for_each(parts, look)
    middle_and_high: tuple[tuple[FloatArray, float], ...] = (luminance, 0.5), (brightest, 1.0 - _CLIPPED_SHARE)
    median, limit = for_each(middle_and_high, lambda wanted: float(np.quantile(*wanted)))
    darkest = max(median * _METERED_RANGE, _FLOOR_NITS)
    logs = for_each(parts, lambda part: float(np.log(np.maximum(luminance[part], darkest)).sum()))
    mean = math.exp(sum(logs) / len(pixels))
    return max(mean / _MIDDLE_GREY, limit)


@dataclass(frozen=True)
class SensorExposure:
    """How a sensor is exposed.

    Attributes:
        f_number, shutter_s: Of the lens focused far away, and of the shutter [s].
        gain: Amplification, 1 is 0 dB.
        iso: The saturation-based speed that the sensor has with that gain (ISO 12232).
        lux_seconds_per_nit: Exposure on the sensor of one nit in the scene, on the axis.
        saturation_nits: White of this luminance just saturates the sensor [cd/m2].
    """

    f_number: float
    shutter_s: float
    gain: float
    iso: float
    lux_seconds_per_nit: float
    saturation_nits: float


def sensor_exposure(camera: Camera, sensor: Sensor, radiance: Float32Array, valid: BoolArray) -> SensorExposure:
    """Return how a sensor is exposed: as set, or for `auto` as bright as an ideal camera would be, if light suffices.

    Args:
        camera: With what the recipe asks for; `auto` opens the lens to the f-number of its exposure.
        sensor: The sensor, binning resolved.
        radiance: Linear sRGB in nits, shape (H, W, 3), float32, for `auto`.
        valid: Which pixels to meter, shape (H, W).
    """
    exposure = camera.exposure
    per_second = illuminance_per_nit(camera.working_f_number)
    if exposure.mode == "auto":
        wanted = auto_saturation_luminance(radiance, valid)
        # Seconds at 0 dB; the amplification that a shorter shutter needs is the ratio of the two.
        seconds = saturation_exposure(sensor, 1.0) / (per_second * wanted)
        gain = min(max(seconds / AUTO_SHUTTER_S, 1.0), AUTO_GAIN)
        shutter_s = min(saturation_exposure(sensor, gain) / (per_second * wanted), AUTO_LONGEST_S)
    else:
        gain_db = exposure.gain_db
        gain = gain_for_iso(sensor, exposure.iso) if gain_db is None else gain_from_db(gain_db)
        shutter_s = exposure.shutter_s
    lux_seconds = per_second * shutter_s
    return SensorExposure(
        f_number=exposure.f_number,
        shutter_s=shutter_s,
        gain=gain,
        iso=iso_speed(sensor, db_from_gain(gain)),
        lux_seconds_per_nit=lux_seconds,
        saturation_nits=saturation_exposure(sensor, gain) / lux_seconds,
    )
