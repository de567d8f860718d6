"""Recipes whose values are each right and together wrong."""

from __future__ import annotations

from tests.system.malformed.case import edit

_LENS = "{fx: 50, k1: {uniform: [-0.1, 0.0]}}"
_ORBIT = "{orbit: {target: pallet, distance_m: {uniform: [2, 8]}}}"
_PALLET_PLACE = "{scatter_2d: {surface: floor}}"
_CARTON_PLACE = "{grid: {spacing_m: [0.4, 0.8], surface: pallet, count: [3, 2]}}"
_EXTRA = "\n  - {name: main, pose: {transform: {}}}"
_FLAT = "[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]"

CASES = [
    edit("two_objects_of_one_name", "R060", "- name: carton", "- name: «pallet"),
    edit("an_object_named_floor", "R060", "- name: carton", "- name: «floor"),
    edit("two_cameras_of_one_name", "R060", _ORBIT, _ORBIT + "\n  - {name: «main, pose: {transform: {}}}"),
    edit("two_cameras_of_one_folder", "R060", _ORBIT, _ORBIT + "\n  - {name: «Main, pose: {transform: {}}}"),
    edit(
        "two_lights_of_one_name",
        "R060",
        "lighting:\n",
        "lighting:\n  - dome: {name: panel}\n",
        "rect: {name: ",
        "rect: {name: «",
    ),
    edit("near_beyond_far", "R061", "clip_m: [0.1, 60]", "clip_m: «[60, 0.1]"),
    edit("near_equals_far", "R061", "clip_m: [0.1, 60]", "clip_m: «[5, 5]"),
    edit("near_may_pass_far", "R061", "clip_m: [0.1, 60]", "clip_m: «[{uniform: [0.1, 20]}, {uniform: [10, 60]}]"),
    edit("a_lens_without_focal_length", "R062", f"opencv_pinhole: {_LENS}", "«opencv_pinhole: {k1: 0.01}"),
    edit("a_lens_without_sensor_width", "R062", f"opencv_pinhole: {_LENS}", "«pinhole: {focal_length_mm: 8}"),
    edit(
        "a_lens_described_twice",
        "R062",
        f"opencv_pinhole: {_LENS}",
        "«pinhole: {fx: 50, focal_length_mm: 8, sensor_width_mm: 6}",
    ),
    edit("a_lens_with_fy_alone", "R062", f"opencv_pinhole: {_LENS}", "«pinhole: {fy: 50}"),
    edit("an_empty_lens", "R062", f"opencv_pinhole: {_LENS}", "«pinhole: {}"),
    edit("a_lens_that_folds_back", "R063", _LENS, "{fx: 20, «k1: -0.6}"),
    edit("a_lens_that_may_fold_back", "R063", _LENS, "{fx: 20, «k1: {uniform: [-0.6, 0.0]}}"),
    edit("a_choice_of_lenses_one_folding", "R063", _LENS, "{choice: [{fx: 50}, {fx: 20, «k1: -0.6}]}"),
    edit("a_rational_lens_that_folds_back", "R063", _LENS, "{fx: 50, «k4: 5}"),
    edit("a_fisheye_that_turns_over", "R063", f"opencv_pinhole: {_LENS}", "opencv_fisheye: {fx: 20, «k1: -0.1}"),
    edit("a_fisheye_circle_in_a_corner", "R063", f"opencv_pinhole: {_LENS}", "«opencv_fisheye: {fx: 5}"),
    edit(
        "an_omnidir_that_may_turn_over",
        "R063",
        f"opencv_pinhole: {_LENS}",
        "omnidir: {fx: 20, xi: 1, «k1: {uniform: [-1, 0]}}",
    ),
    edit(
        "a_polynomial_that_falls",
        "R063",
        f"opencv_pinhole: {_LENS}",
        "ftheta: {«pixeldist_to_angle: [0, -0.01, 0, 0, 0, 0]}",
    ),
    edit(
        "a_circle_of_less_than_allowed",
        "R063",
        f"lens: {{opencv_pinhole: {_LENS}}}",
        "allow_void: 0.3\n    lens: {«double_sphere: {fx: 12, xi: 0.0, alpha: 0.6}}",
    ),
    edit(
        "a_fisheye_described_twice", "R062", f"opencv_pinhole: {_LENS}", "«opencv_fisheye: {fx: 50, focal_length_mm: 8}"
    ),
    edit("an_ftheta_without_polynomial", "R062", f"opencv_pinhole: {_LENS}", "«ftheta: {cx: 30}"),
    edit(
        "an_ftheta_with_both_polynomials",
        "R062",
        f"opencv_pinhole: {_LENS}",
        "«ftheta: {angle_to_pixeldist: [0, 30, 0, 0, 0, 0], pixeldist_to_angle: [0, 0.03, 0, 0, 0, 0]}",
    ),
    edit(
        "a_mirrored_ftheta",
        "R080",
        f"opencv_pinhole: {_LENS}",
        "ftheta: {angle_to_pixeldist: [0, 30, 0, 0, 0, 0], linear_cde: «[-1, 0, 0]}",
    ),
    edit(
        "a_fisheye_with_an_idle_origin",
        "R072",
        f"opencv_pinhole: {_LENS}",
        "opencv_fisheye: {fx: 50, «pixel_origin: center}",
    ),
    edit(
        "a_picture_larger_than_the_calibrated_array",
        "R081",
        _LENS,
        "{fx: 50, calibrated_at: «[64, 40]}",
    ),
    edit(
        "a_binned_picture_larger_than_the_calibrated_array",
        "R081",
        f"lens: {{opencv_pinhole: {_LENS}}}",
        "sensor: {binning: {uniform_int: [1, 2]}}\n    lens: {omnidir: {fx: 50, xi: 0.5, calibrated_at: «[100, 100]}}",
    ),
    edit(
        "a_lens_without_sensor_width_beside_some_sensors",
        "R062",
        f"lens: {{opencv_pinhole: {_LENS}}}",
        "sensor: {preset: {choice: [imx273, ideal]}}\n    lens: {«pinhole: {focal_length_mm: 8}}",
    ),
    edit("an_unknown_target", "R064", "target: pallet", "target: «palet"),
    edit("an_unknown_target_in_a_choice", "R064", "target: pallet", "target: {choice: [pallet, «forklift]}"),
    edit("a_surface_with_spaces", "R065", "surface: floor", 'surface: «"the floor"'),
    edit("a_surface_of_an_unknown_object", "R065", "surface: pallet", "surface: «palet.top"),
    edit("an_object_on_itself", "R066", _CARTON_PLACE, "{grid: {surface: «carton, count: [3, 2]}}"),
    edit(
        "objects_on_each_other", "R066", "{surface: floor}", "{surface: carton}", "surface: pallet", "surface: «pallet"
    ),
    edit("a_camera_at_its_target", "R067", _ORBIT, "{look_at: {eye_m: «[1, 2, 3], target: [1, 2, 3]}}"),
    edit(
        "a_light_at_its_target",
        "R067",
        "rect: {name: panel, grid: [2, 3], intensity: 9000}",
        "rect: {position_m: [0, 0, 3], target_m: {choice: [[0, 0, 0], «[0, 0, 3]]}}",
    ),
    edit(
        "a_light_at_the_origin_and_its_target",
        "R067",
        "rect: {name: panel, grid: [2, 3], intensity: 9000}",
        "sphere: {target_m: «[0, 0, 0]}",
    ),
    edit("up_along_the_view", "R067", _ORBIT, "{look_at: {eye_m: «[1, 2, 3], target: [1, 2, 0]}}"),
    edit("up_without_direction", "R067", _ORBIT, "{look_at: {eye_m: [1, 2, 3], target: [0, 0, 0], up: «[0, 0, 0]}}"),
    edit("too_many_instances", "R068", "count: [3, 2]", "count: [300, 300]", "place: {grid", "«place: {grid"),
    edit("a_pixel_origin_without_centre", "R072", _LENS, "{fx: 50, «pixel_origin: center}"),
    edit("a_position_and_a_place", "R073", "      class: box\n", "      class: box\n      «position_m: [0, 0, 0]\n"),
    edit("a_class_that_is_thing_and_stuff", "R074", "class: box", "class: «environment"),
    edit("a_matrix_with_a_wrong_last_row", "R075", _ORBIT, f"{{transform: {{matrix: «[{_FLAT}, [0, 0, 0, 2]]}}}}"),
    edit(
        "a_matrix_that_scales",
        "R075",
        _ORBIT,
        "{transform: {matrix: «[[2, 0, 0, 0], [0, 2, 0, 0], [0, 0, 2, 0], [0, 0, 0, 1]]}}",
    ),
    edit(
        "a_matrix_that_mirrors",
        "R075",
        _ORBIT,
        "{transform: {matrix: «[[-1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]}}",
    ),
    edit(
        "a_matrix_and_a_position",
        "R075",
        _ORBIT,
        f"{{transform: {{matrix: [{_FLAT}, [0, 0, 0, 1]], «position_m: [0, 0, 1]}}}}",
    ),
    edit("an_annotator_twice", "R078", "[rgb, depth]", "[rgb, depth, «rgb]"),
    edit("an_empty_region", "R079", "{surface: floor}", "{surface: floor, region_m: «[2, 0, -2, 4]}"),
]
