"""The front of this package: how frames are laid out on one stage, written, and set on it one after another.

layout = lay_out(stages, plan, sky)
write_layout(folder, layout, defaults(layout, stages))      # stage.usda, with assets and pictures beside it
frame_values(layout, stage)                                 # what any frame sets on it
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from sdg.replicator.usd.frame import frame_values
from sdg.replicator.usd.layout import UsdLayout
from sdg.replicator.usd.union import Union, lay_out
from sdg.replicator.usd.value import UsdValues
from sdg.stage.model import Stage

__all__ = ["Union", "defaults", "frame_values", "lay_out", "write_layout"]


def defaults(layout: UsdLayout, stages: Iterable[Stage]) -> UsdValues:
    """Return what is authored: the first frame's values; of what it lacks, those of the first frame that has it."""
    values: UsdValues = {}
    for stage in stages:
        values = frame_values(layout, stage) | values
    return dict(sorted(values.items()))


def write_layout(folder: Path, layout: UsdLayout, first: UsdValues) -> tuple[Path, ...]:
    """Write `stage.usda`, `assets/*.usda` and `assets/textures/`, and return the files, the stage first.

    Args:
        folder: Where; files of the same names are replaced.
        layout: What stands where.
        first: What is authored: what `defaults` gives.

    Raises:
        DatasetError: A file can't be written.
    """
    from sdg.replicator.usd.write import write_layout as write  # only writing needs pxr

    return write(folder, layout, first)
