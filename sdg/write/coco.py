"""COCO `instances.json` and `panoptic.json`, assembled from frame records.

Ids depend on nothing that happened: an image's follows from its frame and camera, annotations count from 1 in
the order of frames, cameras and instance ids.
"""

from __future__ import annotations

import colorsys
from collections.abc import Mapping
from pathlib import PurePosixPath
from types import TracebackType
from typing import Any

from sdg.stage.model import Category
from sdg.write.frame import stuff_segment_id
from sdg.write.keypoints import keypoint_fields
from sdg.write.layout import INSTANCES_JSON, PANOPTIC, PANOPTIC_JSON, DatasetLayout
from sdg.write.spec import DatasetSpec
from sdg.write.spool import JsonSpool

_FIRST_LICENSE_ID = 1
# What records and COCO files say alike of things as a whole, where it was asked for.
OF_THE_WHOLE = ("occlusion", "truncation", "bbox_loose", "amodal_area", "amodal_segmentation")
_GOLDEN_RATIO = 0.6180339887498949


class CocoAssembly:
    """Both COCO files of a dataset, growing frame by frame; a context manager, for its temporary files."""

    def __init__(self, layout: DatasetLayout) -> None:
        self._spec = layout.spec
        self._instances = JsonSpool(layout.absolute(INSTANCES_JSON), ("images", "annotations"))
        self._panoptic = JsonSpool(layout.absolute(PANOPTIC_JSON), ("images", "annotations"))
        self._annotation_count = 0
        self._licenses = _licenses(self._spec)

    def add(self, record: Mapping[str, Any]) -> None:
        """Append one frame; frames come in ascending order."""
        sizes_m = {thing["instance_id"]: thing["cuboid"]["size_m"] for thing in record["objects"] if "cuboid" in thing}
        for ordinal, camera in enumerate(self._spec.cameras):
            view = record["cameras"].get(camera.name)
            if view is None:  # what the camera is mounted on is not there in this frame
                continue
            image = self._image(record, ordinal, view)
            self._instances.add("images", image)
            self._panoptic.add("images", image)
            for seen in view["annotations"]:
                self._annotation_count += 1
                self._instances.add("annotations", self._annotation(image["id"], seen, sizes_m))
            self._panoptic.add("annotations", _panoptic_annotation(image["id"], view))

    def finish(self) -> None:
        """Write both files."""
        things = [
            {**_category(category), **keypoint_fields(category)}
            for category in self._spec.categories
            if category.is_thing
        ]
        everything = [
            {**_category(category), "isthing": int(category.is_thing), "color": category_color(category.id)}
            for category in self._spec.categories
        ]
        for spool, categories in ((self._instances, things), (self._panoptic, everything)):
            spool.finish(
                {
                    "info": {"description": self._spec.name},
                    "licenses": [
                        {"id": number, "name": text, "url": ""}
                        for number, text in enumerate(self._licenses, start=_FIRST_LICENSE_ID)
                    ],
                    "categories": categories,
                }
            )

    def _image(self, record: Mapping[str, Any], ordinal: int, view: Mapping[str, Any]) -> dict[str, Any]:
        frame_index = record["frame_index"]
        width, height = view["resolution"]
        image = {
            "id": image_id(frame_index, ordinal, len(self._spec.cameras)),
            "width": width,
            "height": height,
            "file_name": view["files"]["rgb"]["path"],
            "frame_index": frame_index,
            "camera": self._spec.cameras[ordinal].name,
        }
        if (license_text := self._license_of(record)) in self._licenses:
            image["license"] = self._licenses.index(license_text) + _FIRST_LICENSE_ID
        return image

    def _license_of(self, record: Mapping[str, Any]) -> str:
        sources = self._spec.merged_from
        return sources[record["merged"]["source"]].license if sources else self._spec.license

    def _annotation(self, image: int, seen: Mapping[str, Any], sizes_m: Mapping[int, Any]) -> dict[str, Any]:
        annotation = {
            "id": self._annotation_count,
            "image_id": image,
            "category_id": seen["category_id"],
            "bbox": seen["bbox"],
            "area": seen["area"],
            "iscrowd": 0,
            "segmentation": seen["segmentation"],
            "instance_id": seen["instance_id"],
            "visibility": seen["visibility"],
        }
        if "keypoints" in seen:
            annotation["keypoints"] = seen["keypoints"]
            annotation["num_keypoints"] = sum(flag > 0 for flag in seen["keypoints"][2::3])
        annotation |= {key: seen[key] for key in OF_THE_WHOLE if key in seen}
        if "cuboid" in seen:
            annotation["bbox_3d"] = {"size_m": sizes_m[seen["instance_id"]], **seen["cuboid"]}
        return annotation

    def __enter__(self) -> CocoAssembly:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._instances.__exit__(kind, error, trace)
        self._panoptic.__exit__(kind, error, trace)


def image_id(frame_index: int, camera_ordinal: int, camera_count: int) -> int:
    """Return a picture's id, from 1; it depends on the frame and the camera alone."""
    return frame_index * camera_count + camera_ordinal + 1


def category_color(category_id: int) -> list[int]:
    """Return a category's [red, green, blue], 0 to 255; neighbours differ in hue by the golden section."""
    hue = (category_id * _GOLDEN_RATIO) % 1.0
    value = (0.95, 0.75, 0.55)[category_id % 3]
    return [round(255 * channel) for channel in colorsys.hsv_to_rgb(hue, 0.65, value)]


def _category(category: Category) -> dict[str, Any]:
    return {"id": category.id, "name": category.name, "supercategory": "thing" if category.is_thing else "stuff"}


def _licenses(spec: DatasetSpec) -> list[str]:
    """Return every licence that somebody named, in the order of the sources of a merged dataset."""
    named = [source.license for source in spec.merged_from] or [spec.license]
    return list(dict.fromkeys(text for text in named if text))


def _panoptic_annotation(image: int, view: Mapping[str, Any]) -> dict[str, Any]:
    things = [_segment(seen["instance_id"], seen) for seen in view["annotations"]]
    stuff = [_segment(stuff_segment_id(part["category_id"]), part) for part in view["stuff"]]
    path = PurePosixPath(view["files"][PANOPTIC]["path"])
    return {
        "image_id": image,
        "file_name": str(path.relative_to("annotations/panoptic")),
        "segments_info": things + stuff,
    }


def _segment(segment_id: int, part: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": segment_id,
        "category_id": part["category_id"],
        "area": part["area"],
        "bbox": part["bbox"],
        "iscrowd": 0,
    }
