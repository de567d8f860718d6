"""Frames a second on GPUs, of the warehouse: `python -m benchmarks.gpu [--parts rate files same scale] [--gpus 4]`.

rate   `sdg generate` against the renderer alone on stages prepared beforehand, both in as many processes and with as
       many threads, in turns; `medium`, 640x480 and 1280x720.
files  `sdg generate` at `low` (relMSE at most 0.01 by `benchmarks.quality`) with every file that a recipe asks for by
       itself.
same   The same recipe twice, and by one process and by two: are all bytes equal?
scale  `sdg generate` on the first GPU alone and on `--gpus` of them, chosen by CUDA_VISIBLE_DEVICES, in turns.

A rate is that of a run under way: of a dataset, from the frame at which every process has made two to the last, by the
times at which the frames' records appeared; of the renderer alone, after two frames. Start-up is left out of both.
With `--device cpu` and small numbers it runs anywhere.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

from benchmarks.sameness import compare, tree
from benchmarks.scenes import WAREHOUSE
from sdg.foundation.cores import core_count
from sdg.graph.build import build_graph
from sdg.graph.sample import sample_frame
from sdg.pipeline import open_renderer
from sdg.recipe.load import load_recipe
from sdg.render.api import Device
from sdg.stage.build import build_stage
from sdg.stage.model import Stage

_WARM_UP = 2


@dataclass(frozen=True)
class Run:
    """How frames are made.

    Attributes:
        frames: How many.
        workers: Processes.
        device: `cuda`, `cpu` or `auto`.
        quality: Of the recipe.
        resolution: (width, height) [px].
        gpus: As CUDA_VISIBLE_DEVICES has them; None leaves it alone.
    """

    frames: int
    workers: int
    device: Device
    quality: str
    resolution: tuple[int, int]
    gpus: str | None = None

    @property
    def overrides(self) -> list[str]:
        width, height = self.resolution
        return [
            f"cameras.0.resolution=[{width}, {height}]",
            f"cameras.0.lens.opencv_pinhole.fx={0.75 * width}",
            f"render.quality={self.quality}",
        ]

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, **({} if self.gpus is None else {"CUDA_VISIBLE_DEVICES": self.gpus})}

    def generate(self, folder: Path) -> None:
        """Run `sdg generate` to its end."""
        settings = [part for override in self.overrides for part in ("--set", override)]
        counts = ["-n", str(self.frames), "--workers", str(self.workers), "--device", self.device]
        command = [sys.executable, "-m", "sdg", "generate", str(WAREHOUSE), "-o", str(folder), *counts, *settings]
        subprocess.run(command, check=True, capture_output=True, env=self.environment)

    def name(self) -> str:
        width, height = self.resolution
        return f"{width}x{height}, {self.quality}, {self.workers} processes, {self.frames} frames"


def generate_rate(run: Run) -> float:
    """Return the frames a second of `sdg generate`."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "dataset"
        run.generate(folder)
        ended = sorted(path.stat().st_mtime for path in (folder / "frames").glob("*.json"))
    begun = min(_WARM_UP * run.workers, len(ended) - 2)
    return (len(ended) - 1 - begun) / (ended[-1] - ended[begun])


def renderer_rate(run: Run) -> float:
    """Return the frames a second of the renderer on prepared stages, in processes that start together."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "benchmarks.gpu", "--alone", str(index), *_arguments(run)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=run.environment,
        )
        for index in range(run.workers)
    ]
    try:
        for process in processes:
            assert process.stdout is not None
            if process.stdout.readline() != "ready\n":
                raise RuntimeError(f"the renderer alone ended with status {process.wait()}")
        started = time.perf_counter()
        for process in processes:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        for process in processes:
            assert process.stdout is not None
            process.stdout.readline()
        return run.frames / (time.perf_counter() - started)
    finally:
        for process in processes:
            process.terminate()
            process.wait()


def _arguments(run: Run) -> list[str]:
    width, height = run.resolution
    return [
        *("--frames", str(run.frames), "--workers", str(run.workers), "--device", run.device),
        *("--quality", run.quality, "--resolution", str(width), str(height)),
    ]


def render_alone(run: Run, index: int) -> None:
    """Prepare this process's share of the stages, wait for the word, and render them."""
    recipe = load_recipe(WAREHOUSE, run.overrides)
    renderer = open_renderer(recipe, device=run.device, threads=max(1, core_count() // run.workers))
    graph = build_graph(recipe)

    def stage(frame_index: int) -> Stage:
        return build_stage(sample_frame(recipe, graph, frame_index), recipe)

    stages = [stage(frame) for frame in range(index, run.frames, run.workers)]
    for frame in range(run.frames, run.frames + _WARM_UP):
        renderer.render(stage(frame))
    print("ready", flush=True)
    sys.stdin.readline()
    for prepared in stages:
        renderer.render(prepared)
    print("done", flush=True)
    renderer.close()


def in_turns(first: Callable[[], float], second: Callable[[], float], rounds: int) -> tuple[list[float], list[float]]:
    """Return what both give, one after the other, several times."""
    pairs = [(first(), second()) for _ in range(rounds)]
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def spread(values: list[float], digits: int = 2) -> str:
    """Return the median, with the least and the most."""
    return f"{median(values):.{digits}f} ({min(values):.{digits}f} to {max(values):.{digits}f})"


def measure_rate(run: Run, rounds: int) -> None:
    """Print how much of the renderer's pace `sdg generate` keeps."""
    generate_rate(replace(run, frames=(_WARM_UP + 1) * run.workers))  # compiles
    whole, alone = in_turns(lambda: generate_rate(run), lambda: renderer_rate(run), rounds)
    shares = [one / other for one, other in zip(whole, alone, strict=True)]
    print(
        f"rate, {run.name()}: generate {spread(whole)} frames/s, renderer alone {spread(alone)}, "
        f"share {spread(shares, 3)}",
        flush=True,
    )


def measure_files(run: Run, rounds: int) -> None:
    """Print how fast a dataset with every default file is made."""
    generate_rate(replace(run, frames=(_WARM_UP + 1) * run.workers))
    print(f"files, {run.name()}: {spread([generate_rate(run) for _ in range(rounds)])} frames/s", flush=True)


def measure_sameness(run: Run) -> None:
    """Print whether a recipe gives the same bytes again, and by other numbers of processes."""
    with tempfile.TemporaryDirectory() as name:
        base = Path(name)
        for folder, workers in (("once", 1), ("again", 1), ("two processes", 2)):
            replace(run, workers=workers).generate(base / folder)
        reference = tree(base / "once")
        for folder in ("again", "two processes"):
            compare(f"same, {run.resolution[0]}x{run.resolution[1]}, {folder}", base / folder, reference)


def measure_scale(run: Run, gpus: int, rounds: int) -> None:
    """Print how much faster several GPUs are than the first alone; each has as many processes and frames."""
    one = replace(run, gpus="0")
    several = replace(
        run, gpus=",".join(str(index) for index in range(gpus)), workers=gpus * run.workers, frames=gpus * run.frames
    )
    generate_rate(replace(one, frames=(_WARM_UP + 1) * one.workers))
    single, together = in_turns(lambda: generate_rate(one), lambda: generate_rate(several), rounds)
    ratios = [more / less for less, more in zip(single, together, strict=True)]
    print(
        f"scale, {run.name()} on each GPU: 1 GPU {spread(single)} frames/s, {gpus} GPUs {spread(together)}, "
        f"ratio {spread(ratios)}",
        flush=True,
    )


def main() -> None:
    """Measure the parts asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--parts", nargs="+", choices=["rate", "files", "same", "scale"], default=["rate", "files", "same"]
    )
    parser.add_argument("--device", choices=["auto", "cpu", "cuda"], default="cuda")
    parser.add_argument("--frames", type=int, default=96, help="of each run; on each GPU, of scale")
    parser.add_argument("--workers", type=int, default=4, help="processes; on each GPU, of scale")
    parser.add_argument("--gpus", type=int, default=4, help="of scale")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--resolution", type=int, nargs=2, help="instead of 640x480 and 1280x720")
    parser.add_argument("--quality", help="instead of medium, and of low for files")
    parser.add_argument("--alone", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    sizes = [(640, 480), (1280, 720)] if given.resolution is None else [(given.resolution[0], given.resolution[1])]
    run = Run(given.frames, given.workers, given.device, given.quality or "medium", sizes[0])
    if given.alone is not None:
        render_alone(run, given.alone)
        return
    for part in given.parts:
        if part == "rate":
            for size in sizes:
                measure_rate(replace(run, resolution=size), given.rounds)
        elif part == "files":
            measure_files(replace(run, quality=given.quality or "low"), given.rounds)
        elif part == "same":
            measure_sameness(replace(run, frames=min(run.frames, 24)))
        else:
            measure_scale(run, given.gpus, given.rounds)


if __name__ == "__main__":
    main()
