"""COCO files, judged by pycocotools and by code here that shares nothing with what wrote them."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from pycocotools import mask as coco_mask
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from sdg.stage.model import Category
from sdg.write.coco import category_color
from sdg.write.dataset import Dataset
from tests.annotate.synthetic import body, make_frame
from tests.write.conftest import SIZE, empty_frame, toy_frame

MakeDataset = Callable[..., Dataset]


def read(dataset: Dataset, name: str) -> dict[str, Any]:
    return json.loads((dataset.folder / "annotations" / name).read_text())


def quiet(function: Callable[..., Any], *arguments: Any) -> Any:
    with contextlib.redirect_stdout(io.StringIO()):
        return function(*arguments)


@pytest.fixture
def dataset(make_dataset: MakeDataset) -> Dataset:
    made = make_dataset()
    for frame_index in range(3):
        made.add(toy_frame(frame_index, things=14))
    made.add(empty_frame(3))
    made.finish(range(4))
    return made


def detections_from_pictures(dataset: Dataset, *, shift: int = 0) -> list[dict[str, Any]]:
    """Return masks and boxes recomputed from the instance and semantic PNGs alone; `shift` moves masks right."""
    found = []
    for image in read(dataset, "instances.json")["images"]:
        stem = Path(image["file_name"]).name
        instance = cv2.imread(str(dataset.folder / "instance" / stem), cv2.IMREAD_UNCHANGED)
        semantic = cv2.imread(str(dataset.folder / "semantic" / stem), cv2.IMREAD_UNCHANGED)
        for one in sorted(set(instance.ravel().tolist()) - {0}):
            mask = instance == one
            rows, columns = np.nonzero(mask)
            code = coco_mask.encode(np.asfortranarray(np.roll(mask, shift, axis=1)).astype(np.uint8))
            x, y = int(columns.min()), int(rows.min())
            found.append(
                {
                    "image_id": image["id"],
                    "category_id": int(semantic[rows[0], columns[0]]),
                    "bbox": [x + shift, y, int(columns.max()) - x + 1, int(rows.max()) - y + 1],
                    "segmentation": {"size": code["size"], "counts": code["counts"].decode()},
                    "score": 1.0,
                }
            )
    return found


def average_precision(dataset: Dataset, detections: list[dict[str, Any]], kind: str) -> float:
    truth = quiet(COCO, str(dataset.folder / "annotations/instances.json"))
    evaluation = COCOeval(truth, quiet(truth.loadRes, detections), kind)
    evaluation.params.maxDets = [1, 10, 1000]
    quiet(evaluation.evaluate)
    quiet(evaluation.accumulate)
    precision = evaluation.eval["precision"][:, :, :, 0, -1]
    return float(precision[precision > -1].mean())


@pytest.mark.parametrize("kind", ["segm", "bbox"])
def test_masks_and_boxes_recomputed_from_the_pictures_score_exactly_one(dataset: Dataset, kind: str) -> None:
    assert average_precision(dataset, detections_from_pictures(dataset), kind) == 1.0


@pytest.mark.parametrize("kind", ["segm", "bbox"])
def test_a_shift_by_one_pixel_costs_precision(dataset: Dataset, kind: str) -> None:
    assert average_precision(dataset, detections_from_pictures(dataset, shift=1), kind) < 0.99


def test_stored_masks_boxes_and_areas_equal_the_recomputed_ones(dataset: Dataset) -> None:
    keys = ("image_id", "category_id", "bbox", "segmentation")
    stored = read(dataset, "instances.json")["annotations"]
    recomputed = detections_from_pictures(dataset)
    assert [[entry[key] for key in keys] for entry in stored] == [[entry[key] for key in keys] for entry in recomputed]
    assert [entry["area"] for entry in stored] == [int(coco_mask.area(entry["segmentation"])) for entry in recomputed]
    assert all(entry["iscrowd"] == 0 for entry in stored)


def test_ids_count_from_one_in_frame_and_camera_order(make_dataset: MakeDataset) -> None:
    made = make_dataset(cameras=["left", "right"])
    for frame_index in (5, 2):
        made.add(toy_frame(frame_index, cameras=["left", "right"]))
    made.finish([5, 2])
    coco = read(made, "instances.json")
    assert [(image["id"], image["file_name"]) for image in coco["images"]] == [
        (5, "rgb/left/000002.png"),
        (6, "rgb/right/000002.png"),
        (11, "rgb/left/000005.png"),
        (12, "rgb/right/000005.png"),
    ]
    assert [entry["id"] for entry in coco["annotations"]] == list(range(1, len(coco["annotations"]) + 1))
    images = [entry["image_id"] for entry in coco["annotations"]]
    assert images == sorted(images)
    assert all((made.folder / image["file_name"]).is_file() for image in coco["images"])
    assert read(made, "panoptic.json")["annotations"][1]["file_name"] == "right/000002.png"


def test_categories_are_the_recipes_whatever_frames_show(make_dataset: MakeDataset) -> None:
    made = make_dataset()
    made.add(empty_frame(0))
    made.finish([0])
    instances, panoptic = read(made, "instances.json"), read(made, "panoptic.json")
    assert [(entry["id"], entry["name"]) for entry in instances["categories"]] == [(1, "pallet"), (2, "carton")]
    assert [(entry["name"], entry["isthing"]) for entry in panoptic["categories"]] == [
        ("pallet", 1),
        ("carton", 1),
        ("floor", 0),
        ("wall", 0),
    ]
    assert instances["annotations"] == []
    assert panoptic["annotations"] == [{"image_id": 1, "file_name": "000000.png", "segments_info": []}]


def test_extra_keys_hold_visibility_and_the_cuboid(dataset: Dataset) -> None:
    entry = read(dataset, "instances.json")["annotations"][0]
    assert entry["visibility"] == 0.5
    assert entry["bbox_3d"]["size_m"] == [1.0, 0.5, 1.0]
    assert np.shape(entry["bbox_3d"]["camera_from_cuboid"]) == (4, 4)
    assert len(entry["bbox_3d"]["corners_px"]) == 8


def test_the_licence_is_the_users_and_empty_without_one(make_dataset: MakeDataset) -> None:
    free, licensed = make_dataset("free"), make_dataset("licensed", license_text="CC-BY-4.0, ACME")
    for made in (free, licensed):
        made.add(toy_frame(0))
        made.finish([0])
    assert read(free, "instances.json")["licenses"] == []
    assert "license" not in read(free, "instances.json")["images"][0]
    (only,) = read(licensed, "instances.json")["licenses"]
    assert only["name"] == "CC-BY-4.0, ACME"
    assert read(licensed, "panoptic.json")["images"][0]["license"] == only["id"]


def panoptic_segments(dataset: Dataset, entry: dict[str, Any]) -> dict[int, np.ndarray]:
    """Return the mask of each segment id in a panoptic PNG, but for void."""
    picture = cv2.imread(str(dataset.folder / "annotations/panoptic" / entry["file_name"]))
    blue, green, red = (picture[..., k].astype(int) for k in range(3))
    ids = red + 256 * green + 65536 * blue
    return {one: ids == one for one in sorted(set(ids.ravel().tolist()) - {0})}


def test_panoptic_pictures_and_their_json_name_the_same_segments(dataset: Dataset) -> None:
    for entry in read(dataset, "panoptic.json")["annotations"]:
        masks = panoptic_segments(dataset, entry)
        assert sorted(segment["id"] for segment in entry["segments_info"]) == list(masks)
        for segment in entry["segments_info"]:
            rows, columns = np.nonzero(masks[segment["id"]])
            assert segment["area"] == len(rows)
            x, y, width, height = segment["bbox"]
            assert (x, y) == (columns.min(), rows.min())
            assert (x + width - 1, y + height - 1) == (columns.max(), rows.max())


def test_panoptic_quality_against_the_other_pictures_is_one(dataset: Dataset) -> None:
    """PQ = sum of IoU over matches with IoU > 0.5 / (matches + half the unmatched of either side)."""
    matched, unmatched, overlap = 0, 0, 0.0
    for entry in read(dataset, "panoptic.json")["annotations"]:
        stem = entry["file_name"]
        instance = cv2.imread(str(dataset.folder / "instance" / stem), cv2.IMREAD_UNCHANGED).astype(int)
        semantic = cv2.imread(str(dataset.folder / "semantic" / stem), cv2.IMREAD_UNCHANGED).astype(int)
        combined = semantic * 100_000 + instance
        categories = {segment["id"]: segment["category_id"] for segment in entry["segments_info"]}
        predicted = panoptic_segments(dataset, entry)
        taken = set()
        for one in set(combined.ravel().tolist()) - {0}:
            truth = combined == one
            scores = {
                number: (truth & mask).sum() / (truth | mask).sum()
                for number, mask in predicted.items()
                if categories[number] == one // 100_000
            }
            best = max(scores, key=scores.__getitem__, default=0)
            if scores.get(best, 0) > 0.5:
                matched, overlap = matched + 1, overlap + scores[best]
                taken.add(best)
            else:
                unmatched += 1
        unmatched += len(predicted.keys() - taken)
    assert matched > 40
    assert overlap / (matched + 0.5 * unmatched) == 1.0


def test_things_and_stuff_of_the_greatest_ids_stay_apart_in_the_panoptic_picture(make_dataset: MakeDataset) -> None:
    ids = np.ones(SIZE[::-1], np.uint32)
    ids[:, :10] = 2
    ids[:3] = 0
    made = make_dataset(categories=[Category(1, "a", True), Category(65535, "z", False)])
    made.add(make_frame({"cam": ids}, (body("a[1]", 1, 65535), body("environment.z", 65535, 0))))
    made.finish([0])
    (entry,) = read(made, "panoptic.json")["annotations"]
    assert list(panoptic_segments(made, entry)) == [65535, 65536 + 65535]
    assert [segment["category_id"] for segment in entry["segments_info"]] == [1, 65535]


def test_category_colours_are_distinct_and_fixed() -> None:
    colors = [tuple(category_color(number)) for number in range(1, 201)]
    assert len(set(colors)) == 200
    assert colors[0] == tuple(category_color(1))
    assert all(0 <= channel <= 255 for color in colors for channel in color)
