"""The stage, lowered to a `Stage` again by USD's rules, is the world that the recipe's frames show."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from sdg.render.api import RenderedView
from sdg.render.mitsuba import create_renderer
from sdg.replicator.usd.look import Look, look_kind, look_values
from sdg.replicator.usd.stage import frame_values
from sdg.stage.asset import Material, Mesh, Part, Texture
from sdg.stage.model import Stage
from tests.render.mitsuba.small_world import luminance, only_view, plan_of
from tests.replicator.usd.conftest import Written
from tests.replicator.usd.read_back import apply_values, open_stage, read_back

Pair = tuple[Stage, RenderedView]


@pytest.fixture(scope="module")
def rendered(warehouse: Written) -> list[tuple[Pair, Pair]]:
    """Each frame, rendered as the recipe has it and as the stage has it once the frame's values are set."""
    file = warehouse.files[0]
    again: list[Stage] = []
    for direct in warehouse.stages:
        stage = open_stage(file)
        if direct is not warehouse.stages[0]:
            apply_values(stage, frame_values(warehouse.layout, direct))
        again.append(read_back(file, stage, direct.settings))
    renderer = create_renderer(plan_of(*warehouse.stages, *again), device="cpu")
    try:
        return [
            ((direct, only_view(renderer, direct)), (back, only_view(renderer, back)))
            for direct, back in zip(warehouse.stages, again, strict=True)
        ]
    finally:
        renderer.close()


def seen_paths(pair: Pair) -> npt.NDArray[np.str_]:
    """Return the prim path that each pixel shows."""
    stage, view = pair
    paths = np.array(["", *(body.prim_path for body in stage.bodies)])
    return paths[view.entity_ids]


def test_the_first_frame_needs_nothing_set_and_others_their_values(rendered: list[tuple[Pair, Pair]]) -> None:
    """Vertices are float32 on the stage, so a pixel whose centre ray grazes an edge may differ: at most 0.02 %."""
    for direct, again in rendered:
        expected, found = seen_paths(direct), seen_paths(again)
        assert len(np.unique(expected)) > 5
        assert np.mean(expected != found) <= 2e-4


def test_labels_and_depth_are_those_of_the_recipe(rendered: list[tuple[Pair, Pair]]) -> None:
    for (direct, direct_view), (again, again_view) in rendered:
        labels = {body.prim_path: body.label for body in direct.bodies}
        assert {body.prim_path: body.label for body in again.bodies} == labels
        same = direct_view.entity_ids > 0
        same &= seen_paths((direct, direct_view)) == seen_paths((again, again_view))
        difference = np.abs(direct_view.depth_z_m - again_view.depth_z_m)[same]
        # Float32 vertices lie within a micrometre; a floor seen at 6 degrees stretches that tenfold.
        assert np.quantile(difference, 0.999) < 1e-4


def test_the_stage_is_as_bright_as_the_recipe(rendered: list[tuple[Pair, Pair]]) -> None:
    """Same lights, materials and textures; what differs is noise."""
    for (_, direct), (_, again) in rendered:
        ratio = luminance(again.radiance).mean() / luminance(direct.radiance).mean()
        assert ratio == pytest.approx(1.0, abs=0.03)


def test_every_lamp_radiates_what_its_light_says(rendered: list[tuple[Pair, Pair]]) -> None:
    for (direct, _), (again, _) in rendered:
        expected = {light.prim_path: light for light in direct.lights}
        found = {light.prim_path: light for light in again.lights}
        assert found.keys() == expected.keys()
        for path, light in expected.items():
            assert found[path].luminance_nits == pytest.approx(light.luminance_nits, rel=1e-6)
            assert found[path].color == pytest.approx(light.color, rel=1e-6)
            assert found[path].size_m == pytest.approx(light.size_m, rel=1e-6)
            np.testing.assert_allclose(found[path].world_from_light, light.world_from_light, atol=1e-12)


def test_materials_keep_their_numbers_and_textures(rendered: list[tuple[Pair, Pair]]) -> None:
    for (direct, _), (again, _) in rendered:
        bodies = {body.prim_path: body for body in again.bodies}
        for body in direct.bodies:
            for part, read in zip(body.parts, bodies[body.prim_path].parts, strict=True):
                assert read.material.base_color == pytest.approx(part.material.base_color, rel=1e-6)
                assert read.material.roughness == pytest.approx(part.material.roughness, rel=1e-6)
                assert read.material.metallic == pytest.approx(part.material.metallic, abs=1e-7)
                assert read.material.specular == pytest.approx(part.material.specular, rel=1e-5)
                for wanted, got in zip(part.material.textures, read.material.textures, strict=True):
                    assert (wanted is None) == (got is None)
                    if wanted is not None and got is not None:
                        assert np.array_equal(np.broadcast_to(wanted.pixels, got.pixels.shape), got.pixels)


OTHER = Texture(np.array([[[9, 8, 7]], [[6, 5, 4]]], np.uint8), "srgb")
CHANGES: dict[str, Any] = {
    "name": "other",
    "base_color": (0.1, 0.2, 0.3),
    "roughness": 0.9,
    "metallic": 0.7,
    "specular": 0.3,
    "base_color_texture": OTHER,
    "roughness_texture": OTHER,
    "metallic_texture": OTHER,
    "normal_texture": OTHER,
    "texture_size_m": (0.3, 0.4),
}


@pytest.mark.parametrize("field", [field.name for field in fields(Material)])
def test_every_property_of_a_material_reaches_its_look(field: str) -> None:
    """UsdPreviewSurface is enough for as long as this holds: a property that a look can't say needs another shader."""
    mesh = Mesh(np.eye(3), np.array([[0, 1, 2]], np.uint32), uvs=np.zeros((3, 2)))
    # Texture coordinates count only where there is a texture.
    plain = Material("plain", base_color_texture=Texture(np.zeros((1, 1, 3), np.uint8), "srgb"))

    def said(material: Material) -> tuple[Any, Any]:
        kind = look_kind(Part("part", mesh, material))
        look = Look("/World/Looks/look", ("", "", "", ""), ("raw",) * 4, kind.uv_unit == "metre")
        return kind, look_values(look, material)

    assert said(replace(plain, **{field: CHANGES[field]})) != said(plain)
