"""A COCO panoptic file: its annotations against its images and categories, and its segments against their pixels.

The rules are those of cocodataset/panopticapi: each image one annotation, segment ids unique within it, id = R + 256 G
+ 65536 B, 0 is void.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sdg.validate.columns import IntArray
from sdg.validate.content import decode
from sdg.validate.findings import Findings
from sdg.validate.folder import Folder, RefusedPath, relative_parts
from sdg.validate.json_text import REFUSAL_CODES
from sdg.validate.label_pictures import LabelRuns, label_runs, segments
from sdg.validate.pictures import GREATEST_PIXELS, picture_head
from sdg.validate.progress import Progress


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


def check_panoptic_file(
    value: Any, path: str, pictures: Folder, findings: Findings, progress: Progress, *, fast: bool
) -> None:
    """Check a panoptic file of other people, and its pictures where they are beside it, as COCO has them.

    Args:
        value: The file's content.
        path: Of the file; its pictures are in the folder of the same name.
        pictures: What nothing may leave.
        findings: Where findings go.
        progress: Hears how far it is.
        fast: Leave the pictures out.
    """
    entries = panoptic_by_image(value, path, findings)
    beside = path.removesuffix(".json")
    names = [entry["file_name"] for entry in entries.values()]
    if fast or not any(pictures.has(f"{beside}/{name}") for name in names[:20]):
        return
    progress.start("panoptic pictures", len(entries))
    for image, entry in entries.items():
        picture = f"{beside}/{entry['file_name']}"
        pixels = _decoded(picture, entry["file_name"], image, pictures, findings)
        runs = None if pixels is None else label_runs(None, None, pixels)
        if runs is not None and runs.panoptic is not None:
            compare_segments(entry, runs, runs.panoptic, path, picture, findings)
        progress.advance(1)


def _decoded(path: str, name: str, image: int, pictures: Folder, findings: Findings) -> Any:
    """Return the pixels of a panoptic picture, or None after a finding."""
    try:
        relative_parts(name)  # an absolute one must not be taken for one below the folder
        raw = pictures.read(path)
    except RefusedPath as refused:
        code = "V501" if refused.reason == "missing" else REFUSAL_CODES[refused.reason]
        findings.add(
            code, file=path, image=image, expected="a panoptic picture", found=refused.detail or refused.reason
        )
        return None
    head = picture_head(raw[:64])
    if head is None or head.kind != "png" or head.size is None:
        findings.add("V502", file=path, image=image, expected="a PNG", found=head.kind if head else "no picture")
        return None
    if head.size[0] * head.size[1] > GREATEST_PIXELS:
        findings.add("V111", file=path, image=image, expected=f"at most {GREATEST_PIXELS} pixels", found=f"{head.size}")
        return None
    if (head.bits, head.channels) != (8, 3):
        found = f"{head.bits} bits, {head.channels} channels"
        findings.add("V507", file=path, image=image, expected="8 bits, 3 channels", found=found)
        return None
    pixels = decode(raw)
    if pixels is None:
        findings.add("V502", file=path, image=image, expected="a picture that decodes", found="a damaged PNG")
    return pixels


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
