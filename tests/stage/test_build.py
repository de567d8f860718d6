"""Stages as a whole: bodies, classes, materials, plans, and what is checked before a run."""

from __future__ import annotations

import itertools
from pathlib import Path

import cv2
import numpy as np
import pytest

from sdg.errors import AssetError
from sdg.foundation.diagnostic import Diagnostic
from sdg.recipe.model import Recipe
from sdg.stage.asset import Material
from sdg.stage.build import build_stage
from sdg.stage.catalog import Catalog, search_folders
from sdg.stage.categories import categories
from sdg.stage.model import Body, Stage
from sdg.stage.preflight import check_assets
from sdg.stage.prims import prim_name
from tests.recipes import frame_of, recipe_of
from tests.stage.test_placement import box_obj

HALL = "scene:\n  environment: {asset: warehouse_hall, size_m: [10, 12, 5]}\n"
VARIED = f"""\
{HALL}  objects:
    - {{name: pallet, asset: pallet, count: {{uniform_int: [1, 3]}}, place: {{scatter_2d: {{}}}}}}
    - name: stack
      asset: {{choice: [carton_small, carton_large]}}
      class: carton
      place: {{grid: {{surface: pallet, count: [1, 1, {{uniform_int: [1, 3]}}]}}}}
      material: {{choice: [cardboard, cardboard_worn, red]}}
    - {{name: drum, asset: drum, count: 4, probability: 0.5, place: {{scatter_2d: {{}}}}}}
lighting:
  - rect: {{name: lamp, grid: [{{uniform_int: [1, 2]}}, 3], visible: {{choice: [true, false]}}}}
  - sphere: {{probability: 0.5, position_m: [0, 0, 3]}}
materials:
  floor: {{base: {{choice: [concrete, wood]}}, roughness: {{uniform: [0.4, 0.9]}}}}
  red: {{color: [0.5, 0, 0]}}
"""


def stage_of(recipe: Recipe, frame: int = 0) -> Stage:
    return build_stage(frame_of(recipe, frame), recipe)


def material_of(text: str, part: str = "", folder: Path | None = None) -> Material:
    """Return the material of the first thing's part (its first one if unnamed)."""
    body = next(body for body in stage_of(recipe_of(text, folder)).bodies if body.is_thing)
    return next(one for one in body.parts if part in ("", one.name)).material


# --- bodies and classes ---------------------------------------------------------------------------------------


def test_categories_follow_the_recipe_and_no_frame_changes_them() -> None:
    recipe = recipe_of(VARIED)
    known = categories(recipe)
    assert [category.id for category in known] == list(range(1, len(known) + 1))
    assert [category.name for category in known[:3]] == ["pallet", "carton", "drum"]
    assert all(category.is_thing == (category.id <= 3) for category in known)
    assert "floor" in [category.name for category in known[3:]]
    ids = {category.name: category.id for category in known}
    for frame in range(6):
        for body in stage_of(recipe, frame).bodies:
            assert body.category_id == ids[body.label]


def test_parts_of_the_environment_are_stuff_and_objects_are_things() -> None:
    stage = stage_of(recipe_of(VARIED))
    stuff = [body for body in stage.bodies if not body.is_thing]
    assert stuff[0].name == "environment.floor"
    assert stuff[0].prim_path == "/World/Environment/floor"
    assert all(body.instance_id == 0 for body in stuff)
    assert [body.prim_path for body in stage.bodies if body.name == "stack[0]"] == ["/World/stack_0"]
    for attribute in ("name", "prim_path"):
        values = [getattr(body, attribute) for body in stage.bodies]
        assert len(set(values)) == len(values)


def test_parts_of_a_file_take_the_environments_class(tmp_path: Path) -> None:
    (tmp_path / "room.obj").write_text(box_obj((-4, -4, -0.2), (4, 4, 0)))
    recipe = recipe_of("scene: {environment: {asset: {file: room.obj}, class: yard}}\n", tmp_path)
    assert {body.label for body in stage_of(recipe).bodies} == {"yard"}
    assert [(category.name, category.is_thing) for category in categories(recipe)] == [("yard", False)]


@pytest.mark.parametrize(("name", "expected"), [("a[3]", "a_3"), ("rect[0][2]", "rect_0_2"), ("3d", "_3d")])
def test_prim_names_are_usd_identifiers(name: str, expected: str) -> None:
    assert prim_name(name) == expected


def test_size_m_of_a_file_asset_is_its_size_in_the_world(tmp_path: Path) -> None:
    (tmp_path / "part.obj").write_text(box_obj((100, 200, 0), (200, 250, 100)))
    recipe = recipe_of(
        "scene: {objects: [{name: a, asset: {file: part.obj, unit: mm}, size_m: [1, 2, 3], scale: 2}]}\n", tmp_path
    )
    body = stage_of(recipe).bodies[0]
    corners = body.bounds_m @ body.world_from_object[:3, :3].T
    assert corners[1] - corners[0] == pytest.approx([2, 4, 6])


# --- materials ------------------------------------------------------------------------------------------------

RACK = "scene: {objects: [{name: a, asset: pallet_rack}]}\n"
CARTON = "scene: {objects: [{name: a, asset: carton_small, material: %s}]}\n"


def test_an_entry_replaces_the_material_of_its_name_and_starts_from_it() -> None:
    before = material_of(RACK, "uprights")
    after = material_of(RACK + "materials: {rack_paint: {color: [0.1, 0.2, 0.3], roughness: 0.9}}\n", "uprights")
    assert before.name == after.name == "rack_paint"
    assert after.base_color == (0.1, 0.2, 0.3)
    assert after.roughness == 0.9
    assert after.metallic == before.metallic
    assert after.normal_texture is before.normal_texture


def test_an_entry_with_a_base_starts_from_that() -> None:
    wood = Catalog(Path("x.yaml")).material("wood")
    made = material_of(RACK + "materials: {rack_paint: {base: wood, specular: 0.1}}\n", "uprights")
    assert made.base_color_texture is wood.base_color_texture
    assert (made.specular, made.roughness) == (0.1, wood.roughness)


def test_an_objects_material_applies_to_its_body_alone() -> None:
    text = CARTON % "steel"
    asset = Catalog(Path("x.yaml")).asset("carton_small")
    assert asset.body
    body = stage_of(recipe_of(text)).bodies[0]
    plain = {part.name: part.material.name for part in asset.parts}
    for part in body.parts:
        assert part.material.name == ("steel" if part.name in asset.body else plain[part.name])


def test_an_objects_material_may_name_an_entry_of_the_recipe() -> None:
    made = material_of(CARTON % "mine" + "materials: {mine: {base: steel, metallic: 0.25}}\n")
    assert (made.name, made.metallic) == ("mine", 0.25)


def test_a_new_texture_is_taken_as_it_is_unless_a_number_stands_beside_it(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "t.png"), np.full((4, 4, 3), 128, dtype=np.uint8))
    text = CARTON % "mine" + "materials: {mine: {base: steel, roughness_texture: {file: t.png}%s}}\n"
    alone, beside = (material_of(text % more, "", tmp_path) for more in ("", ", roughness: 0.4"))
    assert (alone.roughness, beside.roughness) == (1.0, 0.4)
    assert alone.roughness_texture is not None
    assert alone.roughness_texture.color_space == "linear"


def test_a_hundred_things_are_staged_from_cache() -> None:
    """The same assets and parts serve all instances of all frames, so a stage holds references, not copies."""
    recipe = recipe_of(
        f"{HALL}  objects:\n    - {{name: a, asset: carton_small, count: 100, place: {{scatter_2d: {{}}}}}}\n"
    )
    bodies = [body for frame in range(2) for body in stage_of(recipe, frame).bodies if body.is_thing]
    assert len(bodies) == 200
    assert len({id(part.mesh) for body in bodies for part in body.parts}) == len(bodies[0].parts)


# --- files ----------------------------------------------------------------------------------------------------


def test_files_are_tried_beside_the_recipe_then_in_the_nearest_folder_with_assets(tmp_path: Path) -> None:
    inner = tmp_path / "recipes" / "deep"
    for folder in (inner, tmp_path / "assets", tmp_path / "recipes" / "assets"):
        folder.mkdir(parents=True)
    assert list(search_folders(inner / "r.yaml")) == [inner, tmp_path / "recipes", tmp_path / "recipes" / "assets"]
    catalog = Catalog(inner / "r.yaml")
    (tmp_path / "assets" / "far.obj").write_text("")
    with pytest.raises(AssetError, match="no file far") as caught:
        catalog.find("far.obj")
    assert str(inner / "far.obj") in caught.value.hint
    assert str(tmp_path / "recipes" / "assets" / "far.obj") in caught.value.hint
    for place in (tmp_path / "recipes" / "assets", tmp_path / "recipes", inner):
        (place / "near.obj").write_text("")
        assert catalog.find("near.obj") == place / "near.obj"


# --- preflight ------------------------------------------------------------------------------------------------


def faults(text: str, folder: Path | None = None) -> list[Diagnostic]:
    return check_assets(recipe_of(text, folder))


RACK_AND = "name: r, asset: pallet_rack"
CONE_AND = "name: c, asset: traffic_cone"
PAINTED = "name: a, asset: cube, material: m"


def on(surface: str, kind: str = "scatter_2d", more: str = "") -> str:
    return f"name: a, asset: cube, place: {{{kind}: {{surface: {surface}{more}}}}}"


def objects(*blocks: str) -> str:
    return f"{HALL}  objects:\n" + "".join(f"    - {{{block}}}\n" for block in blocks)


@pytest.mark.parametrize(
    ("text", "code", "pointed", "hint"),
    [
        ("scene: {environment: {asset: warehouse_hal}}\n", "S001", "warehouse_hal", "warehouse_hall"),
        (objects("name: a, asset: {choice: [cube, palet]}"), "S001", "palet", "pallet"),
        (objects("name: a, asset: {sequence: [{file: no.glb}]}"), "S001", "no.glb", "tried"),
        (objects("name: a, asset: cube, size_m: [200, 1, 1]"), "S001", "cube", "0.001 to 100 m"),
        (objects("name: a, asset: warehouse_hall"), "S010", "warehouse_hall", "scene.environment"),
        (objects("name: a, asset: cube, material: wod"), "S003", "wod", "wood"),
        (objects(RACK_AND, on("r.shelf1")), "S004", "r.shelf1", "shelf_1"),
        (objects(RACK_AND, on("r")), "S004", "r", "shelf_0"),
        (objects(CONE_AND, on("c", "grid", ", count: [1, 1]")), "S004", "c", "another asset"),
        (objects(RACK_AND, on("nowhere")), "S004", "nowhere", "its surfaces are floor, ceiling; the objects are r"),
        (objects("name: rack, asset: pallet_rack", on("rak")), "S004", "rak", "did you mean rack?"),
        (objects("name: a, asset: cube, class: floor"), "S015", "floor", "floor_object"),
        ("vars: {w: {choice: [wood, wod]}}\n" + objects("name: a, asset: cube, material: $w"), "S003", "wod", "wood"),
        ("lighting:\n  - dome: {texture: {file: no.hdr}}\n", "S002", "no.hdr", "tried"),
        (f"{HALL}lighting:\n  - rect: {{grid: [1, 1], surface: celing}}\n", "S004", "celing", "ceiling"),
        (objects(PAINTED) + "materials:\n  m: {base: concret}\n", "S003", "concret", "concrete"),
        (objects(PAINTED) + "materials:\n  m: {color_texture: {file: no.png}}\n", "S002", "no.png", "tried"),
    ],
)
def test_each_fault_is_pointed_at_and_comes_with_a_hint(text: str, code: str, pointed: str, hint: str) -> None:
    found = faults(text)
    assert [fault.code for fault in found] == [code]
    fault = found[0]
    assert fault.severity == "error"
    assert fault.span is not None
    assert fault.excerpt[fault.span.column - 1 :].startswith(pointed)
    assert hint in fault.hint


def test_all_faults_are_found_at_once_in_file_order() -> None:
    found = faults(
        objects("name: a, asset: palet", "name: b, asset: cube, material: wod") + "materials: {m: {base: x}}\n"
    )
    assert [fault.code for fault in found] == ["S001", "S003", "S011", "S003"]


def test_a_material_that_nothing_uses_is_a_warning() -> None:
    found = faults(f"{HALL}materials: {{flor: {{roughness: 0.5}}}}\n")
    assert [(fault.code, fault.severity) for fault in found] == [("S011", "warning")]
    assert "floor" in found[0].hint


def test_an_absurd_size_is_a_warning_that_names_the_unit(tmp_path: Path) -> None:
    (tmp_path / "big.obj").write_text(box_obj((0, 0, 0), (300, 300, 300)))
    found = faults("scene: {objects: [{name: a, asset: {file: big.obj}}]}\n", tmp_path)
    assert [(fault.code, fault.severity) for fault in found] == [("S006", "warning")]
    assert "unit" in found[0].message


def test_a_sound_recipe_has_no_faults() -> None:
    assert faults(VARIED) == []
    assert (
        check_assets(
            recipe_of(objects("name: a, asset: cube", "name: b, asset: cube, place: {scatter_2d: {surface: a}}"))
        )
        == []
    )


def test_the_ends_of_a_drawn_size_are_tried() -> None:
    found = faults("scene: {objects: [{name: a, asset: cube, size_m: [{uniform: [50, 160]}, 1, 1]}]}\n")
    assert [fault.code for fault in found] == ["S001"]
    assert faults("scene: {objects: [{name: a, asset: cube, size_m: [{uniform: [50, 60]}, 1, 1]}]}\n") == []


def test_bodies_never_share_their_place_by_accident() -> None:
    """Two instances of one object, drawn independently, differ in pose."""
    bodies: list[Body] = [body for body in stage_of(recipe_of(VARIED), 3).bodies if body.label == "pallet"]
    for one, other in itertools.combinations(bodies, 2):
        assert not np.allclose(one.world_from_object, other.world_from_object)
