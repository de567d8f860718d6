"""What a lens does to light besides bending it: fall-off to the corners, blur, stray light."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sdg.camera.lens import Lens
from sdg.foundation.arrays import Float32Array, FloatArray

# Wavelengths that stand for the red, green and blue third of the spectrum [nm].
WAVELENGTHS_NM = (650.0, 550.0, 450.0)

_FIELD_SAMPLES = 65  # along each axis: the fall-off is smooth, and a cubic spline through so many is exact to 1e-5
_STEP_PX = 0.5
_DIFFRACTION_RADIUS_PX = 16  # beyond lies about 1 % of the light at f/4 on pixels of 3.45 um
_LEAST_RADIUS_PX = 8
# A kernel is wider than the border is: the spectrum of a short one is too smooth to end at Nyquist as an MTF does.
_KERNEL_RADIUS_PX = 32
_FREQUENCIES = 128


@dataclass(frozen=True)
class Optics:
    """Effects of a lens on brightness and sharpness.

    Attributes:
        natural_vignetting: Whether light falls off to the corners as geometry has it: cos^4 for a rectilinear lens.
        vignetting: k1, k2, k3 of 1 + k1 r^2 + k2 r^4 + k3 r^6, r = 1 in the picture's corners.
        diffraction: Whether the aperture blurs, by f-number and pixel pitch.
        blur_px: Standard deviation of a Gaussian blur by aberrations [px].
        veiling_glare: Share of the light that is scattered widely over the picture.
        lateral_color: How much larger than green's the pictures of red and blue are, about the place that the lens
            looks straight ahead at; 1.001 is a pixel at 1000 pixels from it.
    """

    natural_vignetting: bool = False
    vignetting: tuple[float, float, float] = (0.0, 0.0, 0.0)
    diffraction: bool = False
    blur_px: float = 0.0
    veiling_glare: float = 0.0
    lateral_color: tuple[float, float] = (1.0, 1.0)

    @property
    def splits_colors(self) -> bool:
        """Whether red, green and blue come from different places of the scene."""
        return self.lateral_color != (1.0, 1.0)

    def frame_border_px(self, resolution: tuple[int, int]) -> int:
        """From how far outside a picture of (width, height) light is brought: what a wider frame needs on each side."""
        farthest = math.hypot(*resolution) * max(abs(scale - 1.0) for scale in self.lateral_color)
        return self.border_px + math.ceil(farthest)

    @property
    def border_px(self) -> int:
        """From how far blur brings light."""
        if not self.diffraction and self.blur_px == 0:
            return 0
        return max(_DIFFRACTION_RADIUS_PX if self.diffraction else _LEAST_RADIUS_PX, math.ceil(4.0 * self.blur_px))


def relative_illumination(lens: Lens) -> Float32Array:
    """Return how bright uniform radiance looks at each pixel, 1 where the lens looks straight ahead.

    Irradiance is radiance times the solid angle that feeds a unit of area, times the cosine under which the pupil is
    seen. The solid angle comes from the lens's own rays, so that it holds for every projection and distortion; a
    rectilinear lens gives cos^4. Lenses of more than about 150 degrees tilt their pupil, and are better described by
    `vignetting`.

    Returns:
        shape (H, W), float32; where the lens has no ray, the value of the nearest pixel that has one.
    """
    from scipy.interpolate import RectBivariateSpline
    from scipy.ndimage import distance_transform_edt

    width, height = lens.resolution
    columns = np.linspace(0.5, width - 0.5, min(width, _FIELD_SAMPLES))
    rows = np.linspace(0.5, height - 0.5, min(height, _FIELD_SAMPLES))
    grid = np.stack(np.meshgrid(columns, rows), axis=-1)
    field = _falloff(lens, grid.reshape(-1, 2)).reshape(grid.shape[:2])
    unknown = ~np.isfinite(field)
    if unknown.any():
        nearest = distance_transform_edt(unknown, return_distances=False, return_indices=True)
        field = field[tuple(nearest)]
    if min(field.shape) < 2:
        return np.ones((height, width), np.float32)
    spline = RectBivariateSpline(rows, columns, field, kx=min(3, len(rows) - 1), ky=min(3, len(columns) - 1))
    full = spline(np.arange(height) + 0.5, np.arange(width) + 0.5)
    axis, _ = lens.project(np.array([[0.0, 0.0, 1.0]]))
    on_axis = _falloff(lens, axis)[0]
    return np.asarray(np.maximum(full / on_axis, 0.0), dtype=np.float32)


def polynomial_vignetting(resolution: tuple[int, int], coefficients: tuple[float, float, float]) -> Float32Array:
    """Return 1 + k1 r^2 + k2 r^4 + k3 r^6 at each pixel, r = 1 in the corners; shape (H, W), float32."""
    width, height = resolution
    u = (np.arange(width) + 0.5 - width / 2) / math.hypot(width / 2, height / 2)
    v = (np.arange(height) + 0.5 - height / 2) / math.hypot(width / 2, height / 2)
    square = u[None, :] ** 2 + v[:, None] ** 2
    k1, k2, k3 = coefficients
    return (1 + square * (k1 + square * (k2 + square * k3))).astype(np.float32)


def least_vignetting(coefficients: tuple[float, float, float]) -> float:
    """Return the least factor of a vignetting polynomial between the picture's middle and its corners."""
    square = np.linspace(0.0, 1.0, 1001)
    k1, k2, k3 = coefficients
    return float((1 + square * (k1 + square * (k2 + square * k3))).min())


def diffraction_mtf(frequency: FloatArray, f_number: float, wavelength_nm: float, pitch_um: float) -> FloatArray:
    """Return the contrast that diffraction at a round aperture leaves.

    MTF(s) = 2/pi (acos s - s sqrt(1 - s^2)), s = frequency * wavelength * N.

    Args:
        frequency: Spatial frequency [cycles/px].
        f_number: N of the lens.
        wavelength_nm: Of the light.
        pitch_um: Of the pixels.
    """
    s = np.minimum(np.abs(frequency) / (pitch_um * 1e3) * wavelength_nm * f_number, 1.0)
    return np.asarray(2 / np.pi * (np.arccos(s) - s * np.sqrt(1 - s * s)), dtype=np.float64)


def blur_kernels(optics: Optics, f_number: float, pitch_um: float) -> Float32Array:
    """Return the point spread of red, green and blue on the pixel grid.

    A pixel has averaged its area already, so that the kernel must only multiply contrast by the MTF, at frequencies
    up to Nyquist. It is therefore made from the MTF itself; sampling the point spread would alias.

    Returns:
        shape (3, 2 R + 1, 2 R + 1), float32, each of sum 1; R is at least `optics.border_px`.
    """
    frequency = np.fft.fftfreq(_FREQUENCIES)
    radial = np.hypot(frequency[:, None], frequency[None, :])
    gauss = np.exp(-2 * (np.pi * optics.blur_px * radial) ** 2)
    radius = max(_KERNEL_RADIUS_PX, optics.border_px)
    kernels = []
    for wavelength in WAVELENGTHS_NM:
        mtf = gauss * diffraction_mtf(radial, f_number, wavelength, pitch_um) if optics.diffraction else gauss
        spread = np.fft.fftshift(np.fft.ifft2(mtf).real)
        middle = slice(_FREQUENCIES // 2 - radius, _FREQUENCIES // 2 + radius + 1)
        kernel = spread[middle, middle]
        kernels.append(kernel / kernel.sum())
    return np.stack(kernels).astype(np.float32)


def _falloff(lens: Lens, pixels: FloatArray) -> FloatArray:
    """Return solid angle per pixel times the cosine off the axis; NaN where rays are missing."""
    step = np.array([[_STEP_PX, 0.0], [0.0, _STEP_PX]])
    with np.errstate(invalid="ignore"):
        right, left = (lens.unproject(pixels + sign * step[0])[0] for sign in (1, -1))
        below, above = (lens.unproject(pixels + sign * step[1])[0] for sign in (1, -1))
        middle = lens.unproject(pixels)[0]
        area = np.linalg.norm(np.cross(right - left, below - above), axis=1)
        return np.asarray(area * np.maximum(middle[:, 2], 0.0), dtype=np.float64)
