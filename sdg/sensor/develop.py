"""From linear values to the picture: colour, tone, rounding, compression."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np

from sdg.camera.sensors.exposure import default_color_matrix, neutral_balance
from sdg.camera.sensors.model import Development, PictureNoise, Sensor
from sdg.foundation.arrays import Float32Array, FloatArray, UInt8Array, UInt16Array
from sdg.foundation.color import linear_from_srgb, srgb_from_linear
from sdg.sensor.bands import for_each_band
from sdg.sensor.digitise import NoiseKey
from sdg.sensor.mosaic import demosaic, spread_planes

# A cell of the table holds one threshold at most: the narrowest step of the sRGB curve is 3.0e-4.
_CELLS = 4096
_GREY_WORLD_LIMITS = (0.02, 0.98)
_METER_STEP = 7  # one pixel in seven is enough for a mean, and falls on all columns in turn


def develop_srgb(radiance: Float32Array, saturation_nits: float) -> UInt8Array:
    """Return the picture as 8-bit sRGB: radiance over saturation, clipped, encoded and rounded once.

    Args:
        radiance: Linear sRGB in nits, shape (H, W, 3), float32.
        saturation_nits: The luminance that becomes white [cd/m2].

    Returns:
        shape (H, W, 3), uint8.
    """
    return develop(radiance * np.float32(1.0 / saturation_nits), Development(), None)


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
    black = np.float32(sensor.black_level_dn * 2**shift)
    scale = 1.0 / ((sensor.white_dn - sensor.black_level_dn) * 2**shift)
    sample = (channels.reshape(-1, 3)[::_METER_STEP].astype(np.float64) - black) * scale
    balance = white_balance(sample, neutral_balance(sensor), development)
    factors = (balance * scale).astype(np.float32)
    linear = np.empty(channels.shape, np.float32)

    def work(_: int, rows: slice) -> None:
        np.subtract(channels[rows], black, out=linear[rows], dtype=np.float32)
        linear[rows] *= factors
        # A channel that is full knows no more than that it is white.
        np.minimum(linear[rows], np.float32(1.0), out=linear[rows])

    for_each_band(len(linear), work)
    matrix = default_color_matrix(sensor) if development.color_matrix is None else np.array(development.color_matrix)
    return develop(linear, development, key, matrix), balance


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
    picture = np.empty(linear.shape, np.uint8)
    factors = None if matrix is None else matrix.astype(np.float32)
    encode, thresholds, table = _curve(development.tone_curve)
    noise = development.noise
    assert noise is None or key is not None

    def work(band: int, rows: slice) -> None:
        values = linear[rows] if factors is None else linear[rows] @ factors.T
        if noise is None:
            picture[rows] = _rounded(values, thresholds, table)
        else:
            assert key is not None
            picture[rows] = _noisy(encode(np.clip(values, 0.0, 1.0)), noise, key.generator(f"picture/{band}"))

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
        metered = ((sample > low) & (sample < high)).all(axis=1)
        if not metered.any():
            return neutral
        means = sample[metered].mean(axis=0)
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


def _noisy(encoded: Float32Array, noise: PictureNoise, generator: np.random.Generator) -> UInt8Array:
    if noise.std > 0:
        encoded = encoded + generator.standard_normal(encoded.shape, dtype=np.float32) * np.float32(noise.std)
    levels = np.rint((encoded + np.float32(noise.mean)) * np.float32(255.0))
    return np.asarray(np.clip(levels, 0, 255), dtype=np.uint8)


def _compressed(picture: UInt8Array, quality: int) -> UInt8Array:
    """Return the picture as JPEG leaves it (4:2:0)."""
    import cv2

    done, content = cv2.imencode(".jpg", np.ascontiguousarray(picture[..., ::-1]), [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not done:
        raise AssertionError(f"JPEG encoder refused {picture.shape}")
    return np.ascontiguousarray(cv2.imdecode(content, cv2.IMREAD_COLOR)[..., ::-1])


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
