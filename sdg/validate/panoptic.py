"""A COCO panoptic file: its annotations against its images and categories, and its segments against their pixels.

The rules are those of cocodataset/panopticapi: each image one annotation, segment ids unique within it, id = R + 256 G
+ 65536 B, 0 is void.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from sdg.foundation.arrays import IntArray
from sdg.validate.boxes import area_slack, boxes_agree
from sdg.validate.columns import number_lists, numbers
from sdg.validate.content import channels_of, decode
from sdg.validate.findings import Findings
from sdg.validate.folder import Folder, RefusedPath, read_whole, relative_parts
from sdg.validate.label_pictures import LabelRuns, label_runs, segments
from sdg.validate.pictures import GREATEST_PIXELS, most_bytes, picture_head
from sdg.validate.progress import Progress
from sdg.validate.refusals import tell_refusal

_ASKED = 20


def panoptic_by_image(value: Any, path: str, findings: Findings) -> dict[int, Mapping[str, Any]]:
    """Return the sound annotations of a panoptic file by image id; tell of the others."""
    if not isinstance(value, dict) or not all(
        isinstance(value.get(k), list) for k in ("images", "annotations", "categories")
    ):
        findings.add("V201", file=path, expected="lists of images, annotations and categories", found="something else")
        return {}
    images, categories = _ids(value["images"]), _ids(value["categories"])
    sound: dict[int, Mapping[str, Any]] = {}
    told: set[int] = set()
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
    for image in sorted(images - told):
        findings.add("V521", file=path, image=image, expected="one annotation of each image", found="none")
    return sound


def _ids(entries: list[Any]) -> set[int]:
    return {entry["id"] for entry in entries if isinstance(entry, dict) and type(entry.get("id")) is int}


def _has_form(entry: Any) -> bool:
    return (
        isinstance(entry, dict)
        and type(entry.get("image_id")) is int
        and isinstance(entry.get("file_name"), str)
        and isinstance(entry.get("segments_info"), list)
        and all(isinstance(part, dict) and type(part.get("id")) is int for part in entry["segments_info"])
    )


def _segments_are_sound(entry: Mapping[str, Any], categories: set[int], path: str, findings: Findings) -> bool:
    seen: set[int] = set()
    for part in entry["segments_info"]:
        place = {"file": path, "image": entry["image_id"], "annotation": part["id"]}
        if part["id"] in seen:
            findings.add("V519", **place, expected="each segment id once", found=part["id"])
            return False
        seen.add(part["id"])
        if type(part.get("category_id")) is not int or part["category_id"] not in categories:
            findings.add("V520", **place, expected="the id of one of categories", found=part.get("category_id"))
            return False
    return True


def check_panoptic_file(
    value: Any, path: str, folders: tuple[Folder, Folder], findings: Findings, progress: Progress, *, fast: bool
) -> str:
    """Check a panoptic file of other people, and its pictures, which COCO has in a folder of its name beside it.

    Args:
        value: The file's content.
        path: Of the file, from the first folder.
        folders: What nothing may leave: the folder of the file, and that where pictures are looked for.
        findings: Where findings go.
        progress: Hears how far it is.
        fast: Leave the pictures out.

    Returns:
        What was left out, and why; empty if nothing was.
    """
    entries = panoptic_by_image(value, path, findings)
    names = [entry["file_name"] for entry in entries.values()]
    if fast or not names:
        return ""
    beside, stem = path.removesuffix(".json"), path.rpartition("/")[2].removesuffix(".json")
    places = [(folders[0], beside), (folders[1], beside), (folders[1], stem), (folders[1], "")]
    there = (place for place in places if any(place[0].has(_under(place[1], name)) for name in names[:_ASKED]))
    folder, prefix = next(there, (None, ""))
    if folder is None:
        for image, entry in entries.items():
            try:
                relative_parts(entry["file_name"])
            except RefusedPath as refused:
                tell_refusal(refused, entry["file_name"], findings, "a panoptic picture in the folder", image=image)
        return f"pictures of {path}: none of them is in {folders[0].root / beside}"
    progress.start("panoptic pictures", len(entries))
    for image, entry in entries.items():
        picture = _under(prefix, entry["file_name"])
        pixels = _decoded(picture, entry["file_name"], image, folder, findings)
        runs = None if pixels is None else label_runs(None, None, pixels)
        if runs is not None and runs.panoptic is not None:
            compare_segments(entry, runs, runs.panoptic, path, picture, findings)
        progress.advance(1)
    return ""


def _under(prefix: str, name: str) -> str:
    return f"{prefix}/{name}" if prefix else name


def _decoded(path: str, name: str, image: int, pictures: Folder, findings: Findings) -> Any:
    """Return the pixels of a panoptic picture, or None after a finding."""

    def tell(code: str, expected: str, found: object) -> None:
        findings.add(code, file=path, image=image, expected=expected, found=found)

    try:
        relative_parts(name)  # an absolute one must not be taken for one below the folder
        with pictures.open(path) as stream:
            head = picture_head(stream)
            if head is None or head.kind != "png" or head.size is None:
                tell("V502", "a PNG", head.kind if head else "no picture")
                return None
            if head.size[0] * head.size[1] > GREATEST_PIXELS:
                tell("V111", f"at most {GREATEST_PIXELS} pixels", f"{head.size[0]} x {head.size[1]}")
                return None
            if (head.bits, head.channels) != (8, 3):
                tell("V507", "8 bits, 3 channels", f"{head.bits} bits, {head.channels} channels")
                return None
            raw = read_whole(stream, most_bytes(head.size))
    except RefusedPath as refused:
        tell_refusal(refused, path, findings, "a panoptic picture", image=image, missing="V501")
        return None
    pixels = decode(raw)
    if pixels is None:
        tell("V502", "a picture that decodes", "a damaged PNG")
    elif channels_of(pixels) != 3:
        tell("V507", "3 channels", f"{channels_of(pixels)} once decoded")
        return None
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
        if actual is not None and not _agrees(part, *actual, exact=findings.exact):
            expected = f"area {actual[0]}, box {actual[1]}"
            found = f"area {part.get('area')}, box {part.get('bbox')}"
            findings.add("V518", file=path, image=image, annotation=identifier, expected=expected, found=found)


def _agrees(part: Mapping[str, Any], area: int, box: list[int], *, exact: bool) -> bool:
    """Whether a segment says area and box of its pixels; other people's may lack them, or be off a little."""
    if exact:
        return (part.get("area"), part.get("bbox")) == (area, box)
    tight = np.array([box], dtype=np.float64)
    stated, usable = number_lists([part.get("bbox", box)], 4)
    areas, wrong = numbers([{"area": part.get("area", area)}], "area")
    return bool(
        usable[0]
        and boxes_agree(stated, tight)[0]
        and not wrong.wrong
        and abs(areas[0] - area) <= area_slack(area, tight)[0]
    )
