"""COCO files of a dataset against its frame records: the same images, annotations and categories."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from sdg.validate.coco_file import CocoFile
from sdg.validate.findings import Findings
from sdg.validate.manifest import Manifest

_OF_THE_WHOLE = ("occlusion", "truncation", "bbox_loose", "amodal_area", "amodal_segmentation")
_SAME = ("category_id", "bbox", "area", "segmentation", "visibility", *_OF_THE_WHOLE)


class CocoAgainstRecords:
    """Compares one frame after the other; what is left over at the end has no record."""

    def __init__(self, coco: CocoFile, manifest: Manifest, findings: Findings) -> None:
        self._coco = coco
        self._findings = findings
        self._cameras = [camera["name"] for camera in manifest.cameras]
        self._images: dict[int, Mapping[str, Any]] = {
            entry["id"]: entry for entry in coco.images if type(entry.get("id")) is int
        }
        self._annotations: dict[int, dict[int, list[int]]] = {}
        for row, entry in enumerate(coco.annotations):
            if type(entry.get("image_id")) is int and type(entry.get("instance_id")) is int:
                of_image = self._annotations.setdefault(entry["image_id"], {})
                of_image.setdefault(entry["instance_id"], []).append(row)
        self._left = set(self._images)

    def image_id(self, frame_index: int, camera: str) -> int | None:
        """Return the id that an image of this frame and camera has; None for an unknown camera."""
        if camera not in self._cameras:
            return None
        return frame_index * len(self._cameras) + self._cameras.index(camera) + 1

    def compare(self, record: Mapping[str, Any]) -> None:
        """Compare one frame."""
        for name, view in record["cameras"].items():
            image = self.image_id(record["frame_index"], name)
            if image is None:
                continue
            self._left.discard(image)
            if self._image_matches(record, name, view, image) and not self._findings.is_blamed(image=image):
                self._compare_annotations(record, view, image)

    def _image_matches(self, record: Mapping[str, Any], name: str, view: Mapping[str, Any], image: int) -> bool:
        entry = self._images.get(image)
        expected = {
            "width": view["resolution"][0],
            "height": view["resolution"][1],
            "file_name": view["files"].get("rgb", {}).get("path"),
            "frame_index": record["frame_index"],
            "camera": name,
        }
        if entry is None:
            if not self._findings.is_blamed(file=self._coco.path):
                found = f"frame {record['frame_index']}, camera {name}, as image {image}"
                self._findings.add("V715", file=self._coco.path, image=image, expected=found, found="no such image")
            return False
        wrong = [key for key, value in expected.items() if entry.get(key) != value]
        if wrong and not self._findings.is_blamed(image=image):
            key = wrong[0]
            self._findings.add(
                "V715", file=self._coco.path, image=image, expected=f"{key} {expected[key]!r}", found=entry.get(key)
            )
        return not wrong

    def _compare_annotations(self, record: Mapping[str, Any], view: Mapping[str, Any], image: int) -> None:
        sizes = {thing["instance_id"]: thing["cuboid"]["size_m"] for thing in record["objects"] if "cuboid" in thing}
        of_image = self._annotations.pop(image, {})
        for seen in view.get("annotations", ()):
            rows = of_image.pop(seen["instance_id"], [])
            where: dict[str, Any] = {"file": self._coco.path, "image": image}
            if len(rows) != 1:
                expected = f"one annotation of instance {seen['instance_id']}, as in the record"
                self._findings.add("V714", **where, expected=expected, found=len(rows))
                return
            entry = self._coco.annotations[rows[0]]
            expected_values = {key: seen.get(key) for key in _SAME}
            if "cuboid" in seen:
                expected_values["bbox_3d"] = {"size_m": sizes.get(seen["instance_id"]), **seen["cuboid"]}
            for key, value in expected_values.items():
                if entry.get(key) != value:
                    self._findings.add(
                        "V714", **where, annotation=entry.get("id"), expected=f"{key} {value}", found=entry.get(key)
                    )
                    return
        for rows in list(of_image.values())[:1]:
            entry = self._coco.annotations[rows[0]]
            expected = "an annotation of the record"
            found = f"instance {entry['instance_id']}, which the record doesn't know"
            self._findings.add(
                "V714", file=self._coco.path, image=image, annotation=entry.get("id"), expected=expected, found=found
            )

    def skip(self, path: str) -> None:
        """Leave out the frame of a record that can't be trusted, by its name."""
        first = int(PurePosixPath(path).stem) * len(self._cameras) + 1
        self._left -= set(range(first, first + len(self._cameras)))

    def finish(self) -> None:
        """Tell of images without a record."""
        for image in sorted(self._left):
            if not self._findings.is_blamed(image=image):
                self._findings.add("V715", file=self._coco.path, image=image, expected="a frame record", found="none")


def check_categories(
    manifest: Manifest, things: Any, everything: Any, labels: Any, paths: tuple[str, str, str], findings: Findings
) -> None:
    """Compare the categories of the manifest with those of `instances.json`, `panoptic.json` and `labels.json`.

    Args:
        manifest: Of the dataset.
        things: Content of `instances.json`; None where there is none.
        everything: Of `panoptic.json`.
        labels: Of `labels.json`.
        paths: Their paths.
        findings: Where findings go.
    """
    known = {
        identifier: (entry["name"], bool(entry.get("is_thing"))) for identifier, entry in manifest.categories.items()
    }
    wanted = {identifier: name for identifier, (name, is_thing) in known.items() if is_thing}
    all_names = {identifier: name for identifier, (name, _) in known.items()}
    for value, path, expected in ((things, paths[0], wanted), (everything, paths[1], all_names)):
        found = _names(value)
        if found is not None and found != expected and not findings.is_blamed(file=path):
            findings.add("V716", file=path, expected=f"categories {_listed(expected)}", found=_listed(found))
        elif found is not None and value is everything:
            for entry in _entries(value):
                if entry["id"] in known and bool(entry.get("isthing")) != known[entry["id"]][1]:
                    expected_flag = f"isthing {int(known[entry['id']][1])} for {entry['name']}"
                    findings.add("V522", file=path, expected=expected_flag, found=entry.get("isthing", "nothing"))
    if labels is not None:
        expected_labels = {"0": "background"} | {str(identifier): name for identifier, name in all_names.items()}
        if labels != expected_labels:
            findings.add("V523", file=paths[2], expected=_listed(expected_labels), found=_listed(labels))


def _names(value: Any) -> dict[Any, Any] | None:
    if not isinstance(value, dict) or not isinstance(value.get("categories"), list):
        return None
    return {entry["id"]: entry.get("name") for entry in _entries(value)}


def _entries(value: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the categories that are objects with an id."""
    return [entry for entry in value["categories"] if isinstance(entry, dict) and type(entry.get("id")) is int]


def _listed(names: Any) -> str:
    return ", ".join(f"{key} {value}" for key, value in names.items()) if isinstance(names, dict) else repr(names)
