from __future__ import annotations

import math

import pytest

from sdg.camera.depth_sensors.load import KINDS, keys_of, load_preset, make_depth_sensor, preset_kind, preset_names
from sdg.camera.depth_sensors.model import StereoDepth, TimeOfFlightDepth

LIGHT_MPS = 299_792_458.0


@pytest.mark.parametrize("name", preset_names())
def test_every_number_of_a_preset_has_a_unit_a_kind_and_a_source(name: str) -> None:
    preset = load_preset(name)
    assert set(preset.values) <= keys_of(preset_kind(name))
    for key, entry in (*preset.values.items(), *preset.published.items()):
        assert entry.kind in {"measured", "derived", "typical"}, key
        assert entry.unit, key
        assert entry.source.startswith("https://" if entry.kind != "typical" else ("sdg: ", "https://")), key
        assert bool(entry.derivation) == (entry.kind == "derived"), key


@pytest.mark.parametrize("name", ["d415", "d435"])
def test_focal_lengths_follow_from_the_field_of_view(name: str) -> None:
    published, sensor = load_preset(name).published, make_depth_sensor(name, None, None)
    half = math.radians(published["horizontal_field_deg"].value / 2)
    assert isinstance(sensor, StereoDepth)
    assert sensor.focal_length_px == pytest.approx(published["resolution"].value[0] / 2 / math.tan(half), rel=1e-4)


@pytest.mark.parametrize(("name", "published_m"), [("d415", 0.45), ("d435", 0.17)])
def test_the_least_depth_is_near_the_published_one(name: str, published_m: float) -> None:
    """The maker gives 45 cm for the D415 at 1280x720 and 17 cm for the D435 at 848x480."""
    sensor = make_depth_sensor(name, None, None)
    assert isinstance(sensor, StereoDepth)
    least = sensor.focal_length_px * sensor.baseline_m / sensor.disparity_range_px
    assert least == pytest.approx(published_m, rel=0.03)


def test_signal_of_the_azure_kinect_follows_from_its_published_noise() -> None:
    preset, sensor = load_preset("azure_kinect"), make_depth_sensor("azure_kinect", None, None)
    assert isinstance(sensor, TimeOfFlightDepth)
    electrons = sensor.signal_e * preset.published["least_reflectivity"].value / sensor.range_m[1] ** 2
    noise = LIGHT_MPS / (4 * math.sqrt(2) * math.pi * 200e6) / math.sqrt(electrons)
    assert noise == pytest.approx(preset.published["random_error_m"].value, rel=1e-3)


def test_what_is_given_stands_in_place_of_the_presets_numbers() -> None:
    sensor = make_depth_sensor("d435", "stereo", None, baseline_m=0.1, fill="left", range_m=[0.2, 3.0])
    assert isinstance(sensor, StereoDepth)
    assert (sensor.name, sensor.baseline_m, sensor.fill, sensor.range_m) == ("d435", 0.1, "left", (0.2, 3.0))
    assert sensor.focal_length_px == 424.0


def test_the_lens_gives_the_focal_length_that_nothing_else_gives() -> None:
    given = {"baseline_m": 0.1, "disparity_noise_px": 0.1}
    sensor = make_depth_sensor(None, "stereo", 321.0, **given)
    assert isinstance(sensor, StereoDepth)
    assert sensor.focal_length_px == 321.0
    with pytest.raises(ValueError, match="focal_length_px"):
        make_depth_sensor(None, "stereo", None, **given)


def test_one_frequency_is_ambiguous_beyond_half_its_wavelength() -> None:
    sensor = make_depth_sensor(None, "time_of_flight", None, modulation_mhz=20.0, signal_e=1e5)
    assert isinstance(sensor, TimeOfFlightDepth)
    assert sensor.ambiguity_m == pytest.approx(LIGHT_MPS / 40e6)


@pytest.mark.parametrize("kind", KINDS)
def test_a_second_eye_is_where_the_baseline_has_it(kind: str) -> None:
    given = {"stereo": {"disparity_noise_px": 0.1}, "structured_light": {"axial_noise": [0.001, 0, 0]}}
    if kind == "time_of_flight":
        assert make_depth_sensor(None, kind, 500.0, modulation_mhz=20, signal_e=1e5).second_eye_m is None
        return
    for side, sign in (("right", 1), ("left", -1)):
        sensor = make_depth_sensor(None, kind, 500.0, baseline_m=0.2, second_eye=side, **given[kind])
        assert sensor.second_eye_m == (sign * 0.2, 0.0, 0.0)
