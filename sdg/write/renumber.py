"""A frame of one dataset as a frame of another: other index, other category ids, other paths; the same pixels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sdg.foundation.arrays import UInt16Array
from sdg.write.encode import encode_ids, encode_panoptic
from sdg.write.frame import FIRST_STUFF_SEGMENT
from sdg.write.layout import PANOPTIC
from sdg.write.record import describe_file
from sdg.write.spec import DatasetSpec

SEMANTIC = "semantic_segmentation"


@dataclass(frozen=True)
class Renumbering:
    """How the frames of a dataset change when they become part of another.

    Attributes:
        spec: The other dataset's.
        source: Which of its sources they are of.
        categories: Its category id, by the id they have.
    """

    spec: DatasetSpec
    source: int
    categories: Mapping[int, int]

    @property
    def keeps_ids(self) -> bool:
        """Whether every category has the id that it had."""
        return all(old == new for old, new in self.categories.items())

    def record(
        self, record: Mapping[str, Any], frame_index: int, own_index: int, files: Mapping[str, Mapping[str, Any]]
    ) -> dict[str, Any]:
        """Return a frame record as the other dataset has it.

        Args:
            record: The record as it is.
            frame_index: Its index in the other dataset.
            own_index: Its index in the dataset of one recipe that it comes from.
            files: By camera: the entries of `files`.
        """
        changed = dict(record)
        changed["frame_index"] = frame_index
        changed["objects"] = [self._object(thing) for thing in record["objects"]]
        changed["scene_info"] = {
            **record["scene_info"],
            "environment": [self._labelled(part) for part in record["scene_info"]["environment"]],
        }
        changed["cameras"] = {name: self._view(view, files[name]) for name, view in record["cameras"].items()}
        changed["merged"] = {"source": self.source, "frame_index": own_index}
        head = ("sdg_frame", "frame_index", "seed", "name", "merged")
        return {key: changed[key] for key in (*head, *(key for key in changed if key not in head))}

    def _labelled(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        return {**entry, "category_id": self.categories[entry["category_id"]]}

    def _object(self, thing: Mapping[str, Any]) -> dict[str, Any]:
        return _without(self._labelled(thing), () if self.spec.asks_for("bounding_box_3d") else ("cuboid",))

    def _view(self, view: Mapping[str, Any], files: Mapping[str, Any]) -> dict[str, Any]:
        spec = self.spec
        boxes, cuboids = spec.has_masks, spec.asks_for("bounding_box_3d")
        dropped = (() if boxes else ("bbox", "segmentation")) + (() if cuboids else ("cuboid",))
        changed = dict(view)
        if "annotations" in view:
            changed["annotations"] = [_without(self._labelled(seen), dropped) for seen in view["annotations"]]
        if "stuff" in view:
            changed["stuff"] = [self._labelled(part) for part in view["stuff"]]
        kept = {"depth_beyond_range_px": "depth" in files, "stuff": boxes, "annotations": boxes or cuboids}
        gone = tuple(key for key, there in kept.items() if not there)
        return {**_without(changed, gone), "files": dict(files)}

    def content(self, annotator: str, source: Path) -> bytes | None:
        """Return what a file that holds category ids becomes; None where it stays as it is."""
        if annotator == PANOPTIC and not self.keeps_ids:
            return self._panoptic(source)
        dtype = _width(category.id for category in self.spec.categories)
        if annotator == SEMANTIC and not (self.keeps_ids and dtype == _width(self.categories)):
            return encode_ids(self._table()[_read_ids(source)].astype(dtype))
        return None

    def _panoptic(self, source: Path) -> bytes:
        channels = _read_ids(source).astype(np.uint32)  # OpenCV reads B, G, R
        ids = channels[..., 2] + (channels[..., 1] << 8) + (channels[..., 0] << 16)
        stuff = ids >= FIRST_STUFF_SEGMENT
        ids[stuff] = FIRST_STUFF_SEGMENT + self._table().astype(np.uint32)[ids[stuff] - FIRST_STUFF_SEGMENT]
        return encode_panoptic(ids)

    def _table(self) -> UInt16Array:
        table = np.zeros(max(self.categories, default=0) + 1, dtype=np.uint16)
        table[list(self.categories)] = list(self.categories.values())
        return table


def renamed(entry: Mapping[str, Any], path: str, content: bytes | None) -> dict[str, Any]:
    """Return a file's entry in the record, under its other path and with its other content, if that changed."""
    return {**entry, "path": path} if content is None else dict(describe_file(path, content))


def _width(category_ids: Iterable[int]) -> np.dtype[Any]:
    """Return the type of semantic pictures, which is as wide as the greatest id asks for, whatever a frame shows."""
    greatest = max(category_ids, default=0)
    return np.dtype(np.uint8 if greatest <= np.iinfo(np.uint8).max else np.uint16)


def _without(entry: Mapping[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    return {key: value for key, value in entry.items() if key not in keys}


def _read_ids(path: Path) -> Any:
    import cv2

    return cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
