"""Blur, stray light and fall-off, on linear light before it meets the sensor.

Light adds up linearly, and electrons are proportional to it: what is done here to radiance is done to electrons.
"""

from __future__ import annotations

import itertools
import math
from functools import lru_cache
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from sdg.camera.lens import Lens
from sdg.camera.optics import Optics, blur_kernels, polynomial_vignetting, relative_illumination
from sdg.foundation.arrays import Float32Array
from sdg.sensor.bands import for_each, for_each_band

# Stray light: the mean of three Gaussians whose widths are these shares of the picture's diagonal.
_GLARE_WIDTHS = (1 / 64, 1 / 16, 1 / 4)
_GLARE_PIXELS = 128  # the wide spread is computed on a picture about so wide
# Rows that are blurred at once. More waste less on the rows round them; fewer keep more cores busy.
_BLUR_ROWS = 192


def through_lens(
    radiance: Float32Array, lens: Lens, optics: Optics, f_number: float, pitch_um: float | None
) -> Float32Array:
    """Return the radiance as the lens's shortcomings leave it.

    Args:
        radiance: Linear, shape (H + 2 b, W + 2 b, 3), float32: the picture and b pixels round it, b from 0 to
            `optics.frame_border_px`. Where the frame ends before the blur does, its edge is repeated.
        lens: Of H x W pixels.
        optics: What to do.
        f_number: For diffraction.
        pitch_um: Of the pixels, for diffraction; None where it is not known, and then there is none.

    Returns:
        shape (H, W, 3), float32.
    """
    width, height = lens.resolution
    border = (radiance.shape[1] - width) // 2
    seen = blurred(radiance, optics, f_number, pitch_um)
    seen = with_veiling_glare(seen, optics.veiling_glare)
    seen = seen[border : border + height, border : border + width]
    falloff = _falloff(cast("Any", lens), optics)
    if falloff is None:
        return np.ascontiguousarray(seen)
    dimmed = np.empty(seen.shape, np.float32)

    def work(_: int, rows: slice) -> None:
        np.multiply(seen[rows], falloff[rows, :, None], out=dimmed[rows])

    for_each_band(height, work)
    return dimmed


def blurred(radiance: Float32Array, optics: Optics, f_number: float, pitch_um: float | None) -> Float32Array:
    """Return the picture blurred by diffraction and aberrations, of the same size; its sum stays."""
    diffracts = optics.diffraction and pitch_um is not None
    if not diffracts and optics.blur_px == 0:
        return radiance
    from scipy import fft  # takes a third of a second

    if not diffracts:
        optics = Optics(blur_px=optics.blur_px)
    height, width = radiance.shape[:2]
    spectra, shape, radius = _spectra(optics, f_number, pitch_um or 1.0, (min(_BLUR_ROWS, height), width))
    seen = np.empty_like(radiance)

    def work(part: tuple[int, int]) -> None:
        row, channel = part
        stop = min(row + _BLUR_ROWS, height)
        first, last = row - radius, stop + radius
        light = radiance[max(first, 0) : min(last, height), :, channel]
        outside = (max(-first, 0), max(last - height, 0))
        # What goes round the ends of the transform ends up in the first rows and columns, which are left out.
        spectrum = fft.rfft2(np.pad(light, (outside, (radius, radius)), mode="edge"), shape)
        spectrum *= spectra[channel]
        spread = fft.irfft2(spectrum, shape, overwrite_x=True)[2 * radius :, 2 * radius :]
        # The kernel of a sharp aperture has faint negative rings.
        np.maximum(spread[: stop - row, :width], np.float32(0.0), out=seen[row:stop, :, channel])

    for_each(itertools.product(range(0, height, _BLUR_ROWS), range(3)), work)
    return seen


def with_veiling_glare(radiance: Float32Array, share: float) -> Float32Array:
    """Return the picture with a share of its light scattered widely; none is lost, none comes from outside."""
    import cv2

    if share == 0:
        return radiance
    height, width = radiance.shape[:2]
    scale = max(1, round(width / _GLARE_PIXELS))
    small = cv2.resize(radiance, (max(1, width // scale), max(1, height // scale)), interpolation=cv2.INTER_AREA)
    diagonal = math.hypot(small.shape[0], small.shape[1])
    scattered = np.zeros_like(small)
    for part in _GLARE_WIDTHS:
        scattered += cv2.GaussianBlur(small, (0, 0), part * diagonal, borderType=cv2.BORDER_REFLECT)
    wide = cv2.resize(scattered, (width, height), interpolation=cv2.INTER_LINEAR)
    result = np.empty_like(radiance)

    def work(_: int, rows: slice) -> None:
        np.multiply(radiance[rows], np.float32(1.0 - share), out=result[rows])
        wide[rows] *= np.float32(share / len(_GLARE_WIDTHS))
        result[rows] += wide[rows]

    for_each_band(height, work)
    return result


@lru_cache(maxsize=16)
def _spectra(
    optics: Optics, f_number: float, pitch_um: float, size: tuple[int, int]
) -> tuple[npt.NDArray[np.complex64], tuple[int, int], int]:
    """Return the transforms of the three kernels for parts of (rows, columns), their shape, and the kernels' radius."""
    from scipy import fft

    kernels = blur_kernels(optics, f_number, pitch_um)
    radius = kernels.shape[1] // 2
    rows, columns = (fft.next_fast_len(length + 2 * radius, real=True) for length in size)
    return np.asarray(fft.rfft2(kernels, (rows, columns)), dtype=np.complex64), (rows, columns), radius


@lru_cache(maxsize=16)
def _falloff(lens: Any, optics: Optics) -> Float32Array | None:
    natural = relative_illumination(lens) if optics.natural_vignetting else None
    if not any(optics.vignetting):
        return natural
    polynomial = np.maximum(polynomial_vignetting(lens.resolution, optics.vignetting), np.float32(0.0))
    return polynomial if natural is None else natural * polynomial
