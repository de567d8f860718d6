"""Exports of COCO files that are wrong, or try to be harmful."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from sdg.cli.main import main

Change = Callable[[dict[str, Any]], None]


def write_coco(folder: Path, change: Change = lambda document: None) -> Path:
    """Write two pictures of 64 x 48 and a COCO file with one box each, changed as asked for."""
    (folder / "images").mkdir(parents=True)
    for name in ("a", "b"):
        cv2.imwrite(str(folder / f"images/{name}.png"), np.zeros((48, 64, 3), np.uint8))
    document: dict[str, Any] = {
        "images": [{"id": i + 1, "file_name": f"{name}.png", "width": 64, "height": 48} for i, name in enumerate("ab")],
        "categories": [{"id": 1, "name": "dog"}],
        "annotations": [
            {"id": i, "image_id": i, "category_id": 1, "bbox": [10, 10, 20, 20], "area": 400, "iscrowd": 0}
            for i in (1, 2)
        ],
    }
    change(document)
    (folder / "annotations").mkdir()
    path = folder / "annotations/instances.json"
    path.write_text(json.dumps(document))
    return path


def refused(capsys: pytest.CaptureFixture[str], source: Path, out: Path) -> str:
    assert main(["export", str(source), "--to", "yolo", "-o", str(out)]) == 1
    assert not out.exists()
    return capsys.readouterr().err


def labels(source: Path, out: Path) -> list[list[float]]:
    assert main(["export", str(source), "--to", "yolo", "-o", str(out)]) == 0
    texts = [path.read_text() for path in sorted((out / "labels/train").iterdir())]
    return [[float(number) for number in line.split()[1:]] for text in texts for line in text.splitlines()]


def test_a_folder_finds_its_pictures_as_its_file_does(tmp_path: Path) -> None:
    path = write_coco(tmp_path / "own")
    assert labels(tmp_path / "own", tmp_path / "one") == labels(path, tmp_path / "two")


@pytest.mark.parametrize("absolute", [True, False], ids=["absolute", "relative"])
def test_a_picture_that_is_a_link_out_of_the_folder_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], absolute: bool
) -> None:
    path = write_coco(tmp_path / "own")
    secret = tmp_path / "secret.png"
    secret.write_bytes(b"secret")
    (tmp_path / "own/images/a.png").unlink()
    (tmp_path / "own/images/a.png").symlink_to(secret if absolute else "../../secret.png")
    assert "is a link out of" in refused(capsys, path, tmp_path / "out")


def test_a_picture_that_is_a_link_within_the_folder_is_followed(tmp_path: Path) -> None:
    path = write_coco(tmp_path / "own")
    (tmp_path / "own/images/store").mkdir()
    (tmp_path / "own/images/a.png").rename(tmp_path / "own/images/store/x.png")
    (tmp_path / "own/images/a.png").symlink_to("store/x.png")
    labels(path, tmp_path / "out")
    picture = tmp_path / "out/images/train/a.png"
    assert not picture.is_symlink()
    assert cv2.imread(str(picture)).shape == (48, 64, 3)


@pytest.mark.parametrize(
    ("box", "expected"),
    [
        ([50, 40, 200, 200], [57 / 64, 44 / 48, 14 / 64, 8 / 48]),
        ([-10, -10, 20, 20], [5 / 64, 5 / 48, 10 / 64, 10 / 48]),
        ([-50, -50, 20, 20], None),
        ([10, 10, 0, 5], None),
        ([10, 10, -5, 5], None),
    ],
    ids=["beyond", "before", "outside", "flat", "negative"],
)
def test_boxes_end_where_the_picture_ends(tmp_path: Path, box: list[float], expected: list[float] | None) -> None:
    path = write_coco(tmp_path / "own", lambda document: document["annotations"][0].update(bbox=box))
    usual = [20 / 64, 20 / 48, 20 / 64, 20 / 48]
    found = labels(path, tmp_path / "out")
    assert np.allclose(found, [usual] if expected is None else [expected, usual], atol=1e-6)
    told = json.loads((tmp_path / "out/export.json").read_text())["left_out"]
    assert told == (["1 boxes were left out: nothing of them lies in the picture"] if expected is None else [])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda document: document["categories"].append({"id": 1, "name": "cat"}), "2 categories have the id 1"),
        (lambda document: document["images"][1].update(id=1), "2 images have the id 1"),
        (lambda document: document["annotations"][1].update(image_id=9), "annotations are of the image 9"),
        (lambda document: document["images"][0].update(width=0), "a.png is said to be 0 x 48"),
    ],
    ids=["category", "image", "orphan", "size"],
)
def test_what_is_ambiguous_or_senseless_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], change: Change, said: str
) -> None:
    told = refused(capsys, write_coco(tmp_path / "own", change), tmp_path / "out")
    assert said in told
    assert "sdg validate-dataset" in told


def test_the_current_folder_is_not_replaced(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder that is replaced while someone is in it leaves them in one that is gone."""
    path = write_coco(tmp_path / "own")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert main(["export", str(path), "--to", "yolo", "-o", "."]) == 2
    assert "is the current folder" in capsys.readouterr().err
