"""How classes, sizes and positions are spread over a COCO file."""

from __future__ import annotations

from typing import Any

import numpy as np

from sdg.foundation.arrays import FloatArray
from sdg.foundation.rows import distinct_rows
from sdg.validate.coco_file import CocoFile
from sdg.validate.findings import Findings

# COCO's own bins, by area [px²].
SMALL_AREA, LARGE_AREA = 32.0**2, 96.0**2
_IMBALANCE = 1000.0
_FEWEST = 200
_ONE_SHARE = 0.99
_CELLS = 4


def describe(coco: CocoFile, boxes: FloatArray, findings: Findings) -> dict[str, Any]:
    """Return the numbers of a COCO file, and tell where they are lopsided.

    Returns:
        `images`, `annotations`, `categories` (name, annotations, images), `sizes` by COCO's bins, `centres`: counts in
        4 x 4 cells of the picture, from the top left row by row.
    """
    known = coco.category_rows >= 0
    counts = np.bincount(coco.category_rows[known], minlength=len(coco.categories))
    placed = known & (coco.image_rows >= 0)
    pairs = distinct_rows(np.column_stack([coco.category_rows[placed], coco.image_rows[placed]])).rows
    in_images = np.bincount(pairs[:, 0], minlength=len(coco.categories))
    with np.errstate(over="ignore"):  # boxes may be as large as numbers are
        areas = np.where(np.isnan(coco.areas), boxes[:, 2] * boxes[:, 3], coco.areas)
    areas = areas[~np.isnan(areas)]
    sizes = {
        "small": int((areas < SMALL_AREA).sum()),
        "medium": int(((areas >= SMALL_AREA) & (areas < LARGE_AREA)).sum()),
        "large": int((areas >= LARGE_AREA).sum()),
    }
    centres = _centres(coco, boxes)
    _judge(coco, counts, sizes, centres, findings)
    return {
        "images": len(coco.images),
        "annotations": len(coco.annotations),
        "categories": [
            {"name": coco.category_name(row), "annotations": int(counts[row]), "images": int(in_images[row])}
            for row in range(len(coco.categories))
        ],
        "sizes": sizes,
        "centres": centres.reshape(_CELLS, _CELLS).tolist(),
    }


def _centres(coco: CocoFile, boxes: FloatArray) -> Any:
    rows = np.flatnonzero((coco.image_rows >= 0) & ~np.isnan(boxes[:, 0]))
    size = coco.sizes[coco.image_rows[rows]]
    rows, size = rows[(size > 0).all(axis=1)], size[(size > 0).all(axis=1)]
    with np.errstate(over="ignore"):
        centres = boxes[rows, :2] + boxes[rows, 2:] / 2
        cell = np.clip(_CELLS * (centres / size), 0, _CELLS - 1).astype(np.int64)
    return np.bincount(cell[:, 1] * _CELLS + cell[:, 0], minlength=_CELLS * _CELLS)


def _judge(coco: CocoFile, counts: Any, sizes: dict[str, int], centres: Any, findings: Findings) -> None:
    there = counts[counts > 0]
    if len(there) > 1 and there.max() > _IMBALANCE * there.min():
        most, least = int(np.argmax(counts)), int(np.flatnonzero(counts == there.min())[0])
        found = f"{coco.category_name(most)} {there.max()} times, {coco.category_name(least)} {there.min()} times"
        findings.add("V807", file=coco.path, expected=f"a ratio of at most {_IMBALANCE:.0f}", found=found)
    if centres.sum() >= _FEWEST and centres.max() > _ONE_SHARE * centres.sum():
        found = f"{centres.max()} of {centres.sum()} centres in one sixteenth of the picture"
        findings.add("V808", file=coco.path, expected="annotations all over the picture", found=found)
    total = sum(sizes.values())
    if total >= _FEWEST and max(sizes.values()) == total:
        found = f"{total} annotations, all {max(sizes, key=lambda name: sizes[name])}"
        findings.add("V809", file=coco.path, expected="small, medium and large ones", found=found)
