"""How many samples per pixel a frame's time allows: a few frames are timed at two or three counts.

A frame takes a fixed time (drawing, updating the scene, labels, denoiser, writing) and a time per sample. Both follow
from a line through the measured times, whose last count is near the one that is sought, so that little is extrapolated.
"""

from __future__ import annotations

import multiprocessing
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from types import TracebackType

from sdg.errors import RenderError
from sdg.executor.interrupt import interrupts_held
from sdg.executor.job import Failed, Job
from sdg.executor.probe import Answer, Timed, Trial, run_probe
from sdg.executor.processes import single_threaded_libraries
from sdg.foundation.exit_codes import cause_of_death
from sdg.write.dataset import Dataset
from sdg.write.spec import DatasetSpec

LEAST_SPP, MOST_SPP = 1, 4096
# So many frames are timed, and as many others made before, spread over the dataset.
TIMED_FRAMES = 4
_FIRST_SPP = 2
_SECOND_SPP = range(4, 65)
# A third count is timed where the one sought is so many times the second, and at most so many times as large.
_FARTHER, _FARTHEST = 1.25, 16
# How long a process that hung up gets to end.
_GRACE_S = 3.0
# A process is stuck that says nothing for so long, or for so many times what a frame may take, whichever is longer.
_PATIENCE_S, _PATIENCE_FRAMES = 1800.0, 100


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen.

    Attributes:
        spp: Samples per pixel.
        seconds: What a frame is expected to take on each worker [s].
        measured: Mean seconds of a frame by sample count.
    """

    spp: int
    seconds: float
    measured: dict[int, float]


def choose_samples(seconds: float, job: Job, spec: DatasetSpec, gpus: Sequence[str | None], frame_count: int) -> Choice:
    """Time frames in as many processes at once as the run will have, and return the samples that fit the time.

    Args:
        seconds: What a frame may take on each worker [s].
        job: Whose frames.
        spec: What is written of each.
        gpus: One entry per worker, see `LocalCrew`.
        frame_count: How many frames the dataset has.

    Raises:
        SdgError: Why no frame can be made.
    """
    warming, frames = spread(frame_count)
    patience_s = max(_PATIENCE_S, _PATIENCE_FRAMES * seconds)
    with ExitStack() as stack:
        scratch = stack.enter_context(tempfile.TemporaryDirectory(prefix="sdg-timing-"))
        probes = [
            stack.enter_context(_Process(job, Dataset(Path(scratch) / str(number), spec), gpu, patience_s))
            for number, gpu in enumerate(gpus)
        ]
        for probe in probes:
            probe.hear()

        def measure(spp: int, frames: tuple[int, ...] = frames) -> float:
            for probe in probes:
                probe.ask(Trial(spp, frames))
            return fmean([probe.seconds() for probe in probes])

        measure(_FIRST_SPP, warming)
        return choose(seconds, measure)


def spread(frame_count: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return frames to warm up with, and others to be timed, both spread over so many."""
    places = 2 * TIMED_FRAMES
    evenly = [index * frame_count // places for index in range(places)]
    return tuple(dict.fromkeys(evenly[::2])), tuple(dict.fromkeys(evenly[1::2]))


def choose(seconds: float, measure: Callable[[int], float]) -> Choice:
    """Return the samples that fit the time.

    Args:
        seconds: What a frame may take [s].
        measure: Gives the mean seconds of a frame with so many samples.
    """
    measured = {_FIRST_SPP: measure(_FIRST_SPP)}
    if measured[_FIRST_SPP] > seconds:
        measured[LEAST_SPP] = measure(LEAST_SPP)
        return Choice(LEAST_SPP, measured[LEAST_SPP], measured)
    # If all of the time were the samples', so many would fit; more do, and this count takes no longer than wanted.
    second = min(max(int(_FIRST_SPP * seconds / measured[_FIRST_SPP]), _SECOND_SPP.start), _SECOND_SPP.stop - 1)
    measured[second] = measure(second)
    spp = _fitting(seconds, measured)
    if spp > _FARTHER * second:
        third = min(spp, _FARTHEST * second)
        measured[third] = measure(third)
        spp = _fitting(seconds, measured)
    fixed, per_sample = fit(measured)
    return Choice(spp, fixed + per_sample * spp, measured)


def _fitting(seconds: float, measured: Mapping[int, float]) -> int:
    fixed, per_sample = fit(measured)
    most = (seconds - fixed) / per_sample if per_sample > 0 else MOST_SPP
    return int(min(max(most, LEAST_SPP), MOST_SPP))


def fit(measured: Mapping[int, float]) -> tuple[float, float]:
    """Return the fixed seconds of a frame and those per sample: least squares of relative errors."""
    weights = {spp: 1.0 / seconds**2 for spp, seconds in measured.items()}
    whole = sum(weights.values())
    spp_mean = sum(weight * spp for spp, weight in weights.items()) / whole
    seconds_mean = sum(weight * measured[spp] for spp, weight in weights.items()) / whole
    spread_spp = sum(weight * (spp - spp_mean) ** 2 for spp, weight in weights.items())
    together = sum(weight * (spp - spp_mean) * (measured[spp] - seconds_mean) for spp, weight in weights.items())
    per_sample = max(0.0, together / spread_spp)
    return seconds_mean - per_sample * spp_mean, per_sample


class _Process:
    """A probe at the other end of a pipe; a context manager, which ends it."""

    def __init__(self, job: Job, dataset: Dataset, gpu: str | None, patience_s: float) -> None:
        self._patience_s = patience_s
        self._connection, theirs = multiprocessing.Pipe()
        arguments = (theirs, job, dataset, gpu, os.getpid())
        self._process = multiprocessing.get_context("spawn").Process(
            target=run_probe, args=arguments, name="sdg-probe", daemon=True
        )
        # Ctrl-C must not strike the child before it knows what to do about it.
        with interrupts_held(), single_threaded_libraries():
            self._process.start()
        theirs.close()

    def ask(self, trial: Trial) -> None:
        with suppress(OSError):  # one that is dead is found out when it is to answer
            self._connection.send(trial)

    def seconds(self) -> float:
        answer = self.hear()
        assert isinstance(answer, Timed), answer
        return answer.seconds

    def hear(self) -> Answer:
        """Wait for an answer.

        Raises:
            SdgError: What the probe raised, or that it died or is stuck.
        """
        if not self._connection.poll(self._patience_s):
            raise RenderError(
                f"the renderer's process said nothing for {self._patience_s:.0f} s while frames were timed"
            )
        try:
            answer: Answer = self._connection.recv()
        except (EOFError, OSError):
            self._process.join(_GRACE_S)
            reason = cause_of_death(self._process.exitcode)
            hint = "`sdg doctor` tells what this machine lacks; fewer --workers need less memory"
            raise RenderError(f"the renderer's process {reason} while frames were timed", hint) from None
        if isinstance(answer, Failed):
            raise answer.error
        return answer

    def __enter__(self) -> _Process:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()
        self._process.kill()
        self._process.join()
        self._process.close()
