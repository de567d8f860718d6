"""What a format is given, and what it must do."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, TypeAlias

from sdg.dataset.model import DatasetCategory, DatasetFrame, DatasetReader, DatasetView

Task: TypeAlias = Literal["detect", "segment"]


@dataclass(frozen=True)
class ExportPlan:
    """One export.

    Attributes:
        dataset: Where the frames come from.
        out: The folder to write into; it is there, and empty.
        splits: Names of the splits, in the order they were asked for.
        cameras: The only cameras to export; empty for all, those without a name too.
        task: Whether labels are boxes or outlines, where the format has both.
        allow_distortion: Whether pictures of a distorting lens may go where only K is known.
    """

    dataset: DatasetReader
    out: Path
    splits: tuple[str, ...]
    cameras: tuple[str, ...]
    task: Task
    allow_distortion: bool

    @property
    def things(self) -> tuple[DatasetCategory, ...]:
        """The categories that instances have, by ascending id."""
        return tuple(category for category in self.dataset.categories if category.is_thing)

    def takes(self, camera: str) -> bool:
        """Whether a camera's pictures are exported."""
        return not self.cameras or camera in self.cameras

    def asks_for(self, annotator: str) -> bool:
        """Whether the dataset's manifest lists an annotator; a bare COCO file has none but its masks and boxes."""
        return annotator in self.dataset.manifest.get("annotators", ())

    @property
    def has_masks(self) -> bool:
        """Whether annotations have masks and boxes."""
        manifest = self.dataset.manifest
        return not manifest or bool(manifest.get("coco")) or self.asks_for("bounding_box_2d_tight")


@dataclass(frozen=True, eq=False)
class Sample:
    """One picture of an export.

    Attributes:
        split: Which split it belongs to; all views of a frame are in one.
        stem: Its name there, without folder and ending; it has no dot.
    """

    split: str
    stem: str
    frame: DatasetFrame
    view: DatasetView


class ExportFormat(ABC):
    """Writes one export; a context manager, for its open files.

    Attributes:
        reads: Annotators whose files it takes, where the dataset has them; None is all that there are.
    """

    reads: tuple[str, ...] | None = ("rgb",)

    def __init__(self, plan: ExportPlan) -> None:
        """Begin; nothing is written before the dataset was found to fit.

        Raises:
            UsageError: The format can't hold this dataset.
        """
        self.plan = plan

    @abstractmethod
    def add(self, sample: Sample) -> None:
        """Write one picture with its labels; samples come in the order of frames and cameras."""

    @abstractmethod
    def finish(self) -> Mapping[str, Any]:
        """Write what belongs to the whole, and return what is worth knowing, for `export.json`."""

    def close(self) -> None:  # noqa: B027 - most formats keep nothing open
        """Close open files, whether or not the export succeeded."""

    def __enter__(self) -> ExportFormat:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
