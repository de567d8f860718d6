from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from sdg.errors import DatasetError, UsageError
from sdg.executor import merge as merging
from sdg.executor.merge import merge
from sdg.executor.parts import Part
from sdg.executor.shard import Shard
from tests.executor.harness import Ears, run, tree, write_recipe


@pytest.fixture(scope="module")
def shards(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("shards")
    recipe = write_recipe(folder)
    for index in (1, 2, 3):
        run(recipe, folder / f"shard{index}", shard=Shard(index, 3))
    return [folder / f"shard{index}" for index in (1, 2, 3)]


@pytest.fixture
def copies(shards: list[Path], tmp_path: Path) -> list[Path]:
    """The shards, for tests that damage them."""
    return [Path(shutil.copytree(shard, tmp_path / shard.name)) for shard in shards]


def test_shards_join_to_the_bytes_of_one_run(shards: list[Path], tmp_path: Path, undisturbed: dict[str, str]) -> None:
    before = [tree(shard) for shard in shards]
    summary = merge(tmp_path / "data", [shards[2], shards[0], shards[1]], Ears())
    assert (summary.frame_count, summary.made) == (12, 12)
    assert tree(tmp_path / "data") == undisturbed
    assert [tree(shard) for shard in shards] == before


def test_across_devices_files_are_copied(
    shards: list[Path], tmp_path: Path, undisturbed: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(source: Path, target: Path) -> None:
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(os, "link", refuse)
    merge(tmp_path / "data", shards, Ears())
    assert tree(tmp_path / "data") == undisturbed
    assert (tmp_path / "data/rgb/000000.png").stat().st_nlink == 1


def test_a_killed_merge_goes_on(
    shards: list[Path], tmp_path: Path, undisturbed: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    place = merging._place
    calls = 0

    def die_halfway(part: Part, path: str, folder: Path) -> None:
        nonlocal calls
        calls += 1
        if calls == 40:
            raise KeyboardInterrupt
        place(part, path, folder)

    with monkeypatch.context() as patch:
        patch.setattr(merging, "_place", die_halfway)
        with pytest.raises(KeyboardInterrupt):
            merge(tmp_path / "data", shards, Ears())
    ears = Ears()
    merge(tmp_path / "data", shards, ears)
    assert 0 < len(ears.frames) < 12
    assert tree(tmp_path / "data") == undisturbed


def test_a_merged_dataset_is_finished_for_merge_and_generate(shards: list[Path], tmp_path: Path) -> None:
    merge(tmp_path / "data", shards, Ears())
    assert merge(tmp_path / "data", shards, Ears()).made == 0
    assert run(write_recipe(tmp_path), tmp_path / "data").made == 0


def test_a_missing_shard_is_named(shards: list[Path], tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="missing: shard 2/3"):
        merge(tmp_path / "data", [shards[0], shards[2]], Ears())
    assert not (tmp_path / "data").exists()


def test_a_shard_named_twice_is_refused(shards: list[Path], tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="are both shard 1/3"):
        merge(tmp_path / "data", [*shards, shards[0]], Ears())


def test_missing_frames_are_named(copies: list[Path], tmp_path: Path) -> None:
    run(write_recipe(tmp_path), copies[0], overrides=["frames=20"], shard=Shard(1, 3))
    with pytest.raises(UsageError, match="the recipe or its --set values differs"):
        merge(tmp_path / "data", copies, Ears())
    for copy in copies:
        manifest = json.loads((copy / "manifest.json").read_text())
        manifest["recipe"]["overrides"] = ["frames=20"]
        (copy / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(DatasetError, match=r"no shard has frame 13, 14, 16, 17, 19\n"):
        merge(tmp_path / "data", copies, Ears())


def test_shards_of_another_seed_are_refused(copies: list[Path], tmp_path: Path) -> None:
    run(write_recipe(tmp_path), copies[1], overrides=["seed=9"], shard=Shard(2, 3), overwrite=True)
    with pytest.raises(UsageError, match="don't belong together: the seed differs"):
        merge(tmp_path / "data", copies, Ears())


def test_an_unfinished_shard_is_refused(copies: list[Path], tmp_path: Path) -> None:
    (copies[1] / "manifest.json").unlink()
    (copies[1] / ".sdg").mkdir()
    (copies[1] / ".sdg/run.json").write_text(
        json.dumps({"recipe_sha256": "", "files_sha256": "", "overrides": [], "seed": 3, "shard": "2/3"})
    )
    with pytest.raises(UsageError, match="is not finished"):
        merge(tmp_path / "data", copies, Ears())


def test_what_is_no_dataset_is_refused(shards: list[Path], tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos/cat.jpg").touch()
    with pytest.raises(UsageError, match=r"it holds cat\.jpg"):
        merge(tmp_path / "data", [*shards[:2], tmp_path / "photos"], Ears())
    with pytest.raises(UsageError, match="there is no dataset in"):
        merge(tmp_path / "data", [*shards[:2], tmp_path / "nowhere"], Ears())
    with pytest.raises(UsageError, match=r"holds something else: cat\.jpg"):
        merge(tmp_path / "photos", shards, Ears())


def test_a_shard_is_not_joined_into_itself(copies: list[Path]) -> None:
    with pytest.raises(UsageError, match="lies in, one of the datasets"):
        merge(copies[0], copies, Ears())


def test_a_file_that_is_gone_is_named(copies: list[Path], tmp_path: Path) -> None:
    (copies[1] / "rgb/000004.png").unlink()
    with pytest.raises(DatasetError, match=r"rgb/000004\.png is missing"):
        merge(tmp_path / "data", copies, Ears())


@pytest.mark.parametrize("name", ["rgb/000004.png", "frames/000004.json", "graph.json"])
def test_a_damaged_file_of_a_shard_is_named_though_its_size_is_right(
    copies: list[Path], tmp_path: Path, undisturbed: dict[str, str], name: str
) -> None:
    """Frame 4 is in the second shard, the graph is taken from the first; deleted, the file is made again."""
    holder = 1 if name == "graph.json" else 2
    damaged = copies[holder - 1] / name
    content = bytearray(damaged.read_bytes())
    content[-3] ^= 1
    damaged.write_bytes(content)
    with pytest.raises(DatasetError, match=rf"{name} is damaged"):
        merge(tmp_path / "data", copies, Ears())
    damaged.unlink()
    run(write_recipe(tmp_path), copies[holder - 1], shard=Shard(holder, 3))
    merge(tmp_path / "data", copies, Ears())
    assert tree(tmp_path / "data") == undisturbed
