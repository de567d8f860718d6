"""Motion that can't be, or that no shutter time goes with."""

from __future__ import annotations

from tests.system.malformed.case import Case, edit


def _camera(name: str, code: str, line: str) -> Case:
    return edit(name, code, "    pose:", f"    {line}\n    pose:")


def _thing(name: str, code: str, line: str) -> Case:
    return edit(name, code, "      class: box\n", f"      class: box\n      {line}\n")


# What no schema can refuse, because it lies between several values.
RULES = [
    _thing("a_moving_thing_and_automatic_exposure", "R115", "«motion: {velocity_mps: [1, 0, 0]}"),
    _camera("a_moving_camera_and_automatic_exposure", "R115", "«motion: {angular_dps: [0, 10, 0]}"),
    _camera("a_rolling_shutter_and_automatic_exposure", "R115", "«rolling_shutter: {line_time_us: 20}"),
    _camera(
        "a_moving_camera_and_perhaps_automatic_exposure",
        "R115",
        "exposure: {choice: [auto, {f_number: 4, shutter_s: 0.01, iso: 100}]}\n    «motion: {velocity_mps: [1, 0, 0]}",
    ),
]

# What a schema refuses too.
VALUES = [
    _thing("faster_than_anything", "R023", "motion: {velocity_mps: [«1e6, 0, 0]}"),
    _thing("a_velocity_in_two_dimensions", "R024", "motion: {velocity_mps: «[1, 0]}"),
    _thing("a_motion_of_one_number", "R022", "motion: «3"),
    _camera("rows_all_at_once", "R023", "rolling_shutter: {line_time_us: «0}"),
    _camera("rows_from_below", "R023", "rolling_shutter: {line_time_us: «-20}"),
    _camera(
        "a_rolling_shutter_without_its_time",
        "R021",
        "exposure: {f_number: 4, shutter_s: 0.01, iso: 100}\n    «rolling_shutter: {}",
    ),
    edit("no_slices", "R023", "render: {quality: low}", "render: {quality: low, slices: «0}"),
    edit("too_many_slices", "R023", "render: {quality: low}", "render: {quality: low, slices: «1000}"),
]

CASES = [*RULES, *VALUES]
