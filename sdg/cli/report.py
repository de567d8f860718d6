"""`sdg report`: a page that shows what is in a dataset."""

from __future__ import annotations

from pathlib import Path

import click

from sdg.cli.spelling import NamedPath


@click.command("report", short_help="Show what is in a dataset on one HTML page.")
@click.argument("dataset", type=NamedPath())
@click.option(
    "-o",
    "--output",
    type=NamedPath(),
    metavar="FILE",
    help="The page [default: report.html in the dataset, NAME.report.html beside a COCO file].",
)
@click.option(
    "--images", type=NamedPath(), metavar="DIR", help="Of a COCO file: folder that its file names count from."
)
def command(dataset: Path, output: Path | None, images: Path | None) -> None:
    """Show what is in the finished DATASET on one HTML page that needs nothing else.

    DATASET is a folder, a COCO file or a folder that holds one. `sdg generate` and `sdg merge` write it themselves.
    docs/report.md says what it shows.
    """
    from sdg.cli.coco import one_dataset
    from sdg.cli.progress import open_progress
    from sdg.dataset.coco import CocoDataset
    from sdg.dataset.open import open_dataset
    from sdg.report.build import check_target, default_path, write_report

    opened = open_dataset(one_dataset(dataset), images=images)
    if images is not None and isinstance(opened, CocoDataset) and not opened.has_pictures():
        click.echo(f"warning: none of the dataset's pictures is in {images}", err=True)
    path = (output or default_path(opened)).absolute()
    check_target(path)
    with open_progress(patience_s=5.0) as progress:
        progress.start(len(opened), 0)
        write_report(path, opened, on_frame=progress.advance)
    click.echo(f"open it in a browser: {path}", err=True)
