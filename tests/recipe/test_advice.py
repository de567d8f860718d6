from __future__ import annotations

from sdg.recipe.advice import check_warnings
from tests.system.malformed.case import BASE


def _codes(recipe) -> list[tuple[str, int]]:
    return [(warning.code, warning.span.line) for warning in check_warnings(recipe)]


def test_a_recipe_without_surprises_has_no_warnings(load):
    assert _codes(load(BASE)) == []


def test_a_scene_without_light_is_a_warning(load):
    text = BASE[: BASE.index("lighting:")] + BASE[BASE.index("materials:") :]
    assert ("R090", 1) in _codes(load(text.replace("  hour: {uniform: [6, 20]}\n", "")))


def test_an_unused_variable_is_a_warning_at_the_variable(load):
    (warning,) = check_warnings(load(BASE.replace("hour: $hour", "hour: 12")))
    assert warning.span is not None
    # At the name, which is what nobody uses.
    assert (warning.code, warning.span.line, warning.span.column, warning.span.end_column) == ("R091", 6, 3, 7)


def test_a_target_that_may_be_absent_is_a_warning_at_the_target(load):
    assert _codes(load(BASE.replace("uniform_int: [2, 6]", "uniform_int: [0, 6]"))) == [("R092", 31)]
    assert _codes(load(BASE.replace("asset: cube\n", "asset: cube\n      probability: 0.9\n"))) == [("R092", 32)]


def test_depth_of_field_of_a_lens_for_another_sensor_is_a_warning_at_the_block(load):
    """64 pixels of 3.45 um are 0.22 mm wide."""
    depth = "    sensor: {preset: imx273}\n    depth_of_field: {focus_distance_m: 2}\n    pose:"
    base = BASE.replace("    pose:", depth)
    wrong, right = (
        base.replace("fx: 50", f"focal_length_mm: {mm * 50 / 64}, sensor_width_mm: {mm}") for mm in (36, 0.22)
    )
    assert _codes(load(wrong)) == [("R094", 32)]
    assert _codes(load(right)) == _codes(load(base)) == []


def test_a_carrier_that_may_be_absent_is_a_warning_at_the_mount(load):
    mounted = BASE.replace("pose: {orbit: {target: pallet, distance_m: {uniform: [2, 8]}}}", "mount: {on: pallet}")
    assert _codes(load(mounted)) == []
    assert _codes(load(mounted.replace("asset: cube\n", "asset: cube\n      probability: 0.9\n"))) == [("R095", 32)]
    one = mounted.replace("on: pallet", 'on: "pallet[3]"')
    assert _codes(load(one)) == [("R095", 31)]
