"""Bare COCO files: every picture is a frame with one view."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sdg.dataset.identity import image_key
from sdg.dataset.model import (
    DAMAGE,
    DatasetAnnotation,
    DatasetCategory,
    DatasetFrame,
    DatasetView,
    inside,
    skeleton_of,
)
from sdg.errors import DatasetError, UsageError


class CocoDataset:
    """A COCO instances file and the pictures that it names; a `DatasetReader`. Held in memory as a whole."""

    manifest: Mapping[str, Any] = {}

    def __init__(self, path: Path, images: Path | None = None) -> None:
        """Open a COCO file.

        Args:
            path: The JSON file.
            images: Folder that its file names count from; None looks in the places where it usually is.

        Raises:
            UsageError: It is not COCO.
            DatasetError: It can't be read, or an annotation lacks what it must have.
        """
        self.path = path
        self.name = path.stem
        document = _load(path)
        try:
            self.categories = tuple(
                sorted(
                    (_category(entry) for entry in document["categories"]),
                    key=lambda category: category.id,
                )
            )
            self._images = sorted(document["images"], key=lambda image: int(image["id"]))
            self._of_image: dict[int, list[Mapping[str, Any]]] = {}
            for entry in document["annotations"]:
                self._of_image.setdefault(int(entry["image_id"]), []).append(entry)
            first = _file_name(self._images[0]) if self._images else ""
            self.cameras = tuple(dict.fromkeys(str(image["camera"]) for image in self._images if "camera" in image))
        except DAMAGE as error:
            raise DatasetError(f"{path} is damaged: {error!r}", "see https://cocodataset.org/#format-data") from error
        self.ranges: tuple[tuple[int, int], ...] = ((0, len(self._images) - 1),)
        self.root = images if images is not None else _find_images(path, first)
        self.conflicts: Sequence[str] = self._conflicts()

    def __len__(self) -> int:
        return len(self._images)

    def frames(self) -> Iterator[DatasetFrame]:
        for frame_index in range(len(self._images)):
            yield self._read(frame_index)

    def frame(self, frame_index: int) -> DatasetFrame:
        if not 0 <= frame_index < len(self._images):
            raise DatasetError(f"there is no frame {frame_index} in {self.path}")
        return self._read(frame_index)

    def has_pictures(self) -> bool:
        """Whether any of the pictures is there, or none is listed."""
        return not self._images or any(_is_there(self.root, image) for image in self._images)

    def _conflicts(self) -> list[str]:
        images = Counter(int(image["id"]) for image in self._images)
        categories = Counter(category.id for category in self.categories)
        found = [f"{count} images have the id {number}" for number, count in images.items() if count > 1]
        found += [f"{count} categories have the id {number}" for number, count in categories.items() if count > 1]
        return found + [
            f"annotations are of the image {number}, which is not there"
            for number in self._of_image
            if number not in images
        ]

    def _read(self, frame_index: int) -> DatasetFrame:
        image = self._images[frame_index]
        try:
            size = (int(image["width"]), int(image["height"]))
            camera, name = str(image.get("camera", "")), _file_name(image)
            annotations = tuple(_annotation(entry, size) for entry in self._of_image.get(int(image["id"]), ()))
            files = {"rgb": inside(self.root, name)}
            record = {**image, "file_name": name}
            view = DatasetView(frame_index, camera, int(image["id"]), size, files, annotations, record)
        except DAMAGE as error:
            raise DatasetError(f"image {image.get('id')} of {self.path} is damaged: {error!r}") from error
        return DatasetFrame(frame_index, image_key(name), {camera: view})


def _file_name(image: Mapping[str, Any]) -> str:
    """Return an image's file name; of LVIS, which has none, the last folder and the name of its `coco_url`.

    That is how detectron2 and mmdetection read it: `train2017/000000391895.jpg`.
    """
    if "file_name" in image:
        return str(image["file_name"])
    return "/".join(str(image["coco_url"]).partition("://")[2].split("/")[-2:])


def _is_there(root: Path, image: Mapping[str, Any]) -> bool:
    try:
        return inside(root, _file_name(image)).is_file()
    except (*DAMAGE, OSError, DatasetError):
        return False


def _category(entry: Mapping[str, Any]) -> DatasetCategory:
    return DatasetCategory(int(entry["id"]), str(entry["name"]), skeleton=skeleton_of(entry))


def _annotation(entry: Mapping[str, Any], resolution: tuple[int, int]) -> DatasetAnnotation:
    bbox = entry.get("bbox")
    visibility = entry.get("visibility")
    box = None if not bbox else (float(bbox[0]), float(bbox[1]), float(bbox[2]), float(bbox[3]))
    # Some leave the area out; its box is the nearest to it.
    area = entry["area"] if "area" in entry else 0.0 if box is None else box[2] * box[3]
    return DatasetAnnotation(
        instance_id=int(entry.get("instance_id", entry["id"])),
        category_id=int(entry["category_id"]),
        area_px=float(area),
        bbox_xywh_px=box,
        visibility=None if visibility is None else float(visibility),
        is_crowd=bool(entry.get("iscrowd", 0)),
        segmentation=entry.get("segmentation") or None,
        resolution=resolution,
        record=entry,
    )


def _load(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_bytes())
    except OSError as error:
        raise DatasetError(f"can't read {path}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path} is not JSON: {error}") from error
    wanted = ("images", "annotations", "categories")
    missing = [key for key in wanted if not isinstance(document, dict) or not isinstance(document.get(key), list)]
    if missing:
        raise UsageError(
            f"{path} is not COCO: it has no list of {' or '.join(missing)}", "name a COCO file of instances"
        )
    assert isinstance(document, dict)
    return document


def _find_images(path: Path, first: str) -> Path:
    """Return the folder that a COCO file's names count from: where its first picture is, else beside the file."""
    beside, above = path.parent, path.parent.parent
    split = path.stem.partition("_")[2]  # annotations/instances_val2017.json belongs to val2017/
    places = [beside, above, beside / "images", above / "images"]
    places += [above / split, above / "images" / split] if split else []
    return next((place for place in places if first and (place / first).is_file()), beside)
