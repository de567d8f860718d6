"""The park's recipe: sound, light enough to trace, and seen from above the ground."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sdg.graph.build import build_graph
from sdg.graph.sample import sample_frame
from sdg.pipeline import check
from sdg.recipe.load import load_recipe
from sdg.stage.build import build_stage

RECIPE = Path(__file__).parents[2] / "recipes" / "outdoor_park.yaml"


@pytest.mark.parametrize("frame", [0, 7])
def test_frames_have_everything_and_stay_below_a_million_triangles(frame: int) -> None:
    recipe = load_recipe(RECIPE)
    stage = build_stage(sample_frame(recipe, build_graph(recipe), frame), recipe)
    assert sum(len(part.mesh.faces) for body in stage.bodies for part in body.parts) < 1_000_000
    assert {body.label for body in stage.bodies} >= {"grass", "path", "woods", "tree", "bench", "lamp", "carton"}


def test_cameras_stand_above_the_ground() -> None:
    recipe = load_recipe(RECIPE)
    graph = build_graph(recipe)
    for frame in range(3):
        stage = build_stage(sample_frame(recipe, graph, frame), recipe)
        lawn = [body for body in stage.bodies if body.name in ("environment.lawn", "environment.path")]
        triangles = np.concatenate([body.parts[0].mesh.vertices[body.parts[0].mesh.faces] for body in lawn])
        pose = stage.cameras[0].world_from_camera
        assert pose is not None
        x, y, z = pose[:3, 3]
        near = np.hypot(*(triangles[:, :, :2].mean(axis=1) - [x, y]).T) < 1.0
        assert near.any()
        assert z > triangles[near][:, :, 2].mean() + 0.2


@pytest.mark.slow
def test_the_recipe_is_sound_at_every_end_of_its_draws() -> None:
    assert check(load_recipe(RECIPE)) == []
