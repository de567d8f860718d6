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


def _first(value: Any) -> Any:
    return value["annotations"][0]["segments_info"][0]


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("V517", lambda value: value["annotations"][0]["segments_info"].pop()),
        ("V518", lambda value: _first(value).update(area=_first(value)["area"] + 1)),
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
