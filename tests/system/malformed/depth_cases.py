"""Depth sensors and depth noise that can't be."""

from __future__ import annotations

from tests.system.malformed.case import Case, edit


def _camera(name: str, code: str, line: str) -> Case:
    return edit(name, code, "    pose:", f"    {line}\n    pose:")


# What no schema can refuse, because it lies between several values.
RULES = [
    _camera("an_unknown_depth_sensor", "R110", "depth_sensor: {preset: «d436}"),
    _camera("an_unknown_depth_sensor_in_a_choice", "R110", "depth_sensor: {preset: {choice: [d435, «kinect]}}"),
    _camera("a_depth_sensor_of_no_kind", "R111", "«depth_sensor: {baseline_m: 0.1}"),
    _camera("a_preset_of_another_kind", "R111", "depth_sensor: {preset: d435, «kind: time_of_flight}"),
    _camera("half_a_stereo_sensor", "R111", "«depth_sensor: {kind: stereo, baseline_m: 0.1}"),
    _camera("half_a_time_of_flight_sensor", "R111", "«depth_sensor: {kind: time_of_flight, modulation_mhz: 20}"),
    _camera("a_phase_of_two_eyes", "R111", "depth_sensor: {preset: d435, «modulation_mhz: 20}"),
    _camera(
        "a_baseline_of_one_of_two_kinds",
        "R111",
        "depth_sensor: {preset: {choice: [d435, azure_kinect]}, «baseline_m: 0.1}",
    ),
    _camera("depth_from_far_to_near", "R111", "depth_sensor: {preset: d435, «range_m: [4, 0.5]}"),
    _camera(
        "depth_that_may_end_before_it_begins",
        "R111",
        "depth_sensor: {preset: d435, «range_m: [0.5, {uniform: [0.4, 4]}]}",
    ),
    _camera("depth_noise_without_effect", "R112", "«depth_noise: {probability: 0.5}"),
    _camera("depth_noise_from_far_to_near", "R112", "depth_noise: {range_m: «[10, 0.1]}"),
]

# What a schema refuses too.
VALUES = [
    _camera("both_eyes_at_one_place", "R023", "depth_sensor: {preset: d435, baseline_m: «0}"),
    _camera("a_negative_disparity_noise", "R023", "depth_sensor: {preset: d435, disparity_noise_px: «-0.1}"),
    _camera(
        "a_disparity_noise_that_may_be_negative",
        "R023",
        "depth_sensor: {preset: d435, disparity_noise_px: {uniform: [«-0.1, 0.1]}}",
    ),
    _camera("light_without_modulation", "R023", "depth_sensor: {preset: azure_kinect, modulation_mhz: «0}"),
    _camera("more_light_back_than_sent", "R023", "depth_sensor: {preset: azure_kinect, reflectivity: «1.5}"),
    _camera("more_contrast_than_light", "R023", "depth_sensor: {preset: azure_kinect, modulation_contrast: «1.1}"),
    _camera("no_light_that_returns", "R023", "depth_sensor: {preset: azure_kinect, signal_e: «0}"),
    _camera("a_surface_seen_from_behind", "R023", "depth_sensor: {preset: d435, max_angle_deg: «100}"),
    _camera("a_negative_depth", "R023", "depth_sensor: {preset: d435, range_m: [«-1, 4]}"),
    _camera("holes_filled_from_nowhere", "R025", "depth_sensor: {preset: d435, fill: «smooth}"),
    _camera("a_depth_sensor_with_a_lens", "R020", "depth_sensor: {preset: d435, «lens: wide}"),
    _camera("depth_noise_of_a_negative_deviation", "R023", "depth_noise: {gaussian: {std_m: «-0.01}}"),
    _camera("depth_noise_without_a_deviation", "R021", "depth_noise: {«gaussian: {mean_m: 0.01}}"),
]

CASES = RULES + VALUES
