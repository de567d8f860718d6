from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sdg.camera.sensors.load import make_sensor
from sdg.camera.sensors.model import Sensor
from sdg.sensor.digitise import NoiseKey, digitise_photons
from sdg.sensor.fixed_pattern import Window, fixed_pattern

KEY = NoiseKey(3, 0, "cam")


def _counter(**more: object) -> Sensor:
    """Return a sensor whose numbers are electrons: every photon counts, one number per electron, no other noise."""
    return make_sensor(
        None,
        pixel_pitch_um=5.0,
        quantum_efficiency=1.0,
        full_well_e=60_000,
        bit_depth=16,
        black_level_dn=0,
        gain_dn_per_e=1.0,
        color_filter="mono",
        **more,
    )


@pytest.mark.parametrize("mean", [0.5, 3.0, 12.0, 400.0, 20_000.0])
def test_electrons_are_poisson_distributed_however_few(mean: float) -> None:
    """Pearson's chi-squared over the counts, cells of at least 20 expected; p above 1e-4 for a fixed seed."""
    drawn = digitise_photons(np.full((256, 256), mean, np.float32), _counter(), 1.0, 1.0, KEY).ravel()
    law = stats.poisson(mean)
    low, high = int(law.ppf(1e-3)), int(law.ppf(1 - 1e-3))
    edges = np.unique(np.linspace(low, high, 40).astype(int))
    cumulative = np.concatenate([[0.0], law.cdf(edges), [1.0]])
    expected = np.diff(cumulative) * drawn.size
    observed = np.diff(np.concatenate([[0], np.searchsorted(np.sort(drawn), edges, side="right"), [drawn.size]]))
    enough = expected >= 20
    statistic = ((observed - expected)[enough] ** 2 / expected[enough]).sum()
    assert stats.chi2(enough.sum() - 1).sf(statistic) > 1e-4


def test_pixels_are_full_at_the_full_well() -> None:
    numbers = digitise_photons(np.full((64, 64), 1e6, np.float32), _counter(), 1.0, 1.0, KEY)
    np.testing.assert_array_equal(numbers, 60_000)


def test_light_without_end_fills_a_pixel_like_any_other() -> None:
    numbers = digitise_photons(np.full((64, 64), np.inf, np.float32), _counter(), 1.0, 1.0, KEY)
    np.testing.assert_array_equal(numbers, 60_000)


def test_dark_current_doubles_and_counts_with_time() -> None:
    """100 e/s at 20 C are 400 e/s at 34 C, if 7 K double it; 8 s of them 3200 e with a Poisson spread."""
    sensor = _counter(dark_current_e_per_s=100.0, dark_reference_c=20.0, temperature_c=34.0)
    dark = digitise_photons(np.zeros((128, 128), np.float32), sensor, 1.0, 8.0, KEY).astype(float)
    assert dark.mean() == pytest.approx(3200, abs=4 * np.sqrt(3200) / 128)
    assert dark.var() == pytest.approx(3200, rel=4 * np.sqrt(2) / 128)


def test_a_sensor_that_glows_is_full() -> None:
    """At 200 C, with a doubling every kelvin, the factor alone is 2^180, beyond what float32 holds."""
    sensor = _counter(
        dark_current_e_per_s=1e9, temperature_c=200.0, dark_doubling_c=1.0, hot_pixel_share=0.5, hot_pixel_e_per_s=1e9
    )
    numbers = digitise_photons(np.zeros((32, 32), np.float32), sensor, 1.0, 3600.0, KEY)
    np.testing.assert_array_equal(numbers, 60_000)


def test_hot_pixels_are_the_same_ones_in_every_frame() -> None:
    sensor = _counter(hot_pixel_share=0.01, hot_pixel_e_per_s=5000.0)
    first, second = (
        digitise_photons(np.zeros((200, 200), np.float32), sensor, 1.0, 1.0, NoiseKey(3, frame, "cam")) > 200
        for frame in (0, 1)
    )
    assert 0.005 < first.mean() < 0.012
    assert (first != second).mean() < 0.001


def _pattern(serial: str, size: tuple[int, int] = (96, 80), array: tuple[int, int] | None = None) -> np.ndarray:
    sensor = make_sensor("imx273", serial=serial, dsnu_e={"row": 1.0, "column": 2.0, "pixel": 3.0})
    pattern = fixed_pattern(sensor, Window.centred(array or size, size)).dark_e
    assert pattern is not None
    return pattern


def test_a_fixed_pattern_is_the_serials_and_no_others() -> None:
    np.testing.assert_array_equal(_pattern("a"), _pattern("a"))
    assert np.corrcoef(_pattern("a").ravel(), _pattern("b").ravel())[0, 1] < 0.1


def test_a_smaller_picture_shows_the_middle_of_the_same_pattern() -> None:
    whole = _pattern("a", (300, 260))
    part = _pattern("a", (96, 80), (300, 260))
    np.testing.assert_array_equal(part, whole[90:170, 102:198])


def test_a_window_keeps_the_order_of_the_filters() -> None:
    for width in range(2, 40):
        window = Window.centred((41, 43), (width, width))
        assert window.origin[0] % 2 == window.origin[1] % 2 == 0
        assert window.origin[0] + width <= 41


def test_response_and_darkness_have_patterns_of_their_own() -> None:
    sensor = make_sensor("imx273", prnu_percent=1.0, dsnu_e=1.0)
    pattern = fixed_pattern(sensor, Window.centred(None, (128, 128)))
    assert pattern.response is not None
    assert pattern.dark_e is not None
    assert abs(np.corrcoef(pattern.response.ravel(), pattern.dark_e.ravel())[0, 1]) < 0.05


def test_amplification_scales_the_signal_and_hides_the_noise_behind_it() -> None:
    sensor = make_sensor("imx477", color_filter="mono", dsnu_e=0, dark_current_e_per_s=0)
    for gain, read_e in ((1.0, 3.0), (16.0, 1.5)):
        dark = digitise_photons(np.zeros((256, 256), np.float32), sensor, gain, 0.01, KEY).astype(float)
        noise = np.sqrt(dark.var() - 1 / 12) / (sensor.gain_dn_per_e * gain)
        assert noise == pytest.approx(read_e, rel=0.015)
