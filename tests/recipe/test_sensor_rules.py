"""Rules over sensors must not refuse what is right."""

from __future__ import annotations

import pytest

from sdg.errors import RecipeError
from tests.system.malformed.case import BASE


@pytest.mark.parametrize(
    "lines",
    [
        "sensor: {preset: ideal}",
        "sensor: {preset: ideal, jpeg: {quality: 80}, tone_curve: 2.2}",
        "sensor: {white_balance: [1.8, 1.0, 1.4]}",
        "sensor: {preset: {choice: [imx273, imx250]}, serial: {uniform_int: [0, 9]}}",
        "sensor: {preset: emva_ccd_001, pixel_pitch_um: 9.9}",
        "sensor: {pixel_pitch_um: 3, quantum_efficiency: {uniform: [0.4, 0.6]}, full_well_e: 6000, raw: true}",
        "exposure: {f_number: 2, shutter_s: 0.01, gain_db: {uniform: [0, 12]}}\n    sensor: {preset: imx273}",
        "exposure: {f_number: 2, shutter_s: 0.01, iso: 202}\n    sensor: {preset: imx273}",
        "optics: {vignetting: {natural: true, k1: -0.9}, diffraction: true, blur_px: 0.5, veiling_glare: 0.02}",
        "optics: {lateral_color: [1.0005, {uniform: [0.999, 1.0]}], probability: 0.5}",
        "depth_of_field: {focus_distance_m: {uniform: [1, 3]}, f_number: {uniform: [1.4, 8]}, probability: 0.7}\n"
        "    sensor: {preset: {choice: [imx273, imx477]}}",
        "depth_of_field: {focus_distance_m: 0.5, blades: {uniform_int: [5, 9]}, turn_deg: 12}\n"
        "    sensor: {preset: imx273}",
        "noise: {gaussian: {mean: 0.0, std: {uniform: [0, 0.02]}}, probability: {uniform: [0.2, 0.8]}}",
    ],
)
def test_what_can_be_is_accepted(load, lines: str) -> None:
    load(BASE.replace("    pose:", f"    {lines}\n    pose:"))


def test_a_lens_in_millimetres_needs_no_sensor_to_have_depth_of_field(load) -> None:
    metric = BASE.replace("fx: 50", "focal_length_mm: 16, sensor_width_mm: 7.2")
    load(metric.replace("    pose:", "    depth_of_field: {focus_distance_m: {uniform: [0.2, 3]}}\n    pose:"))


def test_a_broken_sensor_is_not_called_a_missing_one(load) -> None:
    lines = (
        "exposure: {f_number: 2, shutter_s: 0.01, gain_db: 0}\n    depth_of_field: {focus_distance_m: 1}\n"
        "    sensor: {pixel_pitch_um: 3, quantum_efficiency: 62, full_well_e: 6000}"
    )
    with pytest.raises(RecipeError) as caught:
        load(BASE.replace("    pose:", f"    {lines}\n    pose:"))
    assert [fault.code for fault in caught.value.diagnostics] == ["R023"]
