"""Stacks and heaps: what the recipe says of them, and that nothing hangs in the air or in another thing."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from benchmarks.contacts import contacts
from sdg.errors import RecipeError
from sdg.stage.build import build_stage
from sdg.stage.ground import Ground
from sdg.stage.model import Body, Stage
from tests.recipes import frame_of, recipe_of

HALL = "environment: {asset: warehouse_hall, size_m: [8, 8, 4]}"
TURNED = "rotation_deg: {uniform: [[0, 0, 0], [360, 360, 360]]}"
CARTON_M = 0.2
# Frames of 0.2 m cubes in stacks of two to four on two pallets.
STACKS = f"""\
scene:
  {HALL}
  objects:
    - {{name: pallet, asset: pallet, count: 2, place: {{grid: {{count: [2, 1], gap_m: 1}}}}}}
    - name: box
      asset: cube
      size_m: [{CARTON_M}, {CARTON_M}, {CARTON_M}]
      count: 6
      place: {{stack: {{surface: pallet, height: {{uniform_int: [2, 4]}}, jitter_m: 0.02, jitter_deg: 9}}}}
      yaw_deg: {{uniform: [0, 90]}}
"""


def stage_of(text: str, frame: int = 0) -> Stage:
    recipe = recipe_of(text)
    return build_stage(frame_of(recipe, frame), recipe)


def named(stage: Stage, name: str) -> list[Body]:
    return [body for body in stage.bodies if body.name.partition("[")[0] == name]


def place(body: Body) -> np.ndarray:
    return body.world_from_object[:3, 3]


def yaw_deg(body: Body) -> float:
    return math.degrees(math.atan2(body.world_from_object[1, 0], body.world_from_object[0, 0]))


def boxes(text: str, frame: int = 0) -> list[Body]:
    return named(stage_of(text, frame), "box")


def on_floor(place: str, count: int = 5, more: str = "") -> str:
    size = f"size_m: [{CARTON_M}, {CARTON_M}, {CARTON_M}]"
    return f"""\
scene:
  {HALL}
  objects:
    - {{name: box, asset: cube, {size}, count: {count}, place: {{{place}}}{more}}}
"""


def test_each_thing_of_a_stack_lies_on_the_one_below_it() -> None:
    stack = boxes(on_floor("stack: {center_m: [1, -2]}"))
    for layer, body in enumerate(stack):
        assert place(body)[2] == pytest.approx(layer * CARTON_M, abs=1e-3)
        assert place(body)[:2] == pytest.approx([1, -2], abs=2e-3)


def test_a_stack_is_as_high_as_its_lowest_thing_draws_and_the_last_has_what_is_left() -> None:
    recipe = recipe_of(on_floor("stack: {height: {uniform_int: [1, 4]}, region_m: [-2, -2, 2, 2]}", count=10))
    sample = frame_of(recipe, 0)
    stack = named(build_stage(sample, recipe), "box")
    expected, first = [], 0
    while first < 10:
        height = int(sample.drawn[f"scene.objects.box[{first}].place.stack.height"])
        expected += list(range(min(height, 10 - first)))
        first += height
    layers = [round(float(place(body)[2]) / CARTON_M) for body in stack]
    assert layers == expected
    assert len(set(expected)) > 2


def test_jitter_is_against_the_one_below_and_turns_are_against_the_lowest() -> None:
    stack = boxes(on_floor("stack: {center_m: [0, 0], jitter_m: 0.03, jitter_deg: 10}", 4, ", yaw_deg: 30"))
    assert yaw_deg(stack[0]) == pytest.approx(30, abs=0.2)
    steps = [place(above)[:2] - place(below)[:2] for below, above in itertools.pairwise(stack)]
    turns = [yaw_deg(body) - 30 for body in stack[1:]]
    assert all(np.abs(step).max() < 0.033 for step in steps)
    assert max(np.abs(step).max() for step in steps) > 0.003
    assert all(abs(turn) < 10.5 for turn in turns)
    assert max(abs(turn) for turn in turns) > 1


def test_a_stack_without_support_falls_over_and_stays_so() -> None:
    """Three steps of at least 9 cm to one side on cubes of 20 cm: some draw of these leans too far."""
    recipe = recipe_of(on_floor("stack: {center_m: [0, 0], jitter_m: 0.14}", 6))
    fallen = 0
    for frame in range(3):
        stage = build_stage(frame_of(recipe, frame), recipe)
        heights = [float(place(body)[2]) for body in named(stage, "box")]
        fallen += max(heights) < 4.5 * CARTON_M
        assert min(heights) > -1e-3
    assert fallen >= 1


@pytest.mark.parametrize("frame", [0, 1])
def test_nothing_in_stacks_interpenetrates_or_floats_on_the_triangles_that_are_rendered(frame: int) -> None:
    stage = stage_of(STACKS, frame)
    names = [body.name for body in named(stage, "box")]
    found = contacts(stage, names)
    assert max(contact.depth_m for contact in found) < 0.002
    for name in names:
        assert min(contact.gap_m for contact in found if name in (contact.first, contact.second)) < 0.002, name


def test_stacks_in_turn_stand_on_one_carrier_after_another() -> None:
    text = STACKS.replace("height: {uniform_int: [2, 4]}", "height: 2, in_turn: true").replace("count: 6", "count: 4")
    stage = stage_of(text)
    pallets = [place(body) for body in named(stage, "pallet")]
    nearest = [
        min(range(2), key=lambda index: float(np.hypot(*(pallets[index] - place(body))[:2])))
        for body in named(stage, "box")
    ]
    assert nearest == [0, 0, 1, 1]


def test_another_object_changes_no_draw_of_a_stack() -> None:
    alone = boxes(on_floor("stack: {height: 2, jitter_m: 0.02, region_m: [-3, -3, 3, 3]}"))
    other = "    - {name: a, asset: cube, size_m: [0.1, 0.1, 0.1], position_m: [3.5, 3.5, 0.05]}\n"
    text = on_floor("stack: {height: 2, jitter_m: 0.02, region_m: [-3, -3, 3, 3]}")
    beside = boxes(text.replace("    - {name: box", f"{other}    - {{name: box"))
    for one, same in zip(alone, beside, strict=True):
        assert place(one) == pytest.approx(place(same), abs=1e-3)


@pytest.mark.parametrize(
    ("what", "count", "code"),
    [
        ("stack: {height: 1, region_m: [-0.15, -0.15, 0.15, 0.15]}", 4, "S007"),
        ("stack: floor", 25, "S008"),
        ("stack: {center_m: [3.95, 0]}", 1, "S009"),
        ("stack: {region_m: [0, 0, 0.1, 1]}", 1, "S008"),
        ("heap: {center_m: [9, 0]}", 1, "S009"),
        ("heap: {radius_m: 9}", 1, "S008"),
    ],
)
def test_what_finds_no_place_is_refused_with_a_hint(what: str, count: int, code: str) -> None:
    with pytest.raises(RecipeError, match=code) as caught:
        stage_of(on_floor(what, count))
    assert caught.value.diagnostics[0].hint


def test_a_stack_on_a_pole_in_the_void_is_refused_in_the_end() -> None:
    """Only what comes to lie on something has come to rest, and here there is nothing else."""
    with pytest.raises(RecipeError, match="S040"):
        stage_of("""\
scene:
  objects:
    - {name: pole, asset: cube, size_m: [0.02, 0.02, 1], position_m: [0, 0, 0.5]}
    - name: box
      asset: cube
      size_m: [0.019, 0.019, 0.2]
      count: 3
      place: {stack: {surface: pole, jitter_m: 0.1}}
""")


def test_a_heap_lies_round_its_spot_on_several_levels() -> None:
    heap = boxes(on_floor("heap: {center_m: [1, 1], radius_m: 0.2}", 12, f", {TURNED}"))
    middles = np.array([(body.world_from_object @ [0, 0, CARTON_M / 2, 1])[:3] for body in heap])
    assert middles[:, 2].min() == pytest.approx(CARTON_M / 2, abs=2e-3)
    assert middles[:, 2].max() > 1.4 * CARTON_M
    middle = middles[:, :2].mean(axis=0)
    assert middle == pytest.approx([1, 1], abs=0.3)


def test_nothing_in_a_heap_interpenetrates_or_floats_on_the_triangles_that_are_rendered() -> None:
    stage = stage_of(f"""\
scene:
  {HALL}
  objects:
    - {{name: part, asset: {{choice: [gear, bracket, hex_nut]}}, count: 10, place: {{heap: floor}}, {TURNED}}}
""")
    names = [body.name for body in named(stage, "part")]
    found = contacts(stage, names)
    assert max(contact.depth_m for contact in found) < 0.002
    for name in names:
        assert min(contact.gap_m for contact in found if name in (contact.first, contact.second)) < 0.002, name


def test_without_a_count_a_heap_has_one_thing() -> None:
    assert len(boxes(on_floor("heap: floor").replace("count: 5, ", ""))) == 1


def test_the_highest_ground_under_an_outline_is_where_a_ridge_crosses_it() -> None:
    """A roof whose ridge runs along x = 0 at a height of 1 m, and falls by 1 m over 1 m to either side."""
    corners = np.array([[-1, -2, 0], [0, -2, 1], [0, 2, 1], [-1, 2, 0], [1, -2, 0], [1, 2, 0]], dtype=np.float64)
    faces = np.array([[0, 1, 2], [0, 2, 3], [1, 4, 5], [1, 5, 2]])
    flat = corners[faces][:, :, :2]
    ground = Ground(corners[faces], flat.min(axis=1), flat.max(axis=1), faces)
    outline = np.array([[-0.5, -0.5], [0.25, -0.5], [0.25, 0.5], [-0.5, 0.5]])
    assert ground.highest_under(outline) == pytest.approx(1.0)
    assert ground.lowest_under(outline) == pytest.approx(0.5)
    for shift, highest in ((0.5, 1.0), (0.6, 0.9), (2.0, None)):
        assert ground.highest_under(outline + np.array([shift, 0.0])) == pytest.approx(highest)
