"""Photons and electrons from luminance, and what f-number, shutter, ISO and gain make of them.

One assumption stands between luminance and photons: **white light is equal-energy white** (as much power in each
nanometre), of which the sensor sees 400 to 700 nm, and the red, green and blue of the scene are the upper, middle and
lower third of that band. Equal red, green and blue of one candela per square metre are then one lux's worth of
equal-energy light on a surface of unit irradiance. A channel's quantum efficiency holds over its whole third.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np

from sdg.camera.sensors.model import Sensor
from sdg.foundation.arrays import FloatArray

# SI 2019, and the photometric base unit: 683 lm/W at 540 THz.
PLANCK_JS = 6.62607015e-34
LIGHT_MPS = 299_792_458.0
LUMINOUS_EFFICACY = 683.002
# Integral of the photopic luminosity function V(lambda) over wavelength [nm]; CIE 1924, 1 nm steps.
PHOTOPIC_INTEGRAL_NM = 106.856895
# The spectral thirds of red, green and blue [nm].
THIRDS_NM = ((600.0, 700.0), (500.0, 600.0), (400.0, 500.0))

# ISO 12232: exposure in lux seconds that saturates a camera of speed S is 78 / S.
SATURATION_CONSTANT = 78.0
# Lens transmission and vignetting of ISO 12232, q = pi/4 * 0.9 * 0.98 * cos^4(10 deg), rounded as the standard does.
LENS_FACTOR = 0.65
# Undoing filters amplifies noise by up to the condition of their matrix; those of cameras have less than 10.
_MOST_CONDITION = 1000.0


@cache
def white_photons_per_lux() -> tuple[float, float, float]:
    """Return photons per um^2 and second that one lux of equal-energy white has in each third: red, green, blue."""
    watts_per_m2_nm = 1.0 / (LUMINOUS_EFFICACY * PHOTOPIC_INTEGRAL_NM)
    scale = watts_per_m2_nm * 1e-9 / (PLANCK_JS * LIGHT_MPS) * 1e-12
    red, green, blue = (scale * (high**2 - low**2) / 2 for low, high in THIRDS_NM)
    return red, green, blue


def illuminance_per_nit(
    f_number: float, transmission: float = 4 * LENS_FACTOR / math.pi, magnification: float = 0.0
) -> float:
    """Return the illuminance on the sensor, on the axis, of one candela per square metre in the scene [lx].

    E = pi L tau / (4 N_w^2), with the working f-number N_w = N (1 + m).

    Args:
        f_number: N of the lens.
        transmission: tau; the default makes pi/4 tau the 0.65 of ISO 12232, mean vignetting included.
        magnification: m, size in the picture over size in the scene; 0 for a distant scene.
    """
    return math.pi * transmission / (4 * (f_number * (1 + magnification)) ** 2)


def electrons_per_lux_second(sensor: Sensor) -> FloatArray:
    """Return what one lux second of the scene's red, green and blue makes in each channel.

    Returns:
        shape (C, 3) [e], C = 1 for `mono` and 3 for all others; columns are the scene's red, green and blue.
    """
    photons = np.array(white_photons_per_lux()) * sensor.pixel_pitch_um**2
    efficiency = np.array(sensor.quantum_efficiency)
    if sensor.color_filter == "mono":
        return np.asarray((photons * efficiency)[None, :], dtype=np.float64)
    response: FloatArray = efficiency[:, None] * np.array(sensor.color_response) * photons[None, :]
    return response


def full_scale_electrons(sensor: Sensor, gain: float) -> float:
    """Return the electrons that fill the converter, or the pixel if that is full before, under an amplification."""
    return min(sensor.full_well_e, (sensor.white_dn - sensor.black_level_dn) / (sensor.gain_dn_per_e * gain))


def saturation_exposure(sensor: Sensor, gain: float) -> float:
    """Return the exposure by white light at which the first channel saturates [lx s]; H_sat of ISO 12232."""
    most = float(electrons_per_lux_second(sensor).sum(axis=1).max())
    return full_scale_electrons(sensor, gain) / most


def iso_speed(sensor: Sensor, gain_db: float = 0.0) -> float:
    """Return the saturation-based speed, S = 78 / H_sat (ISO 12232)."""
    return SATURATION_CONSTANT / saturation_exposure(sensor, gain_from_db(gain_db))


def gain_for_iso(sensor: Sensor, iso: float) -> float:
    """Return the amplification (1 is 0 dB) at which the sensor has a speed; below 1 if it is slower than that."""
    converter = (sensor.white_dn - sensor.black_level_dn) / sensor.gain_dn_per_e
    most = float(electrons_per_lux_second(sensor).sum(axis=1).max())
    return float(iso * converter / (most * SATURATION_CONSTANT))


def gain_from_db(gain_db: float) -> float:
    """Return an amplification as a factor; 20 dB are ten times."""
    return float(10.0 ** (gain_db / 20.0))


def db_from_gain(gain: float) -> float:
    """Return an amplification in decibels."""
    return 20.0 * math.log10(gain)


def neutral_balance(sensor: Sensor) -> FloatArray:
    """Return the factors that make white grey, shape (3,); the smallest is 1, so that highlights clip to white."""
    channels = electrons_per_lux_second(sensor).sum(axis=1)
    return np.broadcast_to(channels.max() / channels, 3).astype(np.float64)


def default_color_matrix(sensor: Sensor) -> FloatArray | None:
    """Return the matrix from white-balanced channels to linear sRGB; None where channels are linear sRGB already.

    Raises:
        ValueError: The filters are too much alike for colours to be told from the channels.
    """
    response = electrons_per_lux_second(sensor)
    if len(response) == 1:
        return None
    normalised = response / response.sum(axis=1, keepdims=True)
    if np.allclose(normalised, np.eye(3), rtol=0, atol=1e-12):
        return None
    if np.linalg.cond(normalised) > _MOST_CONDITION:
        raise ValueError("color_response: its filters are too much alike to tell colours apart")
    return np.asarray(np.linalg.inv(normalised), dtype=np.float64)
