"""Exports made by the command line, as a user would."""

from __future__ import annotations

from pathlib import Path

from sdg.cli.main import main
from sdg.dataset.model import DatasetFrame, DatasetView
from sdg.dataset.open import open_dataset

HALVES = "train=0.5,val=0.5"


def export(dataset: Path, out: Path, to: str, *arguments: str) -> Path:
    """Return the folder of an export that succeeded."""
    assert main(["export", str(dataset), "--to", to, "-o", str(out), *arguments]) == 0
    return out


def views_of(dataset: Path, camera: str = "") -> list[tuple[DatasetFrame, DatasetView]]:
    """Return every picture of a dataset, or of one camera, with its frame."""
    return [
        (frame, view)
        for frame in open_dataset(dataset).frames()
        for name, view in frame.views.items()
        if camera in ("", name)
    ]
