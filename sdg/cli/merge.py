"""`sdg merge`: join shards, or datasets."""

from __future__ import annotations

from pathlib import Path

import click

from sdg.cli.spelling import NamedPath


@click.command("merge", short_help="Join the shards of a dataset, or several datasets.")
@click.argument("folder", metavar="DIR", type=NamedPath())
@click.argument("shards", metavar="SHARD...", nargs=-1, required=True, type=NamedPath())
def command(folder: Path, shards: tuple[Path, ...]) -> None:
    """Join every SHARD that `sdg generate --shard` made into the dataset DIR, or whole datasets into one.

    Joined shards have the same bytes as a run without shards. Datasets of different recipes or seeds are joined by the
    names of their categories and cameras. Files are linked where possible, and copied elsewhere; what is joined stays.
    Interrupted, the same command goes on.
    """
    from sdg.cli.progress import open_progress, report_summary
    from sdg.executor.merge import merge
    from sdg.write.layout import REPORT

    with open_progress() as progress:
        summary = merge(folder, shards, progress)
    report_summary(summary, REPORT)
