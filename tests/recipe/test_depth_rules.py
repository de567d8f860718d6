"""Rules over depth sensors must not refuse what is right."""

from __future__ import annotations

import pytest

from tests.system.malformed.case import BASE


@pytest.mark.parametrize(
    "lines",
    [
        "depth_sensor: {preset: d435}",
        "depth_sensor: {preset: {choice: [d415, d435, kinect_v1, azure_kinect]}}",
        "depth_sensor: {preset: azure_kinect, kind: time_of_flight, ambiguity_m: 5, mixed: drop}",
        "depth_sensor: {preset: d435, disparity_noise_px: {uniform: [0.03, 0.2]}, fill: background}",
        "depth_sensor: {kind: stereo, baseline_m: 0.12, disparity_noise_px: 0.1, second_eye: left}",
        "depth_sensor: {kind: structured_light, baseline_m: 0.1, axial_noise: [0.001, 0, 0], focal_length_px: 600}",
        "depth_sensor: {kind: time_of_flight, modulation_mhz: 20, signal_e: 100000, range_m: [0.2, {uniform: [4, 7]}]}",
        "depth_noise: {gaussian: {std_m: 0.01}, range_m: [0.1, 10]}",
        "depth_noise: {gaussian: {std_m: {uniform: [0, 0.02]}}, probability: {uniform: [0.2, 0.8]}}",
        "depth_noise: {range_m: [0.1, {uniform: [5, 10]}]}",
    ],
)
def test_what_can_be_is_accepted(load, lines: str) -> None:
    load(BASE.replace("    pose:", f"    {lines}\n    pose:"))
