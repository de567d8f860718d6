"""`sdg check`: is a recipe sound?"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sdg.cli.options import format_option, set_option
from sdg.cli.spelling import NamedPath
from sdg.errors import EXIT_OK, EXIT_USAGE, RecipeError, UsageError
from sdg.foundation.diagnostic import Diagnostic

if TYPE_CHECKING:  # pydantic takes a while, and `sdg --help` reads this module
    from sdg.recipe.model import Recipe


# A recipe whose own values are at fault says too little of what it names to look that up.
_UNCHECKED = (
    "that is all that is wrong in the recipe itself; once it is mended, what it names is checked too: "
    "files, assets, surfaces"
)


@click.command("check", short_help="Is a recipe sound? Renders nothing.")
@click.argument("recipe", type=NamedPath())
@set_option
@format_option
@click.option("--spelt-out", is_flag=True, help="Print the recipe with all that its words stand for written out.")
def command(recipe: Path, overrides: tuple[str, ...], form: str, spelt_out: bool) -> int:
    """Check RECIPE and the files that it names: every fault with its place, what was expected, and a hint.

    Exit status 0 if it is sound (warnings allowed), 2 if not.
    """
    if spelt_out and form == "json":
        raise UsageError("--spelt-out prints a recipe, --format json prints findings", "leave one of the two out")
    try:
        sound, warnings = _examine(recipe, overrides)
    except RecipeError as error:
        if form == "text":
            raise
        _print_json(recipe, error.diagnostics, sound=False)
        return EXIT_USAGE
    if form == "json":
        _print_json(recipe, warnings, sound=True)
        return EXIT_OK
    for warning in warnings:
        click.echo(f"{warning}\n", err=True)
    if spelt_out:
        from sdg.recipe.written import write_yaml

        click.echo(write_yaml(sound.tree), nl=False)
    else:
        click.echo(f"{recipe}: sound; {_summary(sound)}")
    return EXIT_OK


def _examine(path: Path, overrides: Sequence[str]) -> tuple[Recipe, list[Diagnostic]]:
    """Return a sound recipe with its warnings.

    Raises:
        RecipeError: The recipe, or what it names, is at fault.
    """
    from sdg.graph.build import build_graph
    from sdg.pipeline import check
    from sdg.recipe.advice import check_warnings
    from sdg.recipe.load import load_recipe

    try:
        recipe = load_recipe(path, overrides)
    except RecipeError as error:
        raise RecipeError(error.diagnostics, _UNCHECKED) from None
    build_graph(recipe)
    return recipe, [*check_warnings(recipe), *check(recipe)]


def _print_json(path: Path, diagnostics: Sequence[Diagnostic], *, sound: bool) -> None:
    report = {
        "recipe": str(path),
        "sound": sound,
        "diagnostics": [diagnostic.to_json() for diagnostic in diagnostics],
    }
    click.echo(json.dumps(report, indent=2, ensure_ascii=False))


def _summary(recipe: Recipe) -> str:
    from sdg.recipe.model import eyes

    specimen = recipe.specimen
    counts = (
        (len(specimen.scene.objects), "object"),
        (len(specimen.lighting), "light"),
        (len(specimen.materials), "material"),
        (sum(len(eyes(block)) for block in specimen.cameras), "camera"),
        (specimen.frames, "frame"),
    )
    return ", ".join(f"{count} {noun}{'' if count == 1 else 's'}" for count, noun in counts)
