"""A process that times frames: like a worker, but frames go to a scratch folder, and only their time is told.

Frames are made and written as in a run, the writing beside the next frame. What a frame takes the first time (a new
form of a thing has to be built) and not again is counted once for each count of samples, as each frame of a run is new.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import TypeAlias

from sdg.errors import RecipeError, RenderError
from sdg.executor.job import Failed, FrameSource, Job, Ready
from sdg.executor.worker import WRITERS, leave_with_parent, open_source, portable_error
from sdg.write.dataset import Dataset

# The steps that find things prepared when a frame is made again.
_PREPARING = ("stage", "update")


@dataclass(frozen=True, slots=True)
class Trial:
    """An order: make these frames with so many samples per pixel, after one that doesn't count."""

    spp: int
    frames: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Timed:
    """The answer: mean seconds of a frame."""

    seconds: float


Answer: TypeAlias = Ready | Timed | Failed


def run_probe(connection: Connection, job: Job, dataset: Dataset, gpu: str | None, parent_pid: int) -> None:
    """Time frames until the parent hangs up; the target of a spawned process, whose end is `os._exit`."""
    leave_with_parent(parent_pid)
    if gpu is not None:
        os.environ["CUDA_VISIBLE_DEVICES"] = gpu
    try:
        probe = _Probe(open_source(job), dataset)
        connection.send(Ready())
        while True:
            trial: Trial = connection.recv()
            connection.send(Timed(probe.run(trial)))
    except (EOFError, OSError):
        pass  # the parent has heard enough
    except BaseException as error:  # while setting up, a failing import may raise anything
        connection.send(Failed(None, portable_error(error)))
    # The interpreter's own end would unload native libraries in no particular order.
    os._exit(0)


@dataclass
class _Probe:
    source: FrameSource
    dataset: Dataset
    prepared: dict[int, float] = field(default_factory=dict)

    def run(self, trial: Trial) -> float:
        """Return the mean seconds of a frame.

        Raises:
            RenderError, RecipeError: None of the frames can be made; one that can't be is left out.
        """
        self._make(trial.frames[:1], trial.spp)  # compiles
        began = time.perf_counter()
        made, saved, errors = self._make(trial.frames, trial.spp)
        if not made:
            raise errors[0]
        return (time.perf_counter() - began + saved) / made

    def _make(self, frames: Sequence[int], spp: int) -> tuple[int, float, list[Exception]]:
        """Return how many frames could be made, what they would have taken longer if new [s], and why others failed."""
        saved = 0.0
        errors: list[Exception] = []
        with ThreadPoolExecutor(WRITERS) as writers:
            pending = []
            for frame_index in frames:
                try:
                    frame = self.source.frame(frame_index, spp=spp)
                except (RenderError, RecipeError) as error:
                    errors.append(error)
                    continue
                preparing = sum(frame.seconds.get(step, 0.0) for step in _PREPARING)
                saved += self.prepared.setdefault(frame_index, preparing) - preparing
                pending.append(writers.submit(self.dataset.add, frame))
            for done in pending:
                done.result()
        return len(pending), max(0.0, saved), errors
