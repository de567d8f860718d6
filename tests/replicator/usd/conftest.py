"""The warehouse recipe's first frames, in a small picture, as a USD stage."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from sdg.camera.lens import LensOpenCvPinhole
from sdg.graph.build import build_graph
from sdg.graph.sample import sample_frame
from sdg.recipe.load import load_recipe
from sdg.replicator.usd.layout import UsdLayout
from sdg.replicator.usd.stage import lay_out
from sdg.stage.build import build_stage
from sdg.stage.model import Camera, RenderSettings, Stage, StagePlan
from sdg.stage.plan import build_plan
from tests.replicator.usd.written import write_usd_stage

RECIPE = Path(__file__).parents[3] / "recipes" / "warehouse.yaml"
FRAMES = 2
SHRINK = 4


@dataclass(frozen=True)
class Written:
    """A stage on disk and what it was made of."""

    folder: Path
    files: tuple[Path, ...]
    stages: tuple[Stage, ...]
    plan: StagePlan
    layout: UsdLayout


def _smaller(camera: Camera) -> Camera:
    lens = camera.lens
    assert isinstance(lens, LensOpenCvPinhole)
    width, height = (side // SHRINK for side in lens.resolution)
    numbers = {name: getattr(lens, name) / SHRINK for name in ("fx", "fy", "cx", "cy")}
    return replace(camera, lens=replace(lens, resolution=(width, height), **numbers))


@pytest.fixture(scope="session")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Written:
    recipe = load_recipe(RECIPE)
    graph = build_graph(recipe)
    settings = RenderSettings(spp=4, max_depth=3, denoise=False)
    stages = tuple(build_stage(sample_frame(recipe, graph, index), recipe) for index in range(FRAMES))
    stages = tuple(
        replace(stage, settings=settings, cameras=tuple(_smaller(camera) for camera in stage.cameras))
        for stage in stages
    )
    plan = build_plan(recipe, graph)
    folder = tmp_path_factory.mktemp("warehouse")
    return Written(folder, write_usd_stage(folder, stages, plan), stages, plan, lay_out(stages, plan))
