"""Are a recipe's promises about its cameras kept? `python -m benchmarks.guarantees RECIPE [-n FRAMES]`.

Every camera with `require` is held against the labels of the embedded tracer, which shares nothing with the search for
poses but the triangles and the lens: visibility and size in pixels from its ids, the clearance from the nearest point
of any triangle by trimesh, and the share in view from projected vertices. Frames without the target say nothing.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from sdg.errors import RecipeError
from sdg.foundation.arrays import FloatArray
from sdg.foundation.transforms import invert_rigid, transform_points
from sdg.graph.build import build_graph
from sdg.graph.frame_sample import FrameSample
from sdg.graph.sample import sample_frame
from sdg.recipe.load import load_recipe
from sdg.recipe.model import CameraBlock, Recipe
from sdg.render.api import ViewTruth
from sdg.render.mitsuba import create_renderer
from sdg.stage.build import build_stage
from sdg.stage.model import Body, Camera, Stage
from sdg.stage.plan import build_plan

# What a promise may be missed by, for float32 rays that graze an edge [pixels, metres].
EDGE_PX = 1
ROUNDING_M = 1e-5


@dataclass
class Tally:
    """What one promise came to: how often it was looked at, how often broken, and by how little it was kept."""

    views: int = 0
    broken: list[str] = field(default_factory=list)
    least: float = float("inf")

    def add(self, where: str, asked: float, found: float, slack: float) -> None:
        self.views += 1
        self.least = min(self.least, found - asked)
        if found < asked - slack:
            self.broken.append(f"{where}: {found:.6g} where {asked:.6g} is promised")


def judge(recipe: Recipe, frames: range) -> tuple[dict[str, Tally], list[str]]:
    """Return what became of each promise, by its key, and the frames that could not be made."""
    graph = build_graph(recipe)
    tallies: dict[str, Tally] = {}
    refused = []
    with contextlib.closing(create_renderer(build_plan(recipe, graph))) as tracer:
        for index in frames:
            sample = sample_frame(recipe, graph, index)
            try:
                stage = build_stage(sample, recipe)
            except RecipeError as error:
                refused.append(str(error).splitlines()[0])
                continue
            truths = tracer.truth(stage)
            for camera, block, target in _promised(sample, stage):
                where = f"frame {index}, {camera.name}, {target.name if target else 'no target'}"
                for key, asked, found, slack in _measured(stage, camera, block, target, truths[camera.name]):
                    tallies.setdefault(f"{camera.name}: {key}", Tally()).add(where, asked, found, slack)
    return tallies, refused


def _promised(sample: FrameSample, stage: Stage) -> Iterator[tuple[Camera, CameraBlock, Body | None]]:
    """Yield the cameras that promise something, and what they look at."""
    bodies = {body.name: body for body in stage.bodies}
    blocks = {camera.name: camera.block for camera in sample.cameras}
    for camera in stage.cameras:
        block = blocks[camera.name]
        if block.require is not None and block.pose is not None:
            kind = "orbit" if block.pose.orbit is not None else "look_at"
            pose = block.pose.orbit or block.pose.look_at
            drawn = stage.drawn.get(f"cameras.{camera.name}.pose.{kind}.target:instance")
            name = str(drawn or (pose.target if pose is not None else ""))
            yield camera, block, bodies.get(name)


def _measured(
    stage: Stage, camera: Camera, block: CameraBlock, target: Body | None, truth: ViewTruth
) -> Iterator[tuple[str, float, float, float]]:
    """Yield for each promise its key, what is asked, what is found, and by how much it may be missed."""
    require = block.require
    assert require is not None
    if require.clearance_m > 0:
        yield "clearance_m", require.clearance_m, _clearance_m(stage, camera), ROUNDING_M
    if target is None:
        return
    entity = 1 + stage.bodies.index(target)
    seen = truth.entity_ids == entity
    alone = max(truth.unoccluded_px[entity], int(seen.sum()))
    if require.min_in_view > 0:
        yield "min_in_view", require.min_in_view, _in_view(camera, target), ROUNDING_M
    if require.min_visibility > 0:
        yield "min_visibility", require.min_visibility, seen.sum() / max(1, alone), EDGE_PX / max(1, alone)
    if require.min_size_px > 0:
        rows, columns = np.nonzero(seen)
        size = max(np.ptp(rows), np.ptp(columns)) + 1 if len(rows) else 0
        yield "min_size_px", require.min_size_px, float(size), 0.0


def _in_view(camera: Camera, body: Body) -> float:
    world = np.concatenate([transform_points(body.world_from_object, part.mesh.vertices) for part in body.parts])
    pixels, seen = camera.lens.project(transform_points(invert_rigid(camera.world_from_camera), world))
    if not seen.all():
        return 0.0
    (left, top), (right, bottom) = pixels.min(axis=0), pixels.max(axis=0)
    width, height = camera.lens.resolution
    across = min(right, width) - max(left, 0.0)
    down = min(bottom, height) - max(top, 0.0)
    return float(max(0.0, across) * max(0.0, down) / ((right - left) * (bottom - top)))


def _clearance_m(stage: Stage, camera: Camera) -> float:
    from trimesh.triangles import closest_point

    eye: FloatArray = camera.world_from_camera[:3, 3]
    nearest = float("inf")
    for body in stage.bodies:
        for part in body.parts:
            corners = transform_points(body.world_from_object, part.mesh.vertices)[part.mesh.faces]
            points = closest_point(corners, np.broadcast_to(eye, (len(corners), 3)))
            nearest = min(nearest, float(np.linalg.norm(points - eye, axis=1).min()))
    return nearest


def main() -> int:
    """Print what became of each promise; return 1 if one was broken or a frame could not be made."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("recipe", type=Path)
    parser.add_argument("-n", "--frames", type=int, default=100)
    parser.add_argument("--start", type=int, default=0)
    arguments = parser.parse_args()
    started = time.perf_counter()
    recipe = load_recipe(arguments.recipe)
    tallies, refused = judge(recipe, range(arguments.start, arguments.start + arguments.frames))
    for key, tally in sorted(tallies.items()):
        print(f"{key:<32} {tally.views:6} views, {len(tally.broken)} broken, kept by {tally.least:.4g} at least")
        for where in tally.broken[:10]:
            print(f"  {where}")
    for line in refused[:10]:
        print(f"not made: {line}")
    print(f"{arguments.frames} frames in {time.perf_counter() - started:.0f} s, {len(refused)} not made")
    return int(bool(refused) or any(tally.broken for tally in tallies.values()))


if __name__ == "__main__":
    sys.exit(main())
