"""YOLO folders, read back by labelformat."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
import yaml
from labelformat.formats import YOLOv8InstanceSegmentationInput, YOLOv8ObjectDetectionInput

from sdg.cli.main import main
from sdg.dataset.masks import decode_mask
from sdg.dataset.open import open_dataset
from tests.datasets import YARD, make_dataset
from tests.export.exporting import HALVES, export, views_of


@pytest.mark.parametrize("bare", [False, True])
def test_boxes_and_classes_come_back(yard: Path, tmp_path: Path, bare: bool) -> None:
    source = yard / "annotations/instances.json" if bare else yard
    out = export(source, tmp_path / "out", "yolo", "--split", HALVES)
    names = {category.id: category.name for category in open_dataset(yard).categories}
    found = {}
    for split in ("train", "val"):
        for label in YOLOv8ObjectDetectionInput(out / "data.yaml", split).get_labels():
            picture = out / "images" / split / label.image.filename
            boxes = [
                (thing.category.name, thing.box.xmin, thing.box.ymin, thing.box.xmax, thing.box.ymax)
                for thing in label.objects
            ]
            found[picture.read_bytes()] = boxes
    wanted = {
        view.files["rgb"].read_bytes(): [
            (names[thing.category_id], x, y, x + width, y + height)
            for thing in view.annotations
            if thing.bbox_xywh_px is not None
            for x, y, width, height in [thing.bbox_xywh_px]
        ]
        for _, view in views_of(yard)
    }
    assert found.keys() == wanted.keys()
    assert len(found) == 8
    for picture, boxes in wanted.items():
        assert [box[0] for box in found[picture]] == [box[0] for box in boxes]
        assert np.allclose([box[1:] for box in found[picture]], [box[1:] for box in boxes], atol=2e-4)


def test_outlines_come_back_as_the_masks_to_the_pixel(yard: Path, tmp_path: Path) -> None:
    """Read by labelformat and filled by pycocotools, in the corner convention that COCO's polygons have too."""
    out = export(yard, tmp_path / "out", "yolo", "--task", "segment", "--camera", "front")
    labels = {
        label.image.filename: label
        for label in YOLOv8InstanceSegmentationInput(out / "data.yaml", "train").get_labels()
    }
    views = views_of(yard, "front")
    assert len(labels) == len(views) == 4
    several = 0
    for _, view in views:
        objects = labels[f"front_{view.frame_index:06d}.png"].objects
        for thing, read in zip(view.annotations, objects, strict=True):
            (polygon,) = read.segmentation.polygons
            assert np.array_equal(decode_mask([np.ravel(polygon).tolist()], view.resolution), thing.mask())  # type: ignore[arg-type]
            mask = thing.mask()
            assert mask is not None
            several += cv2.connectedComponents(mask.astype(np.uint8), connectivity=4)[0] > 2
    assert several > 0, "things that others cut in parts are among them"


def test_filled_as_ultralytics_does_they_cover_the_mask_and_little_more(yard: Path, tmp_path: Path) -> None:
    """`cv2.fillPoly` at whole pixels paints a line's pixels too: one more to the right and below, and joining lines.

    The smallest things here have 3 pixels a side, so that one more is much.
    """
    out = export(yard, tmp_path / "out", "yolo", "--task", "segment", "--camera", "front")
    overlaps = []
    for _, view in views_of(yard, "front"):
        lines = (out / f"labels/train/front_{view.frame_index:06d}.txt").read_text().splitlines()
        for thing, line in zip(view.annotations, lines, strict=True):
            corners = np.array(line.split()[1:], dtype=np.float64).reshape(-1, 2) * view.resolution
            canvas = np.zeros(view.resolution[::-1], np.uint8)
            cv2.fillPoly(canvas, [np.rint(corners).astype(np.int32)], 1)
            mask = thing.mask()
            assert mask is not None
            assert (canvas[mask] == 1).all()
            overlaps.append(mask.sum() / canvas.sum())
    assert np.median(overlaps) > 0.85


def test_the_splits_hold_whole_frames_and_survive_more_frames(yard: Path, tmp_path: Path) -> None:
    def members(out: Path) -> dict[str, set[str]]:
        return {split: {path.stem for path in (out / "images" / split).iterdir()} for split in ("train", "val")}

    few = members(export(yard, tmp_path / "few", "yolo", "--split", HALVES))
    more = members(export(make_dataset(YARD, tmp_path, "-n", "6"), tmp_path / "more", "yolo", "--split", HALVES))
    assert len(few["train"] | few["val"]) == 8
    assert len(more["train"] | more["val"]) == 12
    for split in ("train", "val"):
        assert few[split] <= more[split]
        frames = {name.split("_")[1] for name in few[split]}
        assert few[split] == {f"{camera}_{frame}" for camera in ("front", "bent") for frame in frames}


def test_the_yaml_file_says_what_ultralytics_asks_for(yard: Path, tmp_path: Path) -> None:
    """Without `path`, the splits count from the file's own folder (Ultralytics' `check_det_dataset`)."""
    out = export(yard, tmp_path / "out", "yolo", "--split", HALVES)
    assert yaml.safe_load((out / "data.yaml").read_text()) == {
        "train": "images/train",
        "val": "images/val",
        "names": {0: "carton", 1: "drum", 2: "ring", 3: "tilted"},
    }


def test_a_dataset_without_boxes_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = YARD.replace("frames: 4", "frames: 1") + "output: {annotators: [rgb], coco: null}\n"
    dataset = make_dataset(text, tmp_path)
    for to, lack in (("yolo", "yolo needs boxes"), ("kitti", "kitti needs boxes"), ("bop", "bop needs poses")):
        assert main(["export", str(dataset), "--to", to, "-o", str(tmp_path / to)]) == 2
        assert lack in capsys.readouterr().err
        assert not (tmp_path / to).exists()
