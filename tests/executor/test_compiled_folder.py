"""The folder of `compile_recipe`: whose it is, and what is in it after a compilation that was stopped."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sdg.errors import RecipeError, UsageError
from sdg.executor.compile import compile_recipe
from sdg.executor.lock import FolderLock
from sdg.recipe.model import Recipe
from tests.executor.harness import REPOSITORY
from tests.recipes import recipe_of

RECIPE = """
frames: %d
scene: {objects: [{name: box, asset: %s, position_m: [{uniform: [-1, 1]}, 0, 0]}]}
lighting: [{dome: {intensity: 100}}]
"""
# Runs `sdg compile` until it opens a certain file for writing, and there dies or finds the disk full.
STOPPED = """
import errno, os, signal, sys
from sdg.cli.main import main

how, name, *arguments = sys.argv[1:]

def stop(event, given):
    if event == "open" and name in str(given[0]) and given[2] & (os.O_WRONLY | os.O_RDWR):
        if how == "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        if how == "interrupted":
            raise KeyboardInterrupt
        raise OSError(getattr(errno, how), os.strerror(getattr(errno, how)))

sys.addaudithook(stop)
sys.exit(main(arguments))
"""


def small(asset: str = "cube", frames: int = 2) -> Recipe:
    return recipe_of(RECIPE % (frames, asset))


def content(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}


def stopped(how: str, name: str, recipe: Recipe, folder: Path) -> tuple[int, str]:
    """Compile until a file is begun, and return the exit status and what was said."""
    path = folder.with_suffix(".yaml")
    path.write_text(recipe.text)
    command = [sys.executable, "-c", STOPPED, how, name, "compile", str(path), "-o", str(folder)]
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60, check=False)
    return done.returncode, done.stderr


# --- whose it is -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stranger", ["notes.txt", "frames", "assets"])
def test_a_folder_with_anything_else_is_left_alone(stranger: str, tmp_path: Path) -> None:
    """Pictures that the script rendered lie in `frames`; assets that no list names are not ours."""
    (tmp_path / stranger).mkdir()
    with pytest.raises(UsageError, match=f"holds something else: {stranger}"):
        compile_recipe(small(), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [stranger]


def test_files_that_are_named_like_ours_are_not_ours(tmp_path: Path) -> None:
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets/tex.png").write_text("pre")
    (tmp_path / "stage.usda").write_text("mine")
    with pytest.raises(UsageError, match="holds something else: assets"):
        compile_recipe(small(), tmp_path)
    assert content(tmp_path) == {"assets/tex.png": b"pre", "stage.usda": b"mine"}


@pytest.mark.parametrize(
    "stranger", ["assets/mine.usda", "assets/textures/mine.png", "assets/more/deep.txt", "frames/x"]
)
def test_what_was_put_among_ours_is_left_alone(stranger: str, tmp_path: Path) -> None:
    compile_recipe(small(), tmp_path)
    (tmp_path / stranger).parent.mkdir(exist_ok=True)
    (tmp_path / stranger).write_text("mine")
    before = content(tmp_path)
    with pytest.raises(UsageError, match="holds something else"):
        compile_recipe(small("sphere"), tmp_path)
    assert content(tmp_path) == before


@pytest.mark.parametrize(
    "text", ["", "[]", '{"version": 1, "files": ["../x"]}', '{"version": 1, "files": 3}', '{"version": 1, "files": []}']
)
def test_a_list_that_is_none_of_ours_is_believed_in_nothing(text: str, tmp_path: Path) -> None:
    (tmp_path / "x").write_text("mine")
    (tmp_path / "out").mkdir()
    (tmp_path / "out/compiled.json").write_text(text)
    with pytest.raises(UsageError, match=r"holds something else: compiled\.json"):
        compile_recipe(small(), tmp_path / "out")
    assert content(tmp_path) == {"x": b"mine", "out/compiled.json": text.encode()}


def test_compiling_again_replaces_everything(tmp_path: Path) -> None:
    compile_recipe(small("sphere", 3), tmp_path / "a", sampling="native")
    compile_recipe(small(), tmp_path / "a")
    compile_recipe(small(), tmp_path / "b")
    assert content(tmp_path / "a") == content(tmp_path / "b")
    assert not (tmp_path / "a/.sdg").exists()


def test_the_list_names_every_other_file(tmp_path: Path) -> None:
    compile_recipe(small(), tmp_path)
    listed = json.loads((tmp_path / "compiled.json").read_text())["files"]
    assert sorted([*listed, "compiled.json"]) == sorted(content(tmp_path))


@pytest.mark.parametrize("name", ["assets", "stage.usda"])
def test_a_link_is_not_followed(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    compile_recipe(small(), folder)
    (folder / name).rename(tmp_path / "elsewhere")
    (folder / name).symlink_to(tmp_path / "elsewhere")
    before = content(tmp_path)
    with pytest.raises(UsageError, match=f"{name} is a symbolic link"):
        compile_recipe(small(), folder)
    assert content(tmp_path) == before


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="is a file"):
        compile_recipe(small(), tmp_path / "file")


# --- stopped halfway -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["compiled.json", "assets", "samples.json", "replicator.py"])
def test_a_compilation_killed_over_another_leaves_no_script_and_can_be_made_again(name: str, tmp_path: Path) -> None:
    """A script among files of two compilations would render neither's frames, and say that it finished."""
    folder = tmp_path / "out"
    compile_recipe(small("sphere", 3), folder)
    status, _ = stopped("killed", name, small(), folder)
    assert status == -9
    assert not (folder / "replicator.py").exists()
    compile_recipe(small(), folder)
    compile_recipe(small(), tmp_path / "fresh")
    assert content(folder) == content(tmp_path / "fresh")
    assert not (folder / ".sdg").exists()


@pytest.mark.parametrize("name", ["compiled.json", "assets", "samples.json"])
def test_a_first_compilation_that_met_a_full_disk_can_be_made_again(name: str, tmp_path: Path) -> None:
    status, said = stopped("ENOSPC", name, small(), tmp_path / "out")
    assert status == 1
    assert "no space left for" in said
    assert "run the same command again" in said
    assert "goes on" not in said
    compile_recipe(small(), tmp_path / "out")
    compile_recipe(small(), tmp_path / "fresh")
    assert content(tmp_path / "out") == content(tmp_path / "fresh")


def test_a_folder_that_cannot_be_written_to_is_no_matter_of_space(tmp_path: Path) -> None:
    status, said = stopped("EROFS", "assets", small(), tmp_path / "out")
    assert (status, "space" in said) == (1, False)
    assert "box.usda: Read-only file system" in said


def test_an_interrupted_compilation_promises_nothing(tmp_path: Path) -> None:
    status, said = stopped("interrupted", "samples.json", small(), tmp_path / "out")
    assert (status, said) == (130, "interrupted; nothing was compiled\n")


def test_a_compilation_that_is_interrupted_before_it_writes_keeps_the_one_before(tmp_path: Path) -> None:
    compile_recipe(small(), tmp_path / "out")
    before = content(tmp_path / "out")
    status, said = stopped("interrupted", ".sdg/lock", small("sphere"), tmp_path / "out")
    assert (status, said) == (130, f"interrupted; {tmp_path / 'out'} is as it was\n")
    assert content(tmp_path / "out").items() >= before.items()


def test_one_folder_takes_one_compilation_at_a_time(tmp_path: Path) -> None:
    compile_recipe(small(), tmp_path)
    before = content(tmp_path)
    with FolderLock(tmp_path):
        with pytest.raises(UsageError, match=r"another run .* is writing to"):
            compile_recipe(small("sphere"), tmp_path)
        assert {name: text for name, text in content(tmp_path).items() if not name.startswith(".sdg/")} == before


def test_a_recipe_whose_world_cannot_be_built_leaves_no_folder(tmp_path: Path) -> None:
    text = RECIPE.replace("asset: %s", "asset: cube, size_m: [{uniform: [-2, 1]}, 1, 1]") % 9
    with pytest.raises(RecipeError):
        compile_recipe(recipe_of(text), tmp_path / "out")
    assert content(tmp_path) == {}
    assert not (tmp_path / "out").exists()
