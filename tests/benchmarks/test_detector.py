from __future__ import annotations

import numpy as np
import pytest

from benchmarks.detector.classes import CLASSES, RECIPES, counts
from benchmarks.detector.data import Things
from benchmarks.detector.truth import coco
from sdg.recipe.load import load_recipe
from sdg.stage.categories import categories


@pytest.mark.parametrize("overrides", [[], ["randomize=realistic"], ["randomize=aggressive"]])
def test_each_training_recipe_has_the_classes_looked_for_as_things(overrides: list[str]) -> None:
    assert _labels(overrides, "fixed") == set(CLASSES)


def test_the_indoor_test_has_every_class_and_others_that_are_not_looked_for() -> None:
    assert _labels([], "test_hall") == {*CLASSES, "other"}


def test_what_is_small_or_hidden_is_a_crowd_for_the_judge() -> None:
    things = [
        {"class": "drum", "bbox": [1, 2, 30, 40], "visibility": 1.0},
        {"class": "drum", "bbox": [1, 2, 5, 40], "visibility": 1.0},
        {"class": "pallet", "bbox": [1, 2, 30, 40], "visibility": 0.2},
    ]
    made = coco([("a.jpg", things)])
    assert [one["iscrowd"] for one in made["annotations"]] == [0, 1, 1]
    assert counts((1, 2, 6, 6), 0.25)


def test_a_perfect_answer_has_a_precision_of_one() -> None:
    evaluate = pytest.importorskip("benchmarks.detector.evaluate")
    things = [
        {"class": name, "bbox": [10, 10 + 5 * index, 30, 40], "visibility": 1.0} for index, name in enumerate(CLASSES)
    ]
    things.append({"class": "drum", "bbox": [100, 20, 4, 40], "visibility": 1.0})
    truth = coco([("a.jpg", things)])
    found = [
        {"image_id": 1, "category_id": one["category_id"], "bbox": list(map(float, one["bbox"])), "score": 0.9}
        for one in truth["annotations"]
    ]
    assert evaluate.average_precision(truth, found)["mAP"] == pytest.approx(1.0)


def test_the_mirrored_targets_are_those_of_the_mirrored_things() -> None:
    torch = pytest.importorskip("torch")
    from benchmarks.detector.targets import mirrored, target_maps

    boxes = np.array([[12, 20, 52, 100], [100, 40, 140, 80]], np.float32)
    turned = boxes.copy()
    turned[:, [0, 2]] = 256 - boxes[:, [2, 0]]
    maps = [
        torch.from_numpy(target_maps(Things(one, np.array([0, 3], np.uint32), np.array([True, False]))))
        for one in (boxes, turned)
    ]
    # An odd number of quarter pixels keeps middles off the borders of cells, which belong to one side alone.
    assert torch.allclose(mirrored(maps[0][None])[0, :10], maps[1][:10], atol=0.7)


def _labels(overrides: list[str], name: str) -> set[str]:
    return {one.name for one in categories(load_recipe(RECIPES / f"{name}.yaml", overrides)) if one.is_thing}
