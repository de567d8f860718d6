"""Workers that are stuck, and how many frames wait when writing is slow."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sdg.executor import stall
from sdg.executor.pool import Limits
from sdg.executor.stall import AttentiveClock, Patience
from sdg.executor.worker import WRITERS
from tests.executor.harness import Ears, run, tree

Misbehave = Callable[..., Path]


def test_a_stalled_worker_is_killed_and_its_frame_made_by_another(
    recipe: Path, tmp_path: Path, misbehave: Misbehave, undisturbed: dict[str, str]
) -> None:
    """The bound is short, so on a busy machine a sound worker may be taken for a stalled one; no byte depends on it.

    One worker, so that it has finished frames before it stalls: it would have more time for its first.
    """
    notes = misbehave(stall={"5": 1})
    ears = Ears()
    patience = Patience(least_s=3.0, times_slowest=10.0, first_s=300.0)
    run(recipe, tmp_path / "data", ears, limits=Limits(patience=patience))
    assert (notes / "stall-5-0").exists()
    told = [note for note in ears.notes if "frame 5 is tried again" in note]
    assert told
    assert "a renderer's process said nothing for " in told[0]
    assert tree(tmp_path / "data") == undisturbed


@pytest.mark.slow
def test_a_worker_that_is_stuck_while_it_is_set_up_is_replaced(
    recipe: Path, tmp_path: Path, misbehave: Misbehave, undisturbed: dict[str, str]
) -> None:
    notes = misbehave(stuck=1)
    ears = Ears()
    run(recipe, tmp_path / "data", ears, limits=Limits(patience=Patience(least_s=15.0, first_s=15.0)))
    assert (notes / "stuck-0").exists()
    assert any("said nothing for" in note for note in ears.notes)
    assert tree(tmp_path / "data") == undisturbed


def test_slow_frames_make_more_patient() -> None:
    patience = Patience(least_s=120.0, times_slowest=10.0, first_s=1800.0)
    assert patience.bound_s(2.0, is_first=False) == 120.0
    assert patience.bound_s(60.0, is_first=False) == 600.0
    assert patience.bound_s(60.0, is_first=True) == 1800.0
    assert patience.bound_s(600.0, is_first=True) == 6000.0
    assert patience.bound_s(60.0, is_first=False, attempt=1) == 1200.0, "it may be the frame that takes so long"


def test_time_in_which_the_whole_run_was_stopped_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    class Clock:
        now = 50.0

        def monotonic(self) -> float:
            return self.now

    clock = Clock()
    monkeypatch.setattr(stall, "time", clock)
    attentive = AttentiveClock()
    clock.now += 1.0
    assert attentive.look() == 1.0
    clock.now += 3600.0
    assert attentive.look() <= 1.0 + 2 * stall.LOOK_EVERY_S


def test_no_more_frames_wait_than_there_are_writers_and_one(
    recipe: Path, tmp_path: Path, misbehave: Misbehave, undisturbed: dict[str, str]
) -> None:
    """Frames are made at once, and written slowly: the worker waits, instead of keeping them all."""
    notes = misbehave(slow_write=0.2)
    run(recipe, tmp_path / "data")
    assert max(int(path.name.removeprefix("alive-")) for path in notes.glob("alive-*")) == WRITERS + 1
    assert tree(tmp_path / "data") == undisturbed
