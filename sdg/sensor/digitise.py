"""From light on the sensor to digital numbers: the linear model of EMVA 1288 (R4.0), forwards.

Per pixel, with mu_p photons during the exposure: electrons = Poisson(QE mu_p (1 + PRNU) + dark current), cut off at
the full well; plus DSNU; plus Gaussian read noise; times K and amplification; plus black level; rounded once and cut
off at the converter's ends. Light and dark electrons are one Poisson draw, since the sum of two is one; it is exact for
any number of electrons.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sdg.camera.sensors.exposure import electrons_per_lux_second
from sdg.camera.sensors.model import Sensor
from sdg.foundation.arrays import Float32Array, FloatArray, UInt16Array, check_array
from sdg.foundation.seeds import noise_generator
from sdg.sensor.bands import for_each_band
from sdg.sensor.fixed_pattern import Window, fixed_pattern
from sdg.sensor.mosaic import filter_channels

# A sensor as hot as a recipe allows would gather more than float32 holds; it is full long before.
_MOST_DARK_S = 1e25


@dataclass(frozen=True)
class NoiseKey:
    """What temporal noise depends on: the recipe's seed, the frame, and the camera's name."""

    seed: int
    frame_index: int
    camera: str

    def generator(self, name: str) -> np.random.Generator:
        return noise_generator(self.seed, self.frame_index, f"{self.camera}/{name}")


def digitise(
    radiance: Float32Array, lux_seconds_per_nit: float, sensor: Sensor, gain: float, shutter_s: float, key: NoiseKey
) -> UInt16Array:
    """Return the digital numbers of an exposure to a picture of radiance.

    Args:
        radiance: Linear sRGB in nits at the sensor's pixels, after vignetting and blur, shape (H, W, 3), float32.
        lux_seconds_per_nit: Exposure on the sensor of one nit in the scene, on the axis.
        sensor: The sensor; binning is resolved here.
        gain: Amplification, 1 is 0 dB.
        shutter_s: Exposure time, for the dark current [s].
        key: Of the temporal noise.

    Returns:
        shape (H, W), uint16, the mosaic of a sensor with colour filters or the grey values of one without; shape
        (H, W, 3) of a sensor that measures three colours at every pixel.

    Raises:
        ValueError: The picture is larger than the sensor's array.
    """
    check_array("radiance", radiance, shape=("H", "W", 3), dtype=np.float32)
    sensor = sensor.binned()
    response = electrons_per_lux_second(sensor) * lux_seconds_per_nit
    return _digitise(radiance, response, sensor, gain, shutter_s, key)


def digitise_photons(
    photons: Float32Array, sensor: Sensor, gain: float, shutter_s: float, key: NoiseKey
) -> UInt16Array:
    """Return the digital numbers of an exposure to photons, as on an EMVA 1288 test bench.

    Args:
        photons: Per pixel during the exposure, shape (H, W), float32; of a wavelength at which each channel has its
            quantum efficiency (that of green for a `mono` sensor).
        sensor: The sensor; binning is resolved here.
        gain: Amplification, 1 is 0 dB.
        shutter_s: Exposure time, for the dark current [s].
        key: Of the temporal noise.

    Returns:
        As of `digitise`.
    """
    check_array("photons", photons, shape=("H", "W"), dtype=np.float32)
    sensor = sensor.binned()
    efficiency = np.array(sensor.quantum_efficiency)
    response = np.array([[0.0, efficiency[1], 0.0]]) if sensor.color_filter == "mono" else np.diag(efficiency)
    planes = np.repeat(photons[..., None], 3, axis=2)
    return _digitise(planes, response, sensor, gain, shutter_s, key)


def _digitise(
    light: Float32Array, response: FloatArray, sensor: Sensor, gain: float, shutter_s: float, key: NoiseKey
) -> UInt16Array:
    height, width = light.shape[:2]
    window = Window.centred(sensor.array_size, (width, height))
    planes = 3 if sensor.color_filter == "none" else 1
    numbers = np.empty((planes, height, width), np.uint16)
    for plane in range(planes):
        weights = response[plane : plane + 1] if sensor.color_filter in ("none", "mono") else response
        _digitise_plane(numbers[plane], light, weights, sensor, gain, shutter_s, window, key, plane)
    return np.ascontiguousarray(np.moveaxis(numbers, 0, -1)) if planes == 3 else numbers[0]


def _digitise_plane(
    out: UInt16Array,
    light: Float32Array,
    weights: FloatArray,
    sensor: Sensor,
    gain: float,
    shutter_s: float,
    window: Window,
    key: NoiseKey,
    plane: int,
) -> None:
    pattern = fixed_pattern(sensor, window, plane)
    dark_seconds = min(shutter_s * sensor.dark_factor, _MOST_DARK_S)
    dark_e = np.float32(sensor.dark_current_e_per_s * dark_seconds)
    read_e = np.float32(sensor.read_noise_at(gain))
    full_well = np.float32(sensor.full_well_e)
    scale, black = np.float32(sensor.gain_dn_per_e * gain), np.float32(sensor.black_level_dn)
    # Far above the full well the draw is cut off anyway; without the limit a Poisson draw of infinity would fail.
    ceiling = np.float32(sensor.full_well_e + 40.0 * sensor.full_well_e**0.5 + 1000.0)

    def work(band: int, rows: slice) -> None:
        generator = key.generator(f"{plane}/{band}")
        mean = filtered(light, rows, weights, sensor)
        if pattern.response is not None:
            mean *= pattern.response[rows]
        mean += dark_e
        if pattern.hot_e_per_s is not None:
            mean += pattern.hot_e_per_s[rows] * np.float32(dark_seconds)
        np.clip(mean, np.float32(0.0), ceiling, out=mean)
        electrons = generator.poisson(mean).astype(np.float32)
        np.minimum(electrons, full_well, out=electrons)
        if pattern.dark_e is not None:
            electrons += pattern.dark_e[rows]
        if read_e > 0:
            noise = generator.standard_normal(electrons.shape, dtype=np.float32)
            noise *= read_e
            electrons += noise
        electrons *= scale
        electrons += black
        np.rint(electrons, out=electrons)
        np.clip(electrons, np.float32(0.0), np.float32(sensor.white_dn), out=electrons)
        out[rows] = electrons

    for_each_band(len(out), work)


def filtered(light: Float32Array, rows: slice, weights: FloatArray, sensor: Sensor) -> Float32Array:
    """Return the light in some rows as each pixel sees it through its filter.

    Args:
        light: shape (H, W, 3), float32.
        rows: Which rows; the first is even.
        weights: shape (1, 3) if all pixels are alike, else (3, 3): what each channel (rows) takes of each colour.
        sensor: Whose filters.

    Returns:
        shape (rows, W), float32.
    """
    band = light[rows]
    if len(weights) == 1:
        return _weighted(band, weights[0])
    seen = np.empty(band.shape[:2], np.float32)
    for row, channels in enumerate(filter_channels(sensor.color_filter)):
        for column, channel in enumerate(channels):
            seen[row::2, column::2] = _weighted(band[row::2, column::2], weights[channel])
    return seen


def _weighted(light: Float32Array, weights: FloatArray) -> Float32Array:
    """Return the weighted sum over the colours; one factor where only one colour counts."""
    used = np.flatnonzero(weights)
    if len(used) == 0:
        return np.zeros(light.shape[:2], np.float32)
    total: Float32Array = light[..., used[0]] * np.float32(weights[used[0]])
    for color in used[1:]:
        total += light[..., color] * np.float32(weights[color])
    return total
