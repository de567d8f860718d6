"""The door: a path becomes a dataset that can be read, or an error that says what is there instead."""

from __future__ import annotations

from pathlib import Path

from sdg.dataset.coco import CocoDataset
from sdg.dataset.folder import FolderDataset
from sdg.dataset.model import DatasetReader
from sdg.errors import UsageError
from sdg.write.layout import INSTANCES_JSON, MANIFEST

# A run's working folder; while it is there, the dataset is not finished.
_WORKING = ".sdg"


def open_dataset(path: Path, *, images: Path | None = None) -> DatasetReader:
    """Open a dataset for reading.

    Args:
        path: A folder that `sdg generate` or `sdg merge` has finished, a COCO instances file, or a folder that has
            one as `annotations/instances.json`.
        images: Of a COCO file: the folder that its file names count from, where that can't be guessed.

    Raises:
        UsageError: There is no dataset, or it is not finished; or there is no folder `images`.
        DatasetError: There is one, and it is damaged.
    """
    if images is not None and not images.is_dir():
        raise UsageError(f"there is no folder {images}", "name the folder that file names count from")
    if path.is_file():
        return CocoDataset(path, images)
    if not path.is_dir():
        raise UsageError(f"there is nothing at {path}", "name a dataset's folder, or a COCO file")
    if (path / _WORKING).exists():
        raise UsageError(f"{path} is not finished", "run its `sdg generate` or `sdg merge` again")
    if (path / MANIFEST).is_file():
        return FolderDataset(path)
    if (path / INSTANCES_JSON).is_file():
        return CocoDataset(path / INSTANCES_JSON, images)
    if (path / "frames").is_dir():
        raise UsageError(f"{path} has frames and no {MANIFEST}", "run its `sdg generate` again to finish it")
    raise UsageError(
        f"{path} is no dataset: it has neither {MANIFEST} nor {INSTANCES_JSON}",
        "name a folder that `sdg generate` made, or a COCO file",
    )
