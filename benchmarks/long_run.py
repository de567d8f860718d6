"""Does a long run stay as quick and as small? `python -m benchmarks.long_run [--frames 10000] [--resolution 128 96]`.

Makes and writes frames of the warehouse at `quality: low` in one process that is never recycled, and compares the last
tenth of them with the second: seconds and core seconds a frame, resident memory. A line a tenth goes to stdout; every
hundred frames go to `--log`, as tab-separated columns, so that a run that is stopped has told what it saw.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import numpy as np

from benchmarks.scenes import WAREHOUSE
from sdg.executor.worker import resident_bytes
from sdg.pipeline import Pipeline
from sdg.recipe.load import load_recipe
from sdg.stage.categories import categories
from sdg.write.dataset import Dataset
from sdg.write.spec import DatasetSpec

_LOGGED = 100
# What is wanted of the last tenth against the second.
_TIME_WITHIN, _MEMORY_WITHIN = 0.05, 0.02


@dataclass(frozen=True)
class Sample:
    """A stretch of frames: medians of time and memory a frame, mean core time, and most memory."""

    frames: int
    seconds: float
    core_seconds: float
    resident_mib: float
    most_resident_mib: float


class Series:
    """What each frame took."""

    def __init__(self, frame_count: int) -> None:
        self._seconds, self._core, self._memory = np.zeros((3, frame_count))

    def measure(self, frame_index: int, make: Callable[[], None]) -> None:
        """Make a frame, and keep what it took."""
        started, core = time.perf_counter(), time.process_time()
        make()
        self._seconds[frame_index] = time.perf_counter() - started
        self._core[frame_index] = time.process_time() - core
        self._memory[frame_index] = resident_bytes() / 2**20

    def over(self, first: int, stop: int) -> Sample:
        """Return what a stretch of frames took."""
        part = slice(first, stop)
        seconds, core, memory = self._seconds[part], self._core[part], self._memory[part]
        medians = float(np.median(seconds)), float(core.mean()), float(np.median(memory))
        return Sample(stop - first, *medians, float(memory.max()))


def run(frame_count: int, resolution: tuple[int, int], folder: Path, log: Path | None) -> Series:
    """Make the frames, and tell now and then."""
    width, height = resolution
    overrides = [
        f"frames={frame_count}",
        f"cameras.0.resolution=[{width}, {height}]",
        f"cameras.0.lens.opencv_pinhole.fx={0.75 * width}",
        "render.quality=low",
    ]
    recipe = load_recipe(WAREHOUSE, overrides)
    series = Series(frame_count)
    tenth = max(1, frame_count // 10)
    with ExitStack() as stack:
        lines = None
        if log is not None:
            lines = stack.enter_context(log.open("w", encoding="utf-8", buffering=1))
            print("first", *(field.name for field in fields(Sample)), sep="\t", file=lines)
        pipeline = stack.enter_context(Pipeline(recipe))
        dataset = Dataset(folder, DatasetSpec.of_recipe(recipe, categories(recipe)))
        dataset.begin(recipe, pipeline.graph)
        for frame_index in range(frame_count):
            series.measure(frame_index, lambda index=frame_index: dataset.add(pipeline.frame(index)))  # type: ignore[misc]
            done = frame_index + 1
            if lines is not None and (done % _LOGGED == 0 or done == frame_count):
                first = frame_index // _LOGGED * _LOGGED
                values = (f"{value:.6g}" for value in astuple(series.over(first, done)))
                print(first, *values, sep="\t", file=lines)
            if done % tenth == 0:
                print(_line(f"frames {done - tenth} to {frame_index}", series.over(done - tenth, done)), flush=True)
    return series


def _line(name: str, sample: Sample) -> str:
    return (
        f"{name}: {sample.seconds:.3f} s a frame, {sample.core_seconds:.3f} core s, "
        f"{sample.resident_mib:.0f} MiB, {sample.most_resident_mib:.0f} MiB at most"
    )


def compare(second: Sample, last: Sample) -> list[str]:
    """Return how the last tenth of a run differs from the second, in lines, with what is wanted."""
    rows = [
        ("time of a frame", second.seconds, last.seconds, _TIME_WITHIN),
        ("core time of a frame", second.core_seconds, last.core_seconds, _TIME_WITHIN),
        ("memory", second.resident_mib, last.resident_mib, _MEMORY_WITHIN),
    ]
    return [
        f"{name}: second tenth {before:.4g}, last {after:.4g}: {after / before - 1:+.2%}, wanted within {within:.0%}"
        for name, before, after, within in rows
    ]


def main() -> None:
    """Make the frames, and print how the last tenth differs from the second."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=1000, help="at least 20")
    parser.add_argument("--resolution", type=int, nargs=2, default=(128, 96), metavar=("WIDTH", "HEIGHT"))
    parser.add_argument("--log", type=Path, help="a file for one line every hundred frames")
    parser.add_argument(
        "--folder", type=Path, help="where frames are written, and deleted at the end [default: TMPDIR]"
    )
    asked = parser.parse_args()
    if asked.frames < 20:
        parser.error("a tenth of fewer than 20 frames says nothing")
    print(f"process {os.getpid()}, {asked.frames} frames at {asked.resolution[0]}x{asked.resolution[1]}", flush=True)
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
        series = run(asked.frames, tuple(asked.resolution), Path(folder), asked.log)
    tenth = asked.frames // 10
    for line in compare(series.over(tenth, 2 * tenth), series.over(asked.frames - tenth, asked.frames)):
        print(line)


if __name__ == "__main__":
    main()
