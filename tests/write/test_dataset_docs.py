"""The page on datasets: its code runs, and its tables name every field."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import sdg.write
from sdg.write.dataset import Dataset
from tests.write.conftest import make_recipe, toy_frame

PAGE = (Path(__file__).parents[2] / "docs" / "dataset.md").read_text()
PROSE = re.sub(r"```.*?```", "", PAGE, flags=re.DOTALL)
# That of point clouds is run where there is one: tests/write/test_encode_points.py.
EXAMPLES = [text for text in re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL) if "pointcloud/" not in text]


@pytest.mark.parametrize("example", EXAMPLES, ids=range(len(EXAMPLES)))
def test_every_example_runs(
    example: str, make_dataset: Callable[..., Dataset], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = make_dataset("outputs/warehouse")
    dataset.add(toy_frame(0))
    dataset.finish([0])
    monkeypatch.chdir(tmp_path)
    exec(compile(example, "docs/dataset.md", "exec"), {})


def test_there_are_examples() -> None:
    assert len(EXAMPLES) == 5


def field_names(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        for value in schema.values():
            yield from field_names(value)


def test_every_field_of_the_record_is_explained() -> None:
    schema = json.loads(Path(sdg.write.__path__[0], "frame_record.schema.json").read_text())
    documented = set(re.findall(r"[A-Za-z_0-9]+", " ".join(re.findall(r"`([^`]+)`", PROSE))))
    assert set(field_names(schema)) - documented == set()


def test_every_field_of_the_manifest_is_explained(make_dataset: Callable[..., Dataset]) -> None:
    dataset = make_dataset()
    dataset.add(toy_frame(0))
    dataset.finish([0])
    section = PAGE[PAGE.index("## The manifest") :]
    for key in json.loads((dataset.folder / "manifest.json").read_text()):
        assert f"`{key}`" in section


def test_every_annotator_with_files_is_in_the_table_of_files() -> None:
    for annotator in make_recipe().specimen.output.annotators:
        assert f"`{annotator}`" in PAGE
