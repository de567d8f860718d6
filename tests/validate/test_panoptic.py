"""A COCO panoptic file without a manifest, as other programs leave it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sdg.validate.run import validate
from tests.validate.datasets import PANOPTIC


@pytest.fixture
def panoptic(generated: Path, tmp_path: Path) -> Path:
    shutil.copytree(generated / "annotations/panoptic", tmp_path / "annotations/panoptic")
    shutil.copy(generated / PANOPTIC, tmp_path / PANOPTIC)
    return tmp_path / PANOPTIC


def test_a_sound_one_has_no_finding(panoptic: Path) -> None:
    for path in (panoptic, panoptic.parent.parent):
        validation = validate(path)
        assert validation.examined.files == [PANOPTIC]
        assert not validation.findings.counts


def test_what_others_write_may_be_a_pixel_off_or_lack_areas(panoptic: Path) -> None:
    value = json.loads(panoptic.read_text())
    for entry in value["annotations"]:
        for part in entry["segments_info"]:
            x, y, width, height = part["bbox"]
            part.update(area=part["area"] + 1, bbox=[x + 0.5, y, width - 1, height + 1])
    del value["annotations"][0]["segments_info"][0]["area"], value["annotations"][0]["segments_info"][0]["bbox"]
    panoptic.write_text(json.dumps(value))
    assert not validate(panoptic).findings.counts


def test_pictures_beside_the_file_or_where_they_are_said_to_be_are_found(panoptic: Path, tmp_path: Path) -> None:
    """With `--images`, a folder beside the file still counts; without any, it is told that nothing was looked at."""
    (tmp_path / "elsewhere").mkdir()
    assert validate(panoptic, pictures=tmp_path / "elsewhere").examined.left_out == []
    shutil.move(panoptic.with_suffix(""), tmp_path / "elsewhere/panoptic")
    assert validate(panoptic, pictures=tmp_path / "elsewhere").examined.left_out == []
    missing = validate(panoptic)
    assert missing.examined.left_out == [f"pictures of {PANOPTIC}: none of them is in {panoptic.with_suffix('')}"]
    assert missing.sound()


def test_names_that_all_lead_out_of_the_folder_are_told(panoptic: Path) -> None:
    value = json.loads(panoptic.read_text())
    for entry in value["annotations"]:
        entry["file_name"] = f"/{entry['file_name']}"
    panoptic.write_text(json.dumps(value))
    assert validate(panoptic).findings.counts == {"V107": len(value["annotations"])}


def _first(value: Any) -> Any:
    return value["annotations"][0]["segments_info"][0]


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("V517", lambda value: value["annotations"][0]["segments_info"].pop()),
        ("V518", lambda value: _first(value).update(area=2 * _first(value)["area"] + 99)),
        ("V518", lambda value: _first(value).update(bbox=[0, 0, 1, 1])),
        ("V518", lambda value: _first(value).update(bbox=[1, 2, 3])),
        ("V518", lambda value: _first(value).update(area="large")),
        ("V519", lambda value: value["annotations"][0]["segments_info"].append(_first(value))),
        ("V520", lambda value: _first(value).update(category_id=99)),
        ("V521", lambda value: value["annotations"].pop()),
        ("V501", lambda value: value["annotations"][0].update(file_name="nothing.png")),
        ("V107", lambda value: value["annotations"][0].update(file_name="/etc/passwd")),
        ("V108", lambda value: value["annotations"][0].update(file_name="../../../secret.png")),
    ],
)
def test_a_fault_is_found_and_no_other(code: str, change: Callable[[Any], Any], panoptic: Path) -> None:
    value = json.loads(panoptic.read_text())
    change(value)
    panoptic.write_text(json.dumps(value))
    assert validate(panoptic).findings.counts == {code: 1}
