"""`sdg compile`: a recipe's frames as files for Isaac Sim."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from sdg.errors import UsageError
from sdg.graph.build import build_program
from sdg.graph.sample import sample_frame
from sdg.pipeline import check
from sdg.recipe.model import Recipe
from sdg.replicator.samples import build_samples
from sdg.replicator.script import Sampling, write_script
from sdg.replicator.usd.light import SkyModel
from sdg.replicator.usd.stage import frame_values, lay_out, write_usd_stage
from sdg.stage.build import build_stage
from sdg.stage.model import Stage
from sdg.stage.plan import build_plan
from sdg.write.atomic import storage_errors, write_atomically
from sdg.write.json_text import readable_json

GRAPH, STAGE, SAMPLES, SCRIPT, ASSETS = "graph.json", "stage.usda", "samples.json", "replicator.py", "assets"
# What a compilation leaves; what the script renders is none of it, so that no picture is ever in danger.
OURS = frozenset({GRAPH, STAGE, SAMPLES, SCRIPT, ASSETS})


def compile_recipe(
    recipe: Recipe,
    folder: Path,
    *,
    sampling: Sampling = "baked",
    note: Callable[[str], None] = lambda _: None,
) -> tuple[Path, ...]:
    """Write `graph.json`, `stage.usda` with `assets/`, `samples.json` and `replicator.py`, and return the files.

    Args:
        recipe: What to compile; its `frames` says how many.
        folder: Where; made if need be. Files of an earlier compilation are replaced.
        sampling: Whether distributions become values or, where there are such, Replicator's own nodes.
        note: Told what is odd about the files that the recipe names.

    Raises:
        UsageError: Something else is in the folder.
        RecipeError: Something that the recipe names can't be used, or a frame's world can't be built.
        BackendUnavailable: A frame has a clear sky, and the embedded renderer, which bakes it, is missing.
        DatasetError: A file can't be written.
    """
    check_folder(folder)
    for warning in check(recipe):
        note(str(warning))
    program = build_program(recipe)
    plan = build_plan(recipe, program.graph)
    stages = tuple(_stages(recipe))
    sky = _sky_model() if any(light.kind == "sun_sky" for stage in stages for light in stage.lights) else None
    layout = lay_out(stages, plan, sky)
    samples = build_samples(
        recipe.specimen.name,
        recipe.specimen.seed,
        [frame_values(layout, stage) for stage in stages],
        {path: body.label for path, body in layout.bodies.items()},
    )
    texts = {
        GRAPH: readable_json(program.graph.to_json(), 2).encode(),
        SAMPLES: readable_json(samples.to_json(), 3).encode(),
        SCRIPT: write_script(program, stages, layout, samples, sampling).encode(),
    }
    with storage_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        if (folder / ASSETS).exists():
            shutil.rmtree(folder / ASSETS)
    files = write_usd_stage(folder, stages, plan, sky=sky)
    for name, content in texts.items():
        write_atomically(folder / name, content)
    return (*(folder / name for name in texts), *files)


def _stages(recipe: Recipe) -> Iterator[Stage]:
    graph = build_program(recipe).graph
    for index in range(recipe.specimen.frames):
        yield build_stage(sample_frame(recipe, graph, index), recipe)


def _sky_model() -> SkyModel:
    from sdg.render.mitsuba.backend import start_backend

    start_backend("cpu", None)  # the same bytes with and without a GPU
    from sdg.render.mitsuba import sky

    return sky


def check_folder(folder: Path) -> None:
    """Refuse a folder that holds anything but an earlier compilation.

    Raises:
        UsageError: It does, it is a file, or it can't be read.
    """
    try:
        names = {entry.name for entry in folder.iterdir()}
    except FileNotFoundError:
        return
    except NotADirectoryError:
        raise UsageError(f"{folder} is a file, or lies below one", "choose a folder with -o") from None
    except OSError as error:
        raise UsageError(f"can't look into {folder}: {error.strerror}", "choose another folder with -o") from None
    # Assets without a stage are somebody else's.
    strangers = sorted(names - OURS) or sorted({ASSETS} & names if STAGE not in names else ())
    if strangers:
        raise UsageError(
            f"{folder} holds something else: {strangers[0]}", "choose an empty folder, or one to make, with -o"
        )
