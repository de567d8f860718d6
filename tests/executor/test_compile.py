"""`compile_recipe`: the files, their bytes, and the folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sdg.errors import UsageError
from sdg.executor.compile import compile_recipe
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
    assert {"graph.json", "stage.usda", "samples.json", "replicator.py"} <= set(content(tmp_path))


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


def test_compiling_again_replaces_everything(tmp_path: Path) -> None:
    compile_recipe(recipe_of(RECIPE % 3), tmp_path / "a", sampling="native")
    (tmp_path / "a/assets/left_over.usda").touch()
    compile_recipe(recipe_of(RECIPE % 2), tmp_path / "a")
    compile_recipe(recipe_of(RECIPE % 2), tmp_path / "b")
    assert content(tmp_path / "a") == content(tmp_path / "b")


@pytest.mark.parametrize("stranger", ["notes.txt", "frames", "assets"])
def test_a_folder_with_anything_else_is_left_alone(stranger: str, tmp_path: Path) -> None:
    """Pictures that the script rendered lie in `frames`; assets without a stage are not ours."""
    (tmp_path / stranger).mkdir()
    with pytest.raises(UsageError, match=f"holds something else: {stranger}"):
        compile_recipe(recipe_of(RECIPE % 1), tmp_path)
    assert content(tmp_path) == {}


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="is a file"):
        compile_recipe(recipe_of(RECIPE % 1), tmp_path / "file")
