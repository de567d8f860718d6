"""A COCO panoptic file: its annotations against its images and categories, and its segments against their pixels.

The rules are those of cocodataset/panopticapi: each image one annotation, segment ids unique within it, id = R + 256 G
+ 65536 B, 0 is void.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sdg.validate.columns import IntArray
from sdg.validate.findings import Findings
from sdg.validate.label_pictures import LabelRuns, segments


def panoptic_by_image(value: Any, path: str, findings: Findings) -> dict[int, Mapping[str, Any]]:
    """Return the sound annotations of a panoptic file by image id; tell of the others."""
    if not isinstance(value, dict) or not all(
        isinstance(value.get(k), list) for k in ("images", "annotations", "categories")
    ):
        findings.add("V201", file=path, expected="lists of images, annotations and categories", found="something else")
        return {}
    images = {entry.get("id") for entry in value["images"] if isinstance(entry, dict)}
    categories = {entry.get("id") for entry in value["categories"] if isinstance(entry, dict)}
    sound: dict[int, Mapping[str, Any]] = {}
    told: set[Any] = set()
    for entry in value["annotations"]:
        if not _has_form(entry):
            findings.add("V203", file=path, expected="image_id, file_name and segments_info", found=entry)
            continue
        image = entry["image_id"]
        if image not in images or image in told:
            expected = "one annotation of each image"
            findings.add(
                "V521", file=path, image=image, expected=expected, found="two" if image in told else "one of none"
            )
            continue
        told.add(image)
        if _segments_are_sound(entry, categories, path, findings):
            sound[image] = entry
    for image in sorted((image for image in images - told if type(image) is int), key=int):
        findings.add("V521", file=path, image=image, expected="one annotation of each image", found="none")
    return sound


def _has_form(entry: Any) -> bool:
    return (
        isinstance(entry, dict)
        and type(entry.get("image_id")) is int
        and isinstance(entry.get("file_name"), str)
        and isinstance(entry.get("segments_info"), list)
        and all(isinstance(part, dict) and type(part.get("id")) is int for part in entry["segments_info"])
    )


def _segments_are_sound(entry: Mapping[str, Any], categories: set[Any], path: str, findings: Findings) -> bool:
    seen: set[int] = set()
    for part in entry["segments_info"]:
        place = {"file": path, "image": entry["image_id"], "annotation": part["id"]}
        if part["id"] in seen:
            findings.add("V519", **place, expected="each segment id once", found=part["id"])
            return False
        seen.add(part["id"])
        if part.get("category_id") not in categories:
            findings.add("V520", **place, expected="the id of one of categories", found=part.get("category_id"))
            return False
    return True


def compare_segments(
    entry: Mapping[str, Any], runs: LabelRuns, ids: IntArray, path: str, picture: str, findings: Findings
) -> None:
    """Compare the segments of one image with its pixels.

    Args:
        entry: A sound annotation.
        runs: Of its pictures.
        ids: Segment id of each run.
        path: Of the panoptic file.
        picture: Of the panoptic picture.
        findings: Where findings go.
    """
    there = segments(runs, ids)
    stated = {part["id"]: part for part in entry["segments_info"]}
    missing, extra = sorted(set(there.ids.tolist()) - stated.keys()), sorted(stated.keys() - set(there.ids.tolist()))
    image = entry["image_id"]
    if missing or extra:
        expected = f"segment {missing[0]} in segments_info" if missing else f"pixels of segment {extra[0]}"
        findings.add("V517", file=picture if extra else path, image=image, expected=expected, found="none")
        return
    for identifier, part in stated.items():
        actual = there.of(identifier)
        if actual is not None and (part.get("area"), part.get("bbox")) != actual:
            expected = f"area {actual[0]}, box {actual[1]}"
            found = f"area {part.get('area')}, box {part.get('bbox')}"
            findings.add("V518", file=path, image=image, annotation=identifier, expected=expected, found=found)
