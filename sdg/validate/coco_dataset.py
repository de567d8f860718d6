"""A COCO file that anyone may have written: all checks that its files allow."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from sdg.validate.boxes import check_boxes
from sdg.validate.coco_file import CocoFile, coco_tables, looks_like_panoptic
from sdg.validate.coco_pictures import PicturePlace, check_names, check_orphans, check_pictures, find_pictures
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
        pictures: Folder that file names count from, by COCO file of instances; None where no picture was found.
        left_out: What was not checked, and why, in words.
        statistics: Numbers of the dataset, as plain JSON values.
    """

    files: list[str] = field(default_factory=list)
    pictures: dict[str, Path | None] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    statistics: dict[str, Any] = field(default_factory=dict)


def check_tables(
    value: Any, path: str, findings: Findings, progress: Progress, *, fast: bool
) -> tuple[CocoFile, Any] | None:
    """Check structure, boxes, keypoints and masks of one COCO file.

    Returns:
        Its tables and boxes, all NaN for captions; None if it is no COCO file.
    """
    coco = coco_tables(value, path, findings)
    if coco is None:
        return None
    check_structure(coco, findings)
    if coco.captions:
        return coco, np.full((len(coco.annotations), 4), np.nan)
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
    named: bool = False,
) -> Examined:
    """Check COCO files and the pictures that they name.

    Args:
        values: Path from `folder` and content of each file, of instances or panoptic; one is held at a time.
        folder: What nothing may leave.
        pictures: Where pictures are looked for.
        findings: Where findings go.
        progress: Hears how far it is.
        fast: Leave out decoding masks and pictures.
        named: Whether the folder of the pictures was named by the user, so that they should be there.
    """
    files = _CocoFiles(folder, pictures, findings, progress, fast, named)
    if fast:
        files.examined.left_out.append("--fast: masks and pictures were not decoded")
    for path, value in values:
        files.check(path, value)
        del value  # before the next one is read
    check_orphans(files.named, files.places, findings)
    return files.examined


class _CocoFiles:
    """Checks one file after the other, and remembers which pictures they name."""

    def __init__(
        self, folder: Folder, pictures: Folder, findings: Findings, progress: Progress, fast: bool, named: bool
    ) -> None:
        self._folder, self._pictures, self._findings = folder, pictures, findings
        self._progress, self._fast, self._named = progress, fast, named
        self._content = None if fast else PictureContent(findings)
        self.examined = Examined()
        self.named: set[str] = set()
        self.places: list[PicturePlace] = []

    def check(self, path: str, value: Any) -> None:
        examined, findings = self.examined, self._findings
        if looks_like_panoptic(value):
            examined.files.append(path)
            folders = (self._folder, self._pictures)
            left_out = check_panoptic_file(value, path, folders, findings, self._progress, fast=self._fast)
            examined.left_out += [left_out] if left_out else []
            return
        checked = check_tables(value, path, findings, self._progress, fast=self._fast)
        if checked is not None:
            coco, boxes = checked
            examined.files.append(path)
            if not coco.captions:
                examined.statistics[path] = describe(coco, boxes, findings)
            self._check_pictures(coco)

    def _check_pictures(self, coco: CocoFile) -> None:
        place = find_pictures(coco, self._pictures)
        if not coco.captions:
            self.examined.pictures[coco.path] = None if place is None else place.folder.root / place.prefix
        if place is not None:
            self.places.append(place)
            self.named |= {place.path(coco.file_name(row)) for row in range(len(coco.images))}
            self._progress.start("pictures", len(coco.images))
            check_pictures(coco, place, self._findings, self._content, self._progress.advance)
        elif coco.images and check_names(coco, self._findings):
            found = f"{coco.file_name(0)!r} nowhere"
            if self._named:
                expected = f"pictures in {self._pictures.root}"
                self._findings.add("V509", file=coco.path, expected=expected, found=found)
            else:
                self._findings.add("V508", file=coco.path, expected="pictures in the folder", found=found)
            self.examined.left_out.append(f"pictures of {coco.path}: none of them is in {self._pictures.root}")
