"""`sdg generate`: make a dataset."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from sdg.cli.options import all_overrides, check_recipe_exists, device_option, frames_option, seed_option, set_option
from sdg.cli.spelling import NamedPath
from sdg.errors import UsageError

if TYPE_CHECKING:
    from sdg.render.api import Device

# Every worker holds a renderer of several hundred megabytes.
MAX_WORKERS = 256


@click.command("generate", short_help="Make a dataset from a recipe.")
@click.argument("recipe", type=NamedPath())
@click.option(
    "-o",
    "--output",
    type=NamedPath(),
    metavar="DIR",
    help="Folder of the dataset [default: outputs/NAME].",
)
@frames_option("Make")
@seed_option
@click.option(
    "--renderer",
    type=click.Choice(["auto", "mitsuba", "replicator"]),
    default="auto",
    show_default=True,
    help="Who traces the rays: the embedded renderer, or Isaac Sim.",
)
@device_option("; it checks the labels of RTX, too")
@click.option(
    "--workers",
    type=click.IntRange(min=1, max=MAX_WORKERS),
    metavar="N",
    help="Processes that render [default: up to ten on each GPU, else one, which uses every core; on a Ray cluster, as "
    "many as there is room for].",
)
@click.option(
    "--executor",
    type=click.Choice(["local", "ray"]),
    default="local",
    show_default=True,
    help="Where workers run: on this machine, or on a Ray cluster.",
)
@click.option(
    "--address",
    metavar="ADDR",
    help="The Ray cluster: auto, HOST:PORT or ray://HOST:PORT [default: one on this machine alone].",
)
@click.option("--shard", metavar="I/N", help="Make only the I-th of N parts; `sdg merge` joins them.")
@set_option
@click.option(
    "--quality-for",
    metavar="SECONDS|DIR",
    help="Choose the samples per pixel by timing a few frames, so that a frame takes so long on each worker; or take "
    "those of another dataset that were chosen so.",
)
@click.option(
    "--allow-missing",
    is_flag=True,
    help="Go on without effects that the recipe asks for and the renderer lacks; the manifest names them.",
)
@click.option("--profile", is_flag=True, help="Show at the end where the time went, step by step.")
@click.option("--overwrite", is_flag=True, help="Delete the dataset that is in the folder, and start afresh.")
def command(
    recipe: Path,
    output: Path | None,
    frames: int | None,
    seed: int | None,
    renderer: Literal["auto", "mitsuba", "replicator"],
    device: Device,
    workers: int | None,
    executor: Literal["local", "ray"],
    address: str | None,
    shard: str | None,
    overrides: tuple[str, ...],
    quality_for: str | None,
    allow_missing: bool,
    profile: bool,
    overwrite: bool,
) -> None:
    """Make the dataset that RECIPE describes.

    Interrupt it or lose power: the same command goes on where it stopped, and ends with the same bytes. A dataset
    that is finished already is left alone.
    """
    from sdg.cli.progress import open_progress, report_summary
    from sdg.errors import UsageError
    from sdg.executor.generate import Options, generate
    from sdg.executor.shard import Shard
    from sdg.recipe.advice import check_warnings
    from sdg.recipe.load import load_recipe
    from sdg.render.api import RendererName
    from sdg.render.capabilities import CAPABILITIES, check_capabilities
    from sdg.render.isaac_sim import ready_isaac_sim
    from sdg.write.layout import REPORT

    if address is not None and executor != "ray":
        raise UsageError("--address is that of a Ray cluster", "add --executor ray")
    part = Shard.parse(shard) if shard is not None else Shard()
    quality = _seconds_or_folder(quality_for) if quality_for is not None else None
    check_recipe_exists(recipe)
    loaded = load_recipe(recipe, all_overrides(overrides, seed=seed, frames=frames))
    chosen: RendererName = "replicator" if renderer == "replicator" else "mitsuba"
    lacks = check_capabilities(loaded, CAPABILITIES[chosen], allow_missing=allow_missing)
    for warning in (*check_warnings(loaded), *lacks):
        click.echo(f"{warning}\n", err=True)
    if chosen == "replicator":
        python = ready_isaac_sim()
        click.echo(f"starting Isaac Sim with {python}; its first start compiles shaders, for minutes", err=True)
    options = Options(
        output, chosen, device, workers, part, overwrite, quality_for=quality, executor=executor, address=address or ""
    )
    opening = "" if chosen == "replicator" else "starting the renderer"
    with open_progress(opening=opening) as progress:
        summary = generate(loaded, options, progress)
    report_summary(summary, REPORT, per_second=progress.per_second())
    if profile and summary.profile is not None:
        from sdg.cli.profile import table

        click.echo(table(summary.profile), err=True)


def _seconds_or_folder(text: str) -> float | Path:
    """Read the value of `--quality-for`.

    Raises:
        UsageError: It is neither seconds nor a folder.
    """
    try:
        seconds = float(text)
    except ValueError:
        folder = Path(text)
        if not folder.is_dir():
            hint = "write 2.5 for two and a half seconds a frame, or name the folder of a dataset"
            raise UsageError(f"--quality-for {text!r} is neither a number of seconds nor a folder", hint) from None
        return folder
    if not 0 < seconds < math.inf:
        raise UsageError(
            f"--quality-for {text}: a frame takes some time", "write 2.5 for two and a half seconds a frame"
        )
    return seconds
