from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sdg.annotate.model import AnnotatedFrame
from sdg.graph.ir import Graph, Node
from sdg.recipe.model import Recipe, RecipeDocument
from sdg.stage.model import Category
from sdg.write.dataset import Dataset
from sdg.write.spec import DatasetSpec
from tests.annotate.synthetic import make_frame, scattered_ids, world

ALL_ANNOTATORS = (
    "rgb",
    "depth",
    "semantic_segmentation",
    "instance_segmentation",
    "distance_to_image_plane",
    "distance_to_camera",
    "normals",
    "bounding_box_2d_tight",
    "bounding_box_3d",
    "camera_params",
)
CATEGORIES = (
    Category(1, "pallet", True),
    Category(2, "carton", True),
    Category(3, "floor", False),
    Category(4, "wall", False),
)
SIZE = (48, 36)
GRAPH = Graph((Node("pallet.yaw_deg", "distribution.uniform", {"lower": 0.0, "upper": 1.0}),))


def make_recipe(
    annotators: Sequence[str] = ALL_ANNOTATORS,
    *,
    cameras: Sequence[str] = ("cam",),
    coco: bool = True,
    license_text: str = "",
) -> Recipe:
    tree: dict[str, Any] = {
        "sdg": 1,
        "name": "toy",
        "seed": 7,
        "frames": 3,
        "license": license_text,
        "cameras": [{"name": name, "resolution": list(SIZE), "pose": {"transform": {}}} for name in cameras],
        "output": {"annotators": list(annotators), "coco": {} if coco else None},
    }
    return Recipe(
        path=Path("/somewhere/private/toy.yaml"),
        text="sdg: 1  # naïve\r\nname: toy\n",
        overrides=("frames=3",),
        tree=tree,
        specimen=RecipeDocument.model_validate(tree),
        spans={},
        key_spans={},
    )


def toy_frame(
    frame_index: int, *, cameras: Sequence[str] = ("cam",), things: int = 6, **options: Any
) -> AnnotatedFrame:
    pictures = {
        name: scattered_ids(SIZE, 3 + things, 100 * frame_index + ordinal) for ordinal, name in enumerate(cameras)
    }
    return make_frame(pictures, world(things), frame_index=frame_index, **options)


def empty_frame(frame_index: int) -> AnnotatedFrame:
    return make_frame({"cam": np.zeros(SIZE[::-1], np.uint32)}, (), frame_index=frame_index)


@pytest.fixture
def make_dataset(tmp_path: Path) -> Callable[..., Dataset]:
    """Return a function that makes a begun dataset without frames."""

    def make(name: str = "data", *, categories: Sequence[Category] = CATEGORIES, **options: Any) -> Dataset:
        recipe = make_recipe(**options)
        dataset = Dataset(tmp_path / name, DatasetSpec.of_recipe(recipe, categories))
        dataset.begin(recipe, GRAPH)
        return dataset

    return make


def file_bytes(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }
