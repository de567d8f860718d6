"""`--quality-for`: samples that a frame's time allows, chosen once for everything that belongs together."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sdg import errors
from sdg.executor.merge import merge
from sdg.executor.shard import Shard
from sdg.executor.timing import MOST_SPP, choose, fit, spread
from tests.executor.harness import Ears, finish, records, run, start, tree, write_recipe

Misbehave = Callable[..., Path]

# A frame of twelve takes 20 ms and 4 ms for each sample. How many fit 150 ms depends on how busy the machine is, so the
# tests take what was chosen from the manifest.
FAKE = {"seconds": 0.02, "per_sample": 0.004}
SECONDS = 0.15


def manifest(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "manifest.json").read_text())
    return found


def samples(folder: Path) -> int:
    return int(manifest(folder)["quality_for"]["spp"])


def files_of_frames(folder: Path) -> dict[str, str]:
    return {name: digest for name, digest in tree(folder).items() if name not in {"manifest.json", "report.html"}}


@pytest.fixture
def timed(recipe: Path, tmp_path: Path, misbehave: Misbehave) -> Path:
    """A dataset whose samples were chosen by timing."""
    misbehave(**FAKE)
    run(recipe, tmp_path / "timed", quality_for=SECONDS)
    return tmp_path / "timed"


# --- choosing -----------------------------------------------------------------------------------------------------


def _machine(fixed: float, per_sample: float) -> tuple[Callable[[int], float], list[int]]:
    asked: list[int] = []

    def measure(spp: int) -> float:
        asked.append(spp)
        return fixed + per_sample * spp

    return measure, asked


@pytest.mark.parametrize(
    ("fixed", "per_sample", "seconds", "spp", "asked"),
    [
        (0.5, 0.1, 2.0, 15, [2, 5, 14]),
        (0.5, 0.001, 2.0, 1500, [2, 7, 112]),
        (0.01, 0.1, 1.0, 9, [2, 9]),
        (3.0, 0.1, 2.0, 1, [2, 1]),
        (0.0, 1.9, 2.0, 1, [2, 1]),
        (0.001, 1e-6, 2.0, MOST_SPP, [2, 64, 1024]),
    ],
)
def test_samples_follow_from_a_fixed_time_and_one_per_sample(
    fixed: float, per_sample: float, seconds: float, spp: int, asked: list[int]
) -> None:
    """Frames that take exactly so long; never more than three counts are timed, none far beyond the time wanted."""
    measure, tried = _machine(fixed, per_sample)
    choice = choose(seconds, measure)
    assert choice.spp in (spp, spp - 1), "exactly at a whole number, rounding decides"
    assert len(tried) == len(asked)
    assert all(abs(one - other) <= 1 for one, other in zip(tried, asked, strict=True)), tried
    assert choice.seconds == pytest.approx(fixed + per_sample * choice.spp)


def test_frames_that_take_as_long_whatever_their_samples_get_the_most() -> None:
    assert choose(1.0, lambda spp: 0.01).spp == MOST_SPP


def test_a_line_through_noisy_times_keeps_close_to_all_of_them() -> None:
    """Errors are shares of a time: 2 % here."""
    measured = {2: 0.7 * 1.02, 20: 2.5 * 0.98, 40: 4.5 * 1.02}
    fixed, per_sample = fit(measured)
    assert all(fixed + per_sample * spp == pytest.approx(seconds, rel=0.03) for spp, seconds in measured.items())


@pytest.mark.parametrize("frame_count", [1, 2, 5, 8, 1000])
def test_frames_are_spread_over_the_dataset(frame_count: int) -> None:
    warming, frames = spread(frame_count)
    assert set(warming) | set(frames) <= set(range(frame_count))
    assert len(set(frames)) == len(frames) == min(4, frame_count)
    if frame_count >= 8:
        assert not set(warming) & set(frames)
        assert frames[-1] - frames[0] >= 0.7 * frame_count


# --- one dataset --------------------------------------------------------------------------------------------------


def test_frames_are_those_of_the_same_samples_set_by_hand(recipe: Path, tmp_path: Path, timed: Path) -> None:
    by_hand = f"render.spp={samples(timed)}"
    assert 2 <= samples(timed) <= 33, "150 ms less 20 ms, at 4 ms a sample, on a machine that does nothing else"
    run(recipe, tmp_path / "by_hand", overrides=[by_hand])
    assert files_of_frames(timed) == files_of_frames(tmp_path / "by_hand")
    there, here = manifest(timed), manifest(tmp_path / "by_hand")
    assert there.pop("quality_for") == {"seconds_per_frame": SECONDS, "spp": samples(timed)}
    assert there["recipe"]["overrides"] == [by_hand]
    assert there == here


def test_what_was_chosen_is_told(recipe: Path, tmp_path: Path, misbehave: Misbehave) -> None:
    misbehave(**FAKE)
    ears = Ears()
    summary = run(recipe, tmp_path / "data", ears, quality_for=SECONDS, workers=2)
    told = [note for note in ears.notes if note.startswith(f"{samples(tmp_path / 'data')} samples a pixel: ")]
    assert len(told) == 1
    assert "on each worker" in told[0]
    assert " s with 2, " in told[0]
    assert summary.profile is not None
    assert 0 < summary.profile.timing_s < summary.seconds
    assert summary.profile.rows()[0].name == "timing frames"


def test_a_run_that_goes_on_times_nothing(recipe: Path, tmp_path: Path) -> None:
    """Killed after some frames; the machine is four times slower when the run goes on."""
    folder = tmp_path / "data"
    command = ["generate", recipe, "-o", folder, "--quality-for", str(SECONDS)]
    process = start(command, tmp_path, FAKE)
    while process.poll() is None and len(records(folder)) < 3:
        time.sleep(0.005)
    process.kill()
    finish(process)
    chosen = json.loads((folder / ".sdg/run.json").read_text())["quality_for"]["spp"]
    status, errors_told = finish(start(command, tmp_path, {name: 4 * value for name, value in FAKE.items()}))
    assert status == 0, errors_told
    assert "timing" not in errors_told
    assert samples(folder) == chosen
    run(recipe, tmp_path / "by_hand", overrides=[f"render.spp={chosen}"])
    assert files_of_frames(folder) == files_of_frames(tmp_path / "by_hand")


def test_a_finished_dataset_is_extended_with_its_samples(recipe: Path, timed: Path) -> None:
    before, ears = samples(timed), Ears()
    assert run(recipe, timed, ears, quality_for=SECONDS).made == 0
    assert run(recipe, timed, ears, overrides=["frames=14"], quality_for=SECONDS).made == 2
    assert not [note for note in ears.notes if "timing" in note]
    assert samples(timed) == before


def test_another_time_or_none_is_another_dataset(recipe: Path, timed: Path, misbehave: Misbehave) -> None:
    notes = misbehave(**FAKE)
    shutil.rmtree(notes)
    notes.mkdir()
    with pytest.raises(errors.UsageError, match=r"--quality-for \(0.15 s, \d+ samples there, 9 s here\)"):
        run(recipe, timed, quality_for=9.0)
    with pytest.raises(errors.UsageError, match=r"--quality-for \(0.15 s, \d+ samples there, none here\)"):
        run(recipe, timed)
    assert not list(notes.iterdir()), "it is refused before anything is timed"


def test_samples_are_chosen_anew_for_a_dataset_that_is_overwritten(recipe: Path, timed: Path) -> None:
    ears = Ears()
    run(recipe, timed, ears, quality_for=0.3, overwrite=True)
    assert manifest(timed)["quality_for"]["seconds_per_frame"] == 0.3
    assert any(note.startswith("timing") for note in ears.notes)


def test_a_recipe_that_says_its_samples_is_overruled_and_the_command_line_is_not(
    recipe: Path, tmp_path: Path, misbehave: Misbehave
) -> None:
    misbehave(**FAKE)
    with pytest.raises(errors.UsageError, match=r"chooses render.spp, which --set gives too"):
        run(recipe, tmp_path / "data", overrides=["render.spp=5"], quality_for=SECONDS)
    recipe.write_text(recipe.read_text() + "render: {spp: 3000}\n")
    run(recipe, tmp_path / "data", quality_for=SECONDS)
    assert samples(tmp_path / "data") < 3000


def test_another_renderer_is_not_timed(recipe: Path, tmp_path: Path) -> None:
    with pytest.raises(errors.UsageError, match="--quality-for times the embedded renderer"):
        run(recipe, tmp_path / "data", quality_for=SECONDS, renderer="replicator")


def test_without_a_renderer_nothing_is_written(recipe: Path, tmp_path: Path, misbehave: Misbehave) -> None:
    misbehave(refuse=True)
    with pytest.raises(errors.BackendUnavailable, match="no renderer here"):
        run(recipe, tmp_path / "data", quality_for=SECONDS)
    assert not (tmp_path / "data").exists()


def test_frames_that_can_not_be_made_are_not_timed(recipe: Path, tmp_path: Path, misbehave: Misbehave) -> None:
    misbehave(fail={"1": "RenderError", "4": "RecipeError"}, **FAKE)
    with pytest.raises(errors.RenderError, match="frames 1, 4 could not be made"):
        run(recipe, tmp_path / "data", quality_for=SECONDS)
    assert len(records(tmp_path / "data")) == 10


def test_a_process_that_dies_while_frames_are_timed_ends_the_run(
    recipe: Path, tmp_path: Path, misbehave: Misbehave
) -> None:
    misbehave(crash={"0": 1})
    with pytest.raises(errors.RenderError, match=r"was killed by SIGKILL .* while frames were timed"):
        run(recipe, tmp_path / "data", quality_for=SECONDS)
    assert not (tmp_path / "data").exists()


# --- shards -------------------------------------------------------------------------------------------------------


def test_shards_take_the_samples_of_one_that_lies_beside_them(
    recipe: Path, tmp_path: Path, misbehave: Misbehave
) -> None:
    misbehave(**FAKE)
    heard = [Ears() for _ in range(3)]
    folders = [tmp_path / f"part{index}" for index in range(3)]
    for index, (folder, ears) in enumerate(zip(folders, heard, strict=True), start=1):
        run(recipe, folder, ears, quality_for=SECONDS, shard=Shard(index, 3))
    assert any("--quality-for DIR" in note for note in heard[0].notes)
    assert all(any(note.endswith(f"as in {folders[0]}") for note in ears.notes) for ears in heard[1:])
    merge(tmp_path / "data", folders, Ears())
    assert samples(tmp_path / "data") == samples(folders[0])
    run(recipe, tmp_path / "by_hand", overrides=[f"render.spp={samples(folders[0])}"])
    assert files_of_frames(tmp_path / "data") == files_of_frames(tmp_path / "by_hand")
    assert run(recipe, tmp_path / "data", quality_for=SECONDS).made == 0


@pytest.mark.slow
def test_of_shards_that_are_begun_together_one_chooses(recipe: Path, tmp_path: Path) -> None:
    folders = [tmp_path / f"part{index}" for index in range(2)]
    commands = [
        ["generate", recipe, "-o", folder, "--shard", f"{index}/2", "--quality-for", str(SECONDS)]
        for index, folder in enumerate(folders, start=1)
    ]
    ended = [finish(process) for process in [start(command, tmp_path, FAKE) for command in commands]]
    assert [status for status, _ in ended] == [0, 0]
    assert sum("timing a few frames" in told for _, told in ended) == 1
    assert samples(folders[0]) == samples(folders[1])


@pytest.mark.slow
def test_samples_are_taken_over_from_a_folder_that_is_named(recipe: Path, tmp_path: Path, misbehave: Misbehave) -> None:
    """As where a shard is made on another machine: a shard's manifest is enough to pass its samples on."""
    misbehave(**FAKE)
    first, second, third = tmp_path / "here/one", tmp_path / "there/two", tmp_path / "elsewhere/three"
    run(recipe, first, quality_for=SECONDS, shard=Shard(1, 3))
    copy = tmp_path / "copy"
    copy.mkdir()
    shutil.copy(first / "manifest.json", copy)
    ears = Ears()
    run(recipe, second, ears, quality_for=copy, shard=Shard(2, 3))
    assert not [note for note in ears.notes if "timing" in note]
    run(recipe, third, overrides=[f"render.spp={samples(first)}"], shard=Shard(3, 3))
    merge(tmp_path / "data", [first, second, third], Ears())
    assert "quality_for" not in manifest(tmp_path / "data"), "one of them was set by hand"
    assert merge(tmp_path / "data", [third, second, first], Ears()).made == 0
    run(recipe, tmp_path / "other_seed", quality_for=first, overrides=["seed=77"])
    assert samples(tmp_path / "other_seed") == samples(first)


def test_samples_of_other_frames_are_not_taken_over(recipe: Path, tmp_path: Path, timed: Path) -> None:
    with pytest.raises(errors.UsageError, match=r"were timed for other frames; what differs: --set"):
        run(recipe, tmp_path / "data", quality_for=timed, overrides=["cameras.0.resolution=[32, 24]"])
    run(recipe, tmp_path / "plain")
    with pytest.raises(errors.UsageError, match="made without --quality-for"):
        run(recipe, tmp_path / "data", quality_for=tmp_path / "plain")
    with pytest.raises(errors.UsageError, match="holds no dataset"):
        run(recipe, tmp_path / "data", quality_for=tmp_path)
    assert not (tmp_path / "data").exists()


@pytest.mark.slow
def test_shards_of_unequal_samples_are_not_merged(tmp_path: Path, misbehave: Misbehave) -> None:
    recipe = write_recipe(tmp_path)
    folders = [tmp_path / "fast/part", tmp_path / "slow/part"]
    for index, (folder, per_sample) in enumerate(zip(folders, (0.001, 0.02), strict=True), start=1):
        misbehave(per_sample=per_sample)
        run(recipe, folder, quality_for=SECONDS, shard=Shard(index, 2))
    assert samples(folders[0]) != samples(folders[1])
    with pytest.raises(errors.UsageError, match=r"has \d+ samples a pixel, and .* \d+: they were timed apart"):
        merge(tmp_path / "data", folders, Ears())
    assert not (tmp_path / "data").exists()
