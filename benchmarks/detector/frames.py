"""The training frames: `python -m benchmarks.detector.frames DATA [--frames 2000] [--device cuda] [--seconds 400]`.

One dataset by `sdg generate` for each word, all at once, with as many processes each; they go on where they were
stopped. `realistic` and `aggressive` are `fixed.yaml` with that word for `randomize`.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import click

from benchmarks.detector.classes import RECIPES, WORDS
from benchmarks.detector.data import finished_frames


def command(word: str, folder: Path, frames: int, device: str, workers: int, overrides: tuple[str, ...]) -> list[str]:
    """Return how to make one of the datasets."""
    words = [] if word == "fixed" else [f"randomize={word}"]
    settings = [part for one in (*words, *overrides) for part in ("--set", one)]
    recipe = str(RECIPES / "fixed.yaml")
    run = [sys.executable, "-m", "sdg", "generate", recipe, "-n", str(frames), "-o", str(folder)]
    return [*run, "--device", device, "--workers", str(workers), *settings]


@click.command()
@click.argument("data", type=click.Path(path_type=Path))
@click.option("--words", default=",".join(WORDS), show_default=True)
@click.option("--frames", default=2000, show_default=True)
@click.option("--device", default="auto", show_default=True)
@click.option("--workers", default=1, show_default=True, help="Processes of each word.")
@click.option("--seconds", default=0.0, help="Stop after so long, with what is there then; 0 goes on to the end.")
@click.option("--set", "overrides", multiple=True, help="As of sdg generate.")
def main(
    data: Path, words: str, frames: int, device: str, workers: int, seconds: float, overrides: tuple[str, ...]
) -> None:
    """Make what DATA lacks."""
    data.mkdir(parents=True, exist_ok=True)
    started = time.perf_counter()
    runs = {}
    for word in words.split(","):
        if (data / word / "manifest.json").exists() and not (data / word / ".sdg").exists():
            continue
        log = (data / f"{word}.log").open("a")
        made = command(word, data / word, frames, device, workers, overrides)
        runs[word] = subprocess.Popen(made, stdout=log, stderr=subprocess.STDOUT)
    while any(one.poll() is None for one in runs.values()):
        if seconds and time.perf_counter() - started > seconds:
            for one in runs.values():
                one.send_signal(signal.SIGINT)
            break
        time.sleep(0.5)
    failed = [word for word, one in runs.items() if one.wait() != 0]
    spent = time.perf_counter() - started
    for word in words.split(","):
        print(
            f"{word}: {len(finished_frames(data / word))} frames after {spent:.0f} s{' (stopped)' * (word in failed)}"
        )


if __name__ == "__main__":
    main()
