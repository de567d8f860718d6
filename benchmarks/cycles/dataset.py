"""A dataset, recipe to COCO, by `sdg generate` and by a script on Blender: `python -m benchmarks.cycles.dataset -o F`.

Ours is the command as a user types it, with every file that a recipe asks for by itself: rgb, depth, instance, semantic
and panoptic pictures, boxes, cuboids, a record of each frame with digests, COCO, calibration, manifest and report.
Theirs is `blender_dataset.py`: the same worlds, drawn and written beforehand, so that its sampling and placing cost
nothing; fewer files; persistent data; files written by a thread. Both start from nothing, load, and end with the last
file; our kernels are in the cache. Sample counts are arguments: those at which both have the same error, by `race`.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path
from statistics import median

import click

from benchmarks.cycles.engine import CyclesSettings, bpy_python
from benchmarks.cycles.race import parse_resolution
from benchmarks.cycles.scene_file import write_scene
from sdg.graph.build import build_graph
from sdg.graph.sample import sample_frame
from sdg.recipe.load import load_recipe
from sdg.recipe.model import Recipe
from sdg.render.mitsuba.backend import start_backend
from sdg.stage.build import build_stage
from sdg.stage.categories import categories
from sdg.stage.quality import render_settings

_SCRIPT = Path(__file__).with_name("blender_dataset.py")


def write_worlds(recipe: Recipe, frames: int, folder: Path) -> None:
    """Write the first frames' worlds, with what each body is labelled; those that are there stay."""
    folder.mkdir(parents=True, exist_ok=True)
    start_backend("cpu", None)  # a clear sky's colours are the renderer's
    graph = build_graph(recipe)
    for index in range(frames):
        labels = folder / f"{index:06d}.labels.json"
        if labels.exists():
            continue
        stage = build_stage(sample_frame(recipe, graph, index), recipe)
        write_scene(stage, folder / f"{index:06d}.json", folder / "store")
        content = {
            "instance_ids": [0, *(body.instance_id for body in stage.bodies)],
            "category_ids": [0, *(body.category_id for body in stage.bodies)],
        }
        labels.write_text(json.dumps(content))
    names = [{"id": one.id, "name": one.name} for one in categories(recipe) if one.is_thing]
    (folder / "categories.json").write_text(json.dumps(names))


def run_ours(path: Path, overrides: list[str], frames: int, output: Path) -> float:
    """Return how long `sdg generate` takes [s]."""
    shutil.rmtree(output, ignore_errors=True)
    settings = [part for one in overrides for part in ("--set", one)]
    command = [sys.executable, "-m", "sdg", "generate", str(path), "-n", str(frames), "-o", str(output), *settings]
    started = time.perf_counter()
    subprocess.run([*command, "--device", "cpu"], check=True, capture_output=True)
    return time.perf_counter() - started


def run_theirs(worlds: Path, output: Path, settings: dict[str, object]) -> tuple[float, dict[str, float]]:
    """Return how long the script on Blender takes, and where that goes [s]."""
    shutil.rmtree(output, ignore_errors=True)
    command = [bpy_python(), str(_SCRIPT), str(worlds), str(output), json.dumps(settings)]
    started = time.perf_counter()
    # What our own environment says of paths is not meant for another Python.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment)
    seconds = time.perf_counter() - started
    (answer,) = (line for line in done.stdout.splitlines() if line.startswith("@@"))
    return seconds, json.loads(answer[2:])


@click.command()
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="Folder for worlds and datasets.")
@click.option("--recipe", "name", default="warehouse", help="Name of a shipped recipe.")
@click.option("-n", "--frames", default=200)
@click.option("--resolution", default="640x480")
@click.option("--ours-spp", default=12)
@click.option("--cycles-spp", default=32, help="With a threshold, the most.")
@click.option("--raw", is_flag=True, help="Neither denoises.")
@click.option("--light-tree/--no-light-tree", default=True)
@click.option("--static-bvh", is_flag=True)
@click.option("--pattern", default="TABULATED_SOBOL")
@click.option("--threshold", default=0.0, help="Of Cycles' adaptive sampling; 0 is none.")
@click.option("--white", default=1.0, help="Luminance that counts as white for the threshold [nits].")
@click.option("--rounds", default=1)
def main(
    output: Path,
    name: str,
    frames: int,
    resolution: str,
    ours_spp: int,
    cycles_spp: int,
    raw: bool,
    light_tree: bool,
    static_bvh: bool,
    pattern: str,
    threshold: float,
    white: float,
    rounds: int,
) -> None:
    """Make both datasets in turns and print their times."""
    width, height = parse_resolution(resolution)
    overrides = [f"cameras.0.resolution=[{width}, {height}]", f"render.spp={ours_spp}"]
    overrides.append(f"render.denoise={str(not raw).lower()}")
    if name == "warehouse":
        overrides.append(f"cameras.0.lens={{pinhole: {{fx: {0.75 * width}}}}}")
    path = Path(f"recipes/{name}.yaml")
    recipe = load_recipe(path, overrides)
    worlds = output / f"worlds_{name}_{resolution}"
    write_worlds(recipe, frames, worlds)
    cycles = CyclesSettings(
        spp=cycles_spp,
        denoise=not raw,
        denoiser_quality="FAST",
        light_tree=light_tree,
        adaptive_threshold=threshold,
        adaptive_least=0 if raw else 4,
        static_bvh=static_bvh,
        pattern=pattern,
        exposure=1 / white,
    )
    settings = {**asdict(cycles), "max_depth": render_settings(recipe.specimen).max_depth, "frames": frames}
    run_ours(path, overrides, 2, output / "warm_up")
    pairs = []
    for _ in range(rounds):
        ours = run_ours(path, overrides, frames, output / "ours")
        print(f"ours: {ours:.1f} s, {ours / frames:.3f} s a frame", flush=True)
        theirs, spent = run_theirs(worlds, output / "cycles", settings)
        shown = ", ".join(f"{step} {seconds:.1f}" for step, seconds in spent.items())
        print(f"script on Blender: {theirs:.1f} s, {theirs / frames:.3f} s a frame ({shown})", flush=True)
        pairs.append((ours, theirs))
    ratios = [theirs / ours for ours, theirs in pairs]
    print(
        f"{name} {resolution}, {frames} frames, {ours_spp} spp against {cycles_spp} spp: ratio {median(ratios):.2f} "
        f"({min(ratios):.2f} to {max(ratios):.2f}); the script writes fewer files and draws nothing"
    )


if __name__ == "__main__":
    main()
