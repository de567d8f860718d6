"""`sdg validate-dataset`: is a dataset what it says it is?"""

from __future__ import annotations

import json
from pathlib import Path

import click

from sdg.cli.spelling import NamedPath
from sdg.errors import EXIT_FAILED, EXIT_OK


@click.command("validate-dataset", short_help="Find what is wrong with a dataset, or any COCO file.")
@click.argument("dataset", metavar="DIR|FILE.json", type=NamedPath())
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Findings for people, or the same for machines.",
)
@click.option("--strict", is_flag=True, help="Warnings fail too.")
@click.option("--ignore", multiple=True, metavar="CODE", help="Drop findings of this code; may be repeated.")
@click.option("--fast", is_flag=True, help="Don't decode masks and pictures.")
@click.option(
    "--images",
    type=NamedPath(),
    metavar="DIR",
    help="Folder that file names of a COCO file count from [default: looked for near it].",
)
def command(dataset: Path, form: str, strict: bool, ignore: tuple[str, ...], fast: bool, images: Path | None) -> int:
    """Check a dataset of sdg, or any COCO file or folder of them, and tell every fault.

    Reads nothing outside the folder. Exit status 0 if it is sound, 1 if there are errors.
    """
    from sdg.cli.progress import open_steps
    from sdg.validate.listing import as_json, text_lines
    from sdg.validate.run import validate

    with open_steps() as progress:
        validation = validate(dataset, ignore=ignore, fast=fast, pictures=images, progress=progress)
    if form == "json":
        click.echo(json.dumps(as_json(validation, strict=strict), indent=2, ensure_ascii=False, allow_nan=False))
    else:
        for line in text_lines(validation, strict=strict):
            click.echo(line)
    return EXIT_OK if validation.sound(strict=strict) else EXIT_FAILED
