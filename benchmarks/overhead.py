"""Time of everything but tracing the radiance rays, per frame: `python -m benchmarks.overhead [--objects 100]`.

That is sampling, staging, scene update, labels, denoiser, sensor, annotations, encoding and files,
one after another, although `sdg generate` hides encoding and files behind the next frame's rays.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import numpy as np

from benchmarks.scenes import WAREHOUSE
from sdg.pipeline import Pipeline
from sdg.recipe.load import load_recipe
from sdg.stage.categories import categories
from sdg.write.dataset import Dataset
from sdg.write.spec import DatasetSpec


def measure(quality: str, extra_objects: int, frame_count: int) -> dict[str, float]:
    """Print and return the median seconds of each step."""
    overrides = [f"render.quality={quality}", "render.spp=4"]  # what is measured does not depend on the samples
    if extra_objects:
        overrides.append(f"scene.objects.carton.count={extra_objects}")
        overrides.append("scene.objects.carton.place.scatter_2d.region_m=[-5, -11, 5, 11]")
    recipe = load_recipe(WAREHOUSE, overrides)
    steps: dict[str, list[float]] = defaultdict(list)
    things = 0
    with tempfile.TemporaryDirectory() as folder, Pipeline(recipe) as pipeline:
        dataset = Dataset(Path(folder), DatasetSpec.of_recipe(recipe, categories(recipe)))
        dataset.begin(recipe, pipeline.graph)
        for frame_index in range(frame_count + 2):
            started = time.perf_counter()
            frame = pipeline.frame(frame_index)
            made = time.perf_counter()
            dataset.add(frame)
            written = time.perf_counter()
            if frame_index >= 2:  # the first frames compile kernels
                for step, seconds in frame.seconds.items():
                    steps[step].append(seconds)
                steps["write"].append(written - made)
                steps["total"].append(written - started)
                steps["everything but radiance"].append(written - started - frame.seconds["radiance"])
                things = max(things, len(frame.objects))
    medians = {step: float(np.median(seconds)) for step, seconds in steps.items()}
    print(f"quality {quality}, up to {things} things, median of {frame_count} frames:")
    for step, seconds in medians.items():
        print(f"  {step:<24} {seconds:7.3f} s")
    return medians


def main() -> None:
    """Measure each quality, with the recipe's own objects and with many."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quality", nargs="+", default=["low", "medium", "high"])
    parser.add_argument("--objects", type=int, nargs="+", default=[0, 70], help="cartons on the floor")
    parser.add_argument("--frames", type=int, default=8)
    arguments = parser.parse_args()
    for quality in arguments.quality:
        for objects in arguments.objects:
            measure(quality, objects, arguments.frames)


if __name__ == "__main__":
    main()
