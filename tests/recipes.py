"""Recipes for tests: the part that matters, with the rest filled in."""

from __future__ import annotations

import tempfile
from pathlib import Path

from sdg.graph.build import build_graph
from sdg.graph.frame_sample import FrameSample
from sdg.graph.sample import sample_frame
from sdg.recipe.load import load_recipe
from sdg.recipe.model import Recipe

CAMERA = (
    "cameras: [{name: cam, lens: {pinhole: {fx: 500}}, pose: {look_at: {eye_m: [3, 0, 1.5], target: [0, 0, 0.5]}}}]\n"
)


def recipe_of(text: str, folder: Path | None = None) -> Recipe:
    """Return the recipe that `text` completes; it gets a head, and a camera unless it has its own.

    Args:
        text: Sections of a recipe.
        folder: Where it is to lie; None is a folder that is gone afterwards.
    """
    head = "sdg: 1\nname: test\n" + ("" if "seed:" in text else "seed: 7\n")
    full = head + text + ("" if "cameras:" in text else f"\n{CAMERA}")
    if folder is None:
        with tempfile.TemporaryDirectory() as name:
            return recipe_of(text, Path(name))
    path = folder / "recipe.yaml"
    path.write_text(full)
    return load_recipe(path)


def frame_of(recipe: Recipe, frame_index: int = 0) -> FrameSample:
    """Return one frame's draws."""
    return sample_frame(recipe, build_graph(recipe), frame_index)
