"""Does a long run stay as quick and as small? `python -m benchmarks.long_run [--frames 1000]`, at 160x120.

Compares the last hundred frames with frames 100 to 200: seconds a frame, and resident memory of the worker.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.scenes import WAREHOUSE
from sdg.pipeline import Pipeline
from sdg.recipe.load import load_recipe
from sdg.stage.categories import categories
from sdg.write.dataset import Dataset
from sdg.write.spec import DatasetSpec


def resident_mib() -> float:
    """Return this process's resident memory [MiB] (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def main() -> None:
    """Make the frames in one process, without recycling it, and print the drift."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=1000)
    frame_count = parser.parse_args().frames
    overrides = ["cameras.0.resolution=[160, 120]", "cameras.0.lens.opencv_pinhole.fx=120", "render.quality=low"]
    recipe = load_recipe(WAREHOUSE, overrides)
    seconds, memory = np.zeros(frame_count), np.zeros(frame_count)
    with tempfile.TemporaryDirectory() as folder, Pipeline(recipe) as pipeline:
        dataset = Dataset(Path(folder), DatasetSpec.of_recipe(recipe, categories(recipe)))
        dataset.begin(recipe, pipeline.graph)
        for frame_index in range(frame_count):
            started = time.perf_counter()
            dataset.add(pipeline.frame(frame_index))
            seconds[frame_index] = time.perf_counter() - started
            memory[frame_index] = resident_mib()
    early, late = slice(100, 200), slice(frame_count - 100, frame_count)
    for name, values in (("seconds a frame", seconds), ("resident MiB", memory)):
        before, after = np.median(values[early]), np.median(values[late])
        print(f"{name}: frames 100-200 {before:.3f}, last hundred {after:.3f}, drift {after / before - 1:+.2%}")


if __name__ == "__main__":
    main()
