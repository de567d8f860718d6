"""How a run shows on stderr: a bar on a terminal, a line now and then anywhere else."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

import click

if TYPE_CHECKING:
    from rich.progress import Progress, ProgressColumn, TaskID

    from sdg.executor.reporting import Summary

_LINE_EVERY_S = 10.0


def open_progress(*, patience_s: float = 0.0) -> PlainProgress | BarProgress:
    """Return the display that suits where stderr goes; where it is lines, they begin after `patience_s` seconds."""
    return BarProgress() if sys.stderr.isatty() else PlainProgress(patience_s)


class _Rate:
    """Frames per second, and the time left, of the frames that this run makes."""

    def __init__(self) -> None:
        self.frame_count = 0
        self.finished = 0
        self.made = 0
        # Loading the renderer, which the first frame waits for, says nothing about the others.
        self._first_made = 0.0

    def start(self, frame_count: int, finished: int) -> None:
        self.frame_count = frame_count
        self.finished = finished

    def advance(self) -> None:
        if self.made == 0:
            self._first_made = time.monotonic()
        self.finished += 1
        self.made += 1

    def text(self) -> str:
        elapsed = time.monotonic() - self._first_made if self.made > 1 else 0.0
        if elapsed <= 0.0:
            return ""
        per_second = (self.made - 1) / elapsed
        return f"{per_second:.2f} frames/s, {duration((self.frame_count - self.finished) / per_second)} left"


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

    def __init__(self, patience_s: float = 0.0) -> None:
        self._rate = _Rate()
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
            click.echo(f"{finished} of {frame_count} frames are there already", err=True)

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

    def __init__(self) -> None:
        from rich.progress import TextColumn

        super().__init__(TextColumn("{task.fields[rate]}"))
        self._rate = _Rate()
        self._task: TaskID = self._bar.add_task("getting ready", total=None, rate="")

    def note(self, text: str) -> None:
        self._bar.console.print(text, markup=False, highlight=False, soft_wrap=True)

    def start(self, frame_count: int, finished: int, what: str = "frames") -> None:
        self._rate = _Rate()
        self._rate.start(frame_count, finished)
        self._bar.update(self._task, description=what, total=frame_count, completed=finished, rate="")

    def advance(self, frame_index: int) -> None:
        self._rate.advance()
        self._bar.update(self._task, completed=self._rate.finished, rate=self._rate.text())


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


def report_summary(summary: Summary, page: str = "") -> None:
    """Say on stderr how a run ended, and which file of the folder shows what came of it, if one does."""
    if summary.made == 0 and summary.seconds == 0.0:
        click.echo(f"{summary.folder} is finished already ({summary.frame_count} frames): nothing to do", err=True)
        return
    rate = f", {summary.made / summary.seconds:.2f} frames/s" if summary.made else ""
    made = "" if summary.made == summary.frame_count else f" ({summary.made} of them now)"
    taken = duration(summary.seconds)
    click.echo(f"{summary.frame_count} frames{made} in {taken}{rate}: {summary.folder}", err=True)
    if page:
        click.echo(f"look at it in a browser: {summary.folder / page}", err=True)
