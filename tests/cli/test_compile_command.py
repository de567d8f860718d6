"""`sdg compile` as people type it."""

from __future__ import annotations

from pathlib import Path

import pytest

from sdg.cli.main import main

RECIPE = """\
sdg: 1
name: test
frames: 7
scene: {objects: [{name: box, asset: cube, position_m: [{uniform: [-1, 1]}, 0, 0]}]}
lighting: [{dome: {intensity: 100}}]
cameras: [{name: cam, lens: {pinhole: {fx: 500}}, pose: {look_at: {eye_m: [3, 0, 1.5], target: [0, 0, 0.5]}}}]
"""


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    path = tmp_path / "recipe.yaml"
    path.write_text(RECIPE)
    return path


def test_it_writes_as_many_frames_as_asked_for_and_says_where(
    recipe: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "out"
    assert main(["compile", str(recipe), "-o", str(output), "-n", "2", "--sampling", "native"]) == 0
    assert "2 frames, native" in capsys.readouterr().err
    assert "2 frames" in (output / "replicator.py").read_text().splitlines()[0]


def test_it_refuses_a_folder_with_something_else(
    recipe: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compile", str(recipe), "-o", str(tmp_path)]) == 2
    assert "holds something else: recipe.yaml" in capsys.readouterr().err


def test_a_missing_recipe_is_a_mistake_of_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compile", str(tmp_path / "none.yaml"), "-o", str(tmp_path / "out")]) == 2
    assert "there is no recipe" in capsys.readouterr().err


def test_a_faulty_recipe_writes_nothing(recipe: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    recipe.write_text(RECIPE.replace("asset: cube", "asset: cubes"))
    assert main(["compile", str(recipe), "-o", str(tmp_path / "out")]) == 2
    assert "recipe.yaml:4:" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
