from __future__ import annotations

from pathlib import Path

import pytest

from sdg.cli import progress
from sdg.cli.progress import PlainProgress, report_summary
from sdg.executor.reporting import Summary


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(progress, "time", clock)
    return clock


def test_the_last_line_and_the_summary_say_the_same_rate(clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    """Ten seconds of starting, then two frames in four seconds."""
    shown = PlainProgress(opening="starting the renderer")
    shown.start(3, 0)
    for seconds in (10, 2, 2):
        clock.now += seconds
        shown.advance(0)
    report_summary(Summary(Path("out"), 3, 3, 14.0), per_second=shown.per_second())
    assert capsys.readouterr().err.splitlines() == [
        "starting the renderer \N{HORIZONTAL ELLIPSIS}",
        "1/3 frames",
        "3/3 frames, 0.50 frames/s",
        "3 frames in 14 s, 0.50 frames/s once started: out",
    ]


def test_slow_frames_are_told_in_seconds_each(clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    shown = PlainProgress()
    shown.start(5, 2)
    for _ in range(2):
        clock.now += 25
        shown.advance(0)
    assert capsys.readouterr().err.splitlines() == [
        "2 of 5 frames are there already",
        "3/5 frames",
        "4/5 frames, 25.0 s/frame, 25 s left",
    ]


def test_in_less_than_a_second_nothing_is_said_of_time(clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    shown = PlainProgress(opening="starting the renderer")
    shown.start(1, 1)
    assert "starting" not in capsys.readouterr().err, "there is nothing left to be made"
    shown.start(2, 0)
    for _ in range(2):
        clock.now += 0.01
        shown.advance(0)
    report_summary(Summary(Path("out"), 1, 1, 0.02), per_second=shown.per_second())
    assert capsys.readouterr().err.splitlines()[1:] == ["1/2 frames", "2/2 frames", "1 frame: out"]


def test_one_frame_is_singular(capsys: pytest.CaptureFixture[str]) -> None:
    report_summary(Summary(Path("out"), 1, 0, 0.0))
    assert capsys.readouterr().err == "out is finished already (1 frame): nothing to do\n"
