"""The test set, rendered by Cycles: `python -m benchmarks.detector.test_set FOLDER`; it goes on if killed.

The frames are of `test_yard.yaml` and `test_hall.yaml`, in turn; a world in which something finds no place is passed
over. Boxes come from our own rays, through the same pinholes and at the same triangles; the sensor is ours, too.
Pictures are JPEG files, as `data` has them.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click
import cv2

from benchmarks.cycles.engine import Cycles, CyclesSettings
from benchmarks.detector.classes import CLASSES, RECIPES, TESTS
from benchmarks.detector.data import JPEG
from benchmarks.detector.skies import copy_skies
from benchmarks.detector.truth import coco
from benchmarks.scenes import Bench, with_samples
from sdg.annotate.frame import annotate_frame
from sdg.annotate.model import AnnotatedView
from sdg.errors import RecipeError
from sdg.foundation.arrays import UInt8Array
from sdg.sensor.record import record_frame


@dataclass(frozen=True, eq=False)
class TestFrame:
    """A picture, shape (H, W, 3), uint8, RGB; what is in it; and the seconds that Cycles took."""

    rgb: UInt8Array
    things: list[dict[str, Any]]
    seconds: float


def make_frame(bench: Bench, cycles: Cycles, frame_index: int, settings: CyclesSettings) -> TestFrame:
    """Render one frame of a test recipe."""
    stage = bench.stage(frame_index)
    made = cycles.render(stage, replace(settings, seed=frame_index))
    traced = bench.renderer.render(with_samples(stage, 1, denoise=False, tracer_seed=0))
    views = {name: replace(view, radiance=made.radiance[name]) for name, view in traced.views.items()}
    rendered = replace(traced, views=views)
    annotators = bench.recipe.specimen.output.annotators
    frame = annotate_frame(rendered, record_frame(rendered, stage), stage, bench.renderer.identity, annotators)
    (view,) = frame.views.values()
    labels = {one.instance_id: one.label for one in frame.objects}
    return TestFrame(view.rgb, things_of(view, labels), made.seconds["sync"] + made.seconds["render"])


def things_of(view: AnnotatedView, labels: dict[int, str]) -> list[dict[str, Any]]:
    """Return the class and box of each visible thing that has one of the classes looked for."""
    return [
        {"class": labels[one.instance_id], "bbox": list(one.bbox_xywh_px), "visibility": one.visibility}
        for one in view.instances
        if labels[one.instance_id] in CLASSES
    ]


def finish(folder: Path) -> int:
    """Write `annotations.json` of all frames that are there; return how many."""
    labels = [(path.with_suffix(".jpg").name, json.loads(path.read_text())) for path in sorted(folder.glob("*_*.json"))]
    (folder / "annotations.json").write_text(json.dumps(coco(labels)))
    return len(labels)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--frames", default=500, show_default=True, help="Of both recipes together.")
@click.option("--spp", default=4, show_default=True)
@click.option("--threads", default=0, help="Of Cycles; 0 takes all cores.")
def main(folder: Path, frames: int, spp: int, threads: int) -> None:
    """Render the test frames that FOLDER lacks."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = CyclesSettings(spp=spp, prefilter="FAST", threads=threads)
    with Cycles() as cycles:
        skies = folder / "skies"
        if not skies.exists():
            print(f"skies: {', '.join(copy_skies(Path(cycles.skies), skies))}")
        sky = f'lighting.sky.texture={{choice: {{folder: "{skies.resolve()}", match: "*.exr"}}}}'
        benches = [Bench(RECIPES / f"{name}.yaml", [sky] if name == "test_yard" else [], "cpu") for name in TESTS]
        made, number = 0, -1
        while made < frames:
            number += 1
            name, bench, index = TESTS[number % 2], benches[number % 2], number // 2
            path = folder / f"{name}_{index:04d}.json"
            if not path.exists():
                started = time.perf_counter()
                try:
                    frame = make_frame(bench, cycles, index, settings)
                except RecipeError as fault:
                    print(f"{path.stem}: passed over, {fault}", flush=True)
                    continue
                cv2.imwrite(str(path.with_suffix(".jpg")), frame.rgb[:, :, ::-1], JPEG)
                path.write_text(json.dumps(frame.things))
                spent = time.perf_counter() - started
                print(
                    f"{path.stem}: {len(frame.things)} things, {spent:.1f} s, Cycles {frame.seconds:.1f} s", flush=True
                )
            made += 1
        for bench in benches:
            bench.renderer.close()
    print(f"{finish(folder)} frames in {folder / 'annotations.json'}")


if __name__ == "__main__":
    main()
