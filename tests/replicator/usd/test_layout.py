"""What shares a prim over many frames, and what gets one of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sdg.replicator.usd.layout import UsdLayout
from sdg.replicator.usd.look import index_of_refraction
from sdg.replicator.usd.stage import defaults, frame_values, lay_out
from sdg.stage.asset import Material, Mesh, Texture
from sdg.stage.model import Body, RenderSettings, Stage, StagePlan
from tests.render.mitsuba.small_world import body, box_mesh, plane_mesh
from tests.replicator.usd.read_back import get, open_stage
from tests.replicator.usd.written import write_usd_stage

SETTINGS = RenderSettings(1, 1, False)
PLAN = StagePlan((), (), SETTINGS)
PAINT = Material("paint", (0.2, 0.3, 0.4), roughness=0.4)
WOOD = Texture(np.full((2, 2, 1), 90, np.uint8), "srgb")
GRAIN = Texture(np.full((2, 2, 3), 50, np.uint8), "srgb")
BOX, SLAB = box_mesh(), box_mesh((1.0, 1.0, 0.1))


def frames(*bodies: Sequence[Body]) -> list[Stage]:
    return [Stage(index, 7, tuple(each), (), (), SETTINGS) for index, each in enumerate(bodies)]


def thing(name: str, mesh: Mesh = BOX, material: Material = PAINT, **values: Any) -> Body:
    return replace(body(name, mesh, material=material), asset_key=mesh.key, **values)


def bindings(layout: UsdLayout, stage: Stage) -> dict[str, object]:
    values = frame_values(layout, stage)
    return {path.split("/")[2]: value.value for path, value in values.items() if value.type == "rel"}


def test_a_material_whose_numbers_are_drawn_is_one_look_with_other_values() -> None:
    stages = frames([thing("a")], [thing("a", material=replace(PAINT, roughness=0.9))])
    layout = lay_out(stages, PLAN)
    assert [look.path for look in layout.looks] == ["/World/Looks/paint"]
    rough = [frame_values(layout, stage)["/World/Looks/paint/surface.inputs:roughness"].value for stage in stages]
    assert rough == [0.4, 0.9]


def test_materials_of_one_name_and_other_numbers_in_a_frame_are_two_looks() -> None:
    """An entry of `materials:` without `base` starts from each asset's own material."""
    shiny = replace(PAINT, roughness=0.1)
    stages = frames([thing("a"), thing("b", SLAB)], [thing("a"), thing("b", SLAB, shiny)])
    layout = lay_out(stages, PLAN)
    assert bindings(layout, stages[0]) == bindings(layout, stages[1])
    assert set(bindings(layout, stages[0]).values()) == {"/World/Looks/paint", "/World/Looks/paint_2"}


def test_things_of_one_material_share_its_look() -> None:
    layout = lay_out(frames([thing("a"), thing("b", SLAB)]), PLAN)
    assert len(layout.looks) == 1


def test_a_drawn_texture_binds_another_look() -> None:
    wood, grain = (replace(PAINT, base_color_texture=texture) for texture in (WOOD, GRAIN))
    stages = frames([thing("a", plane_mesh(1.0), wood)], [thing("a", plane_mesh(1.0), grain)])
    layout = lay_out(stages, PLAN)
    assert [bindings(layout, stage)["a"] for stage in stages] == ["/World/Looks/paint", "/World/Looks/paint_2"]


def test_textures_in_metres_repeat_by_their_size_and_multiply_their_number(tmp_path: Path) -> None:
    wood = replace(PAINT, base_color_texture=WOOD, texture_size_m=(0.5, 0.25))
    files = write_usd_stage(tmp_path, frames([thing("a", plane_mesh(2.0, uv_unit="metre"), wood)]), PLAN)
    stage = open_stage(files[0])
    look = "/World/Looks/paint"
    assert tuple(get(stage.GetPrimAtPath(f"{look}/placement"), "inputs:scale")) == (2.0, 4.0)
    texture = stage.GetPrimAtPath(f"{look}/base_color")
    assert tuple(get(texture, "inputs:scale")) == pytest.approx((0.2, 0.3, 0.4, 1.0))
    assert get(texture, "inputs:sourceColorSpace") == "sRGB"
    assert Path(get(texture, "inputs:file").resolvedPath).is_file()


def test_a_shape_of_many_bodies_is_one_file_and_a_drawn_shape_switches_by_visibility() -> None:
    stages = frames([thing("a"), thing("b")], [thing("a", SLAB), thing("b")])
    layout = lay_out(stages, PLAN)
    assert [shape.file for shape in layout.shapes.values()] == ["./assets/thing.usda", "./assets/thing_2.usda"]
    first, second = (frame_values(layout, stage) for stage in stages)
    assert first["/World/a/thing.visibility"].value == second["/World/a/thing_2.visibility"].value == "inherited"
    assert first["/World/a/thing_2.visibility"].value == second["/World/a/thing.visibility"].value == "invisible"
    assert "/World/b/part.material:binding" in first


def test_a_body_that_comes_later_is_placed_where_it_will_be_and_unseen_until_then() -> None:
    later = thing("late", world_from_object=np.diag([2.0, 2.0, 2.0, 1.0]))
    stages = frames([thing("a")], [thing("a"), later])
    values = defaults(lay_out(stages, PLAN), stages)
    assert values["/World/late.visibility"].value == "invisible"
    assert values["/World/late.xformOp:scale"].value == (2.0, 2.0, 2.0)


def test_names_that_a_file_system_may_confuse_are_kept_apart() -> None:
    layout = lay_out(frames([thing("a", label="Box"), thing("b", SLAB, label="box")]), PLAN)
    assert [shape.name for shape in layout.shapes.values()] == ["Box", "box_2"]


def test_flat_meshes_have_each_faces_own_normal(tmp_path: Path) -> None:
    files = write_usd_stage(tmp_path, frames([thing("a")]), PLAN)
    stage = open_stage(files[0])
    mesh = stage.GetPrimAtPath("/World/a/part")
    assert mesh.GetAttribute("normals").GetMetadata("interpolation") == "faceVarying"
    normals = np.array(get(mesh, "normals"))
    points, corners = np.array(get(mesh, "points")), np.array(get(mesh, "faceVertexIndices"))
    assert len(normals) == len(corners)
    # A box's faces look away from its middle.
    assert np.all((points[corners] * normals).sum(axis=1) == pytest.approx(0.5))


def test_the_index_of_refraction_reflects_what_specular_says() -> None:
    """F0 = ((n - 1) / (n + 1))^2 = 0.08 specular."""
    assert index_of_refraction(0.5) == pytest.approx(1.5)
    assert index_of_refraction(0.0) == 1.0
    n = index_of_refraction(0.8)
    assert ((n - 1) / (n + 1)) ** 2 == pytest.approx(0.064)
