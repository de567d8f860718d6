"""`sdg export`: a dataset in another format."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import click

from sdg.cli.spelling import NamedPath
from sdg.errors import UsageError
from sdg.export.formats import FORMATS


class _Format(click.Choice[str]):
    """A format to write; says where COCO is, which needs no writing."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the format's name; fail if it is none."""
        if str(value).lower() == "coco":
            self.fail(
                "there is nothing to export: a dataset of sdg has its COCO files, annotations/instances.json and "
                "annotations/panoptic.json",
                param,
                ctx,
            )
        return str(super().convert(value, param, ctx))


@click.command("export", short_help="Write a dataset as YOLO, KITTI, BOP or WebDataset.")
@click.argument("dataset", type=NamedPath())
@click.option("--to", type=_Format(list(FORMATS)), required=True, help="The format to write.")
@click.option("-o", "--output", type=NamedPath(), metavar="OUT", required=True, help="Folder to make; new or empty.")
@click.option(
    "--split",
    default="train=1",
    metavar="NAME=SHARE,...",
    help="Shares of the frames, such as train=0.8,val=0.2; a frame's split depends on the frame alone.",
)
@click.option("--camera", "cameras", multiple=True, metavar="NAME", help="Take only this camera; may be repeated.")
@click.option("--task", type=click.Choice(["detect", "segment"]), help="Of yolo: boxes or outlines [default: detect].")
@click.option(
    "--allow-distortion",
    is_flag=True,
    help="Of kitti and bop, which know K only: leave a lens's distortion out of the calibration.",
)
@click.option(
    "--images", type=NamedPath(), metavar="DIR", help="Of a COCO file: folder that its file names count from."
)
def command(
    dataset: Path,
    to: str,
    output: Path,
    split: str,
    cameras: tuple[str, ...],
    task: Literal["detect", "segment"] | None,
    allow_distortion: bool,
    images: Path | None,
) -> None:
    """Write the finished DATASET, a folder or a COCO file, in another format; nothing is rendered.

    The folder OUT appears when it is whole. docs/export.md says what each format holds and what it can't.
    """
    from sdg.cli.progress import open_progress, report_summary
    from sdg.export.run import ExportOptions, export

    if task is not None and to != "yolo":
        raise UsageError(f"--task is for yolo; {to} has one kind of label", "leave --task out")
    options = ExportOptions(to, output, split, cameras, task or "detect", allow_distortion, images)
    with open_progress() as progress:
        summary = export(dataset, options, progress)
    report_summary(summary, per_second=progress.per_second())
