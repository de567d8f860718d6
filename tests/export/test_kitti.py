"""KITTI folders: 2-D boxes read back by labelformat and datumaro, 3-D boxes projected as the devkit does."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from labelformat.formats import KittiObjectDetectionInput

from sdg.cli.main import main
from sdg.dataset.open import open_dataset
from sdg.foundation.arrays import FloatArray
from tests.export.exporting import HALVES, export, views_of

NAMES = "carton,drum,ring,tilted"


@pytest.fixture(scope="module")
def kitti(yard: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export(yard, tmp_path_factory.mktemp("kitti") / "out", "kitti", "--camera", "front", "--split", HALVES)


def name_of(frame_index: int) -> str:
    """The first of two cameras has the even numbers."""
    return f"{2 * frame_index:06d}"


def test_labelformat_reads_the_classes_and_boxes(yard: Path, kitti: Path) -> None:
    """KITTI's boxes name their outermost pixels."""
    names = {category.id: category.name for category in open_dataset(yard).categories}
    reader = KittiObjectDetectionInput(kitti / "training/label_2", NAMES, "../image_2")
    labels = {label.image.filename: label for label in reader.get_labels()}
    views = views_of(yard, "front")
    assert len(labels) == len(views) == 4
    for _, view in views:
        label = labels[f"{name_of(view.frame_index)}.png"]
        assert (label.image.width, label.image.height) == view.resolution
        for thing, read in zip(view.annotations, label.objects, strict=True):
            rows, columns = np.nonzero(thing.mask())
            assert read.category.name == names[thing.category_id]
            assert (read.box.xmin, read.box.ymin) == (columns.min(), rows.min())
            assert (read.box.xmax, read.box.ymax) == (columns.max(), rows.max())


def test_datumaro_reads_the_same(yard: Path, kitti: Path) -> None:
    datumaro = pytest.importorskip("datumaro", reason="pip install '.[readers]' in an environment of its own")
    dataset = datumaro.Dataset.import_from(str(kitti / "training"), "kitti3d")
    items = {item.id: item for item in dataset}
    labels = dataset.categories()[datumaro.AnnotationType.label]
    names = {category.id: category.name for category in open_dataset(yard).categories}
    for frame, view in views_of(yard, "front"):
        item = items[name_of(view.frame_index)]
        assert item.media.data.shape[1::-1] == view.resolution
        sizes_m = {thing["instance_id"]: sorted(thing["cuboid"]["size_m"]) for thing in frame.record["objects"]}
        for thing, read in zip(view.annotations, item.annotations, strict=True):
            assert labels[read.label].name == names[thing.category_id]
            if names[thing.category_id] != "tilted":
                assert np.allclose(sorted(read.attributes["dimensions"]), sizes_m[thing.instance_id], atol=1e-6)


def label_fields(kitti: Path, frame_index: int) -> list[list[str]]:
    return [line.split() for line in (kitti / f"training/label_2/{name_of(frame_index)}.txt").read_text().splitlines()]


def calibration(kitti: Path, frame_index: int) -> dict[str, FloatArray]:
    lines = (kitti / f"training/calib/{name_of(frame_index)}.txt").read_text().splitlines()
    return {key: np.array(values.split(), dtype=np.float64) for key, values in (line.split(":") for line in lines)}


def devkit_corners(fields: list[str]) -> FloatArray:
    """The devkit's `computeBox3D.m`: corners about the bottom's centre, turned about y, moved to the location."""
    height, width, length, x, y, z, turn = map(float, fields[8:15])
    corners = np.array(
        [
            [length / 2 * i for i in (1, 1, -1, -1, 1, 1, -1, -1)],
            [-height * i for i in (0, 0, 0, 0, 1, 1, 1, 1)],
            [width / 2 * i for i in (1, -1, -1, 1, 1, -1, -1, 1)],
        ]
    )
    about_y = [[math.cos(turn), 0, math.sin(turn)], [0, 1, 0], [-math.sin(turn), 0, math.cos(turn)]]
    return np.array(about_y) @ corners + np.array([[x], [y], [z]])


def test_boxes_projected_with_p2_meet_the_corners_that_were_rendered(yard: Path, kitti: Path) -> None:
    """The camera looks down by up to 40 degrees. P2 counts from the first pixel's centre, records from its corner."""
    checked = 0
    for _, view in views_of(yard, "front"):
        projection = calibration(kitti, view.frame_index)["P2"].reshape(3, 4)
        for thing, fields in zip(view.annotations, label_fields(kitti, view.frame_index), strict=True):
            if fields[0] == "tilted":
                continue
            corners = np.vstack([devkit_corners(fields), np.ones(8)])
            u, v, w = projection @ corners
            projected = np.stack([u / w, v / w], axis=1)
            for corner in thing.record["cuboid"]["corners_px"]:
                if corner is not None:
                    nearest = np.linalg.norm(projected - (np.array(corner) - 0.5), axis=1).min()
                    assert nearest < 0.01
                    checked += 1
    assert checked > 100


def test_what_kitti_cannot_say_is_unknown_and_told(yard: Path, kitti: Path) -> None:
    tilted = [
        fields
        for _, view in views_of(yard, "front")
        for fields in label_fields(kitti, view.frame_index)
        if fields[0] == "tilted"
    ]
    assert len(tilted) == 4
    for fields in tilted:
        assert fields[3] == "-10"
        assert fields[8:] == ["-1", "-1", "-1", "-1000", "-1000", "-1000", "-10"]
    told = json.loads((kitti / "export.json").read_text())["left_out"]
    assert told == ["4 boxes lean: kitti turns about the vertical only, so their 3-D fields are unknown"]


def test_truncation_and_occlusion_follow_the_records(yard: Path, kitti: Path) -> None:
    truncated = []
    for _, view in views_of(yard, "front"):
        for thing, fields in zip(view.annotations, label_fields(kitti, view.frame_index), strict=True):
            assert thing.visibility is not None
            assert fields[2] == ("0" if thing.visibility >= 0.95 else "1" if thing.visibility >= 0.5 else "2")
            corners = thing.record["cuboid"]["corners_px"]
            inside = all(c and 0 <= c[0] <= view.resolution[0] and 0 <= c[1] <= view.resolution[1] for c in corners)
            assert (float(fields[1]) == 0) == inside
            assert 0 <= float(fields[1]) <= 1
            truncated.append(float(fields[1]))
    assert min(truncated) == 0
    assert max(truncated) > 0.3


def test_the_splits_share_the_pictures_out(kitti: Path) -> None:
    lists = [(kitti / f"ImageSets/{split}.txt").read_text().split() for split in ("train", "val")]
    assert sorted(lists[0] + lists[1]) == [name_of(index) for index in range(4)]
    assert all(lists)


def test_a_bent_lens_is_refused_or_told(yard: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["export", str(yard), "--to", "kitti", "-o", str(tmp_path / "out")]
    assert main(arguments) == 2
    assert "kitti knows no lens distortion; camera bent has some" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
    assert main([*arguments, "--allow-distortion"]) == 0
    told = json.loads((tmp_path / "out/export.json").read_text())["left_out"]
    assert "4 pictures are distorted, and kitti's calibration doesn't say so" in told
