from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sdg.camera.optics import Optics
from sdg.camera.sensors.exposure import iso_speed
from sdg.camera.sensors.load import make_sensor
from sdg.camera.sensors.model import Development, PictureNoise, Sensor
from sdg.sensor import bands
from sdg.sensor.develop import develop_numbers
from sdg.sensor.digitise import NoiseKey
from sdg.stage.model import Exposure
from tests.sensor.pictures import record, sphere, uniform

PLANCK, LIGHT = 6.62607015e-34, 299792458.0


def mean_number(
    nits: float, f_number: float, shutter_s: float, iso: float, *, pitch_m: float, efficiency: float, well_e: float
) -> float:
    """Return the mean digital number of a grey-scale sensor of 12 bits and black level 64, from first principles.

    Equal-energy light of 400 to 700 nm, in steps of 1 nm; V integrates to 106.857 nm; E = pi L tau / (4 N^2) with
    pi tau / 4 = 0.65; saturation-based ISO: the gain makes 78 / S lux seconds of that light fill the converter.
    """
    wavelengths = np.arange(400.5e-9, 700e-9, 1e-9)
    watts_per_m2_nm = 1.0 / (683.0 * 106.857)
    photons_per_lux = float((watts_per_m2_nm * wavelengths / (PLANCK * LIGHT)).sum()) * pitch_m**2
    lux_seconds = 0.65 * nits / f_number**2 * shutter_s
    electrons = photons_per_lux * lux_seconds * efficiency
    electrons_at_saturation = photons_per_lux * efficiency * 78.0 / iso
    assert electrons_at_saturation <= well_e * 1.001
    return 64 + (4095 - 64) * electrons / electrons_at_saturation


@pytest.mark.parametrize("f_number", [1.4, 2.8, 8.0])
@pytest.mark.parametrize("shutter_s", [0.001, 0.02])
@pytest.mark.parametrize("iso", [700, 3200])
def test_a_sphere_of_known_luminance_gives_the_calculated_numbers(
    f_number: float, shutter_s: float, iso: float
) -> None:
    sensor = make_sensor("imx273", color_filter="mono", dark_current_e_per_s=0)
    saturating = 78 / (0.65 * iso) * f_number**2 / shutter_s
    nits = 0.4 * saturating
    raw = record(
        sphere(nits), Exposure("manual", f_number, shutter_s, iso), sensor=sensor, development=Development(raw=True)
    ).raw
    assert raw is not None
    disc = sphere(1.0)[..., 0] > 0
    expected = mean_number(nits, f_number, shutter_s, iso, pitch_m=3.45e-6, efficiency=0.65, well_e=10471)
    assert raw[disc].mean() - 64 == pytest.approx(expected - 64, rel=0.01)
    assert raw[~disc].mean() == pytest.approx(64, abs=1)


def test_iso_and_gain_give_the_same_picture() -> None:
    sensor = make_sensor("imx273")
    by_gain = record(uniform(50), Exposure("manual", 2.8, 0.01, gain_db=9.0), sensor=sensor)
    by_iso = record(uniform(50), Exposure("manual", 2.8, 0.01, iso_speed(sensor, 9.0)), sensor=sensor)
    np.testing.assert_array_equal(by_gain.rgb, by_iso.rgb)
    assert by_iso.recording["gain_db"] == pytest.approx(9.0)


@pytest.mark.parametrize("color_filter", ["mono", "rggb", "none"])
def test_a_sensor_exposes_as_bright_as_an_ideal_camera_of_the_same_iso(color_filter: str) -> None:
    """White saturates both at 78 / (S q) N^2 / t; the middle of the grey scale tells."""
    exposure = Exposure("manual", 4.0, 0.01, 800)
    ideal = record(uniform(40), exposure)
    sensed = record(uniform(40), exposure, sensor=make_sensor("imx273", color_filter=color_filter))
    assert sensed.saturation_nits == pytest.approx(ideal.saturation_nits, rel=1e-9)
    assert sensed.rgb.astype(float).mean(axis=(0, 1)) == pytest.approx(ideal.rgb.mean(axis=(0, 1)), abs=0.7)


def test_an_automatic_exposure_is_as_bright_as_without_a_sensor() -> None:
    scene = sphere(300.0, 60.0)
    ideal = record(scene, Exposure())
    for nits in (1.0, 0.02, 100.0):
        sensed = record(scene * np.float32(nits), Exposure(), sensor=make_sensor("imx250"))
        assert sensed.saturation_nits == pytest.approx(ideal.saturation_nits * nits, rel=1e-6)
    dim = record(scene * np.float32(1e-4), Exposure(), sensor=make_sensor("imx250")).recording
    assert dim["gain_db"] == pytest.approx(20 * math.log10(16))
    darkest = record(scene * np.float32(1e-9), Exposure(), sensor=make_sensor("imx250"))
    assert darkest.recording["shutter_s"] == 1.0
    assert darkest.rgb.mean() < 20


def test_colours_come_back_through_filters() -> None:
    """Demosaiced and white-balanced, a uniform colour is what it was, also through filters that let others through."""
    color = (30.0, 60.0, 15.0)
    exposure = Exposure("manual", 2.8, 0.01, 300)
    ideal = record(uniform(color, (128, 128)), exposure).rgb.mean(axis=(0, 1))
    leaky = ((0.8, 0.15, 0.05), (0.1, 0.8, 0.1), (0.05, 0.25, 0.7))
    for color_filter in ("rggb", "bggr", "grbg", "gbrg", "none"):
        for response in (None, leaky):
            sensor = make_sensor("imx273", color_filter=color_filter, color_response=response)
            view = record(uniform(color, (128, 128)), exposure, sensor=sensor)
            scale = view.saturation_nits / record(uniform(color), exposure).saturation_nits
            assert scale == pytest.approx(1.0, rel=1e-6)
            assert view.rgb.mean(axis=(0, 1)) == pytest.approx(ideal, abs=1.5)


def test_temporal_noise_depends_on_seed_frame_and_camera_alone() -> None:
    sensor = make_sensor("imx273")
    exposure = Exposure("manual", 2.8, 0.01, 400)

    def rgb(**key: object) -> bytes:
        return record(uniform(20), exposure, sensor=sensor, **key).rgb.tobytes()  # type: ignore[arg-type]

    base = rgb()
    assert rgb() == base
    assert len({base, rgb(seed=8), rgb(frame_index=1), rgb(name="other")}) == 4


def test_the_bands_do_not_depend_on_the_number_of_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    picture = sphere(90, 20, (64, 500))
    effects: dict[str, Any] = {
        "sensor": make_sensor("imx273"),
        "optics": Optics(natural_vignetting=True, diffraction=True, veiling_glare=0.05),
        "development": Development(white_balance="grey_world", noise=PictureNoise(0.0, 0.01), raw=True),
    }
    many = record(picture, Exposure(), **effects)
    with ThreadPoolExecutor(max_workers=1) as alone:
        monkeypatch.setattr(bands, "_pool", lambda: alone)
        one = record(picture, Exposure(), **effects)
    np.testing.assert_array_equal(one.rgb, many.rgb)
    assert one.raw is not None
    assert many.raw is not None
    np.testing.assert_array_equal(one.raw, many.raw)
    assert one.saturation_nits == many.saturation_nits


@pytest.mark.parametrize("noise", [None, PictureNoise(0.01, 0.02)])
@pytest.mark.parametrize("curve", ["srgb", 3.0])
def test_developing_by_code_is_developing_pixel_by_pixel(noise: PictureNoise | None, curve: str | float) -> None:
    """A colour matrix of one, which mixes nothing, has every pixel worked out by itself."""
    numbers = np.random.default_rng(5).integers(0, 4096, (70, 50), dtype=np.uint16)
    development = Development(noise=noise, tone_curve=curve, white_balance=(1.9, 1.0, 1.4))  # type: ignore[arg-type]
    apart = replace(development, color_matrix=((1, 0, 0), (0, 1, 0), (0, 0, 1)))
    sensor, key = make_sensor("imx273"), NoiseKey(1, 2, "cam")
    by_code, by_pixel = (develop_numbers(numbers, sensor, each, key)[0] for each in (development, apart))
    assert len(np.unique(by_code)) > 200
    np.testing.assert_array_equal(by_code, by_pixel)


def test_highlights_clip_to_white_and_not_to_a_colour() -> None:
    view = record(uniform(1e9), Exposure("manual", 2.8, 0.01, 400), sensor=make_sensor("imx273"))
    np.testing.assert_array_equal(view.rgb, 255)


def test_raw_numbers_come_only_when_asked_for() -> None:
    exposure = Exposure("manual", 2.8, 0.01, 400)
    assert record(uniform(20), exposure, sensor=make_sensor("imx273")).raw is None
    raw = record(uniform(20), exposure, sensor=make_sensor("imx273"), development=Development(raw=True)).raw
    assert raw is not None
    assert raw.shape == (64, 96)


def test_the_mosaic_has_the_order_of_its_name() -> None:
    """Red light alone: the numbers above black stand where the name says r."""
    exposure = Exposure("manual", 2.8, 0.01, 400)
    for name, place in {"rggb": (0, 0), "grbg": (0, 1), "gbrg": (1, 0), "bggr": (1, 1)}.items():
        sensor = make_sensor("imx273", color_filter=name)
        raw = record(uniform((60, 0, 0)), exposure, sensor=sensor, development=Development(raw=True)).raw
        assert raw is not None
        means = {(row, column): raw[row::2, column::2].mean() for row in (0, 1) for column in (0, 1)}
        assert max(means, key=means.__getitem__) == place
        assert sorted(means.values())[2] < 80


def test_a_noise_profile_tells_the_variance_of_the_numbers() -> None:
    sensor = make_sensor("imx273", color_filter="mono", prnu_percent=0, dsnu_e=0, dark_current_e_per_s=0)
    view = record(
        uniform(60, (320, 240)), Exposure("manual", 2.8, 0.01, 900), sensor=sensor, development=Development(raw=True)
    )
    assert view.raw is not None
    span = 4095 - 64
    x = (view.raw - 64.0) / span
    profile = view.recording["noise_profile"]
    assert isinstance(profile, dict)
    assert x.var() == pytest.approx(profile["scale"] * x.mean() + profile["offset"], rel=0.03)


def _plain(**more: object) -> Sensor:
    return make_sensor(None, pixel_pitch_um=4.0, quantum_efficiency=0.5, full_well_e=1e6, bit_depth=16, **more)


def test_grey_world_makes_the_mean_grey() -> None:
    tinted = uniform((60.0, 40.0, 20.0), (128, 128))
    development = Development(white_balance="grey_world")
    view = record(tinted, Exposure(), sensor=_plain(), development=development)
    means = view.rgb.mean(axis=(0, 1))
    assert means.max() - means.min() < 1
    ideal = record(tinted, Exposure(), development=development).rgb
    assert np.ptp(ideal.astype(int), axis=2).max() <= 1


def test_a_color_matrix_and_white_balance_act_on_linear_values() -> None:
    development = Development(
        white_balance=(2.0, 1.0, 0.5), color_matrix=((0, 1, 0), (1, 0, 0), (0, 0, 1)), tone_curve="linear"
    )
    rgb = record(uniform(25.5), Exposure("manual", 1.0, 1.0, 120 / 255), development=development).rgb
    saturation = 78 / (120 / 255 * 0.65)
    expected = [round(25.5 / saturation * factor * 255) for factor in (1.0, 2.0, 0.5)]
    np.testing.assert_allclose(rgb[0, 0], expected, atol=1)


@pytest.mark.parametrize(
    ("curve", "expected"),
    [
        ("linear", 0.18),
        ("srgb", 1.055 * 0.18 ** (1 / 2.4) - 0.055),
        ("rec709", 1.099 * 0.18**0.45 - 0.099),
        (2.0, 0.18**0.5),
    ],
)
def test_a_tone_curve_maps_middle_grey(curve: str | float, expected: float) -> None:
    saturation = 78 / (100 * 0.65) * 4 / 0.01
    development = Development(tone_curve=curve)  # type: ignore[arg-type]
    view = record(uniform(0.18 * saturation), Exposure("manual", 2.0, 0.01, 100), development=development)
    assert np.abs(view.rgb.astype(float) - 255 * expected).max() <= 0.5 + 1e-3


def test_jpeg_leaves_its_traces_and_less_with_more_quality() -> None:
    scene = sphere(100.0, 20.0)
    plain = record(scene, Exposure()).rgb.astype(int)
    errors = [
        np.abs(record(scene, Exposure(), development=Development(jpeg_quality=quality)).rgb - plain).mean()
        for quality in (30, 95)
    ]
    assert errors[0] > errors[1] > 0


def test_picture_noise_has_its_mean_and_deviation() -> None:
    """Added to encoded values, rounded once: variance is std^2 + 1/12 of a step."""
    development = Development(noise=PictureNoise(0.02, 0.03))
    exposure = Exposure("manual", 2.0, 0.01, 100)
    plain = record(uniform(90, (320, 240)), exposure).rgb.astype(float)
    noisy = record(uniform(90, (320, 240)), exposure, development=development).rgb.astype(float)
    difference = noisy - plain
    count = difference.size
    assert difference.std() == pytest.approx(math.hypot(0.03 * 255, 12**-0.5), rel=4 / math.sqrt(2 * count))
    # The clean value lies up to half a step from the rounded one.
    assert difference.mean() == pytest.approx(0.02 * 255, abs=0.5 + 4 * 0.03 * 255 / math.sqrt(count))


def test_a_picture_larger_than_the_array_is_a_fault_of_ours_by_then() -> None:
    with pytest.raises(ValueError, match="larger than the array"):
        record(uniform(10, (64, 64)), Exposure(), sensor=make_sensor("imx273", array_size=(32, 32)))
