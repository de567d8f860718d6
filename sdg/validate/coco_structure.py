"""Ids and references of a COCO file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from sdg.validate.coco_file import CocoFile
from sdg.validate.columns import NO_ID, repeated
from sdg.validate.findings import Findings


def check_structure(coco: CocoFile, findings: Findings) -> None:
    """Look for ids that are doubled, zero or negative, references to nothing, and lists that don't fit together."""
    _check_images(coco, findings)
    if coco.captions:
        _check_captions(coco, findings)
    else:
        _check_categories(coco, findings)
    _check_annotations(coco, findings)


def _check_images(coco: CocoFile, findings: Findings) -> None:
    path = coco.path
    if not coco.images or not coco.annotations:
        what = "images" if not coco.images else "annotations"
        findings.add("V223", file=path, expected=f"{what}", found="an empty list")

    def image(row: int) -> dict[str, Any]:
        return {"file": path, "image": coco.images[row].get("id")}

    findings.add_rows(
        "V204",
        repeated(coco.image_ids),
        lambda row: image(row) | {"expected": "each image id once", "found": coco.image_ids[row].item()},
    )
    names: dict[str, int] = {}
    from_urls = []
    for row, entry in enumerate(coco.images):
        name = coco.file_name(row) or entry.get("file_name")
        if name and "file_name" not in entry:
            from_urls.append(name)
        elif "file_name" not in entry:
            findings.add("V202", **image(row), expected="image file_name", found="nothing")
        elif not isinstance(name, str) or not name:
            findings.add("V203", **image(row), expected="image file_name: a path", found=name)
        elif name in names:
            first = coco.images[names[name]].get("id")
            findings.add("V215", **image(row), expected=f"a file of its own; image {first!r} has it too", found=name)
        else:
            names[name] = row
        license_id = entry.get("license")
        known = type(license_id) in (int, str) and license_id in (coco.licenses or ())
        if coco.licenses is not None and license_id is not None and not known:
            findings.add("V217", **image(row), expected="the id of one of licenses", found=entry["license"])
    if from_urls:
        of = f"coco_url alone in {len(from_urls)} of {len(coco.images)} images, read as {from_urls[0]}"
        findings.add("V226", file=path, expected="image file_name", found=of)
    negative = (coco.image_ids < 0) & (coco.image_ids != NO_ID)
    findings.add_rows(
        "V218",
        np.flatnonzero(negative),
        lambda row: image(row) | {"expected": "an image id of at least 0", "found": coco.image_ids[row].item()},
    )
    used = np.zeros(len(coco.images), dtype=bool)
    used[coco.image_rows[coco.image_rows >= 0]] = True
    empty = np.flatnonzero(~used)
    if len(empty) and coco.annotations:
        some = ", ".join(str(coco.images[row].get("id")) for row in empty[:5])
        of = f"{len(empty)} of {len(coco.images)} images: {some}{' …' if len(empty) > 5 else ''}"
        findings.add("V214", file=path, expected="annotations in each image", found=f"none in {of}")


def _check_categories(coco: CocoFile, findings: Findings) -> None:
    path, ids = coco.path, coco.category_ids
    for row in repeated(ids):
        findings.add("V206", file=path, expected="each category id once", found=int(ids[row]))
    names: dict[str, Any] = {}
    for row, entry in enumerate(coco.categories):
        name = entry.get("name")
        if not isinstance(name, str) or not name:
            code = "V203" if "name" in entry else "V202"
            findings.add(code, file=path, expected=f"category {entry.get('id')!r} name", found=entry.get("name", ""))
        elif name in names:
            findings.add(
                "V213",
                file=path,
                expected=f"one category named {name!r}",
                found=f"ids {names[name]!r} and {entry.get('id')!r}",
            )
        else:
            names[name] = entry.get("id")
        if ids[row] == 0:
            findings.add("V210", file=path, expected="category ids from 1", found=f"0 ({coco.category_name(row)})")
    known = np.unique(ids[ids != NO_ID])
    for negative in known[known < 0]:
        findings.add("V218", file=path, expected="a category id of at least 0", found=int(negative))
    # In datasets of sdg, stuff has the ids between, which are in panoptic.json.
    if not findings.exact and len(known) and known[-1] - known[0] + 1 != len(known):
        findings.add(
            "V211", file=path, expected=f"ids {known[0]} to {known[-1]} without gaps", found=f"{len(known)} ids"
        )
    counts = np.bincount(coco.category_rows[coco.category_rows >= 0], minlength=len(coco.categories))
    if coco.annotations:
        unused = [coco.category_name(row) or str(ids[row]) for row in np.flatnonzero(counts == 0).tolist()]
        if unused:
            listed = ", ".join(unused[:10]) + (" …" if len(unused) > 10 else "")
            found = f"{len(unused)} of {len(counts)} without any: {listed}"
            findings.add("V212", file=path, expected="annotations of each category", found=found)


def _check_captions(coco: CocoFile, findings: Findings) -> None:
    for row, entry in enumerate(coco.annotations):
        caption = entry.get("caption")
        if not isinstance(caption, str) or not caption.strip():
            code = "V203" if "caption" in entry else "V202"
            found = entry.get("caption", "nothing")
            findings.add(code, **coco.place(row), expected="annotation caption: a sentence", found=found)


def _check_annotations(coco: CocoFile, findings: Findings) -> None:
    ids = coco.annotation_ids
    checks: Mapping[str, tuple[Any, str, Any]] = {
        "V205": (repeated(ids), "each annotation id once", ids),
        "V209": (np.flatnonzero((ids == 0) & (not coco.captions)), "annotation ids from 1", ids),
        "V218": (np.flatnonzero((ids < 0) & (ids != NO_ID)), "an annotation id of at least 1", ids),
        "V207": (
            np.flatnonzero((coco.image_rows < 0) & (coco.image_of_annotation != NO_ID)),
            "the id of one of images",
            coco.image_of_annotation,
        ),
        "V208": (
            np.flatnonzero((coco.category_rows < 0) & (coco.category_of_annotation != NO_ID)),
            "the id of one of categories",
            coco.category_of_annotation,
        ),
    }
    for code, (rows, expected, column) in checks.items():
        coco.unsound[rows] = True
        findings.add_rows(
            code,
            rows,
            lambda row, expected=expected, column=column: (
                coco.place(row)  # type: ignore[misc]
                | {"expected": expected, "found": column[row].item()}
            ),
        )
