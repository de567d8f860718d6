from __future__ import annotations

import cv2
import numpy as np
import pytest

from sdg.camera.brown_conrady import BrownConrady
from sdg.camera.lens import LensOpenCvPinhole
from sdg.camera.optics import (
    WAVELENGTHS_NM,
    Optics,
    blur_kernels,
    diffraction_mtf,
    least_vignetting,
    polynomial_vignetting,
    relative_illumination,
)
from sdg.camera.sensors.load import make_sensor
from sdg.camera.sensors.model import Development
from sdg.sensor.optics import blurred, through_lens, with_veiling_glare
from sdg.stage.model import Exposure
from tests.sensor.pictures import record, uniform

LENS = LensOpenCvPinhole((160, 120), 110.0, 110.0, 80.0, 60.0)


def test_a_rectilinear_lens_falls_off_with_the_fourth_power_of_the_cosine() -> None:
    u = (np.arange(160) + 0.5 - 80) / 110
    v = (np.arange(120) + 0.5 - 60) / 110
    cosine = 1 / np.sqrt(1 + u[None, :] ** 2 + v[:, None] ** 2)
    np.testing.assert_allclose(relative_illumination(LENS), cosine**4, atol=1e-4)


def test_distortion_spreads_light_over_more_or_less_area() -> None:
    """Barrel distortion shrinks the corners: more solid angle per pixel, and so brighter than the fourth power."""
    barrel = LensOpenCvPinhole((160, 120), 110.0, 110.0, 80.0, 60.0, BrownConrady(k1=-0.1))
    assert relative_illumination(barrel)[0, 0] > relative_illumination(LENS)[0, 0]


def test_a_vignetting_polynomial_is_one_in_the_middle_and_its_sum_in_a_corner() -> None:
    map_ = polynomial_vignetting((1001, 801), (-0.3, 0.1, -0.05))
    assert map_[400, 500] == pytest.approx(1.0)
    assert map_[0, 0] == pytest.approx(1 - 0.3 + 0.1 - 0.05, abs=1e-3)
    assert least_vignetting((-0.3, 0.1, -0.05)) == pytest.approx(0.75, abs=1e-3)


def test_vignetting_acts_before_the_shot_noise() -> None:
    """Less light has fewer electrons: relative noise grows with the root of the loss. Two frames tell noise alone."""
    sensor = make_sensor("imx273", color_filter="mono", prnu_percent=0, dsnu_e=0)
    frames = []
    for frame_index in (0, 1):
        raw = record(
            uniform(60, (400, 300)),
            Exposure("manual", 2.8, 0.01, 700),
            sensor=sensor,
            optics=Optics(vignetting=(-0.5, 0.0, 0.0)),
            development=Development(raw=True),
            frame_index=frame_index,
        ).raw
        assert raw is not None
        frames.append(raw - 64.0)
    corner, middle = (slice(0, 24), slice(0, 24)), (slice(130, 170), slice(180, 220))
    share = polynomial_vignetting((400, 300), (-0.5, 0.0, 0.0))[corner].mean()
    assert frames[0][corner].mean() / frames[0][middle].mean() == pytest.approx(share, rel=0.01)
    noise = [(frames[0] - frames[1])[part].std() / frames[0][part].mean() for part in (corner, middle)]
    assert noise[0] / noise[1] == pytest.approx(share**-0.5, rel=0.1)


@pytest.mark.parametrize(
    "optics", [Optics(diffraction=True), Optics(blur_px=0.7), Optics(True, diffraction=True, blur_px=0.5)]
)
def test_a_kernel_multiplies_contrast_by_its_mtf_up_to_nyquist(optics: Optics) -> None:
    """Its Fourier series at a frequency along u, against the closed forms."""
    f_number, pitch_um = 4.0, 3.45
    kernels = blur_kernels(optics, f_number, pitch_um)
    assert kernels.sum(axis=(1, 2)) == pytest.approx([1.0, 1.0, 1.0], abs=1e-5)
    offsets = np.arange(kernels.shape[1]) - kernels.shape[1] // 2
    frequency = np.linspace(0.02, 0.5, 25)
    for channel, wavelength in enumerate(WAVELENGTHS_NM):
        line = kernels[channel].sum(axis=0)
        found = np.cos(2 * np.pi * frequency[:, None] * offsets) @ line
        want = np.exp(-2 * (np.pi * optics.blur_px * frequency) ** 2)
        if optics.diffraction:
            want = want * diffraction_mtf(frequency, f_number, wavelength, pitch_um)
        np.testing.assert_allclose(found, want, atol=0.005)


def test_diffraction_ends_where_the_aperture_passes_nothing_more() -> None:
    """Cut-off at 1 / (wavelength N): 3.45 um pixels at f/11 and 550 nm, 0.570 cycles per pixel."""
    assert diffraction_mtf(np.array([0.5703]), 11.0, 550.0, 3.45)[0] == pytest.approx(0.0, abs=1e-4)
    assert diffraction_mtf(np.array([0.55]), 11.0, 550.0, 3.45)[0] > 0


def test_blur_and_glare_lose_no_light() -> None:
    scene = np.zeros((120, 160, 3), np.float32)
    scene[60, 80] = 5000.0
    total = float(scene.sum())
    assert blurred(scene, Optics(diffraction=True, blur_px=0.8), 5.6, 3.45).sum() == pytest.approx(total, rel=2e-3)
    assert with_veiling_glare(scene, 0.1).sum() == pytest.approx(total, rel=1e-3)


@pytest.mark.parametrize("size", [(90, 500), (333, 192), (7, 5)])
def test_blur_in_parts_is_blur_of_the_whole_picture(size: tuple[int, int]) -> None:
    """OpenCV's correlation with the whole of a picture, whose edge is repeated, is the reference: no seams."""
    scene = np.random.default_rng(3).random((size[1], size[0], 3), dtype=np.float32)
    optics = Optics(diffraction=True, blur_px=0.8)
    kernels = blur_kernels(optics, 5.6, 3.45)
    seen = blurred(scene, optics, 5.6, 3.45)
    for channel in range(3):
        whole = cv2.filter2D(scene[..., channel], cv2.CV_32F, kernels[channel], borderType=cv2.BORDER_REPLICATE)
        np.testing.assert_allclose(seen[..., channel], np.maximum(whole, 0), atol=2e-6)


def test_glare_lifts_the_dark_beside_a_lamp() -> None:
    scene = np.zeros((240, 320, 3), np.float32)
    scene[100:140, 140:180] = 1000.0
    glared = with_veiling_glare(scene, 0.05)
    assert glared[120, 100, 0] > glared[20, 20, 0] > 0
    assert glared[120, 160, 0] == pytest.approx(1000, rel=0.05)


def test_an_over_scanned_frame_brings_light_in_from_outside() -> None:
    optics = Optics(blur_px=2.0)
    border = optics.border_px
    wide = np.zeros((120 + 2 * border, 160 + 2 * border, 3), np.float32)
    wide[:, : border - 1] = 100.0  # a bright thing just outside the picture
    seen = through_lens(wide, LENS, optics, 2.8, None)
    assert seen.shape == (120, 160, 3)
    assert seen[60, 0, 0] > 10
    assert seen[60, 40, 0] == pytest.approx(0, abs=1e-3)


def test_an_ideal_lens_leaves_the_light_alone() -> None:
    scene = uniform(3.0, (160, 120))
    np.testing.assert_array_equal(through_lens(scene, LENS, Optics(), 2.8, 3.45), scene)
