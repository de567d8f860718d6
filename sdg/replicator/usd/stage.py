"""A recipe's frames as a USD stage: `stage.usda`, with assets and pictures beside it.

What differs between frames is authored as the first frame has it. `frame_values` gives the same attributes for every
frame, so that a script can drive them.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sdg.replicator.usd.frame import frame_values
from sdg.replicator.usd.layout import UsdLayout
from sdg.replicator.usd.light import SkyModel
from sdg.replicator.usd.union import Union, lay_out
from sdg.replicator.usd.value import UsdValue, UsdValues
from sdg.stage.model import Stage, StagePlan

__all__ = [
    "Union",
    "UsdLayout",
    "UsdValue",
    "UsdValues",
    "defaults",
    "frame_values",
    "lay_out",
    "write_layout",
    "write_usd_stage",
]


def write_usd_stage(
    folder: Path, stages: Sequence[Stage], plan: StagePlan, *, sky: SkyModel | None = None
) -> tuple[Path, ...]:
    """Write `stage.usda`, `assets/*.usda` and `assets/textures/`, and return the files, the stage first.

    Args:
        folder: Where; files of the same names are replaced.
        stages: The frames that it must be able to show, at least one.
        plan: What bounds them.
        sky: What clear skies are baked with (the embedded renderer's `sky` module); needed where a frame has one.

    Raises:
        BackendUnavailable: A frame has a clear sky, and `sky` is None.
        DatasetError: A file can't be written.
    """
    layout = lay_out(stages, plan, sky)
    return write_layout(folder, layout, defaults(layout, stages))


def write_layout(folder: Path, layout: UsdLayout, first: UsdValues) -> tuple[Path, ...]:
    """Write the same files for a layout.

    Args:
        folder: Where.
        layout: What stands where.
        first: What is authored: what `defaults` gives.

    Raises:
        DatasetError: A file can't be written.
    """
    from sdg.replicator.usd.write import write_layout as write

    return write(folder, layout, first)


def defaults(layout: UsdLayout, stages: Sequence[Stage]) -> UsdValues:
    """Return what is authored: the first frame's values; of what it lacks, those of the first frame that has it."""
    values: UsdValues = {}
    for stage in reversed(stages):
        values |= frame_values(layout, stage)
    return dict(sorted(values.items()))
