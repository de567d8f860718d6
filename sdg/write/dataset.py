"""A dataset folder: begun once, filled by any number of workers, finished once every frame is there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sdg.annotate.model import AnnotatedFrame
from sdg.errors import DatasetError
from sdg.graph.ir import Graph
from sdg.recipe.model import Recipe
from sdg.write.atomic import write_atomically
from sdg.write.calibration import CalibrationAssembly
from sdg.write.coco import CocoAssembly
from sdg.write.frame import write_frame
from sdg.write.json_text import readable_json
from sdg.write.layout import GRAPH, RECIPE, SEMANTIC_LABELS, DatasetLayout, frame_stem
from sdg.write.manifest import DatasetTotals, ManifestAssembly
from sdg.write.record import RECORD_VERSION, describe_file
from sdg.write.spec import DatasetSpec

_RECORD_NAME = re.compile(r"([0-9]{6,})\.json")


@dataclass(frozen=True)
class Dataset:
    """A dataset on disk; cheap to make and to send to a worker, and without any state of its own.

    Attributes:
        folder: Where it stands; its name is written into no file.
        spec: What it holds.
    """

    folder: Path
    spec: DatasetSpec

    @property
    def layout(self) -> DatasetLayout:
        """Where its files are."""
        return DatasetLayout(self.folder, self.spec)

    def begin(self, recipe: Recipe, graph: Graph) -> None:
        """Write what was run, `recipe.yaml` and `graph.json`, and the table of semantic labels.

        Raises:
            DatasetError: The disk is full, or the folder can't be written to.
        """
        layout = self.layout
        write_atomically(layout.absolute(RECIPE), recipe.text.encode())
        write_atomically(layout.absolute(GRAPH), readable_json(graph.to_json(), 2).encode())
        if self.spec.asks_for("semantic_segmentation"):
            labels = {"0": "background"} | {str(category.id): category.name for category in self.spec.categories}
            write_atomically(layout.absolute(SEMANTIC_LABELS), readable_json(labels, 1).encode())

    def add(self, frame: AnnotatedFrame) -> None:
        """Write one frame; frames come in any order, and writing one again gives the same bytes.

        Raises:
            DatasetError: The disk is full, or the folder can't be written to.
        """
        write_frame(self.layout, frame)

    def finished_frames(self) -> set[int]:
        """Return the frames that are whole: their record reads, and every file it names has its size."""
        folder = self.layout.absolute("frames")
        if not folder.is_dir():
            return set()
        named = (_RECORD_NAME.fullmatch(path.name) for path in folder.iterdir())
        indices = sorted(int(name[1]) for name in named if name and name[1] == frame_stem(int(name[1])))
        return {index for index in indices if self._is_whole(index)}

    def finish(self, frame_indices: Iterable[int], *, shard: str = "") -> DatasetTotals:
        """Assemble COCO files, calibrations and manifest from the records of these frames; the manifest comes last.

        Args:
            frame_indices: Every frame of the dataset.
            shard: Which part of a larger dataset this is (`2/3`); empty for a whole one.

        Raises:
            DatasetError: A frame is missing or damaged, the disk is full, or the folder can't be written to.
        """
        with ExitStack() as stack:
            coco = stack.enter_context(CocoAssembly(self.layout)) if self.spec.coco else None
            manifest = stack.enter_context(ManifestAssembly(self.layout))
            calibration = CalibrationAssembly(self.layout)
            for frame_index in sorted(set(frame_indices)):
                record, record_file = self._read_record(frame_index)
                if coco is not None:
                    coco.add(record)
                manifest.add(record, record_file)
                calibration.add(record)
            if coco is not None:
                coco.finish()
            return manifest.finish(shard, calibration.finish())

    def _is_whole(self, frame_index: int) -> bool:
        try:
            record, _ = self._read_record(frame_index)
            return all(
                self.layout.absolute(file["path"]).stat().st_size == file["size"]
                for view in record["cameras"].values()
                for file in view["files"].values()
            )
        except (DatasetError, OSError, KeyError, TypeError, AttributeError):
            return False

    def _read_record(self, frame_index: int) -> tuple[dict[str, Any], Mapping[str, Any]]:
        path = self.layout.record(frame_index)
        try:
            content = self.layout.absolute(path).read_bytes()
            record = json.loads(content)
        except (OSError, ValueError) as error:
            raise DatasetError(f"frame {frame_index} has no readable record at {path}: {error}") from error
        if not isinstance(record, dict) or record.get("sdg_frame") != RECORD_VERSION:
            raise DatasetError(f"{path} is not a frame record of version {RECORD_VERSION}")
        if record.get("frame_index") != frame_index:
            raise DatasetError(f"{path} is the record of frame {record.get('frame_index')}")
        return record, describe_file(path, content)
