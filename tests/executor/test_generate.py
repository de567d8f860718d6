"""One run in this process, with real workers."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from sdg import errors
from sdg.executor.job import WorkerBug
from sdg.executor.pool import Limits
from sdg.executor.shard import Shard
from tests.executor.harness import Ears, records, run, tree, write_recipe

Misbehave = Callable[..., Path]


def test_two_workers_make_the_same_bytes_as_one(recipe: Path, tmp_path: Path, undisturbed: dict[str, str]) -> None:
    summary = run(recipe, tmp_path / "data", workers=2)
    assert (summary.frame_count, summary.made) == (12, 12)
    assert tree(tmp_path / "data") == undisturbed


def test_nothing_but_the_dataset_is_left(undisturbed: dict[str, str]) -> None:
    assert {name.split("/")[0] for name in undisturbed} == {
        *(
            "rgb",
            "depth",
            "semantic",
            "instance",
            "frames",
            "annotations",
            "calibration",
            "raw",
            "recipe.yaml",
            "graph.json",
            "manifest.json",
            "report.html",
        )
    }


def test_a_finished_dataset_is_left_alone(recipe: Path, tmp_path: Path, misbehave: Misbehave) -> None:
    run(recipe, tmp_path / "data")
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "data").rglob("*")}
    notes = misbehave()
    summary = run(recipe, tmp_path / "data")
    assert (summary.frame_count, summary.made, summary.seconds) == (12, 0, 0.0)
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "data").rglob("*")} == before
    assert not list(notes.iterdir()), "no worker was started"


def test_a_report_that_is_lost_is_made_again_and_no_frame_is(
    recipe: Path, tmp_path: Path, undisturbed: dict[str, str]
) -> None:
    run(recipe, tmp_path / "data")
    (tmp_path / "data/report.html").unlink()
    assert run(recipe, tmp_path / "data").made == 0
    assert tree(tmp_path / "data") == undisturbed


def test_more_frames_extend_a_dataset_without_changing_any(
    recipe: Path, tmp_path: Path, undisturbed: dict[str, str]
) -> None:
    folder = tmp_path / "data"
    run(recipe, folder, overrides=["frames=5"])
    early = tree(folder)
    ears = Ears()
    run(recipe, folder, ears, overrides=["frames=12"])
    assert ears.starts == [(12, 5)]
    assert sorted(ears.frames) == list(range(5, 12))
    late = tree(folder)
    frame_files = {name for name in early if "/0000" in name}
    assert len(frame_files) == 5 * 7
    assert {name: late[name] for name in frame_files} == {name: early[name] for name in frame_files}
    run(recipe, tmp_path / "at_once", overrides=["frames=12"])
    assert late == tree(tmp_path / "at_once")


def test_fewer_frames_than_finished_gives_none_up(recipe: Path, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    run(recipe, folder)
    before = tree(folder)
    assert run(recipe, folder, overrides=["frames=5"]).frame_count == 12
    assert tree(folder) == before


def test_a_killed_worker_costs_a_retry_and_no_byte(
    recipe: Path, tmp_path: Path, misbehave: Misbehave, undisturbed: dict[str, str]
) -> None:
    notes = misbehave(crash={"0": 1, "5": 1, "11": 1})
    ears = Ears()
    run(recipe, tmp_path / "data", ears, workers=2)
    assert len(list(notes.glob("crash-*"))) == 3
    assert sum("is tried again" in note and "SIGKILL" in note for note in ears.notes) == 3
    assert tree(tmp_path / "data") == undisturbed


def test_a_frame_that_kills_twice_is_named_and_all_others_are_kept(
    recipe: Path, tmp_path: Path, misbehave: Misbehave, undisturbed: dict[str, str]
) -> None:
    misbehave(crash={"5": 2})
    with pytest.raises(errors.RenderError, match="frame 5 could not be made") as caught:
        run(recipe, tmp_path / "data")
    assert caught.value.exit_status == 1
    assert records(tmp_path / "data") == [f"{index:06d}.json" for index in range(12) if index != 5]
    assert not (tmp_path / "data/manifest.json").exists()
    # The two crashes are spent: the same command mends it.
    run(recipe, tmp_path / "data")
    assert tree(tmp_path / "data") == undisturbed


def test_a_frame_that_can_not_be_rendered_does_not_stop_the_others(
    recipe: Path, tmp_path: Path, misbehave: Misbehave
) -> None:
    misbehave(fail={"2": "RenderError", "7": "RenderError"})
    with pytest.raises(errors.RenderError, match=r"frames 2, 7 could not be made: it can't be done") as caught:
        run(recipe, tmp_path / "data")
    assert caught.value.hint == "try another"
    assert len(records(tmp_path / "data")) == 10


def test_a_frame_that_the_recipe_draws_impossibly_does_not_stop_the_others(
    recipe: Path, tmp_path: Path, misbehave: Misbehave
) -> None:
    """Such as things that find no room in one frame of many: the run failed, which is no fault in the usage."""
    misbehave(fail={"2": "RecipeError", "7": "RecipeError"})
    with pytest.raises(errors.RenderError, match=r"frames 2, 7 could not be made: no free place") as caught:
        run(recipe, tmp_path / "data")
    assert "(S007, first.yaml:3:5)" in caught.value.message
    assert caught.value.hint == "give it more room"
    assert caught.value.exit_status == 1
    assert len(records(tmp_path / "data")) == 10


def test_many_lost_frames_end_the_run(tmp_path: Path, misbehave: Misbehave) -> None:
    misbehave(fail={str(index): "RenderError" for index in range(100)})
    with pytest.raises(errors.RenderError, match="20 frames failed"):
        run(write_recipe(tmp_path, 100), tmp_path / "data")


@pytest.mark.parametrize("kind", ["AssetError", "BackendUnavailable"])
def test_other_errors_of_a_worker_end_the_run_as_they_are(
    recipe: Path, tmp_path: Path, misbehave: Misbehave, kind: str
) -> None:
    misbehave(fail={"3": kind})
    with pytest.raises(getattr(errors, kind), match="it can't be done"):
        run(recipe, tmp_path / "data")


def test_a_bug_in_a_worker_comes_home_with_its_traceback(recipe: Path, tmp_path: Path, misbehave: Misbehave) -> None:
    misbehave(fail={"3": "bug"})
    with pytest.raises(WorkerBug, match="ZeroDivisionError: a bug of ours") as caught:
        run(recipe, tmp_path / "data")
    assert "fake_pipeline.py" in caught.value.__notes__[0]


def test_without_a_renderer_nothing_is_written(recipe: Path, tmp_path: Path, misbehave: Misbehave) -> None:
    misbehave(refuse=True)
    with pytest.raises(errors.BackendUnavailable, match="no renderer here"):
        run(recipe, tmp_path / "data")
    assert not (tmp_path / "data").exists()


def test_a_renderer_that_dies_while_setting_up_is_tried_twice(
    recipe: Path, tmp_path: Path, misbehave: Misbehave
) -> None:
    notes = misbehave(stillborn=True)
    with pytest.raises(errors.RenderError, match="was killed by SIGSEGV while it was setting up"):
        run(recipe, tmp_path / "data")
    assert len(list(notes.iterdir())) == 2
    assert not (tmp_path / "data").exists()


def test_workers_are_replaced_by_age(
    recipe: Path, tmp_path: Path, misbehave: Misbehave, undisturbed: dict[str, str]
) -> None:
    notes = misbehave(relieved=8)
    run(recipe, tmp_path / "data", limits=Limits(frames=3))
    assert 2 <= len(list(notes.iterdir())) <= 4
    assert tree(tmp_path / "data") == undisturbed


def test_workers_are_replaced_when_they_have_grown(tmp_path: Path, misbehave: Misbehave) -> None:
    notes = misbehave(leak=4 << 20, relieved=52)
    run(write_recipe(tmp_path, 60), tmp_path / "data", limits=Limits(growth_bytes=40 << 20))
    assert len(list(notes.iterdir())) == 2
    assert len(records(tmp_path / "data")) == 60


def test_no_worker_outlives_the_run(recipe: Path, tmp_path: Path, misbehave: Misbehave) -> None:
    notes = misbehave()
    run(recipe, tmp_path / "data", workers=2)
    for pid in (int(path.name) for path in notes.iterdir()):
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_a_shard_says_which_one_it_is(recipe: Path, tmp_path: Path) -> None:
    run(recipe, tmp_path / "data", shard=Shard(2, 5))
    manifest = json.loads((tmp_path / "data/manifest.json").read_text())
    assert manifest["shard"] == "2/5"
    assert records(tmp_path / "data") == ["000001.json", "000006.json", "000011.json"]


def test_a_shard_without_frames_is_finished_at_once(recipe: Path, tmp_path: Path) -> None:
    assert run(recipe, tmp_path / "data", shard=Shard(13, 20)).frame_count == 0
    assert json.loads((tmp_path / "data/manifest.json").read_text())["shard"] == "13/20"
