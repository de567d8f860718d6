"""Periodic noise, and how pictures of it become colour, roughness and normal textures.

Every picture repeats without a seam, because it is filtered in the frequency domain or with wrapped edges. Rows run
downwards: row 0 is the top of the texture.
"""

from __future__ import annotations

import numpy as np

from sdg.foundation.arrays import FloatArray, UInt8Array, Vec2
from sdg.foundation.color import srgb_from_linear
from sdg.foundation.seeds import Branch, stream_key
from sdg.stage.asset import Texture

Shape = tuple[int, int]


def _srgb_table() -> UInt8Array:
    value = np.linspace(0.0, 1.0, 1 << 16)
    return (srgb_from_linear(value) * 255.0 + 0.5).astype(np.uint8)


# IEC 61966-2-1 at 16 bits: finer than any step of the 8 that are stored.
_SRGB = _srgb_table()


def white(name: str, shape: Shape) -> FloatArray:
    """Return independent values, uniform on [0, 1), as the name alone decides."""
    bits = np.random.Philox(key=stream_key(Branch.DRAW, 0, "builtin", name))
    words = bits.random_raw(shape[0] * shape[1])
    values: FloatArray = (words >> np.uint64(11)).astype(np.float64).reshape(shape) * 2.0**-53
    return values


def fractal(
    name: str,
    shape: Shape,
    *,
    slope: float,
    low: float = 1.0,
    high: float = float("inf"),
    stretch: Vec2 = (1.0, 1.0),
) -> FloatArray:
    """Return periodic noise of mean 0 and standard deviation 1.

    Args:
        name: Decides the values.
        shape: (rows, columns).
        slope: Amplitude falls as frequency to the minus this; 0 is white, 1 rough, 2 cloudy.
        low: Lowest frequency kept, in cycles per repeat.
        high: Highest frequency kept, in cycles per repeat.
        stretch: Frequencies along (x, y) count this many times, so (10, 1) gives streaks along x.
    """
    fx = np.fft.rfftfreq(shape[1], 1.0 / shape[1])[None, :] * stretch[0]
    fy = np.fft.fftfreq(shape[0], 1.0 / shape[0])[:, None] * stretch[1]
    frequency = np.hypot(fx, fy)
    with np.errstate(divide="ignore"):
        gain = np.where((frequency >= low) & (frequency <= high), frequency**-slope, 0.0)
    gain[0, 0] = 0.0
    field: FloatArray = np.fft.irfft2(np.fft.rfft2(white(name, shape)) * gain, s=shape)
    field -= field.mean()
    field /= field.std()
    return field


def blurred(picture: FloatArray, sigma_px: float | Vec2) -> FloatArray:
    """Return a picture under a Gaussian that wraps round its edges; `sigma_px` may be (rows, columns)."""
    from scipy import ndimage

    result: FloatArray = ndimage.gaussian_filter(picture, sigma_px, mode="wrap", truncate=3.0)
    return result


def step(picture: FloatArray, start: float, end: float) -> FloatArray:
    """Return 0 below `start`, 1 above `end`, and a smooth rise between."""
    t = np.clip((picture - start) / (end - start), 0.0, 1.0)
    rise: FloatArray = t * t * (3.0 - 2.0 * t)
    return rise


def color_texture(linear: FloatArray) -> Texture:
    """Return a colour texture from linear values in [0, 1], shape (H, W) or (H, W, 3); stored as 8-bit sRGB."""
    pixels = _SRGB[(np.clip(linear, 0.0, 1.0) * (len(_SRGB) - 1) + 0.5).astype(np.uint16)]
    return Texture(pixels if pixels.ndim == 3 else pixels[:, :, None], "srgb")


def scalar_texture(values: FloatArray) -> Texture:
    """Return a linear one-channel texture from values in [0, 1], shape (H, W)."""
    return Texture(_bytes(values[:, :, None]), "linear")


def normal_texture(height_m: FloatArray, size_m: Vec2) -> Texture:
    """Return the normals of a periodic height field, shape (H, W) [m], that covers `size_m` along u and v [m]."""
    rows, columns = height_m.shape
    slope_u = (np.roll(height_m, -1, axis=1) - np.roll(height_m, 1, axis=1)) * columns / (2 * size_m[0])
    slope_v = (np.roll(height_m, 1, axis=0) - np.roll(height_m, -1, axis=0)) * rows / (2 * size_m[1])
    upright = 1.0 / np.sqrt(slope_u * slope_u + slope_v * slope_v + 1.0)
    pixels = np.empty((rows, columns, 3), np.uint8)
    for channel, part in enumerate((-slope_u * upright, -slope_v * upright, upright)):
        pixels[:, :, channel] = _bytes(part * 0.5 + 0.5)
    return Texture(pixels, "linear")


def _bytes(values: FloatArray) -> UInt8Array:
    return (np.clip(values, 0.0, 1.0) * 255.0 + 0.5).astype(np.uint8)
