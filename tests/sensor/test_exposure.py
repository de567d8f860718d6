from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdg.camera.sensors.model import Development
from sdg.foundation.arrays import Float32Array, UInt8Array
from sdg.foundation.color import srgb_from_linear
from sdg.sensor.develop import develop
from sdg.sensor.exposure import auto_saturation_luminance, saturation_luminance


def _developed(radiance: Float32Array, saturation_nits: float) -> UInt8Array:
    return develop(radiance * np.float32(1.0 / saturation_nits), Development(), None)


def test_saturation_agrees_with_the_exposure_value_form() -> None:
    """L_max = 1.2 * 2^EV100 for q = 0.65; f/4, 1/125 s, ISO 100 is EV 10.97."""
    exposure_value = np.log2(4.0**2 / (1 / 125))
    assert saturation_luminance(4.0, 1 / 125, 100) == pytest.approx(1.2 * 2**exposure_value, rel=1e-3)


@given(st.floats(1.0, 22.0), st.floats(1e-4, 1.0), st.floats(50, 6400))
def test_one_stop_is_a_factor_of_two(f_number: float, shutter_s: float, iso: float) -> None:
    base = saturation_luminance(f_number, shutter_s, iso)
    assert saturation_luminance(f_number * np.sqrt(2), shutter_s, iso) == pytest.approx(2 * base)
    assert saturation_luminance(f_number, shutter_s / 2, iso) == pytest.approx(2 * base)
    assert saturation_luminance(f_number, shutter_s, iso / 2) == pytest.approx(2 * base)


def test_development_rounds_the_srgb_curve_once() -> None:
    linear = np.linspace(0, 1, 30_001)
    expected = np.round(srgb_from_linear(linear) * 255)
    radiance = np.repeat(linear[:, None, None], 3, axis=2).astype(np.float32) * 250
    difference = _developed(radiance, 250.0)[:, 0, 0].astype(float) - expected
    # A value within float32 rounding of a midpoint may fall on either side of it.
    assert np.abs(difference).max() <= 1
    assert (difference != 0).mean() < 1e-3


def test_development_clips_and_keeps_black_black() -> None:
    radiance = np.array([[[0.0, 1e9, -1.0]]], np.float32)
    np.testing.assert_array_equal(_developed(radiance, 100.0), [[[0, 255, 0]]])


@given(st.floats(1e-2, 1e6))
def test_a_grey_frame_becomes_middle_grey_however_bright_it_is(luminance: float) -> None:
    radiance = np.full((6, 8, 3), luminance, np.float32)
    saturation = auto_saturation_luminance(radiance, np.ones((6, 8), bool))
    np.testing.assert_array_equal(_developed(radiance, saturation), 118)


@given(st.integers(0, 2**32 - 1))
def test_automatic_exposure_clips_few_pixels(seed: int) -> None:
    generator = np.random.default_rng(seed)
    radiance = np.exp(generator.normal(3, 2, (40, 50, 3))).astype(np.float32)
    saturation = auto_saturation_luminance(radiance, np.ones((40, 50), bool))
    assert (_developed(radiance, saturation) == 255).any(axis=2).mean() <= 0.05


def test_pixels_without_a_ray_are_not_metered() -> None:
    radiance = np.full((4, 4, 3), 50, np.float32)
    radiance[0] = 0
    valid = np.ones((4, 4), bool)
    valid[0] = False
    assert auto_saturation_luminance(radiance, valid) == pytest.approx(50 / 0.18)
