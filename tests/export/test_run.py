from __future__ import annotations

import errno
import json
import os
import shutil
from pathlib import Path

import pytest

from sdg.cli.main import main
from sdg.export import yolo
from sdg.export.formats import FORMATS, load_format
from sdg.export.model import ExportFormat
from tests.datasets import SHELF, make_dataset
from tests.executor.harness import tree
from tests.export.exporting import export
from tests.validate.datasets import write_plain


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_of_the_table_can_be_loaded_and_is_documented(name: str) -> None:
    assert issubclass(load_format(name), ExportFormat)
    page = (Path(__file__).parents[2] / "docs/export.md").read_text()
    assert f"`--to {name}`" in page


def test_an_export_says_what_it_was_made_of(yard: Path, tmp_path: Path) -> None:
    before = tree(yard)
    out = export(yard, tmp_path / "out", "yolo", "--split", "train=0.5,val=0.5")
    about = json.loads((out / "export.json").read_text())
    assert about["dataset"] == {"name": "yard", "file": "manifest.json", "sha256": before["manifest.json"]}
    assert sum(split["frames"] for split in about["splits"].values()) == 4
    assert sum(split["images"] for split in about["splits"].values()) == 8
    assert tree(yard) == before


def test_the_same_export_has_the_same_bytes(yard: Path, tmp_path: Path) -> None:
    for to in FORMATS:
        arguments = ("--camera", "front", "--split", "train=0.5,val=0.5")
        assert tree(export(yard, tmp_path / f"{to}1", to, *arguments)) == tree(
            export(yard, tmp_path / f"{to}2", to, *arguments)
        )


def refused(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> str:
    assert main(["export", *map(str, arguments)]) in (1, 2)
    return capsys.readouterr().err


def test_a_folder_that_holds_something_is_left_alone(
    yard: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    assert export(yard, out, "yolo") == out, "an empty folder will do"
    before = tree(out)
    assert "is not empty: it holds data.yaml" in refused(capsys, yard, "--to", "yolo", "-o", out)
    assert "is not empty" in refused(capsys, yard, "--to", "bop", "-o", out)
    assert tree(out) == before
    (tmp_path / "file").touch()
    assert "is a file" in refused(capsys, yard, "--to", "yolo", "-o", tmp_path / "file")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    assert "is a link" in refused(capsys, yard, "--to", "yolo", "-o", tmp_path / "link")
    assert "lies in the dataset itself" in refused(capsys, yard, "--to", "yolo", "-o", yard / "export")


def test_half_an_export_is_never_seen(
    yard: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The power goes while the third picture is written: what is left is hidden, and the next export removes it."""
    out = tmp_path / "out"
    place = yolo.place_file
    placed: list[Path] = []

    def vanish(source: Path, target: Path, *, resumes: bool) -> None:
        placed.append(target)
        if len(placed) == 3:
            assert not out.exists()
            shutil.copytree(target.parents[2], tmp_path / ".out.4194305.tmp")  # above the greatest process id
            raise KeyboardInterrupt
        place(source, target, resumes=resumes)

    with monkeypatch.context() as patch:
        patch.setattr(yolo, "place_file", vanish)
        assert main(["export", str(yard), "--to", "yolo", "-o", str(out)]) == 130
    assert "interrupted; nothing was written" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == [".out.4194305.tmp"]
    export(yard, out, "yolo")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("to", ["yolo", "kitti", "bop", "webdataset"])
def test_a_full_disk_is_told_without_a_promise_to_go_on(
    to: str, yard: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    said = refused(capsys, yard, "--to", to, "-o", tmp_path / "out", "--camera", "front")
    assert "no space left for" in said
    assert "run the same command again" in said
    assert "goes on where it stopped" not in said
    assert list(tmp_path.iterdir()) == []


def test_pictures_of_no_named_camera_are_taken_too(tmp_path: Path) -> None:
    write_plain(tmp_path)
    path = tmp_path / "annotations/instances.json"
    value = json.loads(path.read_text())
    value["images"][0]["camera"] = "front"
    path.write_text(json.dumps(value))
    every = export(path, tmp_path / "every", "yolo")
    assert len(list((every / "images/train").iterdir())) == 3
    one = export(path, tmp_path / "one", "yolo", "--camera", "front")
    assert len(list((one / "images/train").iterdir())) == 1


def test_pictures_without_depth_are_told(tmp_path: Path) -> None:
    text = SHELF.replace("render:", "output: {annotators: [rgb, bounding_box_3d], coco: {}}\nrender:")
    out = export(make_dataset(text, tmp_path / "shelf", "-n", "1"), tmp_path / "out", "bop")
    left_out = json.loads((out / "export.json").read_text())["left_out"]
    assert "1 pictures have no depth: it is not among the dataset's annotators" in left_out


def test_across_devices_pictures_are_copied(yard: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(source: Path, target: Path) -> None:
        raise OSError(18, "Invalid cross-device link")

    linked = export(yard, tmp_path / "linked", "yolo")
    monkeypatch.setattr(os, "link", refuse)
    copied = export(yard, tmp_path / "copied", "yolo")
    assert tree(linked) == tree(copied)
    assert (copied / "images/train/front_000000.png").stat().st_nlink == 1


def test_cameras_are_chosen_by_name(yard: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = refused(capsys, yard, "--to", "yolo", "-o", tmp_path / "out", "--camera", "frnt")
    assert "has no camera frnt" in said
    assert "did you mean front?" in said
    out = export(yard, tmp_path / "out", "yolo", "--camera", "bent")
    assert sorted(path.stem for path in (out / "images/train").iterdir()) == [
        f"bent_00000{index}" for index in range(4)
    ]


def test_options_of_other_formats_are_refused(yard: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "--task is for yolo" in refused(capsys, yard, "--to", "bop", "-o", tmp_path / "out", "--task", "segment")


@pytest.mark.parametrize(
    ("to", "gone"), [("yolo", "rgb"), ("kitti", "rgb"), ("bop", "depth"), ("webdataset", "instance")]
)
def test_a_file_that_is_gone_is_named(
    yard: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], to: str, gone: str
) -> None:
    copy = shutil.copytree(yard, tmp_path / "copy")
    (copy / gone / "front/000002.png").unlink()
    said = refused(capsys, copy, "--to", to, "-o", tmp_path / "out", "--camera", "front")
    assert f"{gone}/front/000002.png is missing" in said
    assert not (tmp_path / "out").exists()


def test_a_depth_picture_that_is_none_is_named(yard: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy = shutil.copytree(yard, tmp_path / "copy")
    (copy / "depth/front/000002.png").write_bytes(b"not a picture")
    said = refused(capsys, copy, "--to", "bop", "-o", tmp_path / "out", "--camera", "front")
    assert "depth/front/000002.png is no picture" in said


def test_splits_without_a_frame_are_told(yard: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    export(yard, tmp_path / "out", "yolo", "--split", "train=0.999999,val=0.000001")
    assert "no frame fell into the split val" in capsys.readouterr().err


def test_crowds_and_pictures_of_one_name_in_a_coco_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """YOLO has no crowds; `a/b.jpg` and `a_b.jpg` would become one file."""
    (tmp_path / "a").mkdir()
    images = []
    for index, name in enumerate(["a/b.jpg", "c.d.jpg"], start=1):
        (tmp_path / name).write_bytes(b"picture")
        images.append({"id": index, "file_name": name, "width": 10, "height": 10})
    annotations = [
        {"id": index, "image_id": 1, "category_id": 7, "bbox": [1, 2, 3, 4], "area": 12, "iscrowd": index - 1}
        for index in (1, 2)
    ]
    document = {"images": images, "annotations": annotations, "categories": [{"id": 7, "name": "yes: a colon"}]}
    (tmp_path / "coco.json").write_text(json.dumps(document))
    out = export(tmp_path / "coco.json", tmp_path / "out", "yolo")
    assert "1 crowd annotations were left out" in capsys.readouterr().err
    assert (out / "labels/train/a_b.txt").read_text() == "0 0.250000 0.400000 0.300000 0.400000\n"
    assert (out / "labels/train/c_d.txt").read_text() == ""
    said = refused(capsys, tmp_path / "coco.json", "--to", "yolo", "--task", "segment", "-o", tmp_path / "outlines")
    assert "has no mask" in said
    (tmp_path / "a_b.jpg").write_bytes(b"picture")
    images.append({"id": 3, "file_name": "a_b.jpg", "width": 10, "height": 10})
    (tmp_path / "coco.json").write_text(json.dumps(document))
    said = refused(capsys, tmp_path / "coco.json", "--to", "yolo", "-o", tmp_path / "clash")
    assert "two pictures would be called a_b" in said


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"category_id": 3}, "a.jpg shows the category 3, which has no name"),
        ({"bbox": [1, 2, float("nan"), 4]}, "a.jpg has the box [1.0, 2.0, nan, 4.0]"),
        ({"score": float("inf")}, "what is known of a is no JSON"),
        ({"segmentation": {"size": [9, 9], "counts": "55"}}, "a mask has the size [9, 9] (height, width)"),
        ({"segmentation": {"size": [8, 9], "counts": "~"}}, "a mask can't be decoded"),
        ({"segmentation": {"size": [8, 9], "counts": [5, 5]}}, "a mask's run lengths don't fill its picture"),
        ({"bbox": 5}, "image 1 of"),
    ],
)
def test_a_damaged_coco_file_is_told_not_exported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], change: dict[str, object], said: str
) -> None:
    (tmp_path / "a.jpg").write_bytes(b"picture")
    annotation = {"id": 1, "image_id": 1, "category_id": 7, "bbox": [1, 2, 3, 4], "area": 12} | change
    document = {
        "images": [{"id": 1, "file_name": "a.jpg", "width": 9, "height": 8}],
        "annotations": [annotation],
        "categories": [{"id": 7, "name": "thing"}],
    }
    (tmp_path / "coco.json").write_text(json.dumps(document))
    to = ("webdataset",) if "score" in change else ("yolo", "--task", "segment")
    assert main(["export", str(tmp_path / "coco.json"), "--to", *to, "-o", str(tmp_path / "out")]) == 1
    assert said in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_pictures_elsewhere_are_found_with_images(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "far/away").mkdir(parents=True)
    (tmp_path / "far/away/a.jpg").write_bytes(b"picture")
    document = {
        "images": [{"id": 1, "file_name": "a.jpg", "width": 9, "height": 8}],
        "annotations": [],
        "categories": [],
    }
    (tmp_path / "coco.json").write_text(json.dumps(document))
    said = refused(capsys, tmp_path / "coco.json", "--to", "yolo", "-o", tmp_path / "out")
    assert "say with --images which folder it is in" in said
    export(tmp_path / "coco.json", tmp_path / "out", "yolo", "--images", str(tmp_path / "far/away"))
    assert (tmp_path / "out/images/train/a.jpg").read_bytes() == b"picture"
