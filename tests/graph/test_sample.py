"""The law of sampling: a frame's values depend on the recipe, the seed, the frame and each node's name alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sdg.errors import RecipeError
from sdg.graph.frame_sample import FrameSample
from tests.recipes import frame_of, recipe_of

VARS = "vars: {hour: {uniform: [6, 20]}}\n"
ENVIRONMENT = "  environment: {asset: warehouse_hall, size_m: [{uniform: [10, 12]}, 20, 6]}\n"
PALLET = """\
    - name: pallet
      asset: pallet
      count: {uniform_int: [2, 6]}
      place: {scatter_2d: {clearance_m: {uniform: [0, 0.2]}}}
      yaw_deg: {uniform: [0, 360]}
"""
STACK = """\
    - name: stack
      asset: {choice: [carton_small, carton_large]}
      class: carton
      place: {grid: {surface: pallet, count: [2, 1, {uniform_int: [1, 3]}], gap_m: {uniform: [0, 0.02]}}}
"""
CONE = """\
    - name: cone
      asset: traffic_cone
      count: 3
      probability: 0.5
      position_m: [{uniform: [0, 1]}, 0, {normal: [0, 1]}]
"""
LIGHTS = """\
  - rect: {intensity: {uniform: [1, 2]}}
  - rect: {name: lamp, grid: [2, 3], intensity: {uniform: [1, 2]}, temperature_k: {uniform: [3000, 6000], every: 5}}
  - sun_sky: {hour: $hour}
"""
MATERIALS = "materials:\n  floor: {roughness: {uniform: [0, 1]}}\n"
CAMERAS = """\
cameras:
  - name: orbiter
    lens: {opencv_pinhole: {fx: 500, k1: {uniform: [-0.1, 0]}}}
    pose: {orbit: {target: pallet, distance_m: {uniform: [2, 8]}, azimuth_deg: {uniform: [0, 360], every: dataset}}}
"""
NEW = "    - {name: new, asset: cube, yaw_deg: {uniform: [0, 1]}}\n"
SECOND_CAMERA = "  - {name: second, lens: {pinhole: {fx: {uniform: [400, 500]}}}, pose: {transform: {}}}\n"


def full(vars: str = VARS, objects: str = PALLET + STACK + CONE, lights: str = LIGHTS, cameras: str = CAMERAS) -> str:
    lighting = f"lighting:\n{lights}" if lights else ""
    return f"{vars}scene:\n{ENVIRONMENT}  objects:\n{objects}{lighting}{MATERIALS}{cameras}"


RECIPE = recipe_of(full())


def without(drawn: Any, prefix: str) -> dict[str, Any]:
    return {name: value for name, value in drawn.items() if not name.startswith(prefix)}


@settings(max_examples=25)
@given(st.lists(st.integers(0, 500), min_size=2, max_size=6))
def test_a_frame_is_the_same_whatever_frames_came_before_it(order: list[int]) -> None:
    together = [dict(frame_of(RECIPE, frame).drawn) for frame in order]
    alone = [dict(frame_of(recipe_of(full()), frame).drawn) for frame in order]
    assert together == alone


def test_frames_differ() -> None:
    assert len({str(frame_of(RECIPE, frame).drawn) for frame in range(30)}) == 30


@pytest.mark.parametrize(
    ("change", "prefix"),
    [
        (lambda: full(objects=PALLET + STACK), "scene.objects.cone"),
        (lambda: full(objects=CONE + PALLET + STACK), "nothing"),
        (lambda: full(objects=PALLET + STACK + CONE + NEW), "scene.objects.new"),
        (lambda: full(vars=VARS[:-2] + ", other: {uniform: [0, 1]}}\n"), "vars.other"),
        (lambda: full(lights="  - rect: {name: first, intensity: {uniform: [1, 9]}}\n" + LIGHTS), "lighting.first"),
        (lambda: full(lights="  - disk: {radius_m: {uniform: [1, 9]}}\n" + LIGHTS), "lighting.disk[0]"),
        (lambda: full(cameras=CAMERAS + SECOND_CAMERA), "cameras.second"),
    ],
)  # fmt: skip
def test_adding_or_removing_a_block_changes_no_other_draw(change: Callable[[], str], prefix: str) -> None:
    changed = recipe_of(change())
    for frame in range(12):
        before, after = frame_of(RECIPE, frame).drawn, frame_of(changed, frame).drawn
        assert without(before, prefix) == without(after, prefix)


def test_every_instance_draws_for_itself_and_a_variable_is_shared() -> None:
    sample = frame_of(RECIPE, 4)
    yaws = [one.block.yaw_deg for one in sample.objects if one.object_name == "pallet"]
    assert len(set(yaws)) == len(yaws) >= 2
    assert [light.block.sun_sky.hour for light in sample.lights if light.block.sun_sky] == [sample.drawn["vars.hour"]]


def test_count_and_probability_are_drawn_once_for_a_block() -> None:
    for frame in range(20):
        sample = frame_of(RECIPE, frame)
        assert len(instances(sample, "pallet")) == sample.drawn["scene.objects.pallet.count"]
        assert len(instances(sample, "cone")) == (3 if sample.drawn["scene.objects.cone.present"] else 0)


def test_a_grid_on_things_stands_on_each_of_them_with_its_own_number_of_layers() -> None:
    layers = set()
    for frame in range(10):
        sample = frame_of(RECIPE, frame)
        for pallet in instances(sample, "pallet"):
            count = sample.drawn[f"scene.objects.stack.place.grid.count[2]@{pallet.name}"]
            cells = [one.cell for one in instances(sample, "stack") if one.cell and one.cell.carrier == pallet.name]
            assert [cell.index for cell in cells] == [(x, 0, z) for z in range(count) for x in range(2)]
            layers.add(count)
    assert layers == {1, 2, 3}


def test_count_limits_a_grid_from_its_end() -> None:
    text = (
        "scene: {objects: [{name: a, asset: cube, count: 5, place: {grid: {surface: b, count: [2, 2]}}}, "
        "{name: b, asset: cube, count: 2}]}\n"
    )
    sample = frame_of(recipe_of(text))
    assert [(one.name, one.cell.index, one.cell.carrier) for one in instances(sample, "a") if one.cell] == [
        ("a[0]", (0, 0, 0), "b[0]"),
        ("a[1]", (1, 0, 0), "b[0]"),
        ("a[2]", (0, 1, 0), "b[0]"),
        ("a[3]", (1, 1, 0), "b[0]"),
        ("a[4]", (0, 0, 0), "b[1]"),
    ]


def test_lamps_of_a_grid_are_named_by_ordinal_and_draw_each() -> None:
    lamps = [light for light in frame_of(RECIPE).lights if light.light_name == "lamp"]
    assert [light.name for light in lamps] == [f"lamp[{index}]" for index in range(6)]
    assert [light.grid_index for light in lamps] == [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)]
    assert len({light.block.rect.intensity for light in lamps if light.block.rect}) == 6


def test_every_is_keyed_per_instance_too() -> None:
    def temperatures(frame: int) -> list[Any]:
        return [light.block.rect.temperature_k for light in frame_of(RECIPE, frame).lights if light.block.rect]

    assert temperatures(0) == temperatures(4) != temperatures(5)
    assert len(set(temperatures(0)[1:])) == 6


def test_a_further_attempt_draws_the_pose_anew_and_nothing_else() -> None:
    camera = frame_of(RECIPE, 3).cameras[0]
    first, second = camera.redraw(1), camera.redraw(2)
    assert camera.redraw(0) == camera.block
    assert first.lens == second.lens == camera.block.lens
    distances = [block.pose.orbit.distance_m for block in (camera.block, first, second) if block.pose.orbit]
    assert len(set(distances)) == 3
    azimuths = {block.pose.orbit.azimuth_deg for block in (camera.block, first, second) if block.pose.orbit}
    assert len(azimuths) == 1, "what is kept for the dataset is kept over attempts"
    assert camera.redrawn(1)["cameras.orbiter.pose.orbit.distance_m"] == distances[1]


def test_drawn_values_come_in_recipe_order_whatever_stands_on_what() -> None:
    names = list(frame_of(recipe_of(full(objects=STACK + PALLET))).drawn)
    stack = [index for index, name in enumerate(names) if name.startswith("scene.objects.stack")]
    pallet = [index for index, name in enumerate(names) if name.startswith("scene.objects.pallet")]
    assert max(stack) < min(pallet)
    assert names[0] == "vars.hour"


def test_a_value_that_breaks_a_rule_once_drawn_names_frame_and_line() -> None:
    """A sound recipe has no such value that its check can find, so the tree is spoilt after the check."""
    recipe = recipe_of("scene: {objects: [{name: a, asset: cube, scale: {uniform: [1, 2]}}]}\n")
    recipe.tree["scene"]["objects"][0]["scale"] = {"uniform": [-2.0, -1.0]}
    with pytest.raises(RecipeError) as caught:
        frame_of(recipe, 12)
    fault = caught.value.diagnostics[0]
    assert fault.code == "G002"
    assert "frame 12" in fault.message
    assert "a[0]" in fault.message
    assert fault.span is not None
    assert fault.span.line == 4
    assert fault.path == "scene.objects[0].scale"


def instances(sample: FrameSample, name: str) -> list[Any]:
    return [one for one in sample.objects if one.object_name == name]
