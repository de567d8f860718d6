"""`sdg validate-dataset`, as a user types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sdg.cli.main import main
from tests.cli.test_light_imports import loaded_by
from tests.validate.datasets import INSTANCES, plain_coco, write_plain


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_plain(tmp_path / "data")
    return tmp_path / "data"


def spoil(folder: Path) -> Path:
    """Give one annotation id 0 (an error), and seven a box without extent (warnings)."""
    value = plain_coco()
    value["annotations"][4]["id"] = 0
    for index in range(7):
        box = {"id": 50 + index, "image_id": 1, "category_id": 2, "iscrowd": 0, "area": 0, "bbox": [index, 1, 0, 0]}
        value["annotations"].append(box)
    (folder / INSTANCES).write_text(json.dumps(value))
    return folder / INSTANCES


def test_a_sound_dataset_is_called_so(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate-dataset", str(folder)]) == 0
    assert capsys.readouterr().out == f"{folder}: sound; no findings\n"


def test_findings_are_grouped_capped_and_summed_up(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = spoil(folder)
    assert main(["validate-dataset", str(path)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "error[V209]: annotation id 0"
    assert lines[1] == "  annotations/instances.json, image 3, annotation 0"
    assert "warning[V303]: a box without extent (7 times)" in lines
    assert "  and 2 more" in lines
    assert lines[-1] == f"{path}: not sound; 1 error, 7 warnings"


def test_json_tells_the_same_to_machines(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate-dataset", str(spoil(folder)), "--format", "json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert not report["sound"]
    assert report["counts"] == {
        "V209": {"severity": "error", "count": 1},
        "V303": {"severity": "warning", "count": 7},
    }
    assert report["findings"][0] == {
        "code": "V209",
        "severity": "error",
        "message": "annotation id 0",
        "file": INSTANCES,
        "image_id": 3,
        "annotation_id": 0,
        "expected": "annotation ids from 1",
        "found": "0",
    }
    assert report["statistics"][INSTANCES]["annotations"] == 12


def test_ignored_codes_are_dropped(folder: Path) -> None:
    path = str(spoil(folder))
    assert main(["validate-dataset", path, "--ignore", "V209"]) == 0
    assert main(["validate-dataset", path, "--ignore", "V209", "--strict"]) == 1
    assert main(["validate-dataset", path, "--ignore", "V209", "--ignore", "V303", "--strict"]) == 0


def test_fast_leaves_decoding_out_and_says_so(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    value = plain_coco()
    value["annotations"][0]["area"] = 9999
    (folder / INSTANCES).write_text(json.dumps(value))
    assert main(["validate-dataset", str(folder), "--strict"]) == 1
    capsys.readouterr()
    assert main(["validate-dataset", str(folder), "--strict", "--fast"]) == 0
    assert "not checked: --fast: masks and pictures were not decoded" in capsys.readouterr().out


def test_pictures_may_be_elsewhere(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "images").rename(tmp_path / "pictures")
    assert main(["validate-dataset", str(folder / INSTANCES)]) == 0
    assert "V508" in capsys.readouterr().out
    assert main(["validate-dataset", str(folder / INSTANCES), "--images", str(tmp_path / "pictures")]) == 0
    assert "no findings" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["nothing", "empty", "data/images"])
def test_what_is_no_dataset_is_a_mistake_of_usage(name: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder.parent / "empty").mkdir()
    assert main(["validate-dataset", str(folder.parent / name)]) == 2
    assert "hint" in capsys.readouterr().err


def test_an_unknown_code_to_ignore_is_a_mistake_of_usage(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate-dataset", str(folder), "--ignore", "V999"]) == 2
    assert "V999" in capsys.readouterr().err


def test_neither_renderer_nor_recipes_are_loaded(folder: Path) -> None:
    loaded = loaded_by(f"from sdg.cli.main import main; assert main(['validate-dataset', {str(folder)!r}]) == 0")
    assert not loaded & {"mitsuba", "drjit", "pyoidn", "pxr", "trimesh", "pydantic", "yaml", "pycocotools", "rich"}
    assert not {name for name in loaded if name.startswith(("sdg.write", "sdg.recipe", "sdg.camera", "sdg.stage"))}
