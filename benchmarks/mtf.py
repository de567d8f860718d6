"""Contrast of rendered edges by spatial frequency, against the theory of what blurs them: `python -m benchmarks.mtf`.

The measurement is the slanted edge of ISO 12233; theory is the product of a square pixel, a Gaussian, diffraction at
a round aperture, and the disc of a lens out of focus.
"""

from __future__ import annotations

import argparse
import math
import sys
from dataclasses import dataclass

import numpy as np

from sdg.camera.focus import Focus
from sdg.camera.lens import LensOpenCvPinhole
from sdg.camera.optics import WAVELENGTHS_NM, Optics, diffraction_mtf
from sdg.foundation.arrays import FloatArray
from sdg.foundation.transforms import rotation_xyz, translation
from sdg.render.mitsuba import create_renderer
from sdg.sensor.optics import through_lens
from sdg.stage.model import Camera, Exposure, Light, RenderSettings, Stage, StagePlan

PITCH_UM = 3.45
FREQUENCIES = np.linspace(0.0, 0.5, 51)[1:]  # [cycles/px], up to Nyquist

_SIZE = (72, 113)
_SLOPE = 10 / 113  # ten pixels over all rows, and 113 is prime: the edge cuts pixels at 113 places, evenly spread
_FOCAL_PX = 2000.0
_EDGE_M = 1.5
_CHANNEL = 1
_READABLE = 0.1


@dataclass(frozen=True)
class Case:
    """What blurs an edge.

    Attributes:
        blur_px: Standard deviation of a Gaussian [px].
        f_number: Of the lens; None for a pinhole without diffraction.
        defocus_px: Diameter of the circle of confusion; 0 is in focus.
    """

    name: str
    blur_px: float = 0.0
    f_number: float | None = None
    defocus_px: float = 0.0


CASES = (
    Case("pixel"),
    Case("pixel, blur 0.5 px", blur_px=0.5),
    Case("pixel, diffraction at f/8", f_number=8.0),
    Case("pixel, circle of confusion 2 px", defocus_px=2.0),
    Case("pixel, blur 0.3 px, diffraction at f/5.6, circle 1 px", 0.3, 5.6, 1.0),
)


def edge_picture(case: Case, spp: int) -> FloatArray:
    """Return the picture of a slanted edge through the middle, shape (H, W), one channel.

    The bright side has four times the light of the dark one, as ISO 12233 has it: rings beside an edge of more
    contrast would fall below black, where there is no light.
    """
    camera = _camera(case)
    # A lamp that faces the camera, its left side on the axis.
    turned = rotation_xyz((0.0, 0.0, math.degrees(math.atan(_SLOPE))))
    lamp = translation((0.0, 0.0, _EDGE_M)) @ turned @ translation((1.0, 0.0, 0.0))
    light = Light("lamp", "/World/lamp", "rect", lamp, luminance_nits=1.0, size_m=(2.0, 2.0))
    dark = Light("dark", "/World/dark", "dome", np.eye(4), luminance_nits=0.25)
    stage = Stage(0, 7, (), (light, dark), (camera,), RenderSettings(spp, 2, False))
    renderer = create_renderer(StagePlan(stage.lights, stage.cameras, stage.settings), device="cpu")
    (view,) = renderer.render(stage).views.values()
    renderer.close()
    pitch_um = None if case.f_number is None else PITCH_UM
    seen = through_lens(view.radiance, camera.lens, camera.optics, camera.working_f_number, pitch_um)
    return seen[..., _CHANNEL].astype(np.float64)


def expected_mtf(case: Case) -> FloatArray:
    """Return the product of the contrasts that each cause leaves, at `FREQUENCIES` across the edge."""
    from scipy.special import j1

    angle = math.atan(_SLOPE)
    pixel = np.sinc(FREQUENCIES * math.cos(angle)) * np.sinc(FREQUENCIES * math.sin(angle))
    product = pixel * np.exp(-2 * (np.pi * case.blur_px * FREQUENCIES) ** 2)
    if case.f_number is not None:
        working = _camera(case).working_f_number
        product *= diffraction_mtf(FREQUENCIES, working, WAVELENGTHS_NM[_CHANNEL], PITCH_UM)
    if case.defocus_px:
        x = np.pi * case.defocus_px * FREQUENCIES
        product *= 2 * j1(x) / x
    return np.abs(product)


def slanted_edge_mtf(picture: FloatArray) -> FloatArray:
    """Return the contrast at `FREQUENCIES` across a nearly upright edge in a picture, shape (H, W).

    A line is fitted through the rows' edges. Sorted by their distance from it, the pixels sample the edge at about a
    hundred places per pixel; the Fourier transform of its steps is the contrast. Bins of a quarter of a pixel, as the
    standard has them, would cost a percent or two at Nyquist.
    """
    height, width = picture.shape
    u, v = np.arange(width) + 0.5, np.arange(height) + 0.5
    slopes = np.abs(np.diff(picture, axis=1))
    edges = (slopes * (u[1:] - 0.5)).sum(axis=1) / slopes.sum(axis=1)
    slope, start = np.polyfit(v, edges, 1)
    distance = (u[None, :] - start - slope * v[:, None]) / math.hypot(1.0, slope)
    inside = np.abs(distance) < width / 2 - abs(slope) * height / 2 - 1
    order = np.argsort(distance[inside])
    places, values = distance[inside][order], picture[inside][order]
    steps, middles = np.diff(values), (places[1:] + places[:-1]) / 2
    wave = np.exp(-2j * np.pi * FREQUENCIES[:, None] * middles[None, :]) @ steps
    return np.asarray(np.abs(wave) / abs(steps.sum()))


def worst_error(measured: FloatArray, expected: FloatArray) -> tuple[float, float]:
    """Return the largest difference in contrast, and the largest relative one where a tenth of it is left."""
    off = np.abs(measured - expected)
    return float(off.max()), float((off / expected)[expected >= _READABLE].max())


def _camera(case: Case) -> Camera:
    """Return a camera at the origin that looks along +z, so that world and camera frame are one."""
    lens = LensOpenCvPinhole(_SIZE, _FOCAL_PX, _FOCAL_PX, _SIZE[0] / 2, _SIZE[1] / 2)
    exposure = Exposure() if case.f_number is None else Exposure(f_number=case.f_number)
    optics = Optics(diffraction=case.f_number is not None, blur_px=case.blur_px)
    focus = None
    if case.defocus_px:
        # c = A v |z - s| / (z s) for an aperture of diameter A; the edge is at z, and A = f / N.
        v, f_number = _FOCAL_PX * PITCH_UM * 1e-6, case.f_number or 2.0
        focus = _focus(v, f_number, case.defocus_px / _FOCAL_PX)
    return Camera("camera", "/World/camera", lens, np.eye(4), (0.01, 100.0), exposure, optics=optics, focus=focus)


def _focus(v: float, f_number: float, spread: float) -> Focus:
    """Return the focus nearer than the edge at which a point of it spreads over an angle."""
    # A (1/s - 1/z) = spread with A = f / N and f = v s / (v + s), solved for x = 1/s: v (x - 1/z) = spread N (1 + v x).
    inverse = (spread * f_number + v / _EDGE_M) / (v * (1.0 - spread * f_number))
    distance = 1.0 / inverse
    return Focus(distance, v * distance / (v + distance), f_number)


def main() -> int:
    """Print the figures of every case; return 1 if one is off by more than 3 %."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--spp", type=int, default=4096)
    options = parser.parse_args()
    sound = True
    for case in CASES:
        expected = expected_mtf(case)
        absolute, relative = worst_error(slanted_edge_mtf(edge_picture(case, options.spp)), expected)
        print(f"{case.name}: off by {absolute:.4f} at most, {relative:.2%} of the contrast where 0.1 of it is left")
        print(f"  theory {expected[24]:.3f} at a quarter of the sampling frequency, {expected[-1]:.3f} at Nyquist")
        sound &= relative < 0.03 and absolute < 0.03
    return int(not sound)


if __name__ == "__main__":
    sys.exit(main())
