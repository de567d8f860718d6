"""The picture files of a COCO file: there, whole, of the stated size and format; and what they show."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from sdg.validate.coco_file import CocoFile
from sdg.validate.content import PictureContent
from sdg.validate.findings import Findings
from sdg.validate.folder import Folder, RefusedPath, read_whole, relative_parts
from sdg.validate.masks import Advance
from sdg.validate.pictures import GREATEST_PIXELS, PictureHead, is_cut_jpeg, most_bytes, picture_head, png_damage
from sdg.validate.refusals import tell_refusal

_ASKED = 50
_PICTURE = re.compile(r".*\.(png|jpe?g|bmp|gif|webp|tiff?)", re.IGNORECASE)


@dataclass(frozen=True)
class PicturePlace:
    """Where the pictures are: `folder` and the path under it that file names count from.

    Under a `flat` place, all lie in one folder, whatever folders their names have.
    """

    folder: Folder
    prefix: str
    flat: bool = False

    def path(self, name: str) -> str:
        """Return a picture's path from the folder."""
        name = name.rpartition("/")[2] if self.flat else name
        return f"{self.prefix}/{name}" if self.prefix else name


def find_pictures(coco: CocoFile, folder: Folder) -> PicturePlace | None:
    """Return where the pictures that a file names are; None if none of the first is anywhere."""
    names = []
    for row in range(min(len(coco.images), _ASKED)):
        name = coco.file_name(row)
        try:
            relative_parts(name)
        except RefusedPath:
            continue
        names.append(name)
    # Names that come from URLs have a folder in front, which is not always there.
    forms = (False, True) if any("file_name" not in image for image in coco.images[:_ASKED]) else (False,)
    most, best = 0, None
    for candidate, flat in ((candidate, flat) for flat in forms for candidate in _prefixes(coco, folder)):
        place = PicturePlace(folder, candidate, flat)
        there = sum(folder.has(place.path(name)) for name in names)
        if there > most:
            most, best = there, place
        if names and most == len(names):
            break
    return best


def _prefixes(coco: CocoFile, folder: Folder) -> Iterator[str]:
    own = str(PurePosixPath(coco.path).parent)
    yield from dict.fromkeys(("", "" if own == "." else own))
    split = re.sub(
        r"^(instances|person_keypoints|captions|stuff|panoptic|lvis_v[0-9.]+|annotations|labels|coco)[_-]?",
        "",
        PurePosixPath(coco.path).stem,
    )
    for name in ("images", "data", "imgs", "JPEGImages", "rgb"):
        yield from ((f"{name}/{split}", name) if split else (name,))
    if split:
        yield from (split, f"{split}/images")
    yield from _folders(folder.root)


def _folders(root: os.PathLike[str]) -> Iterator[str]:
    try:
        with os.scandir(root) as entries:
            yield from sorted(e.name for e in entries if e.is_dir(follow_symlinks=False))[:200]
    except OSError:
        return


def check_pictures(
    coco: CocoFile, place: PicturePlace, findings: Findings, content: PictureContent | None, advance: Advance
) -> None:
    """Look at every picture file.

    Args:
        coco: The file that names them.
        place: Where they are.
        findings: Where findings go.
        content: Takes each picture in, if what they show is to be looked at too; None reads headers only.
        advance: Told how many images are done.
    """
    for row in range(len(coco.images)):
        if coco.file_name(row):
            _check_picture(coco, row, place, findings, content)
        advance(1)


def _check_picture(
    coco: CocoFile, row: int, place: PicturePlace, findings: Findings, content: PictureContent | None
) -> None:
    path = place.path(coco.file_name(row))
    where: dict[str, Any] = {"file": path, "image": coco.images[row].get("id")}
    if findings.is_blamed(file=path):
        return
    try:
        relative_parts(coco.file_name(row))  # an absolute one must not be taken for one below the prefix
        with place.folder.open(path) as stream:
            size = os.fstat(stream.fileno()).st_size
            head = picture_head(stream)
            if head is not None and head.kind == "jpeg" and is_cut_jpeg(stream, size):
                findings.add(
                    "V503",
                    **where,
                    expected="an end-of-image marker",
                    found=f"none after the coded data, in {size} bytes",
                )
                return
            if not _check_head(head, path, coco.sizes[row].tolist(), where, findings):
                return
            assert head is not None
            assert head.size is not None
            if content is None:
                return
            raw = read_whole(stream, most_bytes(head.size))
    except RefusedPath as refused:
        tell_refusal(refused, path, findings, "a picture", image=where["image"], missing="V501")
        return
    if head.kind == "png" and (damage := png_damage(raw)):
        findings.add("V503", **where, expected="a whole PNG", found=damage)
        return
    content.add(raw, head, where)


def _check_head(
    head: PictureHead | None, path: str, size: list[int], where: dict[str, Any], findings: Findings
) -> bool:
    """Whether the file is a picture that may be decoded."""
    if head is None:
        findings.add("V502", **where, expected="a picture", found="a file of no known format")
        return False
    if head.size is None:
        findings.add("V502", **where, expected="a picture whose header says its size", found=f"a damaged {head.kind}")
        return False
    if head.size[0] * head.size[1] > GREATEST_PIXELS:
        found = f"{head.size[0]} x {head.size[1]}"
        findings.add("V111", **where, expected=f"at most {GREATEST_PIXELS} pixels", found=found)
        return False
    if not head.fits_name(path):
        findings.add("V505", **where, expected=f"the ending of a {head.kind} file", found=path)
    if min(size) > 0 and list(head.size) != size:
        findings.add(
            "V504",
            **where,
            expected=f"{size[0]} x {size[1]} px",
            found=f"{head.size[0]} x {head.size[1]} px",
        )
        return False
    return True


def check_orphans(named: set[str], places: Iterable[PicturePlace], findings: Findings) -> None:
    """Tell of pictures beside the named ones that no image refers to.

    Args:
        named: Paths from the folder that images refer to, of all COCO files.
        places: Where pictures were looked for; all in one folder.
        findings: Where findings go.
    """
    folders = {path.rpartition("/")[0] for path in named}
    beside: dict[str, str] = {}  # each once, though places may lie in each other
    for place in dict.fromkeys(places):
        for path, kind in place.folder.files(place.prefix):
            if path not in named and path.rpartition("/")[0] in folders:
                beside[path] = kind
    links = [path for path, kind in beside.items() if kind == "link"]
    orphans = [path for path, kind in beside.items() if kind != "link" and _PICTURE.fullmatch(path)]
    findings.add_rows("V109", list(range(len(links))), lambda row: {"file": links[row], "expected": "a file"})
    findings.add_rows(
        "V506", list(range(len(orphans))), lambda row: {"file": orphans[row], "expected": "an image that names it"}
    )


def check_names(coco: CocoFile, findings: Findings) -> bool:
    """Tell of names that lead out of the folder, for pictures that are nowhere; whether there are any others."""
    others = False
    for row in range(len(coco.images)):
        name = coco.file_name(row)
        try:
            relative_parts(name)
            others = True
        except RefusedPath as refused:
            if name:
                image = coco.images[row].get("id")
                tell_refusal(refused, name, findings, "a picture in the folder", image=image)
    return others
