"""What recipes ask for, and what becomes of it where a renderer lacks it."""

from __future__ import annotations

from pathlib import Path

import pytest

from sdg.errors import RecipeError
from sdg.recipe.effects import EFFECTS, Effect
from sdg.recipe.load import load_recipe
from sdg.recipe.model import Recipe
from sdg.render.capabilities import EMBEDDED, RTX, check_capabilities, missing_effects

ROOT = Path(__file__).parents[2]
BASE = """\
sdg: 1
name: asking
vars: {speed: {uniform: [0, 2]}, still: 0.0}
scene:
  objects:
    - {name: box, asset: cube}
lighting:
  - rect: {intensity: 20000, position_m: [0, 0, 4]}
cameras:
  - name: main
    exposure: {f_number: 2.8, shutter_s: 0.01, iso: 100}
    lens: {pinhole: {focal_length_mm: 16, sensor_width_mm: 7}}
    pose: {look_at: {eye_m: [3, 0, 1], target: [0, 0, 0]}}
"""
ROLLING = BASE.replace("    lens:", "    rolling_shutter: {line_time_us: 10}\n    lens:")


@pytest.fixture
def load(tmp_path: Path):
    def function(text: str) -> Recipe:
        path = tmp_path / "recipe.yaml"
        path.write_text(text)
        return load_recipe(path)

    return function


@pytest.mark.parametrize(
    ("before", "after", "effect"),
    [
        ("asset: cube", "asset: cube, motion: {velocity_mps: [1, 0, 0]}", "motion_blur"),
        ("asset: cube", "asset: cube, motion: {velocity_mps: [$speed, 0, 0]}", "motion_blur"),
        ("    lens:", "    motion: {angular_dps: [0, {uniform: [-9, 9]}, 0]}\n    lens:", "motion_blur"),
        ("    lens:", "    rolling_shutter: {line_time_us: {uniform: [5, 20]}}\n    lens:", "rolling_shutter"),
        ("    lens:", "    optics: {lateral_color: [1.001, 1]}\n    lens:", "lateral_color"),
        ("    lens:", "    optics: {choice: [{}, {lateral_color: [1.001, 1]}]}\n    lens:", "lateral_color"),
        ("    lens:", "    depth_of_field: {focus_distance_m: 2, blades: 5}\n    lens:", "aperture_blades"),
        ("    lens:", "    depth_sensor: {preset: d435}\n    lens:", "second_eye"),
        ("    lens:", "    depth_sensor: {preset: {choice: [d435, d415]}}\n    lens:", "second_eye"),
        ("20000", "20000, visible: {choice: [true, false]}", "invisible_light"),
    ],
)
def test_an_effect_is_asked_for_if_some_frame_may_have_it(load, before: str, after: str, effect: Effect):
    recipe = load(BASE.replace(before, after))
    assert missing_effects(recipe, RTX) == (effect,)
    assert missing_effects(recipe, EMBEDDED) == ()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("asset: cube", "asset: cube"),
        ("asset: cube", "asset: cube, motion: {velocity_mps: [$still, 0, 0]}"),
        ("    lens:", "    optics: {blur_px: 1, lateral_color: [1, 1]}\n    lens:"),
        ("    lens:", "    depth_of_field: {focus_distance_m: 2}\n    lens:"),
        ("    lens:", "    depth_sensor: {preset: azure_kinect}\n    lens:"),
        ("20000", "20000, visible: true"),
    ],
)
def test_what_has_no_effect_is_not_asked_for(load, before: str, after: str):
    assert missing_effects(load(BASE.replace(before, after)), RTX) == ()


def test_a_recipe_that_asks_for_more_is_refused_with_every_line_in_file_order(load):
    text = ROLLING.replace("asset: cube", "asset: cube, motion: {velocity_mps: [1, 0, 0]}")
    with pytest.raises(RecipeError) as caught:
        check_capabilities(load(text), RTX)
    told = [(fault.code, fault.span.line, fault.message) for fault in caught.value.diagnostics if fault.span]
    assert told == [
        ("R130", 6, "RTX has no motion during the exposure"),
        ("R130", 12, "RTX has no rolling shutter"),
    ]
    assert caught.value.exit_status == 2


def test_what_is_missing_may_be_allowed_and_is_still_told(load):
    (warning,) = check_capabilities(load(ROLLING), RTX, allow_missing=True)
    assert (warning.code, warning.severity) == ("R130", "warning")
    assert check_capabilities(load(ROLLING), EMBEDDED) == []


def test_the_page_on_rtx_lists_what_it_lacks():
    page = (ROOT / "docs" / "rtx.md").read_text()
    assert all(f"| `{effect}` |" in page for effect in EFFECTS - RTX.effects)
