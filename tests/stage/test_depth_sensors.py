"""Depth sensors and depth noise of a recipe on the stage."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sdg.camera.depth_sensors.load import make_depth_sensor
from sdg.camera.depth_sensors.model import DepthNoise, StereoDepth
from sdg.errors import RecipeError
from sdg.stage.build import build_stage
from sdg.stage.model import Camera
from tests.recipes import frame_of, recipe_of
from tests.stage.test_cameras import stage_of


def camera(*lines: str, frame: int = 0) -> Camera:
    more = "".join(f"    {line}\n" for line in lines)
    text = f"cameras:\n  - name: cam\n    resolution: [160, 120]\n{more}    pose: {{transform: {{}}}}\n"
    return stage_of(text, frame).cameras[0]


def test_a_camera_without_depth_blocks_measures_the_truth() -> None:
    made = camera()
    assert (made.depth_sensor, made.depth_noise, made.second_eye_m) == (None, None, None)


def test_a_depth_sensor_is_its_preset_with_what_the_recipe_says_instead() -> None:
    made = camera("depth_sensor: {preset: d435, disparity_noise_px: 0.1, range_m: [0.3, 4], second_eye: left}")
    assert made.depth_sensor == make_depth_sensor(
        "d435", None, None, disparity_noise_px=0.1, range_m=(0.3, 4.0), second_eye="left"
    )
    assert made.second_eye_m == (-0.05, 0.0, 0.0)


def test_a_lens_gives_its_focal_length_to_a_sensor_without_one() -> None:
    sensor = "depth_sensor: {kind: stereo, baseline_m: 0.1, disparity_noise_px: 0.1}"
    made = camera("lens: {pinhole: {fx: 123}}", sensor).depth_sensor
    assert isinstance(made, StereoDepth)
    assert made.focal_length_px == 123.0


def test_a_lens_without_a_focal_length_is_told() -> None:
    sensor = "depth_sensor: {kind: stereo, baseline_m: 0.1, disparity_noise_px: 0.1}"
    with pytest.raises(RecipeError, match="S020"):
        camera("lens: {equirectangular: {}}", sensor)
    made = camera("lens: {equirectangular: {}}", sensor.replace("}", ", focal_length_px: 300}")).depth_sensor
    assert isinstance(made, StereoDepth)
    assert made.focal_length_px == 300.0


def test_numbers_and_presets_are_drawn_anew_each_frame() -> None:
    line = "depth_sensor: {preset: {choice: [d415, d435]}, disparity_noise_px: {uniform: [0.05, 0.1]}}"
    drawn = [camera(line, frame=frame).depth_sensor for frame in range(12)]
    assert {sensor.name for sensor in drawn if sensor is not None} == {"d415", "d435"}
    noise = [sensor.disparity_noise_px for sensor in drawn if isinstance(sensor, StereoDepth)]
    assert len(set(noise)) == 12
    assert all(0.05 <= value < 0.1 for value in noise)


def test_depth_noise_is_handed_on() -> None:
    assert camera("depth_noise: {gaussian: {std_m: 0.01}, range_m: [0.1, 10]}").depth_noise == DepthNoise(
        0.0, 0.01, (0.1, 10.0)
    )
    assert camera("depth_noise: {range_m: [0.5, 4]}").depth_noise == DepthNoise(0.0, 0.0, (0.5, 4.0))
    assert camera("depth_noise: {gaussian: {std_m: 0.01, mean_m: -0.02}}").depth_noise == DepthNoise(
        -0.02, 0.01, (0.0, math.inf)
    )


def test_depth_noise_is_there_in_a_share_of_the_frames() -> None:
    recipe = recipe_of(
        "cameras:\n  - {name: cam, depth_noise: {gaussian: {std_m: 0.01}, probability: 0.3}, pose: {transform: {}}}\n"
    )
    stages = [build_stage(frame_of(recipe, frame), recipe) for frame in range(200)]
    present = [made.cameras[0].depth_noise is not None for made in stages]
    # Three standard errors of a share of 0.3 over 200 frames.
    assert np.mean(present) == pytest.approx(0.3, abs=0.1)
    assert [made.drawn["cameras.cam.depth_noise.present"] for made in stages] == present
