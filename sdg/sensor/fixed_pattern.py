"""What is the same in every picture of one sensor: uneven response, uneven darkness, hot pixels.

Each pattern is a function of the sensor's serial and of where on the array a pixel lies, and of nothing else: a
smaller picture shows the middle of the same pattern.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from sdg.camera.sensors.model import Nonuniformity, Sensor
from sdg.foundation.arrays import Float32Array
from sdg.foundation.seeds import noise_generator
from sdg.sensor.bands import BAND_ROWS

# The patterns of the last few sensors are kept: they are drawn once for a dataset, unless its serial is drawn.
_KEPT = 12


@dataclass(frozen=True)
class Window:
    """Which part of an array a picture shows.

    Attributes:
        array_size, size: (width, height) of the array and of the part [px].
        origin: (column, row) of its top-left pixel on the array; even, so that colour filters keep their order.
    """

    array_size: tuple[int, int]
    size: tuple[int, int]
    origin: tuple[int, int]

    @classmethod
    def centred(cls, array_size: tuple[int, int] | None, size: tuple[int, int]) -> Window:
        """Return the middle of an array, or the whole of one as large as the picture.

        Raises:
            ValueError: The picture is larger than the array.
        """
        whole = size if array_size is None else array_size
        if size[0] > whole[0] or size[1] > whole[1]:
            raise ValueError(f"a picture of {size[0]} x {size[1]} is larger than the array, {whole[0]} x {whole[1]}")
        return cls(whole, size, ((whole[0] - size[0]) // 4 * 2, (whole[1] - size[1]) // 4 * 2))


@dataclass(frozen=True, eq=False)
class FixedPattern:
    """The patterns of one colour plane; None where the sensor has none.

    Attributes:
        response: Factor of the signal, round 1, shape (H, W), float32.
        dark_e: Added to the dark signal, round 0, shape (H, W), float32 [e].
        hot_e_per_s: Dark current of hot pixels at the reference temperature, shape (H, W), float32 [e/s].
    """

    response: Float32Array | None
    dark_e: Float32Array | None
    hot_e_per_s: Float32Array | None


def fixed_pattern(sensor: Sensor, window: Window, plane: int = 0) -> FixedPattern:
    """Return the fixed pattern of a sensor; `plane` is the colour on sensors that measure all at every pixel."""
    return _fixed_pattern(
        sensor.serial, sensor.prnu, sensor.dsnu_e, sensor.hot_pixel_share, sensor.hot_pixel_e_per_s, window, plane
    )


@lru_cache(maxsize=_KEPT)
def _fixed_pattern(
    serial: str,
    prnu: Nonuniformity,
    dsnu_e: Nonuniformity,
    hot_share: float,
    hot_e_per_s: float,
    window: Window,
    plane: int,
) -> FixedPattern:
    response, dark = (
        _pattern(f"{serial}/{plane}/{name}", parts, window) for name, parts in (("response", prnu), ("dark", dsnu_e))
    )
    if response is not None:
        response += np.float32(1.0)
        np.maximum(response, np.float32(0.0), out=response)
    hot = _hot_pixels(f"{serial}/{plane}/hot", hot_share, hot_e_per_s, window)
    for array in (response, dark, hot):
        if array is not None:
            array.flags.writeable = False
    return FixedPattern(response, dark, hot)


def _generator(name: str) -> np.random.Generator:
    return noise_generator(0, "fixed_pattern", name)


def _pattern(name: str, parts: Nonuniformity, window: Window) -> Float32Array | None:
    if parts.total == 0:
        return None
    (columns, rows), (width, height) = window.array_size, window.size
    left, top = window.origin
    pattern = np.zeros((height, width), np.float32)
    if parts.pixel:
        for band in range(top // BAND_ROWS, -(-(top + height) // BAND_ROWS)):
            first = band * BAND_ROWS
            values = _generator(f"{name}/pixel/{band}").standard_normal((BAND_ROWS, columns), dtype=np.float32)
            start, stop = max(first, top), min(first + BAND_ROWS, top + height)
            part = values[start - first : stop - first, left : left + width]
            pattern[start - top : stop - top] = part * np.float32(parts.pixel)
    if parts.row:
        values = _generator(f"{name}/row").standard_normal(rows, dtype=np.float32)
        pattern += (values[top : top + height] * np.float32(parts.row))[:, None]
    if parts.column:
        values = _generator(f"{name}/column").standard_normal(columns, dtype=np.float32)
        pattern += (values[left : left + width] * np.float32(parts.column))[None, :]
    return pattern


def _hot_pixels(name: str, share: float, mean_e_per_s: float, window: Window) -> Float32Array | None:
    if share == 0 or mean_e_per_s == 0:
        return None
    (columns, rows), (width, height), (left, top) = window.array_size, window.size, window.origin
    generator = _generator(name)
    count = int(generator.binomial(columns * rows, share))
    places = generator.integers(0, columns * rows, count)
    currents = generator.exponential(mean_e_per_s, count).astype(np.float32)
    row, column = places // columns - top, places % columns - left
    inside = (row >= 0) & (row < height) & (column >= 0) & (column < width)
    hot = np.zeros((height, width), np.float32)
    hot[row[inside], column[inside]] = currents[inside]
    return hot
