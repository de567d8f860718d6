"""A COCO file that anyone may have written: all checks that its files allow."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sdg.validate.boxes import check_boxes
from sdg.validate.coco_file import CocoFile, coco_tables, looks_like_panoptic
from sdg.validate.coco_pictures import check_orphans, check_pictures, find_pictures
from sdg.validate.coco_structure import check_structure
from sdg.validate.content import PictureContent
from sdg.validate.findings import Findings
from sdg.validate.folder import Folder
from sdg.validate.keypoints import check_keypoints
from sdg.validate.masks import check_masks
from sdg.validate.panoptic import check_panoptic_file
from sdg.validate.progress import Progress
from sdg.validate.statistics import describe


@dataclass
class Examined:
    """What the checks learnt besides findings.

    Attributes:
        files: COCO files that were read, from the folder.
        left_out: What was not checked, and why, in words.
        statistics: Numbers of the dataset, as plain JSON values.
    """

    files: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    statistics: dict[str, Any] = field(default_factory=dict)


def check_tables(
    value: Any, path: str, findings: Findings, progress: Progress, *, fast: bool
) -> tuple[CocoFile, Any] | None:
    """Check structure, boxes, keypoints and masks of one COCO file.

    Returns:
        Its tables and boxes; None if it is no COCO file.
    """
    coco = coco_tables(value, path, findings)
    if coco is None:
        return None
    check_structure(coco, findings)
    boxes = check_boxes(coco, findings)
    check_keypoints(coco, boxes, findings)
    if not fast:
        progress.start("masks", len(coco.annotations))
        check_masks(coco, boxes, findings, progress.advance)
    return coco, boxes


def check_coco(
    values: Iterable[tuple[str, Any]],
    folder: Folder,
    pictures: Folder,
    findings: Findings,
    progress: Progress,
    *,
    fast: bool,
) -> Examined:
    """Check COCO files and the pictures that they name.

    Args:
        values: Path from `folder` and content of each file, of instances or panoptic; one is held at a time.
        folder: What nothing may leave.
        pictures: Where pictures are looked for.
        findings: Where findings go.
        progress: Hears how far it is.
        fast: Leave out decoding masks and pictures.
    """
    examined = Examined()
    named: set[str] = set()
    place = None
    content = None if fast else PictureContent(findings)
    if fast:
        examined.left_out.append("--fast: masks and pictures were not decoded")
    for path, value in values:
        if looks_like_panoptic(value):
            examined.files.append(path)
            check_panoptic_file(value, path, pictures, findings, progress, fast=fast)
            continue
        checked = check_tables(value, path, findings, progress, fast=fast)
        if checked is None:
            continue
        coco, boxes = checked
        del value
        examined.files.append(path)
        examined.statistics[path] = describe(coco, boxes, findings)
        found = find_pictures(coco, pictures)
        if found is None:
            if coco.images:
                findings.add(
                    "V508", file=path, expected="pictures in the folder", found=f"{coco.file_name(0)!r} nowhere"
                )
                examined.left_out.append(f"pictures of {path}: none of them is in {pictures.root}")
            continue
        place = found
        named |= {place.path(coco.file_name(row)) for row in range(len(coco.images))}
        progress.start("pictures", len(coco.images))
        check_pictures(coco, place, findings, content, progress.advance)
    if place is not None:
        check_orphans(named, place, findings)
    return examined
