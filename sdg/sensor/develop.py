"""From linear values to the picture: colour, tone, rounding, compression."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from sdg.camera.sensors.exposure import default_color_matrix, neutral_balance
from sdg.camera.sensors.model import Development, PictureNoise, Sensor
from sdg.foundation.arrays import Float32Array, FloatArray, UInt8Array, UInt16Array
from sdg.foundation.color import linear_from_srgb, srgb_from_linear
from sdg.sensor.bands import for_each, for_each_band
from sdg.sensor.digitise import NoiseKey
from sdg.sensor.mosaic import demosaic, spread_planes

Light = TypeVar("Light", np.uint16, np.float32)

# A cell of the table holds one threshold at most: the narrowest step of the sRGB curve is 3.0e-4.
_CELLS = 4096
_CODES = 4096  # that one thread works out
_GREY_WORLD_LIMITS = (0.02, 0.98)
_METER_STEP = 7  # one pixel in seven is enough for a mean, and falls on all columns in turn


def develop_numbers(
    numbers: UInt16Array, sensor: Sensor, development: Development, key: NoiseKey | None
) -> tuple[UInt8Array, FloatArray]:
    """Return the picture of a sensor's digital numbers: black off, white balance, demosaicing, colour, tone.

    Demosaicing comes before the white balance, on 16 bits, so that nothing is rounded or cut off between; bilinear
    interpolation gives the same either way.

    Args:
        numbers: As of `digitise`.
        sensor: That gave them.
        development: How to develop them.
        key: Of the picture's own noise.

    Returns:
        The picture, shape (H, W, 3), uint8; and the white balance used, shape (3,).
    """
    shift = 16 - sensor.bit_depth
    channels: UInt16Array = np.left_shift(numbers, np.uint16(shift))
    if sensor.color_filter == "mono":
        channels = spread_planes(channels)
    elif sensor.color_filter != "none":
        channels = demosaic(channels, sensor.color_filter, development.demosaic)
    black = sensor.black_level_dn * 2**shift
    scale = 1.0 / ((sensor.white_dn - sensor.black_level_dn) * 2**shift)
    sample = (channels.reshape(-1, 3)[::_METER_STEP].astype(np.float64) - black) * scale
    balance = white_balance(sample, neutral_balance(sensor), development)
    factors = (balance * scale).astype(np.float32)

    def linear(codes: UInt16Array) -> Float32Array:
        values = np.subtract(codes, np.float32(black), dtype=np.float32)
        values *= factors
        # A channel that is full knows no more than that it is white.
        return np.asarray(np.minimum(values, np.float32(1.0), out=values))

    matrix = default_color_matrix(sensor) if development.color_matrix is None else np.array(development.color_matrix)
    if matrix is not None:
        return _developed(channels, linear, development, key, matrix), balance
    return _looked_up(channels, linear, development, key), balance


def develop(
    linear: Float32Array, development: Development, key: NoiseKey | None, matrix: FloatArray | None = None
) -> UInt8Array:
    """Return the picture of linear values: colour matrix, tone curve, noise, rounded once, JPEG.

    Args:
        linear: 1 is white, shape (H, W, 3), float32.
        development: Its white balance and demosaicing are done already.
        key: Of the picture's own noise; needed if it has any.
        matrix: Linear sRGB from the channels, shape (3, 3); None if they are that.

    Returns:
        shape (H, W, 3), uint8.
    """
    return _developed(linear, lambda values: values, development, key, matrix)


def _developed(
    light: npt.NDArray[Light],
    linear: Callable[[npt.NDArray[Light]], Float32Array],
    development: Development,
    key: NoiseKey | None,
    matrix: FloatArray | None,
) -> UInt8Array:
    """Return the picture of light, shape (H, W, 3), whose linear values are worked out band by band."""
    import cv2

    factors = None if matrix is None else matrix.astype(np.float32)
    encode, thresholds, table = _curve(development.tone_curve)

    def finish(band: int, rows: slice) -> UInt8Array:
        values = linear(light[rows])
        if factors is not None:
            values = np.asarray(cv2.transform(values, factors), dtype=np.float32)
        if development.noise is None:
            return _rounded(values, thresholds, table)
        return _noisy(encode(np.clip(values, 0.0, 1.0)), development.noise, key, band)

    return _finished(light.shape, finish, development)


def _looked_up(
    channels: UInt16Array,
    linear: Callable[[UInt16Array], Float32Array],
    development: Development,
    key: NoiseKey | None,
) -> UInt8Array:
    """Return the picture of channels that nothing mixes: each has few codes, and each code is worked out once."""
    encode, thresholds, table = _curve(development.tone_curve)
    codes = np.arange(2**16, dtype=np.uint16)
    found = np.empty((3, 2**16), np.uint8 if development.noise is None else np.float32)

    def fill(part: slice) -> None:
        values = linear(np.repeat(codes[part, None], 3, axis=1))
        steps = _rounded(values, thresholds, table) if development.noise is None else encode(np.clip(values, 0.0, 1.0))
        found[:, part] = steps.T

    for_each((slice(first, first + _CODES) for first in range(0, 2**16, _CODES)), fill)

    def finish(band: int, rows: slice) -> UInt8Array:
        steps = np.empty(channels[rows].shape, found.dtype)
        for channel in range(3):
            steps[..., channel] = np.take(found[channel], channels[rows, :, channel], mode="clip")
        return steps if development.noise is None else _noisy(steps, development.noise, key, band)

    return _finished(channels.shape, finish, development)


def _finished(
    shape: tuple[int, ...], finish: Callable[[int, slice], UInt8Array], development: Development
) -> UInt8Array:
    """Return the picture that `finish` makes of each band, and JPEG of the whole."""
    picture = np.empty(shape, np.uint8)

    def work(band: int, rows: slice) -> None:
        picture[rows] = finish(band, rows)

    for_each_band(len(picture), work)
    return picture if development.jpeg_quality is None else _compressed(picture, development.jpeg_quality)


def white_balance(sample: FloatArray, neutral: FloatArray, development: Development) -> FloatArray:
    """Return the factors of red, green and blue; shape (3,).

    Args:
        sample: Linear values of some pixels, 1 is full, shape (N, 3).
        neutral: What makes the renderer's white grey, shape (3,).
        development: Says how to balance. `grey_world` looks at pixels that are neither dark nor full.
    """
    chosen = development.white_balance
    if chosen == "neutral":
        return neutral
    if chosen == "grey_world":
        low, high = _GREY_WORLD_LIMITS
        channels = np.ascontiguousarray(sample.T)
        metered = np.logical_and.reduce((channels > low) & (channels < high))
        if not metered.any():
            return neutral
        means = np.array([channel[metered].mean() for channel in channels])
        return np.asarray(means.max() / means, dtype=np.float64)
    return np.array(chosen, dtype=np.float64)


def _rounded(values: Float32Array, thresholds: Float32Array, table: UInt8Array | None) -> UInt8Array:
    """Return which of 256 steps each value falls into: the number of thresholds at or below it."""
    if table is None:
        found = np.searchsorted(thresholds[:-1], values.ravel(), side="right")
        return np.asarray(found.reshape(values.shape), dtype=np.uint8)
    cells = np.clip(values * np.float32(_CELLS), np.float32(0.0), np.float32(_CELLS)).astype(np.int32)
    steps: UInt8Array = table[cells]
    steps += values >= thresholds[steps]
    return steps


def _noisy(encoded: Float32Array, noise: PictureNoise, key: NoiseKey | None, band: int) -> UInt8Array:
    """Return encoded values with noise, rounded; the values are used up."""
    assert key is not None
    if noise.std > 0:
        draw = key.generator(f"picture/{band}").standard_normal(encoded.shape, dtype=np.float32)
        draw *= np.float32(noise.std)
        encoded += draw
    encoded += np.float32(noise.mean)
    encoded *= np.float32(255.0)
    np.rint(encoded, out=encoded)
    np.clip(encoded, np.float32(0.0), np.float32(255.0), out=encoded)
    return encoded.astype(np.uint8)


def _compressed(picture: UInt8Array, quality: int) -> UInt8Array:
    """Return the picture as JPEG leaves it (4:2:0)."""
    import cv2

    blue_first = cv2.cvtColor(picture, cv2.COLOR_RGB2BGR)
    done, content = cv2.imencode(".jpg", blue_first, [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not done:
        raise AssertionError(f"JPEG encoder refused {picture.shape}")
    return np.asarray(cv2.cvtColor(cv2.imdecode(content, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB), dtype=np.uint8)


@cache
def _curve(
    tone_curve: str | float,
) -> tuple[Callable[[Float32Array], Float32Array], Float32Array, UInt8Array | None]:
    """Return a tone curve, the linear values between its 256 steps, and the first step in each cell of the table.

    Behind the 255 values stands NaN, so that nothing lies above the last step.
    """
    encode, decode = _tone_functions(tone_curve)
    thresholds = np.append(decode(np.linspace(0.5, 254.5, 255) / 255.0), np.nan).astype(np.float32)
    edges = np.arange(_CELLS + 1, dtype=np.float64) / _CELLS
    table = np.searchsorted(thresholds[:-1], edges.astype(np.float32), side="right")
    crowded = np.diff(np.append(table, 255)).max() > 1
    return encode, thresholds, None if crowded else table.astype(np.uint8)


def _tone_functions(
    tone_curve: str | float,
) -> tuple[Callable[[Float32Array], Float32Array], Callable[[FloatArray], FloatArray]]:
    """Return encoding and decoding; sRGB is IEC 61966-2-1, rec709 the camera curve of ITU-R BT.709-6."""
    if tone_curve == "srgb":
        return lambda linear: srgb_from_linear(linear).astype(np.float32), linear_from_srgb
    if tone_curve == "rec709":
        return _encode_rec709, _decode_rec709
    exponent = 1.0 if tone_curve == "linear" else float(tone_curve)
    return (
        lambda linear: (linear ** np.float32(1.0 / exponent)).astype(np.float32),
        lambda encoded: np.asarray(encoded**exponent),
    )


def _encode_rec709(linear: Float32Array) -> Float32Array:
    return np.where(linear < 0.018, 4.5 * linear, 1.099 * np.maximum(linear, 0.018) ** 0.45 - 0.099).astype(np.float32)


def _decode_rec709(encoded: FloatArray) -> FloatArray:
    return np.where(encoded < 0.081, encoded / 4.5, ((np.maximum(encoded, 0.081) + 0.099) / 1.099) ** (1 / 0.45))
