"""A recipe's frames, laid out and written in one go."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sdg.replicator.usd.light import SkyModel
from sdg.replicator.usd.stage import defaults, lay_out, write_layout
from sdg.stage.model import Stage, StagePlan


def write_usd_stage(
    folder: Path, stages: Sequence[Stage], plan: StagePlan, *, sky: SkyModel | None = None
) -> tuple[Path, ...]:
    """Write `stage.usda` and what is beside it, and return the files, the stage first."""
    layout = lay_out(stages, plan, sky)
    return write_layout(folder, layout, defaults(layout, stages))
