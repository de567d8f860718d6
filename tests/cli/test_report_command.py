from __future__ import annotations

import json
from pathlib import Path

import pytest

from sdg.cli.main import main


def test_a_report_is_written_and_named(yard: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "yard.html"
    assert main(["report", str(yard), "-o", str(page)]) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert err == f"open it in a browser: {page}\n"
    assert page.read_bytes().startswith(b"<!doctype html>")


def test_a_coco_file_has_its_report_beside_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.json").write_text(json.dumps({"images": [], "annotations": [], "categories": []}))
    assert main(["report", str(tmp_path / "a.json")]) == 0
    assert (tmp_path / "a.report.html").is_file()
    assert str(tmp_path / "a.report.html") in capsys.readouterr().err


def test_a_folder_of_one_coco_file_is_as_good_as_the_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty").mkdir()
    assert main(["report", str(tmp_path / "empty")]) == 2
    assert "is no dataset" in capsys.readouterr().err
    document = json.dumps({"images": [], "annotations": [], "categories": [{"id": 1, "name": "a"}]})
    folder = tmp_path / "annotations"
    folder.mkdir()
    (folder / "captions_val.json").write_text("{}")
    (folder / "instances_val.json").write_text(document)
    assert main(["report", str(tmp_path)]) == 0
    page = (folder / "instances_val.report.html").read_text()
    assert f"{tmp_path.name}/annotations/instances_val" in page
    assert "sdg validate-dataset instances_val.json --report instances_val.report.html" in page
    page = tmp_path / "found.html"
    assert main(["validate-dataset", str(tmp_path), "--report", str(page)]) in (0, 1)
    assert page.is_file()
    (folder / "instances_train.json").write_text(document)
    assert main(["report", str(tmp_path)]) == 2
    assert f"name one: {folder / 'instances_train.json'}, {folder / 'instances_val.json'}" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["absent"], "there is nothing at absent"),
        (["a.json", "-o", "a.json"], "no report of ours"),
        (["a.json", "-o", "."], "is a folder"),
        (["a.json", "-o", "a.json/b.html"], "can't write"),
    ],
)
def test_nonsense_is_refused_and_nothing_is_written(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    document = json.dumps({"images": [], "annotations": [], "categories": []})
    (tmp_path / "a.json").write_text(document)
    assert main(["report", *arguments]) == 2
    assert said in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]
    assert (tmp_path / "a.json").read_text() == document
