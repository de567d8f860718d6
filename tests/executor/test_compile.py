"""`compile_recipe`: the files, their bytes, and the folder."""

from __future__ import annotations

import gc
import json
from pathlib import Path
from typing import Any

import pytest

from sdg.executor.compile import compile_recipe
from sdg.executor.reporting import Silent
from sdg.stage.model import Stage
from sdg.write.json_text import readable_json
from tests.recipes import recipe_of
from tests.replicator.compiled import compiled

RECIPE = """
frames: %d
scene: {objects: [{name: box, asset: cube, position_m: [{uniform: [-1, 1]}, 0, 0]}]}
lighting: [{dome: {intensity: 100}}]
"""


def content(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}


def values(folder: Path, frame: int) -> dict[tuple[str, str], Any]:
    samples = json.loads((folder / "samples.json").read_text())
    fixed = {(path, name): value for path, own in samples["fixed"].items() for name, value in own.items()}
    prims = samples["frames"][frame]["prims"].items()
    return fixed | {(path, name): value for path, own in prims for name, value in own.items()}


def test_equal_recipes_give_equal_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        compile_recipe(recipe_of(RECIPE % 2), tmp_path / name)
    assert content(tmp_path / "a") == content(tmp_path / "b")


def test_every_file_is_named(tmp_path: Path) -> None:
    files = compile_recipe(recipe_of(RECIPE % 2), tmp_path)
    assert sorted(str(file.relative_to(tmp_path)) for file in files) == sorted(content(tmp_path))
    assert {"compiled.json", "graph.json", "stage.usda", "samples.json", "replicator.py"} <= set(content(tmp_path))


class Witness(Silent):
    """Notes what is told, and how many frames' worlds are in memory at each frame."""

    def __init__(self) -> None:
        self.started: list[tuple[int, int, str]] = []
        self.advanced: list[int] = []
        self.most_alive = 0

    def start(self, frame_count: int, finished: int, what: str = "frames") -> None:
        self.started.append((frame_count, finished, what))

    def advance(self, frame_index: int) -> None:
        self.advanced.append(frame_index)
        self.most_alive = max(self.most_alive, sum(type(item) is Stage for item in gc.get_objects()))


def test_how_far_it_is_is_told(tmp_path: Path) -> None:
    witness = Witness()
    compile_recipe(recipe_of(RECIPE % 3), tmp_path, reporter=witness)
    assert witness.started == [(3, 0, "frames looked at"), (3, 0, "frames compiled")]
    assert witness.advanced == [0, 1, 2, 0, 1, 2]


@pytest.mark.parametrize("sampling", ["baked", "native"])
def test_frames_are_not_kept_in_memory(sampling: Any, tmp_path: Path) -> None:
    """Besides the first, whose settings the script has, there is the one at hand and the one before it."""
    gc.collect()
    before = sum(type(item) is Stage for item in gc.get_objects())
    witness = Witness()
    compile_recipe(recipe_of(RECIPE % 12), tmp_path, sampling=sampling, reporter=witness)
    assert 1 <= witness.most_alive - before <= 3


def test_samples_are_written_as_all_other_json_is(tmp_path: Path) -> None:
    compile_recipe(recipe_of(RECIPE % 3), tmp_path)
    text = (tmp_path / "samples.json").read_text()
    assert text == readable_json(json.loads(text), 3)


def test_the_graph_is_that_of_a_dataset() -> None:
    case = compiled("warehouse", "baked")
    assert (case.folder / "graph.json").read_text() == readable_json(case.graph, 2)


def test_more_frames_change_no_frame_and_no_line_of_the_graph(tmp_path: Path) -> None:
    for count in (2, 5):
        compile_recipe(recipe_of(RECIPE % count), tmp_path / str(count))
    for frame in range(2):
        assert values(tmp_path / "2", frame) == values(tmp_path / "5", frame)
    scripts = [(tmp_path / name / "replicator.py").read_text().splitlines() for name in ("2", "5")]
    assert [line for line in scripts[0] if "2 frames" not in line] == [
        line for line in scripts[1] if "5 frames" not in line
    ]
