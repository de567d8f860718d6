"""Where a run's time went: by step, summed over its workers, with what is typical of a frame.

Steps follow one another in a worker, so their times add up; only `WRITE` runs in threads beside them. The other names
come with the frame, from the pipeline and the renderer. None of it goes into a dataset.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from dataclasses import dataclass, field

# A worker has nothing to do; its finished frame waits for a writer; encoding and writing; the rest of making a frame.
IDLE, WAITING, WRITE, OTHER = "idle", "waiting for writers", "encode and write", "other"
TIMING, STARTING, FINISHING = "timing frames", "start-up", "finishing"
# The order of frames' steps in a table; others, such as another renderer's, stand between.
_FIRST = ("stage", "update", "labels", "radiance", "denoise")
_LAST = ("sensor", "annotate", OTHER, WAITING, IDLE, WRITE)
# So many of a step's times are kept, evenly spread over the run; their median is as good as that of all.
_KEPT = 4096


@dataclass
class StepTimes:
    """One step's times in every frame [s]: their sum, and a bounded number of them for the median."""

    total_s: float = 0.0
    _kept: list[float] = field(default_factory=list)
    _stride: int = 1
    _count: int = 0

    def add(self, seconds: float) -> None:
        """Take one frame's time."""
        self.total_s += seconds
        if self._count % self._stride == 0:
            self._kept.append(seconds)
        self._count += 1
        if len(self._kept) > _KEPT:
            self._kept = self._kept[::2]
            self._stride *= 2

    @property
    def median_s(self) -> float:
        """The median over frames; 0 without any."""
        return statistics.median(self._kept) if self._kept else 0.0


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table.

    Attributes:
        name: Of the step.
        median_s: Of a frame; None for what isn't done for each frame.
        total_s: Summed over workers.
        share: Of the run's time, from 0 to 1; all rows but those beside add up to 1.
        beside: Whether it ran beside the other steps.
    """

    name: str
    median_s: float | None
    total_s: float
    share: float
    beside: bool = False


@dataclass
class Profile:
    """What one run's time was spent on.

    Attributes:
        workers: How many processes rendered at a time.
        frames: How many frames were made.
        timing_s: For choosing samples, with `--quality-for`.
        starting_s: Until the first frame was handed out, without that.
        rendering_s: From then until the last one was on disk.
        finishing_s: For annotation files, manifest and report.
        steps: By name.
    """

    workers: int = 1
    frames: int = 0
    timing_s: float = 0.0
    starting_s: float = 0.0
    rendering_s: float = 0.0
    finishing_s: float = 0.0
    steps: dict[str, StepTimes] = field(default_factory=dict)

    def add(self, seconds: Mapping[str, float]) -> None:
        """Take what one frame says of itself."""
        self.frames += 1
        for name, value in seconds.items():
            self.steps.setdefault(name, StepTimes()).add(value)

    @property
    def total_s(self) -> float:
        """How long the run took."""
        return self.timing_s + self.starting_s + self.rendering_s + self.finishing_s

    def rows(self) -> list[Row]:
        """Return the table's lines, in the order of the work."""
        whole = self.total_s or 1.0
        spent = sum(times.total_s for name, times in self.steps.items() if name != WRITE) or 1.0
        per_second = self.rendering_s / whole / spent
        between = [name for name in self.steps if name not in (*_FIRST, *_LAST)]
        timing = [Row(TIMING, None, self.timing_s, self.timing_s / whole)] if self.timing_s else []
        return [
            *timing,
            Row(STARTING, None, self.starting_s, self.starting_s / whole),
            *(
                Row(name, times.median_s, times.total_s, times.total_s * per_second, name == WRITE)
                for name in (*_FIRST, *between, *_LAST)
                if (times := self.steps.get(name)) is not None
            ),
            Row(FINISHING, None, self.finishing_s, self.finishing_s / whole),
        ]

    def limit(self) -> Row:
        """Return what took most of the run's time."""
        return max((row for row in self.rows() if not row.beside), key=lambda row: row.share)
