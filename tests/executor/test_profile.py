"""Where a run's time went."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from pathlib import Path

import pytest

from sdg.executor.profile import FINISHING, IDLE, OTHER, STARTING, WAITING, WRITE, Profile, StepTimes
from tests.executor.harness import run


def _of(**more: float) -> Profile:
    """Two workers, 10 s of starting, 80 s of frames, 10 s of finishing."""
    profile = Profile(workers=2, starting_s=10.0, rendering_s=80.0, finishing_s=10.0)
    profile.add({"annotate": 4.0, "radiance": 116.0, "stage": 20.0, "fog": 20.0, WRITE: 30.0, **more})
    return profile


def test_shares_of_the_run_add_up_though_workers_have_more_time_than_it_takes() -> None:
    rows = {row.name: row for row in _of().rows()}
    assert sum(row.share for row in rows.values() if not row.beside) == pytest.approx(1.0)
    assert rows["radiance"].share == pytest.approx(0.8 * 116 / 160)
    assert rows["radiance"].total_s == 116.0
    assert rows[STARTING].share == pytest.approx(0.1)


def test_rows_stand_in_the_order_of_the_work() -> None:
    names = [row.name for row in _of(**{IDLE: 1.0, WAITING: 1.0}).rows()]
    assert names == [STARTING, "stage", "radiance", "fog", "annotate", WAITING, IDLE, WRITE, FINISHING]


def test_what_runs_beside_the_frames_does_not_limit_a_run() -> None:
    profile = _of(**{WRITE: 1e6})
    assert profile.limit().name == "radiance"
    profile.starting_s = 1e3
    assert profile.limit().name == STARTING


def test_a_median_of_many_frames_needs_little_memory_and_no_luck() -> None:
    """Times that rise over the run: those which are kept are spread over all of it."""
    times = StepTimes()
    for index in range(100_000):
        times.add(index / 100_000)
    assert len(times._kept) <= 4097
    assert times.median_s == pytest.approx(statistics.median([0.0, 1.0]), abs=1e-3)
    assert times.total_s == pytest.approx(49_999.5)


def test_a_run_tells_what_its_workers_measured(
    recipe: Path, tmp_path: Path, misbehave: Callable[..., Path], undisturbed: dict[str, str]
) -> None:
    """A fake frame sleeps for 30 ms, and names no steps of its own."""
    misbehave(seconds=0.03)
    summary = run(recipe, tmp_path / "data", workers=2)
    profile = summary.profile
    assert profile is not None
    assert (profile.frames, profile.workers) == (12, 2)
    assert set(profile.steps) == {OTHER, WAITING, IDLE, WRITE}
    assert profile.steps[OTHER].total_s >= 12 * 0.03
    assert profile.steps[OTHER].median_s >= 0.03
    assert profile.steps[WRITE].total_s > 0
    assert profile.total_s == pytest.approx(summary.seconds)
    assert run(recipe, tmp_path / "data").profile is None
