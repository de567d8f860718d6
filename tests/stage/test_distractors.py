from __future__ import annotations

import numpy as np

from sdg.graph.build import build_graph
from sdg.graph.sample import sample_frame
from sdg.recipe.load import load_recipe
from sdg.recipe.model import Recipe
from sdg.stage.build import build_stage
from sdg.stage.categories import categories
from sdg.stage.model import Stage

TEXT = """\
sdg: 1
name: crowded
scene:
  environment: {asset: warehouse_hall, size_m: [8, 8, 4]}
  objects:
    - {name: drum, asset: drum, count: 3, place: {scatter_2d: {}}}
  distractors: {count: 12}
lighting:
  - dome: {}
cameras:
  - name: main
    pose: {look_at: {eye_m: [3, 3, 2], target: [0, 0, 0]}}
"""


def _recipe(tmp_path, text: str = TEXT) -> Recipe:
    path = tmp_path / "crowded.yaml"
    path.write_text(text)
    return load_recipe(path)


def _stage(recipe: Recipe, frame: int) -> Stage:
    return build_stage(sample_frame(recipe, build_graph(recipe), frame), recipe)


def test_distractors_are_stuff_and_take_no_instance_ids(tmp_path):
    recipe = _recipe(tmp_path)
    stage = _stage(recipe, 0)
    distractors = [body for body in stage.bodies if body.label == "distractor"]
    assert len(distractors) == 12
    assert {body.instance_id for body in distractors} == {0}
    assert [body.instance_id for body in stage.bodies if body.label == "drum"] == [1, 2, 3]
    assert [(category.name, category.is_thing) for category in categories(recipe)][:1] == [("drum", True)]
    assert ("distractor", False) in [(category.name, category.is_thing) for category in categories(recipe)]


def test_distractors_change_no_other_place(tmp_path):
    alone = TEXT.replace("  distractors: {count: 12}\n", "")
    without = {body.name: body.world_from_object for body in _stage(_recipe(tmp_path, alone), 1).bodies}
    with_them = {body.name: body.world_from_object for body in _stage(_recipe(tmp_path), 1).bodies}
    assert without.keys() < with_them.keys()
    assert all(np.array_equal(matrix, with_them[name]) for name, matrix in without.items())


def test_what_hovers_is_above_its_surface_and_below_the_ceiling_and_at_different_heights(tmp_path):
    high = TEXT.replace("{count: 12}", "{count: 12, place: {scatter_2d: {height_m: {uniform: [0, 9]}}}}")
    lows = []
    for body in _stage(_recipe(tmp_path, high), 0).bodies:
        if body.label == "distractor":
            vertices = np.concatenate([part.mesh.vertices for part in body.parts])
            z = vertices @ body.world_from_object[2, :3] + body.world_from_object[2, 3]
            lows.append(float(z.min()))
            assert z.min() >= -1e-6
            assert z.max() <= 4
    assert max(lows) - min(lows) > 1


def test_a_thing_hovers_at_the_height_that_is_written(tmp_path):
    """The drum's lowest point is its foot, so the box round it begins at the height."""
    text = TEXT.replace("place: {scatter_2d: {}}", "place: {scatter_2d: {height_m: 0.75}}")
    drums = [body for body in _stage(_recipe(tmp_path, text), 0).bodies if body.label == "drum"]
    assert [round(float(body.world_from_object[2, 3] + body.bounds_m[0, 2]), 9) for body in drums] == [0.75] * 3
