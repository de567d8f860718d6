"""Sensors, optics and noise of a recipe on the stage."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from sdg.camera.optics import Optics
from sdg.camera.sensors.load import make_sensor
from sdg.camera.sensors.model import Development, PictureNoise
from sdg.errors import AssetError
from sdg.recipe.model import CameraBlock
from sdg.stage.build import build_stage
from sdg.stage.model import Camera, Exposure, Stage
from sdg.stage.sensors import camera_sensor
from tests.recipes import frame_of, recipe_of
from tests.sensor.pictures import record, sphere
from tests.stage.test_cameras import stage_of


def stage(*lines: str, frame: int = 0) -> Stage:
    more = "".join(f"    {line}\n" for line in lines)
    text = f"cameras:\n  - name: cam\n    resolution: [160, 120]\n{more}    pose: {{transform: {{}}}}\n"
    return stage_of(text, frame)


def camera(*lines: str, frame: int = 0) -> Camera:
    return stage(*lines, frame=frame).cameras[0]


def _slow(iso: float) -> dict[str, float]:
    return {"f_number": 2.8, "shutter_s": 0.01, "iso": iso}


def picture(made: Camera) -> bytes:
    """Return what a camera of the stage makes of a glowing sphere."""
    scene = sphere(120.0, 15.0)
    return record(
        scene, made.exposure, sensor=made.sensor, development=made.development, optics=made.optics, lens=made.lens
    ).rgb.tobytes()


@pytest.mark.parametrize(
    "exposure", [(), ("exposure: {f_number: 2.8, shutter_s: 0.004, iso: 400}",)], ids=["auto", "manual"]
)
def test_a_camera_without_a_sensor_and_one_with_the_ideal_one_record_the_same_bytes(exposure: tuple[str, ...]) -> None:
    without = picture(camera(*exposure))
    assert picture(camera(*exposure, "sensor: {preset: ideal}")) == without
    assert picture(camera(*exposure, "sensor: {}")) == without
    assert picture(camera(*exposure, "sensor: {preset: ideal, white_balance: neutral, tone_curve: srgb}")) == without
    assert picture(camera(*exposure, "sensor: {preset: imx273}")) != without


def test_a_sensor_is_its_preset_with_what_the_recipe_says_instead() -> None:
    made = camera("sensor: {preset: imx273, bit_depth: 10, temperature_c: 45, serial: 17, prnu_percent: {row: 0.2}}")
    assert made.sensor == make_sensor(
        "imx273", bit_depth=10, temperature_c=45.0, serial=17, prnu_percent={"row": 0.2, "column": 0.0, "pixel": 0.0}
    )


def test_two_cameras_of_one_preset_are_two_sensors() -> None:
    """Without a serial, a sensor has its camera's name for one."""
    text = "".join(
        f"  - {{name: {name}, sensor: {{preset: imx273}}, pose: {{transform: {{}}}}}}\n" for name in ("left", "right")
    )
    cameras = stage_of(f"cameras:\n{text}").cameras
    assert [made.sensor.serial for made in cameras if made.sensor is not None] == ["left", "right"]


def test_development_optics_and_exposure_are_handed_on() -> None:
    made = camera(
        "exposure: {f_number: 4, shutter_s: 0.01, gain_db: 6}",
        "sensor: {preset: imx250, demosaic: edge_aware, white_balance: [2, 1, 1.5], tone_curve: 2.2, raw: true,"
        " jpeg: {quality: 80}, color_matrix: [[1, 0, 0], [0, 1, 0], [0.1, 0, 0.9]]}",
        "optics: {vignetting: {natural: true, k1: -0.1}, diffraction: true, blur_px: 0.4, veiling_glare: 0.01,"
        " lateral_color: [1.001, 0.9995]}",
        "noise: {gaussian: {std: 0.02}}",
    )
    assert made.exposure == Exposure("manual", 4.0, 0.01, gain_db=6.0)
    assert made.optics == Optics(True, (-0.1, 0.0, 0.0), True, 0.4, 0.01, (1.001, 0.9995))
    assert made.development == Development(
        demosaic="edge_aware",
        white_balance=(2.0, 1.0, 1.5),
        color_matrix=((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.1, 0.0, 0.9)),
        tone_curve=2.2,
        jpeg_quality=80,
        noise=PictureNoise(0.0, 0.02),
        raw=True,
    )


def test_any_number_may_be_drawn() -> None:
    lines = (
        "exposure: {f_number: {uniform: [2, 4]}, shutter_s: {log_uniform: [0.001, 0.01]}, gain_db: {uniform: [0, 6]}}",
        "sensor: {preset: {choice: [imx273, imx250]}, temperature_c: {normal: {mean: 30, std: 5, min: 10, max: 50}},"
        " white_balance: {choice: [neutral, [1.5, 1, 1.2]]}, serial: {uniform_int: [0, 99]}}",
        "optics: {veiling_glare: {uniform: [0, 0.02]}}",
        "noise: {gaussian: {std: {uniform: [0.0, 0.02]}}}",
    )
    first, second = (camera(*lines, frame=frame) for frame in (0, 1))
    assert first.exposure != second.exposure
    assert first.sensor != second.sensor
    assert first.optics != second.optics
    assert dataclasses.astuple(first.exposure) == dataclasses.astuple(camera(*lines, frame=0).exposure)


def test_noise_with_a_probability_is_there_in_that_share_of_the_frames() -> None:
    recipe = recipe_of(
        "cameras:\n  - {name: cam, noise: {gaussian: {std: 0.02}, probability: 0.3}, pose: {transform: {}}}\n"
    )
    stages = [build_stage(frame_of(recipe, frame), recipe) for frame in range(200)]
    present = [made.cameras[0].development.noise is not None for made in stages]
    # Three standard errors of a share of 0.3 over 200 frames.
    assert np.mean(present) == pytest.approx(0.3, abs=0.1)
    assert [made.drawn["cameras.cam.noise.present"] for made in stages] == present


@pytest.mark.parametrize(
    ("block", "message"),
    [
        ({"sensor": {"preset": "imx273"}, "exposure": _slow(50)}, "faster than iso 50"),
        ({"sensor": {"preset": "imx273", "array_size": (64, 64)}}, "larger than the sensor's array"),
        ({"sensor": {"full_well_e": 9000}}, "pixel_pitch_um"),
        ({"sensor": {"preset": "imx1"}}, "no sensor imx1"),
    ],
)
def test_draws_that_leave_no_usable_sensor_are_told(block: dict[str, Any], message: str) -> None:
    """Checking looks at the ends of what may be drawn, not at every combination of many draws."""
    drawn = CameraBlock.model_validate({"name": "cam", "pose": {"transform": {}}, **block})
    with pytest.raises(AssetError, match=message):
        camera_sensor(drawn)


def test_raw_numbers_are_of_light_that_no_denoiser_has_touched() -> None:
    """Its errors are shared by neighbours, and no sensor has such."""
    raw = "sensor: {preset: imx273, raw: true}"
    assert stage("sensor: {preset: imx273}").settings.denoise
    assert not stage(raw).settings.denoise
    text = f"cameras:\n  - {{name: cam, {raw}, pose: {{transform: {{}}}}}}\nrender: {{denoise: true}}\n"
    assert stage_of(text).settings.denoise
