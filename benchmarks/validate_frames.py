"""A dataset of `sdg` without a renderer: discs before a floor, exactly labelled, to time the checks of its pixels."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from sdg.annotate.frame import annotate_frame
from sdg.graph.ir import Graph, Node
from sdg.recipe.model import Recipe, RecipeDocument
from sdg.stage.model import Category
from sdg.write.dataset import Dataset
from sdg.write.spec import DatasetSpec
from tests.annotate.synthetic import IDENTITY, STUFF, render_stage, world

_SIZE = (1280, 720)
_CATEGORIES = (
    Category(1, "pallet", True),
    Category(2, "carton", True),
    Category(3, "floor", False),
    Category(4, "wall", False),
)
_ANNOTATORS = ("rgb", "depth", "semantic_segmentation", "instance_segmentation", "bounding_box_2d_tight")
_GRAPH = Graph((Node("pallet.yaw_deg", "distribution.uniform", {"lower": 0.0, "upper": 1.0}),))


def write_dataset(folder: Path, frame_count: int, things: int) -> None:
    """Write so many frames of 1280x720, each with so many things."""
    tree = {
        "sdg": 1,
        "name": "discs",
        "seed": 7,
        "frames": frame_count,
        "cameras": [{"name": "cam", "resolution": list(_SIZE), "pose": {"transform": {}}}],
        "output": {"annotators": list(_ANNOTATORS), "coco": {}},
    }
    recipe = Recipe(Path("discs.yaml"), "sdg: 1\n", (), tree, RecipeDocument.model_validate(tree), {}, {})
    dataset = Dataset(folder, DatasetSpec.of_recipe(recipe, _CATEGORIES))
    dataset.begin(recipe, _GRAPH)
    bodies = world(things)
    for frame_index in range(frame_count):
        random = np.random.default_rng(frame_index)
        ids = _entity_ids(random, things)
        rendered, recorded, stage = render_stage({"cam": ids}, bodies, frame_index=frame_index)
        view = recorded.views["cam"]
        depth = np.where(ids > 0, 3.0 + 0.1 * ids + 0.001 * np.arange(_SIZE[0]), np.inf).astype(np.float32)
        pictured = replace(view, rgb=_picture(random, ids), depth_m=depth)
        recorded = replace(recorded, views={"cam": pictured})
        stage = replace(stage, drawn={"pallet.yaw_deg": float(random.random())})
        dataset.add(annotate_frame(rendered, recorded, stage, IDENTITY, _ANNOTATORS))
    dataset.finish(range(frame_count))


def _entity_ids(random: np.random.Generator, things: int) -> np.ndarray:
    ids = np.ones((_SIZE[1], _SIZE[0]), np.int32)
    ids[:200] = 2
    for entity in range(len(STUFF) + 1, len(STUFF) + 1 + things):
        place = random.integers(60, _SIZE[0] - 60), random.integers(60, _SIZE[1] - 60)
        axes = random.integers(15, 90, 2)
        cv2.ellipse(ids, [int(v) for v in place], [int(v) for v in axes], random.uniform(0, 180), 0, 360, entity, -1)
    return ids.astype(np.uint32)


def _picture(random: np.random.Generator, ids: np.ndarray) -> np.ndarray:
    """Return a shaded picture with the noise of a good camera."""
    colors = random.integers(40, 200, (int(ids.max()) + 1, 3))
    shade = 0.6 + 0.4 * np.linspace(0, 1, _SIZE[0])[None, :, None]
    noisy = colors[ids] * shade + random.normal(0.0, 2.0, (*ids.shape, 3))
    return np.clip(noisy, 0, 255).astype(np.uint8)
