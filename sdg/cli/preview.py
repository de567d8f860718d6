"""`sdg preview`: what does a recipe look like?"""

from __future__ import annotations

import gc
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sdg.cli.options import all_overrides, check_recipe_exists, device_option, seed_option, set_option
from sdg.cli.spelling import NamedPath
from sdg.errors import UsageError

if TYPE_CHECKING:
    from sdg.render.api import Device

DEFAULT_FRAMES = 4
DEFAULT_PORT = 8741


@click.command("preview", short_help="See what a recipe makes, within seconds.")
@click.argument("recipe", type=NamedPath())
@click.option(
    "-n",
    "--frames",
    type=click.IntRange(min=1, max=100),
    metavar="FRAMES",
    help=f"Frames on the contact sheet [default: {DEFAULT_FRAMES}].",
)
@click.option("-o", "--output", type=NamedPath(), metavar="DIR", help="Folder [default: outputs/previews/NAME].")
@seed_option
@set_option
@device_option()
@click.option("--serve", is_flag=True, help="Show a page that follows the recipe while you edit it; writes no files.")
@click.option(
    "--port",
    type=click.IntRange(min=0, max=65535),
    metavar="P",
    help=f"Where --serve listens, on this machine only; 0 takes a free one [default: {DEFAULT_PORT}].",
)
def command(
    recipe: Path,
    frames: int | None,
    output: Path | None,
    seed: int | None,
    overrides: tuple[str, ...],
    device: Device,
    serve: bool,
    port: int | None,
) -> None:
    """Show what RECIPE makes: a first picture in seconds, then a contact sheet and a page.

    Worlds, labels, lenses and sensors are those of `sdg generate`; the light is traced with fewer samples and
    denoised.
    """
    check_recipe_exists(recipe)
    if serve:
        if frames is not None or output is not None:
            raise UsageError("--serve writes no files and shows any frame", "leave out -n and -o")
        from sdg.preview.serve import serve_preview

        where = DEFAULT_PORT if port is None else port
        serve_preview(
            recipe, overrides, seed=seed, port=where, device=device, tell=lambda text: click.echo(text, err=True)
        )
        return
    if port is not None:
        raise UsageError("--port belongs to --serve", "add --serve, or leave out --port")

    # Hardly anything that starting makes is garbage; looking for some takes a tenth of the time to the first picture.
    gc.disable()
    try:
        _write_files(recipe, output, frames, seed, overrides, device)
    finally:
        gc.enable()


def _write_files(
    path: Path,
    output: Path | None,
    frames: int | None,
    seed: int | None,
    overrides: tuple[str, ...],
    device: Device,
) -> None:
    from sdg.preview.run import make_preview
    from sdg.recipe.advice import check_warnings
    from sdg.recipe.load import load_recipe

    recipe = load_recipe(path, all_overrides(overrides, seed=seed))
    for warning in check_warnings(recipe):
        click.echo(f"{warning}\n", err=True)

    click.echo("starting the renderer …", err=True)

    def tell(text: str) -> None:
        gc.enable()
        click.echo(text)

    make_preview(
        recipe,
        output,
        frame_count=DEFAULT_FRAMES if frames is None else frames,
        device=device,
        tell=tell,
        note=lambda text: click.echo(text, err=True),
    )
