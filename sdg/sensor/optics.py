"""Blur, stray light and fall-off, on linear light before it meets the sensor.

Light adds up linearly, and electrons are proportional to it: what is done here to radiance is done to electrons.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any, cast

import numpy as np

from sdg.camera.lens import Lens
from sdg.camera.optics import Optics, blur_kernels, polynomial_vignetting, relative_illumination
from sdg.foundation.arrays import Float32Array
from sdg.sensor.bands import for_each_channel

# Stray light: the mean of three Gaussians whose widths are these shares of the picture's diagonal.
_GLARE_WIDTHS = (1 / 64, 1 / 16, 1 / 4)
_GLARE_PIXELS = 128  # the wide spread is computed on a picture about so wide


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
    return np.ascontiguousarray(seen) if falloff is None else seen * falloff[..., None]


def blurred(radiance: Float32Array, optics: Optics, f_number: float, pitch_um: float | None) -> Float32Array:
    """Return the picture blurred by diffraction and aberrations, of the same size; its sum stays."""
    import cv2

    diffracts = optics.diffraction and pitch_um is not None
    if not diffracts and optics.blur_px == 0:
        return radiance
    if not diffracts:
        optics = Optics(blur_px=optics.blur_px)
    kernels = _kernels(optics, f_number, pitch_um or 1.0)

    def channel(index: int) -> Float32Array:
        light = np.ascontiguousarray(radiance[..., index])
        spread = cv2.filter2D(light, cv2.CV_32F, kernels[index], borderType=cv2.BORDER_REPLICATE)
        # The kernel of a sharp aperture has faint negative rings.
        return np.asarray(np.maximum(spread, np.float32(0.0)))

    return np.stack(for_each_channel(channel), axis=-1)


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
    result: Float32Array = radiance * np.float32(1.0 - share)
    result += wide * np.float32(share / len(_GLARE_WIDTHS))
    return result


@lru_cache(maxsize=16)
def _kernels(optics: Optics, f_number: float, pitch_um: float) -> Float32Array:
    return blur_kernels(optics, f_number, pitch_um)


@lru_cache(maxsize=16)
def _falloff(lens: Any, optics: Optics) -> Float32Array | None:
    natural = relative_illumination(lens) if optics.natural_vignetting else None
    if not any(optics.vignetting):
        return natural
    polynomial = np.maximum(polynomial_vignetting(lens.resolution, optics.vignetting), np.float32(0.0))
    return polynomial if natural is None else natural * polynomial
