"""Pictures and boxes in memory: of a folder that `sdg generate` wrote or is writing, or of the test set.

All pictures go through JPEG of one quality, so that compression tells nothing about where one comes from.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from benchmarks.detector.classes import CLASSES, counts
from sdg.foundation.arrays import BoolArray, Float32Array, UInt8Array, UInt32Array

# As cv2 takes it.
JPEG = [cv2.IMWRITE_JPEG_QUALITY, 92]


@dataclass(frozen=True, eq=False)
class Things:
    """What is in one picture.

    Attributes:
        boxes: (x0, y0, x1, y1), shape (N, 4), float32 [px].
        classes: Index into `CLASSES`, shape (N,).
        counted: Whether each must be found, shape (N,).
    """

    boxes: Float32Array
    classes: UInt32Array
    counted: BoolArray

    def listed(self) -> list[dict[str, Any]]:
        """Return them as the test set's labels."""
        return [
            {
                "class": CLASSES[one],
                "bbox": [*map(float, box[:2]), *map(float, box[2:] - box[:2])],
                "visibility": float(counted),
            }
            for box, one, counted in zip(self.boxes, self.classes, self.counted, strict=True)
        ]


@dataclass(frozen=True, eq=False)
class Pictures:
    """Pictures of one size, shape (N, H, W, 3), uint8, RGB, and what is in each."""

    images: UInt8Array
    things: tuple[Things, ...]


def finished_frames(folder: Path) -> list[Path]:
    """Return the records of the frames of a dataset that are there, in their order; the run may go on meanwhile."""
    return sorted((folder / "frames").glob("*.json"))


def load_generated(folder: Path, count: int) -> Pictures:
    """Return the first frames of a dataset of one camera."""
    paths, everything = [], []
    for path in finished_frames(folder)[:count]:
        record = json.loads(path.read_text())
        (view,) = record["cameras"].values()
        labels = {thing["instance_id"]: thing["class"] for thing in record["objects"]}
        seen = ((labels[one["instance_id"]], one["bbox"], one["visibility"]) for one in view["annotations"])
        everything.append(_things(seen))
        paths.append(folder / view["files"]["rgb"]["path"])
    return Pictures(_read_all(paths), tuple(everything))


def load_test(folder: Path) -> tuple[Pictures, dict[str, Any]]:
    """Return the test set, and its COCO file, in the order of its images."""
    coco = json.loads((folder / "annotations.json").read_text())
    paths = [folder / image["file_name"] for image in coco["images"]]
    everything = []
    for path in paths:
        found = json.loads(path.with_suffix(".json").read_text())
        everything.append(_things((one["class"], one["bbox"], one["visibility"]) for one in found))
    return Pictures(_read_all(paths), tuple(everything)), coco


def _things(seen: Iterable[tuple[str, Any, float]]) -> Things:
    kept = [(CLASSES.index(name), box, visibility) for name, box, visibility in seen if name in CLASSES]
    boxes = np.array([box for _, box, _ in kept], np.float32).reshape(-1, 4)
    boxes[:, 2:] += boxes[:, :2]
    return Things(
        boxes,
        np.array([index for index, _, _ in kept], np.uint32),
        np.array([counts(box, visibility) for _, box, visibility in kept], bool),
    )


def _read(path: Path) -> UInt8Array:
    picture = cv2.imread(str(path))
    if path.suffix != ".jpg":
        picture = cv2.imdecode(cv2.imencode(".jpg", picture, JPEG)[1], cv2.IMREAD_COLOR)
    return np.ascontiguousarray(picture[:, :, ::-1])


def _read_all(paths: list[Path]) -> UInt8Array:
    with ThreadPoolExecutor() as threads:
        return np.stack(list(threads.map(_read, paths)))
