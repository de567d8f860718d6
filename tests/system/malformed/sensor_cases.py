"""Exposures, sensors and optics that can't be."""

from __future__ import annotations

from tests.system.malformed.case import Case, edit


def _camera(name: str, code: str, *lines: str, faults: int = 1) -> Case:
    text = "".join(f"    {line}\n" for line in lines)
    return edit(name, code, "    pose:", f"{text}    pose:", faults=faults)


_SENSOR = ("sensor: {preset: imx273}",)

# What no schema can refuse, because it lies between several values.
RULES = [
    _camera("a_distortion_of_a_lens_with_its_own", "R082", "«distortion: {k1: -0.1}"),
    edit(
        "a_distortion_that_turns_over",
        "R063",
        "lens: {opencv_pinhole: {fx: 50, k1: {uniform: [-0.1, 0.0]}}}",
        "lens: {pinhole: {fx: 50}}\n    distortion: {«k1: {uniform: [-2, 0]}}",
    ),
    edit(
        "a_distortion_of_the_lens_that_is_not_written",
        "R063",
        "lens: {opencv_pinhole: {fx: 50, k1: {uniform: [-0.1, 0.0]}}}",
        "distortion: {«k1: -2}",
    ),
    _camera("an_unknown_sensor", "R100", "sensor: {preset: «imx27}"),
    _camera("an_unknown_sensor_in_a_choice", "R100", "sensor: {preset: {choice: [imx273, «imx1]}}"),
    _camera("half_a_sensor", "R101", "«sensor: {full_well_e: 10000}"),
    _camera("a_preset_without_a_pitch", "R101", "«sensor: {preset: emva_ccd_001}"),
    _camera("read_noise_of_an_ideal_sensor", "R101", "sensor: {preset: ideal, «read_noise_e: 3}"),
    _camera("raw_numbers_of_an_ideal_sensor", "R101", "sensor: {preset: ideal, «raw: true}"),
    _camera("an_array_smaller_than_the_picture", "R101", "sensor: {preset: imx273, «array_size: [60, 60]}"),
    _camera(
        "binning_to_less_than_the_picture", "R101", "sensor: {preset: imx273, binning: 16, «array_size: [960, 640]}"
    ),
    _camera("black_above_white", "R101", "sensor: {preset: imx273, bit_depth: 8, «black_level_dn: 300}"),
    _camera(
        "iso_and_gain",
        "R102",
        "exposure: {f_number: 2, shutter_s: 0.01, iso: 400, «gain_db: 3}",
        "sensor: {preset: imx273}",
    ),
    _camera("neither_iso_nor_gain", "R102", "«exposure: {f_number: 2, shutter_s: 0.01}"),
    _camera("a_gain_without_a_sensor", "R102", "exposure: {f_number: 2, shutter_s: 0.01, «gain_db: 3}"),
    _camera(
        "an_iso_below_the_sensors_own",
        "R103",
        "exposure: {f_number: 2, shutter_s: 0.01, iso: «{uniform: [100, 800]}}",
        "sensor: {preset: imx273}",
    ),
    _camera(
        "an_iso_below_one_of_two_sensors",
        "R103",
        "exposure: {f_number: 2, shutter_s: 0.01, iso: «100}",
        "sensor: {preset: {choice: [imx477, imx273]}}",
    ),
    _camera("vignetting_to_below_black", "R104", "optics: {«vignetting: {k1: {uniform: [-1.2, 0]}}}"),
    _camera(
        "a_filter_without_light", "R101", "sensor: {preset: imx273, «color_response: [[0, 0, 0], [0, 1, 0], [0, 0, 1]]}"
    ),
    _camera(
        "three_filters_of_one_colour",
        "R101",
        "sensor: {preset: imx273, «color_response: [[1, 1, 1], [1, 1, 1], [1, 1, 1]]}",
    ),
    edit(
        "natural_vignetting_of_parallel_rays",
        "R072",
        "    lens: {opencv_pinhole: {fx: 50, k1: {uniform: [-0.1, 0.0]}}}",
        "    lens: {orthographic: {width_m: 3}}\n    optics: {vignetting: {«natural: true}}",
    ),
    edit(
        "natural_vignetting_of_a_panorama",
        "R072",
        "    lens: {opencv_pinhole: {fx: 50, k1: {uniform: [-0.1, 0.0]}}}",
        "    lens: {equirectangular: {}}\n    optics: {vignetting: {«natural: {choice: [true, false]}}}",
    ),
    _camera("depth_of_field_in_pixels_alone", "R105", "«depth_of_field: {focus_distance_m: 2}"),
    _camera(
        "depth_of_field_where_a_sensor_may_be_ideal",
        "R105",
        "«depth_of_field: {focus_distance_m: 2}",
        "sensor: {preset: {choice: [imx273, ideal]}}",
    ),
    edit(
        "depth_of_field_of_parallel_rays",
        "R105",
        "    lens: {opencv_pinhole: {fx: 50, k1: {uniform: [-0.1, 0.0]}}}",
        "    lens: {orthographic: {width_m: 3}}\n    «depth_of_field: {focus_distance_m: 2}",
    ),
    edit(
        "a_focus_nearer_than_the_focal_length",
        "R106",
        "    lens: {opencv_pinhole: {fx: 50, k1: {uniform: [-0.1, 0.0]}}}",
        "    lens: {pinhole: {focal_length_mm: {uniform: [20, 50]}, sensor_width_mm: 36}}\n"
        "    depth_of_field: {focus_distance_m: «{uniform: [0.04, 2]}}",
    ),
    _camera(
        "a_turn_of_a_round_aperture",
        "R072",
        "depth_of_field: {focus_distance_m: 2, «turn_deg: 20}",
        "sensor: {preset: imx273}",
    ),
]

# What a schema refuses too.
VALUES = [
    _camera("an_aperture_of_two_corners", "R023", "depth_of_field: {focus_distance_m: 2, blades: «2}", *_SENSOR),
    _camera("a_focus_in_the_lens", "R023", "depth_of_field: {focus_distance_m: «0}", *_SENSOR),
    _camera("a_red_picture_of_half_the_size", "R023", "optics: {lateral_color: [«0.5, 1]}"),
    _camera("no_exposure_time", "R023", "exposure: {f_number: 2, shutter_s: «0, iso: 100}"),
    _camera(
        "a_negative_gain", "R023", "exposure: {f_number: 2, shutter_s: 0.01, gain_db: «-3}", "sensor: {preset: imx273}"
    ),
    _camera(
        "a_gain_that_may_be_negative",
        "R023",
        "exposure: {f_number: 2, shutter_s: 0.01, gain_db: {uniform: [«-3, 6]}}",
        "sensor: {preset: imx273}",
    ),
    _camera("more_electrons_than_photons", "R023", "sensor: {preset: imx273, quantum_efficiency: «1.2}"),
    _camera(
        "more_electrons_than_photons_in_green", "R023", "sensor: {preset: imx273, quantum_efficiency: [0.5, «1.2, 0.4]}"
    ),
    _camera("negative_read_noise", "R023", "sensor: {preset: imx273, read_noise_e: «-1}"),
    _camera("a_negative_dark_current", "R023", "sensor: {preset: imx273, dark_current_e_per_s: «-1}"),
    _camera("a_dark_current_that_doubles_at_once", "R023", "sensor: {preset: imx273, dark_doubling_c: «0.001}"),
    _camera("a_picture_brighter_than_numbers_go", "R023", "optics: {vignetting: {k1: «1e300}}"),
    _camera("a_pixel_of_no_size", "R023", "sensor: {preset: imx273, pixel_pitch_um: «0}"),
    _camera("a_negative_part_of_prnu", "R023", "sensor: {preset: imx273, prnu_percent: {row: «-0.1}}"),
    _camera("seventeen_bits", "R023", "sensor: {preset: imx273, bit_depth: «17}"),
    _camera("a_filter_of_cyan", "R025", "sensor: {preset: imx273, color_filter: «cmyg}"),
    _camera("a_quality_of_zero", "R023", "sensor: {preset: imx273, jpeg: {quality: «0}}"),
    _camera("all_light_scattered", "R023", "optics: {veiling_glare: «1.0}"),
    _camera("noise_of_a_negative_deviation", "R023", "noise: {gaussian: {std: «-0.01}}"),
    _camera("noise_of_no_kind", "R021", "«noise: {probability: 0.5}"),
    _camera("raw_in_some_frames", "R028", "sensor: {preset: imx273, raw: «{choice: [true, false]}}"),
]

CASES = RULES + VALUES
