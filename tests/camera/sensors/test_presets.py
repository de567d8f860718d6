from __future__ import annotations

import math

import numpy as np
import pytest

from sdg.camera.sensors.exposure import (
    db_from_gain,
    electrons_per_lux_second,
    gain_for_iso,
    iso_speed,
    saturation_exposure,
    white_photons_per_lux,
)
from sdg.camera.sensors.load import load_preset, make_sensor, preset_names
from sdg.camera.sensors.model import Sensor

KINDS = {"measured", "derived", "typical"}
PUBLISHED = [name for name in preset_names() if load_preset(name).published]


@pytest.mark.parametrize("name", preset_names())
def test_every_number_of_a_preset_has_a_unit_a_kind_and_a_source(name: str) -> None:
    preset = load_preset(name)
    for key, entry in (*preset.values.items(), *preset.published.items()):
        assert entry.kind in KINDS, key
        assert entry.unit or key == "color_filter", key
        assert entry.source.startswith("sdg: " if entry.kind == "typical" else "https://") or "note" in entry.conditions
        assert bool(entry.derivation) == (entry.kind == "derived"), key


@pytest.mark.parametrize("name", PUBLISHED)
def test_derived_numbers_follow_from_the_published_ones(name: str) -> None:
    """EMVA 1288 R4.0: SNR_max^2 is the saturation in electrons; DR = saturation / (sqrt(sd^2 + 1/(12 K^2)) + 1/2)."""
    preset = load_preset(name)
    sensor = make_sensor(name)
    snr_db, range_db = preset.published["snr_max_db"].value, preset.published["dynamic_range_db"].value
    assert 20 * math.log10(math.sqrt(sensor.full_well_e)) == pytest.approx(snr_db, abs=1e-3)
    least = math.hypot(sensor.read_noise_e, math.sqrt(1 / 12) / sensor.gain_dn_per_e) + 0.5
    assert 20 * math.log10(sensor.full_well_e / least) == pytest.approx(range_db, abs=1e-2)
    full_dn = sensor.black_level_dn + sensor.gain_dn_per_e * sensor.full_well_e
    assert full_dn == pytest.approx(sensor.white_dn, rel=1e-4)


def test_a_lux_of_white_is_the_spectrum_summed_up() -> None:
    """Summed by rectangles of 1 nm, apart from the closed form: power per nm so that its photopic sum is one lux."""
    wavelengths = np.arange(400.5, 700.0)
    power = 1.0 / (683.002 * 106.856895)
    photons = power * wavelengths * 1e-9 / (6.62607015e-34 * 299792458.0) * 1e-12
    thirds = [photons[wavelengths > 600].sum(), photons[(wavelengths > 500) & (wavelengths < 600)].sum()]
    red, green, blue = white_photons_per_lux()
    assert (red, green) == pytest.approx(thirds, rel=1e-9)
    assert red + green + blue == pytest.approx(photons.sum(), rel=1e-9)


def test_the_published_unity_gain_of_a_phone_is_near_the_speed_that_follows() -> None:
    """The source of imx363 states that ISO 55 is its unity gain; pitch, full well and typical efficiency give 58."""
    assert iso_speed(make_sensor("imx363")) == pytest.approx(55, rel=0.15)


@pytest.mark.parametrize("name", ["imx273", "imx477"])
@pytest.mark.parametrize("color_filter", ["mono", "rggb", "none"])
def test_speed_and_gain_are_one_another(name: str, color_filter: str) -> None:
    sensor = make_sensor(name, color_filter=color_filter)
    for gain_db in (6.0, 12.0, 24.0):
        assert db_from_gain(gain_for_iso(sensor, iso_speed(sensor, gain_db))) == pytest.approx(gain_db, abs=1e-6)
    assert saturation_exposure(sensor, 4.0) == pytest.approx(78 / iso_speed(sensor, 20 * math.log10(4)), rel=1e-9)


def test_a_grey_sensor_sums_what_the_colours_of_one_see() -> None:
    mono = electrons_per_lux_second(make_sensor("imx273", color_filter="mono", quantum_efficiency=[0.4, 0.6, 0.5]))
    color = electrons_per_lux_second(make_sensor("imx273", quantum_efficiency=[0.4, 0.6, 0.5]))
    assert mono.shape == (1, 3)
    np.testing.assert_allclose(mono[0], np.diag(color))


def test_fewer_bits_rescale_the_converter() -> None:
    sensor = make_sensor("imx273", bit_depth=8)
    base = make_sensor("imx273")
    assert sensor.gain_dn_per_e == pytest.approx(base.gain_dn_per_e / 16)
    assert sensor.black_level_dn == pytest.approx(4.0)
    assert sensor.white_dn == 255


def test_a_smaller_full_well_fills_the_converter_again() -> None:
    sensor = make_sensor("imx273", full_well_e=5000)
    assert sensor.black_level_dn + 5000 * sensor.gain_dn_per_e == pytest.approx(4095)


def test_read_noise_of_one_kind_replaces_that_behind_the_amplifier() -> None:
    preset = make_sensor("imx477")
    assert preset.read_noise_at(1.0) == pytest.approx(3.0, rel=1e-3)
    assert preset.read_noise_at(16.0) == pytest.approx(1.5, rel=1e-3)
    assert make_sensor("imx477", read_noise_e=2.0).read_noise_at(1.0) == 2.0


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ({"full_well_e": 9000}, "pixel_pitch_um"),
        ({"full_well_e": 9000, "pixel_pitch_um": 3}, "quantum_efficiency"),
        ({"preset": "imx487", "color_filter": "rggb"}, "quantum_efficiency"),
        ({"preset": "imx273", "bit_depth": 4, "black_level_dn": 15}, "black_level_dn"),
    ],
)
def test_what_is_missing_is_named(given: dict[str, object], key: str) -> None:
    preset = given.pop("preset", None)
    with pytest.raises(ValueError, match=f"^{key}: "):
        make_sensor(preset, **given)  # type: ignore[arg-type]


def _variance_of_average(sensor: Sensor, n: int) -> float:
    """Return the variance of the mean of n x n pixels in the dark, in DN, without rounding."""
    electrons = sensor.dark_current_e_per_s + sensor.read_noise_e**2
    return sensor.gain_dn_per_e**2 * electrons / n**2


def test_binning_averages_what_the_pixels_measure() -> None:
    sensor = make_sensor("imx273", binning=2, dsnu_e={"row": 1.0, "column": 2.0, "pixel": 3.0})
    binned = sensor.binned()
    dark = binned.gain_dn_per_e**2 * (binned.dark_current_e_per_s + binned.read_noise_e**2)
    assert dark == pytest.approx(_variance_of_average(sensor, 2))
    assert binned.array_size == (728, 544)
    assert binned.gain_dn_per_e * binned.full_well_e == pytest.approx(sensor.gain_dn_per_e * sensor.full_well_e)
    # A row's offset is shared by the n pixels of each of n rows: in DN it falls by sqrt(n), a pixel's by n.
    in_dn = [part * binned.gain_dn_per_e for part in (binned.dsnu_e.row, binned.dsnu_e.column, binned.dsnu_e.pixel)]
    want = [part * sensor.gain_dn_per_e for part in (1.0 / 2**0.5, 2.0 / 2**0.5, 3.0 / 2)]
    assert in_dn == pytest.approx(want)
