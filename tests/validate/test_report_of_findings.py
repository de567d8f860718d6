"""`sdg validate-dataset --report`: the page names each finding, and shows the picture that it is about."""

from __future__ import annotations

from pathlib import Path

import pytest

from sdg.cli.main import main
from tests.validate.datasets import SdgDataset


def test_findings_stand_on_the_page_with_their_pictures(dataset: SdgDataset, capsys: pytest.CaptureFixture[str]):
    picture = dataset.root / "instance/left/000002.png"
    content = picture.read_bytes()
    picture.unlink()
    picture.write_bytes(content[:-30])
    page = dataset.root.parent / "page.html"
    assert main(["validate-dataset", str(dataset.root), "--report", str(page)]) == 1
    assert "not sound" in capsys.readouterr().out
    text = page.read_text()
    for code in ("V704", "instance/left/000002.png"):
        assert code in text


def test_a_coco_file_has_a_page_too(plain: Path):
    page = plain.parent / "page.html"
    (file,) = plain.rglob("*.json")
    assert main(["validate-dataset", str(file), "--report", str(page)]) == 0
    assert "http-equiv" in page.read_text()


def test_what_is_no_page_of_ours_is_not_replaced(plain: Path, capsys: pytest.CaptureFixture[str]):
    page = plain.parent / "page.html"
    page.write_text("mine")
    (file,) = plain.rglob("*.json")
    assert main(["validate-dataset", str(file), "--report", str(page)]) == 2
    assert page.read_text() == "mine"
