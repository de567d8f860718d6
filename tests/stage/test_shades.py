"""Other shades of a surface: against Python's own colour conversion, and with a probability."""

from __future__ import annotations

import colorsys

import numpy as np
import pytest

from sdg.errors import RecipeError
from sdg.recipe.model import PerturbBlock, Recipe
from sdg.stage.asset import Material
from sdg.stage.build import build_stage
from sdg.stage.builtin import build_material
from sdg.stage.shades import perturbed, shifted
from tests.recipes import frame_of, recipe_of

REC_709 = np.array([0.2126, 0.7152, 0.0722])
RECIPE = """
scene: {objects: [{name: box, asset: cube, material: paint}]}
materials:
  paint:
    color: [0.4, 0.2, 0.1]
    perturb: {probability: %s, hue_deg: {uniform: [10, 20]}, brightness: 0.5, roughness: 0.5}
"""


def material_of(recipe: Recipe, frame: int) -> Material:
    (body,) = build_stage(frame_of(recipe, frame), recipe).bodies
    return body.parts[0].material


@pytest.mark.parametrize("turn", [-170.0, -60.0, 30.0, 120.0])
def test_a_pale_colour_turns_by_about_as_much_as_its_hue_does(turn: float) -> None:
    """Far from the edges of the cube, a turn about the axis of greys turns the hexagon's hue alike."""
    color = np.array([0.5, 0.42, 0.40])
    before, after = (colorsys.rgb_to_hsv(*rgb)[0] * 360 for rgb in (color, shifted(color, turn, 1.0)))
    assert (after - before - turn + 180) % 360 - 180 == pytest.approx(0, abs=7)


def test_a_third_of_a_turn_exchanges_the_channels() -> None:
    color = np.array([0.6, 0.3, 0.1])
    turned = shifted(color, 120.0, 1.0)
    np.testing.assert_allclose(turned / turned.sum(), np.roll(color, 1) / color.sum(), atol=1e-12)


def test_hue_and_saturation_leave_luminance_alone() -> None:
    color = np.array([0.5, 0.3, 0.2])
    for turn, saturation in ((0.0, 0.0), (75.0, 1.3), (-140.0, 0.5)):
        assert shifted(color, turn, saturation) @ REC_709 == pytest.approx(color @ REC_709)
    np.testing.assert_allclose(shifted(color, 0.0, 0.0), color @ REC_709)
    np.testing.assert_allclose(shifted(color, 0.0, 1.0), color)


def test_a_colour_that_stands_in_the_texture_turns_too() -> None:
    """Brick is red by its texture, over a base that is nearly grey."""
    material = build_material("brick")
    green = perturbed(material, PerturbBlock(hue_deg=120))
    assert green.base_color[1] > 1.3 * material.base_color[1]
    assert green.base_color[0] < 0.7 * material.base_color[0]
    assert green.base_color_texture is material.base_color_texture


def test_no_surface_reflects_more_than_it_gets() -> None:
    bright = perturbed(build_material("paper"), PerturbBlock(brightness=10, roughness=10))
    assert max(bright.base_color) <= 1.0
    assert bright.roughness == 1.0


def test_black_has_no_hue_and_stays_black() -> None:
    black = Material("black", (0.0, 0.0, 0.0))
    assert perturbed(black, PerturbBlock(hue_deg=90, brightness=10)).base_color == (0.0, 0.0, 0.0)


def test_a_perturbation_is_there_as_often_as_its_probability_says_and_the_record_tells() -> None:
    recipe = recipe_of(RECIPE % 0.5)
    plain = material_of(recipe_of(RECIPE % 0.0), 0)
    assert plain.base_color == (0.4, 0.2, 0.1)
    there = []
    for frame in range(60):
        material = material_of(recipe, frame)
        there.append(bool(frame_of(recipe, frame).drawn["materials.paint.perturb:present"]))
        assert (material.base_color != plain.base_color) is there[-1]
        assert material.roughness == pytest.approx(plain.roughness * (0.5 if there[-1] else 1.0))
    # Binomial: 4 standard deviations of 60 tosses are 15.5.
    assert 14 < sum(there) < 46


def test_a_perturbation_changes_no_other_draw() -> None:
    drawn = [frame_of(recipe_of(RECIPE % chance), 3).drawn for chance in (1, 0.5)]
    assert drawn[0].items() <= drawn[1].items()


def test_a_factor_below_zero_is_refused() -> None:
    with pytest.raises(RecipeError, match="brightness"):
        recipe_of("materials: {floor: {perturb: {brightness: {uniform: [-1, 1]}}}}\n")
