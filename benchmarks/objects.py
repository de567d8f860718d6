"""What many objects cost: `python -m benchmarks.objects [--device cuda] [--chart docs/images/objects.svg]`.

Cartons, drums and cones lie on the floor of one hall of 30 m, 10 to 1,000 of them, drawn anew in each frame; lamps,
camera, resolution (640x480) and quality (`medium`) stay. Seconds of each step are medians over frames, from sampling
to files, one after another. All counts share one persistent scene; after the first frames of the first count, a kernel
that Dr.Jit compiles is counted: `new` ones it met for the first time in the process, `compiled` ones were not on the
disk either.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any, Literal

import numpy as np

from benchmarks.chart import Line, line_chart
from sdg.pipeline import Pipeline
from sdg.recipe.load import load_recipe
from sdg.recipe.model import Recipe
from sdg.stage.categories import categories
from sdg.write.dataset import Dataset
from sdg.write.spec import DatasetSpec

COUNTS = (10, 30, 100, 300, 1000)
_WARM_UP = 2
_STEPS = ("stage", "update", "labels", "radiance", "denoise", "annotate", "write", "total")
_KINDS = {"carton_small": 0.4, "carton_large": 0.3, "drum": 0.2, "traffic_cone": 0.1}


def recipe_with(count: int, quality: str, resolution: tuple[int, int], folder: Path) -> Recipe:
    """Write and read the recipe of so many objects."""
    width, height = resolution
    objects: list[dict[str, Any]] = [
        {
            "name": kind,
            "asset": kind,
            "count": round(share * count),
            "place": {"scatter_2d": {"surface": "floor", "region_m": [-13, -13, 13, 13]}},
            "yaw_deg": {"uniform": [0, 360]},
        }
        for kind, share in _KINDS.items()
    ]
    tree = {
        "sdg": 1,
        "name": "objects",
        "seed": 1,
        "frames": 1000,
        "scene": {"environment": {"asset": "warehouse_hall", "size_m": [30, 30, 6]}, "objects": objects},
        "lighting": [{"rect": {"name": "lamp", "grid": [4, 4], "size_m": [1.2, 0.4], "intensity": 20000}}],
        "cameras": [
            {
                "name": "eye",
                "resolution": [width, height],
                "clip_m": [0.1, 60],
                "lens": {"pinhole": {"fx": 0.75 * width}},
                "pose": {"look_at": {"eye_m": [-12, -14, 4.5], "target": [0, 0, 0]}},
            }
        ],
        "render": {"quality": quality},
    }
    path = folder / f"objects_{count}.yaml"
    path.write_text(json.dumps(tree))
    return load_recipe(path)


def kernels() -> tuple[int, int]:
    """Return how many kernels were new to the process since the last call, and how many of those were compiled."""
    import drjit as dr

    launched = [one for one in dr.kernel_history() if one["type"] == dr.KernelType.JIT]
    new = {one["hash"]: one for one in launched if not one["cache_hit"]}
    return len(new), sum(not one["cache_disk"] for one in new.values())


def seconds_of(pipeline: Pipeline, folder: Path, frames: range) -> tuple[dict[str, float], int, int]:
    """Return the median seconds of each step of some frames, the number of things, and of triangles."""
    recipe = pipeline.recipe
    dataset = Dataset(folder, DatasetSpec.of_recipe(recipe, categories(recipe)))
    dataset.begin(recipe, pipeline.graph)
    steps: dict[str, list[float]] = defaultdict(list)
    things = triangles = 0
    for frame_index in frames:
        started = time.perf_counter()
        stage = pipeline.stage(frame_index)
        staged = time.perf_counter()
        frame = pipeline.photograph(stage)
        made = time.perf_counter()
        dataset.add(frame)
        ended = time.perf_counter()
        for step, seconds in frame.seconds.items():
            steps[step].append(seconds)
        for step, seconds in (("stage", staged - started), ("write", ended - made), ("total", ended - started)):
            steps[step].append(seconds)
        things = sum(body.is_thing for body in stage.bodies)
        triangles = sum(len(part.mesh.faces) for body in stage.bodies for part in body.parts)
    return {step: float(np.median(steps[step])) for step in _STEPS}, things, triangles


def measure(
    counts: list[int],
    quality: str,
    resolution: tuple[int, int],
    frame_count: int,
    device: Literal["auto", "cpu", "cuda"],
) -> list[dict[str, float]]:
    """Print a table and return the seconds of each count."""
    print(f"| objects | triangles | {' | '.join(_STEPS)} | against {counts[0]} | kernels new, compiled |")
    print("|" + "---|" * (len(_STEPS) + 4))
    rows: list[dict[str, float]] = []
    pipeline: Pipeline | None = None
    with tempfile.TemporaryDirectory() as name:
        for count in counts:
            recipe = recipe_with(count, quality, resolution, Path(name))
            pipeline = Pipeline(recipe, device=device, predecessor=pipeline)
            folder = Path(name) / str(count)
            if not rows:
                import drjit as dr

                dr.set_flag(dr.JitFlag.KernelHistory, True)
                seconds_of(pipeline, folder, range(_WARM_UP))
                dr.kernel_history_clear()
            else:  # the first frame of a count asks for larger blocks of memory
                seconds_of(pipeline, folder, range(1))
            seconds, things, triangles = seconds_of(pipeline, folder, range(_WARM_UP, _WARM_UP + frame_count))
            new, compiled = kernels()
            rows.append({"objects": things, **seconds})
            shown = " | ".join(f"{seconds[step]:.3f}" for step in _STEPS)
            ratio = seconds["total"] / rows[0]["total"]
            print(f"| {things} | {triangles:,} | {shown} | {ratio:.2f} | {new}, {compiled} |", flush=True)
        assert pipeline is not None
        pipeline.close()
    return rows


def chart(rows: list[dict[str, float]]) -> str:
    """Return the curve as SVG: the whole frame, and what it is made of."""
    objects = [row["objects"] for row in rows]
    groups = {
        "whole frame": ("total",),
        "rays": ("radiance",),
        "drawing and placing": ("stage",),
        "update and labels": ("update", "labels"),
        "annotations and files": ("annotate", "write"),
    }
    lines = [Line(name, objects, [sum(row[step] for step in steps) for row in rows]) for name, steps in groups.items()]
    return line_chart(lines, "objects in the world", "seconds a frame")


def main() -> None:
    """Measure each count."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--counts", type=int, nargs="+", default=list(COUNTS))
    parser.add_argument("--quality", default="medium")
    parser.add_argument("--resolution", type=int, nargs=2, default=(640, 480))
    parser.add_argument("--frames", type=int, default=7)
    parser.add_argument("--device", choices=["auto", "cpu", "cuda"], default="auto")
    parser.add_argument("--chart", type=Path, help="write the curve there, as SVG")
    arguments = parser.parse_args()
    width, height = arguments.resolution
    rows = measure(arguments.counts, arguments.quality, (width, height), arguments.frames, arguments.device)
    if arguments.chart is not None:
        arguments.chart.write_text(chart(rows), encoding="utf-8")


if __name__ == "__main__":
    main()
