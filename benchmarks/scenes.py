"""Stages for benchmarks: any frame of a recipe, with another resolution, sample count or seed of the tracer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from sdg.graph.build import build_graph
from sdg.graph.sample import sample_frame
from sdg.recipe.load import load_recipe
from sdg.recipe.model import Recipe
from sdg.render.api import Renderer
from sdg.render.mitsuba import create_renderer
from sdg.stage.build import build_stage
from sdg.stage.model import RenderSettings, Stage
from sdg.stage.plan import build_plan

WAREHOUSE = Path("recipes/warehouse.yaml")


class Bench:
    """A recipe with its renderer, for measuring single stages of the pipeline."""

    def __init__(self, path: Path, overrides: list[str], device: str = "auto") -> None:
        self.recipe: Recipe = load_recipe(path, overrides)
        self.graph = build_graph(self.recipe)
        self.renderer: Renderer = create_renderer(build_plan(self.recipe, self.graph), device=device)  # type: ignore[arg-type]

    def stage(self, frame_index: int) -> Stage:
        """Build one frame's stage as the recipe has it."""
        return build_stage(sample_frame(self.recipe, self.graph, frame_index), self.recipe)


def with_samples(stage: Stage, spp: int, *, denoise: bool, tracer_seed: int) -> Stage:
    """Return the same world traced with other samples; the drawn values stay."""
    settings = RenderSettings(spp=spp, max_depth=stage.settings.max_depth, denoise=denoise)
    return replace(stage, settings=settings, seed=tracer_seed)
