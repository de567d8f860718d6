"""`sdg compile`: a recipe for Isaac Sim."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from sdg.cli.options import all_overrides, check_recipe_exists, frames_option, seed_option, set_option
from sdg.cli.spelling import NamedPath
from sdg.errors import EXIT_INTERRUPTED, EXIT_OK

# What takes less needs no lines about how far it is.
_PATIENCE_S = 10.0


@click.command("compile", short_help="Write a recipe as a USD stage and a script for Isaac Sim.")
@click.argument("recipe", type=NamedPath())
@click.option("-o", "--output", type=NamedPath(), metavar="DIR", required=True, help="Folder of the files.")
@click.option(
    "--sampling",
    type=click.Choice(["baked", "native"]),
    default="baked",
    show_default=True,
    help="Values as sdg draws them, or Replicator's own distributions where it has them.",
)
@frames_option("Compile")
@seed_option
@set_option
def command(
    recipe: Path,
    output: Path,
    sampling: Literal["baked", "native"],
    frames: int | None,
    seed: int | None,
    overrides: tuple[str, ...],
) -> int:
    """Write what Isaac Sim needs to render RECIPE: graph.json, stage.usda, samples.json and replicator.py.

    Neither Isaac Sim nor a GPU is needed for that. docs/rtx.md says how to run the script.
    """
    from sdg.cli.progress import open_progress
    from sdg.executor.compile import compile_recipe
    from sdg.executor.compiled_folder import SCRIPT
    from sdg.recipe.advice import check_warnings
    from sdg.recipe.load import load_recipe

    check_recipe_exists(recipe)
    loaded = load_recipe(recipe, all_overrides(overrides, seed=seed, frames=frames))
    for warning in check_warnings(loaded):
        click.echo(f"{warning}\n", err=True)
    try:
        with open_progress(patience_s=_PATIENCE_S) as progress:
            compile_recipe(loaded, output, sampling=sampling, reporter=progress)
    except KeyboardInterrupt:
        whole = (output / SCRIPT).exists()  # it goes first and comes last
        click.echo(f"interrupted; {f'{output} is as it was' if whole else 'nothing was compiled'}", err=True)
        return EXIT_INTERRUPTED
    count = loaded.specimen.frames
    click.echo(f"{count} frame{'' if count == 1 else 's'}, {sampling}: {output / 'replicator.py'}", err=True)
    return EXIT_OK
