"""What a dataset holds, whoever wrote it: categories, frames, the views of a frame, annotations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from sdg.dataset.masks import decode_mask
from sdg.errors import DatasetError
from sdg.foundation.arrays import BoolArray, FloatArray

# What reading a damaged JSON value raises: a key or an element that is missing, or of another type or range.
DAMAGE = (KeyError, IndexError, TypeError, ValueError, AttributeError, OverflowError)
# Frames are counted through; no folder holds so many records.
MOST_FRAMES = 10_000_000

XywhPx = tuple[float, float, float, float]


@dataclass(frozen=True)
class DatasetCategory:
    """A class.

    Attributes:
        id: Its id.
        name: Its name.
        is_thing: Whether it is of things (stuff has pixels but no instances).
        skeleton: Which of its keypoints are joined, as pairs counted from 0.
    """

    id: int
    name: str
    is_thing: bool = True
    skeleton: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, eq=False)
class DatasetAnnotation:
    """One thing in one picture.

    Attributes:
        instance_id: Its value in the instance picture; of COCO files without one, the annotation's id.
        category_id: As in the dataset's categories.
        area_px: Visible pixels, or what the COCO file says; of one that doesn't, its box's, 0 without a box.
        bbox_xywh_px: Tight box, corner convention; None where no annotator asked for it.
        visibility: Share of its pixels inside the picture that nothing hides, (0, 1]; None where unknown.
        is_crowd: COCO's `iscrowd`.
        segmentation: Mask as the file has it: run-length code or polygons; None if there is none.
        resolution: (width, height) of the picture [px].
        record: The entry as it stands in the frame record, or in the COCO file.
    """

    instance_id: int
    category_id: int
    area_px: float
    bbox_xywh_px: XywhPx | None
    visibility: float | None
    is_crowd: bool
    segmentation: Any
    resolution: tuple[int, int]
    record: Mapping[str, Any]

    def mask(self) -> BoolArray | None:
        """Return the visible pixels, shape (H, W), bool; None if there is no mask.

        Raises:
            DatasetError: The segmentation can't be decoded.
        """
        return None if self.segmentation is None else decode_mask(self.segmentation, self.resolution)


@dataclass(frozen=True, eq=False)
class DatasetView:
    """What one camera took in one frame.

    Attributes:
        frame_index: The frame's index in the dataset.
        camera: The camera's name; empty in COCO files that name none.
        image_id: COCO's id of the picture.
        resolution: (width, height) [px].
        files: Path of each file, by annotator; `rgb` is the picture.
        annotations: By ascending instance id; empty where nobody asked for any.
        record: The camera's entry in the frame record; of a bare COCO file, its image entry.
    """

    frame_index: int
    camera: str
    image_id: int
    resolution: tuple[int, int]
    files: Mapping[str, Path]
    annotations: tuple[DatasetAnnotation, ...]
    record: Mapping[str, Any]

    @property
    def K(self) -> FloatArray | None:
        """Intrinsic matrix [px], shape (3, 3), corner convention; None where the lens has none."""
        matrix = self.record.get("intrinsics", {}).get("K")
        return None if matrix is None else np.array(matrix, dtype=np.float64)


@dataclass(frozen=True, eq=False)
class DatasetFrame:
    """One frame.

    Attributes:
        frame_index: Its index in the dataset.
        key: Names the frame whatever dataset it is in; splits are decided by it.
        views: By camera, in the dataset's order; a camera that took no picture is missing.
        record: The frame record; empty of a bare COCO file.
    """

    frame_index: int
    key: str
    views: Mapping[str, DatasetView]
    record: Mapping[str, Any] = field(default_factory=dict)


class DatasetReader(Protocol):
    """A dataset that was opened.

    Attributes:
        path: The folder, or the COCO file.
        name: The recipe's name, or the COCO file's.
        categories: By ascending id.
        cameras: Names in the dataset's order; empty if the file names none.
        ranges: Indices of the frames as (first, last), ascending.
        manifest: The manifest without its list of files; empty of a bare COCO file.
        root: The folder that its pictures are in.
        conflicts: Sentences about ids that stand for two things or for none, which make its labels ambiguous.
    """

    path: Path
    name: str
    categories: tuple[DatasetCategory, ...]
    cameras: tuple[str, ...]
    ranges: tuple[tuple[int, int], ...]
    manifest: Mapping[str, Any]
    root: Path
    conflicts: Sequence[str]

    def __len__(self) -> int:
        """Return the number of frames."""
        ...

    def frames(self) -> Iterator[DatasetFrame]:
        """Read frame after frame, by ascending index.

        Raises:
            DatasetError: A record is missing or can't be read.
        """
        ...

    def frame(self, frame_index: int) -> DatasetFrame:
        """Read one frame.

        Raises:
            DatasetError: There is no such frame, or its record can't be read.
        """
        ...


def inside(folder: Path, path: str) -> Path:
    """Return a file's place below a folder.

    Raises:
        DatasetError: The path leads out of the folder.
    """
    relative = Path(path)
    if relative.is_absolute() or ".." in relative.parts or not path:
        raise DatasetError(f"{path!r} leads out of the dataset {folder}", "the dataset is damaged; get it anew")
    return folder / relative
