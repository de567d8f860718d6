"""Recipes that place things by what is not there, or where they can't be."""

from __future__ import annotations

from tests.system.malformed.case import edit

_PALLET = "{scatter_2d: {surface: floor}}"
_CARTON = "{grid: {spacing_m: [0.4, 0.8], surface: pallet, count: [3, 2]}}"
_ORBIT = "    pose: {orbit: {target: pallet, distance_m: {uniform: [2, 8]}}}\n"
_CLASS = "      class: box\n"

CASES = [
    edit("on_an_unknown_object", "S004", _CARTON, "{on: «palet}"),
    edit("on_an_unknown_object_in_a_choice", "S004", _CARTON, "{on: {choice: [pallet, «palet]}}"),
    edit("on_an_unknown_object_in_a_block", "S004", _CARTON, "{on: {surface: «palet, clearance_m: 0.1}}"),
    edit("on_a_surface_of_an_unknown_object", "R065", _CARTON, "{on: «palet.top}"),
    edit("on_an_unknown_surface", "S004", _CARTON, "{on: «pallet.underside}"),
    edit("in_an_unknown_object", "R065", _CARTON, "{in: «bin}"),
    edit("in_the_floor", "R065", _CARTON, "{in: {object: «floor}}"),
    edit("in_something_solid", "S004", _CARTON, "{in: «pallet}"),
    edit("in_something_without_a_ceiling", "S004", _CARTON, "{in: «pallet.top}"),
    edit("in_nothing", "R021", _CARTON, "{«in: {clearance_m: 0.1}}"),
    edit("beside_an_unknown_object", "R065", _CARTON, "{beside: {object: «palet}}"),
    edit("beside_a_surface", "R065", _CARTON, "{beside: «pallet.top}"),
    edit("beside_on_an_unknown_side", "R025", _CARTON, "{beside: {object: pallet, side: «behind}}"),
    edit("beside_at_a_negative_distance", "R023", _CARTON, "{beside: {object: pallet, distance_m: «-1}}"),
    edit("beside_itself", "R066", _CARTON, "{beside: «carton}"),
    edit("in_each_other", "R066", _PALLET, "{in: carton}", _CARTON, "{in: «pallet}"),
    edit("facing_nothing_known", "R064", _CLASS, _CLASS + "      facing: «palet\n"),
    edit("facing_itself", "R066", _CLASS, _CLASS + "      facing: «carton\n"),
    edit("facing_a_camera_that_orbits", "R083", _CLASS, _CLASS + "      facing: «main\n"),
    edit("facing_two_numbers", "R024", _CLASS, _CLASS + "      facing: «[1, 2]\n"),
    edit("a_path_of_one_point", "R024", _PALLET, "{along: {«path_m: [[0, 0]], spacing_m: 1}}"),
    edit("a_path_with_heights", "R024", _PALLET, "{along: {path_m: [«[0, 0, 1], [1, 0]], spacing_m: 1}}"),
    edit("a_path_off_the_floor", "S009", _PALLET, "{along: «{path_m: [[0, 0], [20, 0]], spacing_m: 1}}"),
    edit("a_path_without_a_count", "R084", _CARTON, "{«along: {path_m: [[0, 0], [1, 0]]}}"),
    edit("poisson_discs_without_a_count", "R084", _CARTON, "{«poisson_disc: {radius_m: 1}}"),
    edit("poisson_discs_without_a_radius", "R021", _CARTON, "{«poisson_disc: {region_m: [0, 0, 1, 1]}}"),
    edit("poisson_discs_on_an_empty_region", "R079", _CARTON, "{poisson_disc: {radius_m: 1, region_m: «[1, 1, 0, 0]}}"),
    edit(
        "too_many_poisson_discs",
        "R068",
        f"place: {_CARTON}",
        "«place: {poisson_disc: {radius_m: 0.01, region_m: [0, 0, 4, 4]}}",
    ),
    edit(
        "points_as_near_as_floats_are",
        "R068",
        f"place: {_CARTON}",
        "«place: {along: {path_m: [[0, 0], [1, 0]], spacing_m: 1e-308}}",
    ),
    edit(
        "countless_poisson_discs",
        "R068",
        f"place: {_CARTON}",
        "«place: {poisson_disc: {radius_m: 1e-308, region_m: [0, 0, 4, 4]}}",
    ),
    edit("a_promise_of_more_than_all", "R023", _ORBIT, _ORBIT + "    require: {min_visibility: «1.5}\n"),
    edit("a_promise_of_nothing_known", "R020", _ORBIT, _ORBIT + "    require: {«visible: 1}\n"),
    edit("a_promise_of_a_misspelt_pose", "R020", _ORBIT, "    pose: {«orbt: {}}\n    require: {min_size_px: 9}\n"),
    edit("a_promise_of_a_pose_left_empty", "R022", _ORBIT, "    pose: «null\n    require: {min_size_px: 9}\n"),
    edit("a_promise_of_a_given_place", "R085", _ORBIT, "    pose: {transform: {}}\n    «require: {min_size_px: 9}\n"),
    edit(
        "a_promise_about_a_point",
        "R085",
        _ORBIT,
        "    pose: {orbit: {target: «[0, 0, 1], distance_m: 2}}\n    require: {min_visibility: 0.5}\n",
    ),
    edit(
        "a_promise_larger_than_the_picture",
        "R085",
        _ORBIT,
        "    pose: {orbit: {target: pallet, distance_m: {uniform: [2, 4]}}}\n    require: {min_size_px: «65}\n",
    ),
    edit("two_ways_to_a_place", "R027", _CARTON, "{on: pallet, «beside: pallet}"),
]
