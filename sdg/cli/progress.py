"""How a run shows on stderr: a bar on a terminal, a line now and then anywhere else."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

import click

from sdg.foundation.wording import counted

if TYPE_CHECKING:
    from rich.progress import Progress, ProgressColumn, TaskID

    from sdg.executor.reporting import Summary

_LINE_EVERY_S = 10.0
# In less time, rates say nothing.
_SHORTEST_S = 1.0
# Below, the time that a frame takes is easier to grasp.
_SLOW_PER_S = 0.1


def open_progress(*, patience_s: float = 0.0, opening: str = "") -> PlainProgress | BarProgress:
    """Return the display that suits where stderr goes.

    Args:
        patience_s: Where it is lines, they begin after so many seconds.
        opening: What is done before the first frame, if that takes a while.
    """
    return BarProgress(opening) if sys.stderr.isatty() else PlainProgress(patience_s, opening)


class _Rate:
    """Frames per second, and the time left, of the frames that this run makes."""

    def __init__(self) -> None:
        self.frame_count = 0
        self.finished = 0
        self.made = 0
        # Loading the renderer, which the first frame waits for, says nothing about the others.
        self._first_made = 0.0
        self._last_made = 0.0

    def start(self, frame_count: int, finished: int) -> None:
        self.frame_count = frame_count
        self.finished = finished

    def advance(self) -> None:
        self._last_made = time.monotonic()
        if self.made == 0:
            self._first_made = self._last_made
        self.finished += 1
        self.made += 1

    def per_second(self) -> float | None:
        """Return how many frames a second, the first not counted; None where that can't be known yet."""
        elapsed = self._last_made - self._first_made
        return (self.made - 1) / elapsed if elapsed >= _SHORTEST_S else None

    def text(self) -> str:
        per_second = self.per_second()
        if per_second is None:
            return ""
        left = self.frame_count - self.finished
        return f"{_pace(per_second)}, {duration(left / per_second)} left" if left else _pace(per_second)


class _Lines:
    """A display of lines, which needs no tidying up."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None


class _Bar:
    """A bar that is redrawn in place; it vanishes at the end. `last` is what stands right of it."""

    def __init__(self, last: ProgressColumn) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

        self._bar: Progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            last,
            console=Console(stderr=True),
            transient=True,
        )

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()


class PlainProgress(_Lines):
    """A line for the first frame, then every ten seconds, and for the last one."""

    def __init__(self, patience_s: float = 0.0, opening: str = "") -> None:
        self._rate = _Rate()
        self._opening = opening
        self._what = "frames"
        self._patience_s = patience_s
        self._started = 0.0
        self._told = 0.0

    def note(self, text: str) -> None:
        click.echo(text, err=True)

    def start(self, frame_count: int, finished: int, what: str = "frames") -> None:
        self._rate = _Rate()
        self._what = what
        self._started = time.monotonic()
        self._rate.start(frame_count, finished)
        if finished:
            are = "is" if finished == 1 else "are"
            click.echo(f"{finished} of {counted(frame_count, 'frame')} {are} there already", err=True)
        if self._opening and finished < frame_count:
            click.echo(f"{self._opening} …", err=True)

    def per_second(self) -> float | None:
        """Return how many frames a second, without what came before the first."""
        return self._rate.per_second()

    def advance(self, frame_index: int) -> None:
        self._rate.advance()
        now = time.monotonic()
        if now - self._started < self._patience_s:
            return
        last = self._rate.finished == self._rate.frame_count
        if self._rate.made == 1 or last or now - self._told >= _LINE_EVERY_S:
            self._told = now
            rate = self._rate.text()
            click.echo(f"{self._rate.finished}/{self._rate.frame_count} {self._what}{rate and ', ' + rate}", err=True)


class BarProgress(_Bar):
    """A bar that is redrawn in place; it vanishes when the run ends."""

    def __init__(self, opening: str = "") -> None:
        from rich.progress import TextColumn

        super().__init__(TextColumn("{task.fields[rate]}"))
        self._rate = _Rate()
        self._opening, self._what = opening, "frames"
        self._task: TaskID = self._bar.add_task("getting ready", total=None, rate="")

    def note(self, text: str) -> None:
        self._bar.console.print(text, markup=False, highlight=False, soft_wrap=True)

    def start(self, frame_count: int, finished: int, what: str = "frames") -> None:
        self._rate = _Rate()
        self._rate.start(frame_count, finished)
        self._what = what
        opening = f"{self._opening} …" if self._opening and finished < frame_count else what
        self._bar.update(self._task, description=opening, total=frame_count, completed=finished, rate="")

    def per_second(self) -> float | None:
        """Return how many frames a second, without what came before the first."""
        return self._rate.per_second()

    def advance(self, frame_index: int) -> None:
        self._rate.advance()
        self._bar.update(self._task, description=self._what, completed=self._rate.finished, rate=self._rate.text())


def open_steps() -> PlainSteps | BarSteps:
    """Return the display of a command that works through tasks of many steps."""
    return BarSteps() if sys.stderr.isatty() else PlainSteps()


class PlainSteps(_Lines):
    """A line every ten seconds."""

    def __init__(self) -> None:
        self._task, self._total, self._done = "", 0, 0
        self._told = time.monotonic()

    def start(self, task: str, total: int) -> None:
        self._task, self._total, self._done = task, total, 0

    def advance(self, steps: int) -> None:
        self._done += steps
        now = time.monotonic()
        if now - self._told >= _LINE_EVERY_S:
            self._told = now
            click.echo(f"{self._task}: {self._done}/{self._total}", err=True)


class BarSteps(_Bar):
    """A bar per task that is redrawn in place; it vanishes at the end."""

    def __init__(self) -> None:
        from rich.progress import TimeRemainingColumn

        super().__init__(TimeRemainingColumn())
        self._task: TaskID = self._bar.add_task("reading", total=None)

    def start(self, task: str, total: int) -> None:
        self._bar.reset(self._task, description=task, total=total)

    def advance(self, steps: int) -> None:
        self._bar.update(self._task, advance=steps)


def duration(seconds: float) -> str:
    """Return a span of time in words: `48 s`, `3 min 20 s`, `2 h 05 min`."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


def _pace(per_second: float) -> str:
    return f"{per_second:.2f} frames/s" if per_second >= _SLOW_PER_S else f"{1 / per_second:.1f} s/frame"


def report_summary(summary: Summary, page: str = "", *, per_second: float | None = None) -> None:
    """Say on stderr how a run ended.

    Args:
        summary: How it ended.
        page: File of the folder that shows what came of it; empty if none does.
        per_second: Frames a second after the first, which the starting isn't part of; None where that isn't known.
    """
    frames = counted(summary.frame_count, "frame")
    if summary.made == 0 and summary.seconds == 0.0:
        click.echo(f"{summary.folder} is finished already ({frames}): nothing to do", err=True)
        return
    made = "" if summary.made == summary.frame_count else f" ({summary.made} of them now)"
    taken = f" in {duration(summary.seconds)}" if summary.seconds >= _SHORTEST_S else ""
    rate = f", {_pace(per_second)} once started" if per_second is not None else ""
    click.echo(f"{frames}{made}{taken}{rate}: {summary.folder}", err=True)
    if page:
        click.echo(f"look at it in a browser: {summary.folder / page}", err=True)
