"""Recipes whose ramps are misspelt, or leave what their places admit somewhere in the run."""

from __future__ import annotations

from tests.system.malformed.case import edit

_YAW = "yaw_deg: {uniform: [0, 360]}"
_COUNT = "count: {uniform_int: [2, 6]}"
_DISTANCE = "distance_m: {uniform: [2, 8]}"
_ROUGHNESS = "roughness: $shade"
_ASSET = "{choice: [cube, cylinder]}"

CASES = [
    edit("a_ramp_to_nowhere", "R040", _YAW, "yaw_deg: {ramp: «[0]}"),
    edit("a_ramp_of_text", "R040", _YAW, "yaw_deg: {ramp: [0, «far]}"),
    edit("a_ramp_of_distributions", "R040", _YAW, "yaw_deg: {ramp: [0, «{uniform: [0, 360]}]}"),
    edit("a_ramp_of_ends_of_two_lengths", "R040", _YAW, "yaw_deg: {ramp: «[0, [0, 1]]}"),
    edit("a_ramp_over_nothing", "R042", _YAW, "yaw_deg: {ramp: [0, 360], over: «[0.5, 0.5]}"),
    edit("a_ramp_beyond_the_run", "R042", _YAW, "yaw_deg: {ramp: [0, 360], over: «[0, 20]}"),
    edit("a_ramp_over_a_number", "R042", _YAW, "yaw_deg: {ramp: [0, 360], over: «0.5}"),
    edit("a_ramp_over_null", "R042", _YAW, "yaw_deg: {ramp: [0, 360], over: «null}"),
    edit("an_end_that_moves_over_null", "R042", _YAW, "yaw_deg: {uniform: [0, {ramp: [1, 2], over: «null}]}"),
    edit("a_ramp_that_is_kept", "R041", _YAW, "yaw_deg: {ramp: [0, 360], «every: 10}"),
    edit("a_ramp_and_a_distribution", "R040", _YAW, "yaw_deg: {ramp: [0, 360], «uniform: [0, 1]}"),
    edit("a_ramp_that_begins_out_of_range", "R023", _ROUGHNESS, "roughness: {ramp: [«-0.1, 1]}", faults=1),
    edit("a_ramp_that_ends_out_of_range", "R023", _ROUGHNESS, "roughness: {ramp: [0, «1.1]}"),
    edit("a_ramp_of_fractions_for_a_count", "R047", _COUNT, "count: {«ramp: [1, 6]}"),
    edit("a_ramp_of_fractions_for_whole_ends", "R040", _COUNT, "count: {uniform_int: [1, «{ramp: [2, 6]}]}"),
    edit("a_ramp_int_of_fractions", "R040", _COUNT, "count: {ramp_int: [1, «6.5]}"),
    edit("an_end_that_moves_out_of_range", "R023", _ROUGHNESS, "roughness: {uniform: [0, «{ramp: [0.5, 2]}]}"),
    edit("ends_that_cross_in_the_end", "R042", _DISTANCE, "distance_m: {uniform: [{ramp: [2, 9]}, «8]}"),
    edit(
        "ends_that_cross_in_between",
        "R042",
        _DISTANCE,
        "distance_m: {uniform: [{ramp: [2, 7], over: [0, 0.1]}, «{ramp: [4, 9], over: [0.9, 1]}]}",
    ),
    edit("an_end_that_moves_to_zero", "R042", _DISTANCE, "distance_m: {log_uniform: [«{ramp: [2, 0]}, 8]}"),
    edit("a_deviation_that_turns_negative", "R046", _YAW, "yaw_deg: {normal: [0, «{ramp: [1, -1]}]}"),
    edit(
        "a_normal_that_moves_out_of_range",
        "R023",
        _ROUGHNESS,
        "roughness: {normal: «[0.5, {ramp: [0.01, 0.1]}]}",
        faults=1,
    ),
    edit("weights_that_vanish", "R043", _ASSET, "{choice: [cube, cylinder], weights: «{ramp: [[1, 0], [0, 0]]}}"),
    edit("weights_of_another_number", "R043", _ASSET, "{choice: [cube, cylinder], weights: «{ramp: [[1], [0]]}}"),
    edit("an_end_that_is_misspelt", "R042", _YAW, "yaw_deg: {uniform: [0, {ramp: [1, 2], over: «[1, 0]}]}"),
    edit("a_material_named_ramp", "R030", "materials:\n", "materials:\n  «ramp: {}\n"),
    edit("a_ramp_where_nothing_may_be_drawn", "R028", "frames: 4", "frames: «{ramp_int: [1, 4]}"),
]
