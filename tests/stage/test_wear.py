"""Grime and scratches: what they do to light, and that few textures are made of many draws."""

from __future__ import annotations

import numpy as np
import pytest

from sdg.foundation.arrays import FloatArray
from sdg.foundation.color import linear_from_srgb
from sdg.stage.asset import Material, Texture
from sdg.stage.build import build_stage
from sdg.stage.builtin import build_material
from sdg.stage.wear import WEAR_LEVELS, wear_level, worn
from tests.recipes import frame_of, recipe_of

RECIPE = """
scene: {objects: [{name: box, asset: cube, material: paint}]}
materials: {paint: {base: plastic_smooth, color: {uniform: [[0, 0, 0], [1, 1, 1]]}, wear: {uniform: [0, 1]}}}
"""


def values(texture: Texture | None) -> FloatArray:
    assert texture is not None
    levels = texture.pixels / 255.0
    return linear_from_srgb(levels) if texture.color_space == "srgb" else levels


def textures_of(material: Material) -> tuple[str, ...]:
    return tuple("" if texture is None else texture.key for texture in material.textures)


def test_each_level_is_darker_and_duller_than_the_one_before() -> None:
    steps = [worn(build_material("plastic_smooth"), level) for level in WEAR_LEVELS]
    light = [float(values(step.base_color_texture).mean()) for step in steps]
    dull = [float(values(step.roughness_texture).mean()) for step in steps]
    assert light == sorted(light, reverse=True)
    assert dull == sorted(dull)
    assert light[0] - light[-1] > 0.05
    assert dull[-1] - dull[0] > 0.05


def test_wear_of_nothing_changes_nothing() -> None:
    material = build_material("brick")
    assert worn(material, 0.0) is worn(material, 0.12) is material


@pytest.mark.parametrize(
    ("wear", "level"), [(0.0, 0.0), (0.124, 0.0), (0.125, 0.25), (0.5, 0.5), (0.8, 0.75), (1.0, 1.0)]
)
def test_wear_is_taken_to_the_nearest_quarter(wear: float, level: float) -> None:
    assert wear_level(wear) == level


def test_grime_hides_metal() -> None:
    material = worn(build_material("stainless_steel"), 1.0)
    metal, color = values(material.metallic_texture)[:, :, 0], values(material.base_color_texture)[:, :, 0]
    assert metal[color < 0.55].mean() < 0.6
    assert metal[color > 0.93].mean() > 0.95


def test_what_has_no_textures_gets_them() -> None:
    assert worn(build_material("grey"), 0.5).base_color_texture is not None


def test_worn_textures_repeat_without_a_seam() -> None:
    picture = values(worn(build_material("matte_paint"), 1.0).base_color_texture)
    for axis in (0, 1):
        steps = np.abs(np.diff(picture, axis=axis, append=np.take(picture, [0], axis=axis)))
        per_row = steps.mean(axis=(1 - axis, 2))
        assert per_row[-1] < 1.5 * np.median(per_row)


def test_a_drawn_wear_makes_as_many_textures_as_there_are_levels() -> None:
    recipe = recipe_of(RECIPE)
    seen = set()
    for frame in range(40):
        (body,) = build_stage(frame_of(recipe, frame), recipe).bodies
        seen |= {textures_of(part.material) for part in body.parts}
    assert len(seen) == len(WEAR_LEVELS)
