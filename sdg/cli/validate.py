"""`sdg validate-dataset`: is a dataset what it says it is?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sdg.cli.options import format_option
from sdg.cli.spelling import NamedPath
from sdg.errors import EXIT_FAILED, EXIT_OK, SdgError, UsageError

if TYPE_CHECKING:
    from sdg.validate.progress import Progress
    from sdg.validate.run import Validation


@click.command("validate-dataset", short_help="Find what is wrong with a dataset, or any COCO file.")
@click.argument("dataset", metavar="DIR|FILE.json", type=NamedPath())
@format_option
@click.option("--strict", is_flag=True, help="Warnings fail too.")
@click.option("--ignore", multiple=True, metavar="CODE", help="Drop findings of this code; may be repeated.")
@click.option("--fast", is_flag=True, help="Don't decode masks and pictures.")
@click.option(
    "--report", type=NamedPath(), metavar="FILE.html", help="Show dataset and findings on a page; see `sdg report`."
)
@click.option(
    "--rerender",
    type=click.IntRange(min=1),
    metavar="K",
    help="Make K frames again, and compare: to the byte on the same kind of device.",
)
@click.option(
    "--images",
    type=NamedPath(),
    metavar="DIR",
    help="Folder that file names of a COCO file count from [default: looked for near it].",
)
def command(
    dataset: Path,
    form: str,
    strict: bool,
    ignore: tuple[str, ...],
    fast: bool,
    report: Path | None,
    rerender: int | None,
    images: Path | None,
) -> int:
    """Check a dataset of sdg, or any COCO file or folder of them, and tell every fault.

    Reads nothing outside the folder; --rerender reads what its recipe names. Exit status 0 if it is sound, 1 if there
    are errors.
    """
    from sdg.cli.progress import open_steps
    from sdg.validate.present import as_json, text_lines
    from sdg.validate.run import validate

    if report is not None:
        from sdg.report.build import check_target

        check_target(report.absolute())
    with open_steps() as progress:
        validation = validate(dataset, ignore=ignore, fast=fast, pictures=images, progress=progress)
        if rerender is not None:
            _rerender(validation, rerender, progress)
    if form == "json":
        # In ASCII: names from a file may be no text at all.
        click.echo(json.dumps(as_json(validation, strict=strict), indent=2, allow_nan=False))
    else:
        for line in text_lines(validation, strict=strict):
            click.echo(line)
    sound = validation.sound(strict=strict)
    if report is not None:
        try:
            with open_steps() as progress:
                _write_report(validation, report.absolute(), progress)
        except SdgError as error:
            if sound:
                raise
            click.echo(f"there is no page: {error}", err=True)  # it may well be for what was found
    return EXIT_OK if sound else EXIT_FAILED


def _rerender(validation: Validation, count: int, progress: Progress) -> None:
    """Make frames again, and add what differs to the findings."""
    from sdg.executor.rerender import rerender

    if validation.kind != "sdg":
        raise UsageError(f"{validation.path} can't be made again", "--rerender takes datasets of sdg")
    progress.start("frames made again", count)
    made = rerender(validation.path, count, validation.findings, progress.advance)
    validation.examined.statistics["rerendered"] = made.to_json()


def _write_report(validation: Validation, path: Path, progress: Progress) -> None:
    """Show the dataset with its findings; of a folder with several COCO files, the first of instances."""
    from sdg.dataset.open import open_dataset
    from sdg.report.build import write_report

    if validation.kind == "sdg":
        dataset = open_dataset(validation.path)
    else:
        name, pictures = next(iter(validation.examined.pictures.items()), ("", None))
        if not name:
            raise UsageError(f"{validation.path} has no COCO file of instances", "a page needs images and annotations")
        dataset = open_dataset(validation.root / name, images=pictures)
        if len(validation.examined.pictures) > 1:
            click.echo(f"the page shows {name} alone; check the others by themselves for theirs", err=True)
    progress.start("frames on the page", len(dataset))
    findings = list(validation.findings.all())
    write_report(path, dataset, findings, checked=validation.root, on_frame=lambda _: progress.advance(1))
