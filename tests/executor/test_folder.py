"""Whose folder may be written to, and whose may be deleted."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from sdg.errors import UsageError
from sdg.executor.folder import RunIdentity, inspect_folder, write_run
from sdg.executor.generate import default_folder
from sdg.executor.lock import FolderLock
from sdg.executor.shard import Shard
from sdg.graph.build import build_graph
from sdg.recipe.load import load_recipe
from sdg.stage.categories import categories
from sdg.write.dataset import Dataset
from sdg.write.spec import DatasetSpec
from tests.executor.harness import run, tree


def test_something_else_in_the_folder_is_refused_and_untouched(recipe: Path, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "thesis.tex").write_text("years of work")
    for overwrite in (False, True):
        with pytest.raises(UsageError, match=r"holds something else than a dataset of ours: thesis\.tex"):
            run(recipe, folder, overwrite=overwrite)
    assert [path.name for path in folder.iterdir()] == ["thesis.tex"]


@pytest.mark.parametrize(
    ("overrides", "shard", "said"),
    [
        (["seed=4"], Shard(), r"the seed \(3 there, 4 here\)"),
        (["license=mine"], Shard(), r"--set \(none there, license=mine here\)"),
        ([], Shard(1, 2), r"the shard \(1/1 there, 1/2 here\)"),
    ],
)
def test_another_run_in_the_folder_is_refused_and_told_apart(
    recipe: Path, tmp_path: Path, overrides: list[str], shard: Shard, said: str
) -> None:
    run(recipe, tmp_path / "data")
    with pytest.raises(UsageError, match=said) as caught:
        run(recipe, tmp_path / "data", overrides=overrides, shard=shard)
    assert "--overwrite" in caught.value.hint


def test_an_edited_recipe_is_another_run(recipe: Path, tmp_path: Path) -> None:
    run(recipe, tmp_path / "data")
    recipe.write_text(recipe.read_text() + "# a remark\n")
    with pytest.raises(UsageError, match="the recipe's text"):
        run(recipe, tmp_path / "data")


def test_the_seed_by_option_or_in_the_recipe_is_the_same(recipe: Path, tmp_path: Path) -> None:
    run(recipe, tmp_path / "data")
    assert run(recipe, tmp_path / "data", overrides=["seed=3"]).made == 0


def test_overwriting_leaves_the_bytes_of_a_first_run(recipe: Path, tmp_path: Path, undisturbed: dict[str, str]) -> None:
    run(recipe, tmp_path / "data", overrides=["frames=20", "seed=8"])
    run(recipe, tmp_path / "data", overwrite=True)
    assert tree(tmp_path / "data") == undisturbed


def test_overwriting_spares_a_folder_with_a_users_file(recipe: Path, tmp_path: Path) -> None:
    run(recipe, tmp_path / "data")
    (tmp_path / "data/notes.txt").write_text("mine")
    before = tree(tmp_path / "data")
    with pytest.raises(UsageError, match=r"not part of a dataset: .*notes\.txt"):
        run(recipe, tmp_path / "data", overrides=["seed=8"], overwrite=True)
    assert tree(tmp_path / "data") == before


def test_overwriting_follows_no_link(recipe: Path, tmp_path: Path) -> None:
    run(recipe, tmp_path / "data")
    (tmp_path / "link").symlink_to(tmp_path / "data")
    before = tree(tmp_path / "data")
    with pytest.raises(UsageError, match="doesn't follow links"):
        run(recipe, tmp_path / "link", overrides=["seed=8"], overwrite=True)
    assert tree(tmp_path / "data") == before


@pytest.mark.parametrize("precious", ["home", "current"])
def test_overwriting_spares_the_home_and_the_current_folder(
    recipe: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, precious: str
) -> None:
    folder = tmp_path / "data"
    run(recipe, folder)
    if precious == "home":
        monkeypatch.setenv("HOME", str(folder / "rgb"))
    else:
        monkeypatch.chdir(folder / "rgb")
    before = tree(folder)
    with pytest.raises(UsageError, match=f"would delete the {precious} folder"):
        run(recipe, folder, overrides=["seed=8"], overwrite=True)
    assert tree(folder) == before


def test_overwriting_that_was_killed_goes_on_with_overwriting_only(
    recipe: Path, tmp_path: Path, undisturbed: dict[str, str]
) -> None:
    folder = tmp_path / "data"
    run(recipe, folder, overrides=["seed=8"])
    identity = RunIdentity.of(load_recipe(recipe), Shard())
    with FolderLock(folder):
        write_run(folder, identity, clearing=True)
    (folder / "manifest.json").unlink()
    with pytest.raises(UsageError, match="was being overwritten"):
        run(recipe, folder)
    run(recipe, folder, overwrite=True)
    assert tree(folder) == undisturbed


def begin(folder: Path, recipe: Path, overrides: list[str]) -> None:
    """Leave what a run leaves that was killed before its first frame was finished."""
    loaded = load_recipe(recipe, overrides)
    dataset = Dataset(folder, DatasetSpec.of_recipe(loaded, categories(loaded)))
    with FolderLock(folder):
        write_run(folder, RunIdentity.of(loaded, Shard()))
        dataset.begin(loaded, build_graph(loaded))
    (folder / "rgb").mkdir()
    (folder / "rgb/000000.png").write_bytes(b"of a frame without record")


def test_a_mended_recipe_takes_the_folder_of_one_that_made_no_frame(
    recipe: Path, tmp_path: Path, undisturbed: dict[str, str]
) -> None:
    begin(tmp_path / "data", recipe, ["seed=8"])
    assert run(recipe, tmp_path / "data").made == 12
    assert tree(tmp_path / "data") == undisturbed


def test_one_finished_frame_is_worth_asking_for(recipe: Path, tmp_path: Path) -> None:
    begin(tmp_path / "data", recipe, ["seed=8"])
    (tmp_path / "data/frames").mkdir()
    (tmp_path / "data/frames/000003.json").write_text("{}")
    before = tree(tmp_path / "data")
    with pytest.raises(UsageError, match="what differs: the seed"):
        run(recipe, tmp_path / "data")
    assert tree(tmp_path / "data") == before


def test_a_users_file_beside_a_run_without_frames_is_spared(recipe: Path, tmp_path: Path) -> None:
    begin(tmp_path / "data", recipe, ["seed=8"])
    (tmp_path / "data/notes.txt").write_text("mine")
    with pytest.raises(UsageError, match="what differs: the seed"):
        run(recipe, tmp_path / "data")
    assert (tmp_path / "data/notes.txt").read_text() == "mine"


def test_a_live_run_without_frames_keeps_its_folder(recipe: Path, tmp_path: Path) -> None:
    begin(tmp_path / "data", recipe, ["seed=8"])
    before = tree(tmp_path / "data")
    with FolderLock(tmp_path / "data"), pytest.raises(UsageError):
        run(recipe, tmp_path / "data")
    assert tree(tmp_path / "data") == before


def test_a_file_in_the_folders_place_is_refused(recipe: Path, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    for folder in (tmp_path / "data", tmp_path / "data/below"):
        with pytest.raises(UsageError, match="is a file, or lies below one"):
            run(recipe, folder)
    assert (tmp_path / "data").read_text() == "a file"


def test_a_folder_that_can_not_be_made_is_refused(recipe: Path, tmp_path: Path) -> None:
    """/proc takes no new folders, not even from root."""
    with pytest.raises(UsageError, match="can't write to /proc/data"):
        run(recipe, Path("/proc/data"))


def test_a_stale_lock_means_nothing(recipe: Path, tmp_path: Path, undisturbed: dict[str, str]) -> None:
    working = tmp_path / "data/.sdg"
    working.mkdir(parents=True)
    (working / "lock").write_text(f"{os.getpid()}\n")
    run(recipe, tmp_path / "data")
    assert tree(tmp_path / "data") == undisturbed


def test_a_run_killed_while_it_tidied_up_is_tidied_up(
    recipe: Path, tmp_path: Path, undisturbed: dict[str, str]
) -> None:
    """The manifest is there, and what is left of the working folder no longer says whose it is."""
    run(recipe, tmp_path / "data")
    (tmp_path / "data/.sdg").mkdir()
    (tmp_path / "data/.sdg/writers").touch()
    run(recipe, tmp_path / "data")
    assert tree(tmp_path / "data") == undisturbed


def test_a_manifest_of_somebody_elses_makes_no_dataset(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(json.dumps({"name": "a web app", "seed": 3}))
    assert inspect_folder(tmp_path).kind == "foreign"


def test_a_shard_goes_to_a_folder_of_its_own(recipe: Path) -> None:
    loaded = load_recipe(recipe)
    assert default_folder(loaded, Shard()) == Path("outputs/tiny")
    assert default_folder(loaded, Shard(2, 3)) == Path("outputs/tiny-shard-2-of-3")


def test_a_file_that_the_recipe_names_may_not_change_between_runs(recipe: Path, tmp_path: Path) -> None:
    """Otherwise frames made before and after the change would show different things under one name."""
    mesh = tmp_path / "part.obj"
    mesh.write_text("v 0 0 0\nv 1 0 0\nv 0 1 0\nv 0 0 1\nf 1 3 2\nf 1 2 4\nf 2 3 4\nf 1 4 3\n")
    text = recipe.read_text() + "scene: {objects: [{name: part, asset: {file: {choice: [part.obj]}}}]}\n"
    recipe.write_text(text)
    folder = tmp_path / "data"
    run(recipe, folder, overrides=["frames=2"])
    assert run(recipe, folder, overrides=["frames=2"]).made == 0
    mesh.write_text(mesh.read_text().replace("v 1 0 0", "v 2 0 0"))
    with pytest.raises(UsageError, match="what differs: the files that the recipe names"):
        run(recipe, folder, overrides=["frames=3"])
    mesh.write_text(mesh.read_text().replace("v 2 0 0", "v 1 0 0"))
    assert run(recipe, folder, overrides=["frames=3"]).made == 1


def test_a_finished_dataset_that_lost_a_file_gets_it_back(
    recipe: Path, tmp_path: Path, undisturbed: dict[str, str]
) -> None:
    folder = tmp_path / "data"
    run(recipe, folder)
    (folder / "rgb" / "000003.png").unlink()
    assert run(recipe, folder).made == 1
    assert tree(folder) == undisturbed
