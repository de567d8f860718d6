"""A renderer under test, opened for one scene."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from sdg.errors import BackendUnavailable
from sdg.foundation.arrays import BoolArray, Float32Array, FloatArray
from sdg.graph.build import build_graph
from sdg.graph.sample import sample_frame
from sdg.pipeline import open_renderer
from sdg.recipe.load import load_recipe
from sdg.recipe.model import Recipe
from sdg.render.api import RenderedView, Renderer, RendererIdentity, RendererName
from sdg.render.capabilities import CAPABILITIES, missing_effects
from sdg.stage.build import build_stage
from sdg.stage.model import Camera, Stage
from tests.contract.judge import Judge
from tests.contract.shapes import CELL_DEG, Truth
from tests.contract.tolerances import Tolerances

SCENES = Path(__file__).parent / "scenes"

# Who rendered, for the recording; one for each scene.
OPENED: list[RendererIdentity] = []


@dataclass(frozen=True, eq=False)
class Shot:
    """One camera's picture of one frame.

    Attributes:
        stage: The world that was handed to the renderer.
        camera: The camera, as on the stage.
        view: What the renderer gave.
    """

    stage: Stage
    camera: Camera
    view: RenderedView

    @property
    def luminance(self) -> FloatArray:
        """Rec. 709 luminance inside the picture, shape (H, W) [nits]."""
        weights: FloatArray = np.array([0.2126, 0.7152, 0.0722])
        return self.radiance.astype(np.float64) @ weights

    @property
    def radiance(self) -> Float32Array:
        """Radiance inside the picture, without the border round it, shape (H, W, 3)."""
        width, height = self.camera.lens.resolution
        border = (self.view.radiance.shape[1] - width) // 2
        return self.view.radiance[border : border + height, border : border + width]

    def entity(self, name: str) -> int:
        """Return the id of a body, or of the only instance of an object."""
        return 1 + next(index for index, body in enumerate(self.stage.bodies) if body.name in (name, f"{name}[0]"))

    def shows(self, name: str) -> BoolArray:
        """Return which pixels show a body, shape (H, W)."""
        result: BoolArray = self.view.entity_ids == self.entity(name)
        return result


class Scene:
    """One of `scenes/`, with a renderer that is open."""

    def __init__(self, recipe: Recipe, renderer: Renderer) -> None:
        self.renderer = renderer
        self._recipe, self._graph = recipe, build_graph(recipe)

    def frame(self, frame_index: int = 0) -> dict[str, Shot]:
        """Render one frame, and return its pictures by camera."""
        stage = build_stage(sample_frame(self._recipe, self._graph, frame_index), self._recipe)
        rendered = self.renderer.render(stage)
        assert rendered.frame_index == frame_index
        assert list(rendered.views) == [camera.name for camera in stage.cameras]
        return {camera.name: Shot(stage, camera, rendered.views[camera.name]) for camera in stage.cameras}


@contextmanager
def open_scene(name: str, renderer_name: RendererName) -> Iterator[Scene]:
    """Open a renderer for a scene; skip where it lacks what the scene asks for, and end where it can't run at all."""
    recipe = load_recipe(SCENES / f"{name}.yaml")
    capabilities = CAPABILITIES[renderer_name]
    lacks = missing_effects(recipe, capabilities)
    if lacks:
        pytest.skip(f"{capabilities.renderer} declares no {', '.join(lacks)}")
    try:
        renderer = open_renderer(recipe, renderer=renderer_name)
    except BackendUnavailable as error:
        pytest.exit(str(error), returncode=error.exit_status)
    OPENED.append(renderer.identity)
    try:
        yield Scene(recipe, renderer)
    finally:
        renderer.close()


def judge_labels(judge: Judge, shot: Shot, names: list[str], truth: Truth, valid: BoolArray | None = None) -> None:
    """Compare ids, depth, distance and normals of every pixel with the truth.

    Args:
        judge: Keeps the figures.
        shot: What was rendered.
        names: The body of each shape, in the truth's order.
        truth: What must be seen.
        valid: Where the lens has a ray, shape (H, W); None is everywhere.
    """
    allowed: Tolerances = judge.tolerances
    view = shot.view
    there = np.ones_like(truth.clear) if valid is None else valid
    assert np.array_equal(view.valid, there)
    entities = np.array([*(shot.entity(name) for name in names), 0])
    clear = truth.clear & there
    judge.at_least("judged share of pixels", clear.sum() / there.sum(), 0.95)
    right = view.entity_ids == entities[truth.index]
    judge.at_most("wrong ids [px]", (clear & ~right).sum(), allowed.wrong_px)
    hit = clear & right & (truth.index >= 0)
    with np.errstate(invalid="ignore"):
        too_near = truth.nearest / view.distance_m - 1
        too_far = view.distance_m / truth.farthest - 1
        slanted = np.abs(view.depth_z_m / (view.distance_m * truth.cosine) - 1)
    judge.at_most("distance, relative", np.maximum(too_near, too_far)[hit].max(), allowed.distance)
    upright = hit & (np.abs(truth.cosine) > 0.05)  # across the axis there is no depth to be relative to
    judge.at_most("depth along the axis, relative", slanted[upright].max(), allowed.distance)
    apart = np.linalg.norm(view.normals.astype(np.float64) - truth.normal, axis=-1)
    angles = 2 * np.degrees(np.arcsin(np.clip(apart / 2, 0, 1)))
    beyond = np.where(truth.is_ball, angles - CELL_DEG, angles)
    judge.at_most("normals [degrees]", beyond[hit & truth.smooth].max(), allowed.normal_deg)
    empty = ~there | (clear & right & (truth.index < 0))
    assert np.isinf(view.depth_z_m[empty]).all()
    assert np.isinf(view.distance_m[empty]).all()
    assert not view.normals[empty].any()
    assert not view.entity_ids[~there].any()
