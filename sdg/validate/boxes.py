"""Boxes of a COCO file: four finite numbers, with an extent, in the picture; and annotations that are there twice."""

from __future__ import annotations

from typing import Any

import numpy as np

from sdg.foundation.arrays import BoolArray, FloatArray
from sdg.validate.coco_file import CocoFile
from sdg.validate.columns import number_lists
from sdg.validate.findings import Findings

# Boxes of other people's files may miss by so much: whichever is more.
TOLERANCE_PX = 1.0
TOLERANCE_SHARE = 0.02


def check_boxes(coco: CocoFile, findings: Findings) -> FloatArray:
    """Check every box.

    Returns:
        (x, y, width, height) [px], shape (N, 4), one per annotation; NaN where there is none, or none that can be used.
    """
    values = [annotation.get("bbox") for annotation in coco.annotations]
    boxes, readable = number_lists(values, 4)
    absent = np.array([value is None for value in values], dtype=bool)
    if absent.any():  # and not null
        absent = np.array(["bbox" not in annotation for annotation in coco.annotations], dtype=bool)
    wrong: BoolArray = ~readable & ~absent
    finite: BoolArray = np.logical_and.reduce(np.isfinite(boxes), axis=1)
    flat: BoolArray = finite & ~np.logical_and.reduce(boxes[:, 2:] > 0, axis=1)
    _tell(coco, findings, "V301", wrong, "[x, y, width, height]")
    _tell(coco, findings, "V302", readable & ~finite, "four finite numbers")
    negative: BoolArray = finite & np.logical_or.reduce(boxes[:, 2:] < 0, axis=1)
    _tell(coco, findings, "V303", flat & ~negative, "a width and height above 0")
    _tell(coco, findings, "V320", negative, "a width and height above 0")
    usable: BoolArray = finite & ~flat
    # No box, no mask and no keypoint: nothing to learn from.
    nothing = np.array(
        [
            not annotation.get("segmentation") and not annotation.get("keypoints")
            for annotation in (coco.annotations if absent.any() else ())
        ],
        dtype=bool,
    )
    if absent.any():
        _tell(coco, findings, "V225", absent & nothing, "a box, a mask or keypoints")
    coco.unsound |= wrong | (readable & ~finite) | flat
    outside = usable & _beyond(coco, boxes, exact=findings.exact) & ~coco.unsound
    _tell(coco, findings, "V304", outside, "a box within the picture")
    coco.unsound |= outside
    _check_twins(coco, boxes, usable & ~coco.unsound, findings)
    return np.where(usable[:, None], boxes, np.nan)


def slack_px(size_px: FloatArray) -> FloatArray:
    """Return how far a box or point of other people's files may be off [px], for a length [px]."""
    return np.maximum(TOLERANCE_PX, TOLERANCE_SHARE * size_px)


def area_slack(area: Any, box: FloatArray) -> FloatArray:
    """Return how far an area may be off: 2 %, or half a pixel all round the box, as outlines are drawn differently.

    Args:
        area: One, or shape (N,) [px].
        box: (x, y, width, height) [px], shape (N, 4).
    """
    slack: FloatArray = np.maximum(TOLERANCE_SHARE * area, box[:, 2] + box[:, 3] + 2.0)
    return slack


def boxes_agree(stated: FloatArray, box: FloatArray) -> BoolArray:
    """Return whether boxes agree on all four sides within 1 px or 2 % of their extent, shape (N,).

    Args:
        stated: (x, y, width, height) [px], shape (N, 4).
        box: What they should be, likewise.
    """
    slack = np.tile(slack_px(box[:, 2:]), 2)
    low = np.abs(stated[:, :2] - box[:, :2])
    high = np.abs(stated[:, :2] + stated[:, 2:] - box[:, :2] - box[:, 2:])
    close: BoolArray = np.logical_and.reduce(np.column_stack([low, high]) <= slack + 1e-6, axis=1)
    return close


def _beyond(coco: CocoFile, boxes: FloatArray, *, exact: bool) -> BoolArray:
    """Return which boxes reach out of their picture, shape (N,); False where the picture's size isn't known."""
    sizes = coco.sizes[coco.image_rows].astype(np.float64) if len(coco.sizes) else np.zeros((len(boxes), 2))
    known = (coco.image_rows >= 0) & (sizes > 0).all(axis=1)
    slack = np.zeros_like(sizes) if exact else slack_px(sizes)
    with np.errstate(invalid="ignore", over="ignore"):
        out = ((boxes[:, :2] < -slack) | (boxes[:, :2] + boxes[:, 2:] > sizes + slack)).any(axis=1)
    beyond: BoolArray = np.logical_and(out, known)
    return beyond


def _check_twins(coco: CocoFile, boxes: FloatArray, considered: BoolArray, findings: Findings) -> None:
    """Tell of annotations that equal an earlier one of the same image in category, box and mask."""
    rows = np.flatnonzero(considered)
    keys = np.column_stack(
        [coco.image_of_annotation[rows], coco.category_of_annotation[rows], boxes[rows].view(np.int64)]
    )
    order = np.lexsort(keys.T[::-1])
    same = (keys[order][1:] == keys[order][:-1]).all(axis=1)
    twins = [
        later
        for earlier, later in zip(rows[order[:-1][same]], rows[order[1:][same]], strict=True)
        if coco.annotations[earlier].get("segmentation") == coco.annotations[later].get("segmentation")
        and coco.annotations[earlier].get("keypoints") == coco.annotations[later].get("keypoints")
    ]
    findings.add_rows(
        "V319",
        twins,
        lambda row: coco.place(row) | {"expected": "each thing once", "found": "category, box and mask of another"},
    )
    coco.unsound[twins] = True


def _tell(coco: CocoFile, findings: Findings, code: str, which: BoolArray, expected: str) -> None:
    def describe(row: int) -> dict[str, object]:
        place = coco.place(row)
        picture = ""
        if code == "V304":
            width, height = coco.sizes[coco.image_rows[row]]
            picture = f" of {width} x {height} px"
        annotation = coco.annotations[row]
        return place | {"expected": f"{expected}{picture}", "found": annotation.get("bbox", "none of them")}

    findings.add_rows(code, np.flatnonzero(which), describe)
