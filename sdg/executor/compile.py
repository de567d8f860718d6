"""`sdg compile`: a recipe's frames as files for Isaac Sim."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path

from sdg.executor.compiled_folder import (
    GRAPH,
    LIST,
    SAMPLES,
    SCRIPT,
    STAGE,
    check_folder,
    clear_for,
    compiling_into,
    finish,
)
from sdg.executor.reporting import Reporter, Silent
from sdg.graph.build import build_program
from sdg.graph.program import Program
from sdg.graph.sample import sample_frame
from sdg.pipeline import check
from sdg.recipe.model import Recipe
from sdg.replicator.overview import Overview
from sdg.replicator.samples import Samples, SamplesBuilder
from sdg.replicator.script import Sampling, write_script
from sdg.replicator.usd.light import SkyModel
from sdg.replicator.usd.stage import Union, frame_values, write_layout
from sdg.stage.build import build_stage
from sdg.stage.model import Stage
from sdg.stage.plan import build_plan
from sdg.write.atomic import open_atomically, write_atomically
from sdg.write.json_text import readable_json


def compile_recipe(
    recipe: Recipe,
    folder: Path,
    *,
    sampling: Sampling = "baked",
    reporter: Reporter | None = None,
) -> tuple[Path, ...]:
    """Write `graph.json`, `stage.usda` with `assets/`, `samples.json` and `replicator.py`, and return the files.

    Stopped halfway, it leaves a folder without `replicator.py`, into which can be compiled again.

    Args:
        recipe: What to compile; its `frames` says how many.
        folder: Where; made if need be. Files of an earlier compilation, and no others, are replaced.
        sampling: Whether distributions become values or, where there are such, Replicator's own nodes.
        reporter: Told what is odd about the files that the recipe names, and how far it is.

    Raises:
        UsageError: Something else is in the folder, or another run writes to it.
        RecipeError: Something that the recipe names can't be used, or a frame's world can't be built.
        BackendUnavailable: A frame has a clear sky, and the embedded renderer, which bakes it, is missing.
        DatasetError: A file can't be written.
    """
    reporter = reporter or Silent()
    check_folder(folder)
    for warning in check(recipe):
        reporter.note(str(warning))
    program = build_program(recipe)
    with compiling_into(folder):
        return _write(recipe, program, folder, sampling, reporter)


def _write(recipe: Recipe, program: Program, folder: Path, sampling: Sampling, reporter: Reporter) -> tuple[Path, ...]:
    plan = build_plan(recipe, program.graph)
    # Twice over the frames, so that not all of them have to be in memory: what they share must be known first.
    union, overview = Union(), Overview()
    for stage in _stages(recipe, program, "frames looked at", reporter):
        union.add(stage)
        overview.add(stage)
    layout = union.layout(plan, _sky_model() if union.has_sky else None)
    builder = SamplesBuilder()
    for stage in _stages(recipe, program, "frames compiled", reporter):
        builder.add(frame_values(layout, stage), overview.absent_cameras(stage))
    labels = {path: body.label for path, body in layout.bodies.items()}
    samples = builder.build(recipe.specimen.name, recipe.specimen.seed, labels)
    script = write_script(program, overview, layout, samples, sampling)
    assets = [file.removeprefix("./") for file in layout.files]
    clear_for(folder, (GRAPH, STAGE, SAMPLES, SCRIPT, *assets))
    files = write_layout(folder, layout, samples.first)
    write_atomically(folder / GRAPH, readable_json(program.graph.to_json(), 2).encode(), resumes=False)
    with open_atomically(folder / SAMPLES, resumes=False) as stream:
        stream.writelines(text.encode() for text in _samples_text(samples))
    finish(folder, files, script.encode())
    return (*(folder / name for name in (LIST, GRAPH, SAMPLES, SCRIPT)), *files)


def _stages(recipe: Recipe, program: Program, what: str, reporter: Reporter) -> Iterator[Stage]:
    count = recipe.specimen.frames
    reporter.start(count, 0, what)
    for index in range(count):
        yield build_stage(sample_frame(recipe, program.graph, index), recipe)
        reporter.advance(index)


def _samples_text(samples: Samples) -> Iterator[str]:
    """Yield `samples.json` frame by frame: as `readable_json` writes it, which would hold all of it at once."""
    head, _, tail = readable_json({**samples.head_json(), "frames": []}, 3).rpartition("[]")
    yield f"{head}["
    for frame in range(samples.frame_count):
        text = readable_json(samples.frame_json(frame), 1).rstrip()
        yield f"{',' if frame else ''}\n{textwrap.indent(text, '  ')}"
    yield f"\n ]{tail}"


def _sky_model() -> SkyModel:
    from sdg.render.mitsuba.backend import start_backend

    start_backend("cpu", None)  # the same bytes with and without a GPU
    from sdg.render.mitsuba import sky

    return sky
