"""Keypoints of a COCO file: triples (x, y, flag) that agree with their category, their count and the picture."""

from __future__ import annotations

from typing import Any

import numpy as np

from sdg.foundation.arrays import FloatArray
from sdg.validate.boxes import slack_px
from sdg.validate.coco_file import CocoFile
from sdg.validate.columns import as_float
from sdg.validate.findings import Findings

_FLAGS = (0, 1, 2)


def check_keypoints(coco: CocoFile, boxes: FloatArray, findings: Findings) -> None:
    """Check skeletons, and every annotation's keypoints.

    Args:
        coco: The file.
        boxes: What `check_boxes` gave; a point that is seen lies in its annotation's box.
        findings: Where findings go.
    """
    names = [_names(coco, row, findings) for row in range(len(coco.categories))]
    for row, annotation in enumerate(coco.annotations):
        if "keypoints" in annotation and not coco.unsound[row]:
            category = int(coco.category_rows[row])
            count = names[category] if category >= 0 else None
            problem = _first_problem(coco, row, annotation, count, boxes[row])
            if problem is not None:
                code, expected, found = problem
                coco.unsound[row] = True
                findings.add(code, **coco.place(row), expected=expected, found=found)


def _names(coco: CocoFile, row: int, findings: Findings) -> int | None:
    """Return how many keypoints a category names, None if it names none; tell of a skeleton that joins others."""
    category = coco.categories[row]
    names = category.get("keypoints")
    if not isinstance(names, list):
        return None
    skeleton = category.get("skeleton", [])
    joints = (
        [joint for bone in skeleton if isinstance(bone, list) for joint in bone] if isinstance(skeleton, list) else []
    )
    strange = [joint for joint in joints if type(joint) is not int or not 1 <= joint <= len(names)]
    if strange:
        expected = f"category {category.get('name')!r}: skeleton of keypoints 1 to {len(names)}"
        findings.add("V408", file=coco.path, expected=expected, found=strange[0])
    return len(names)


def _first_problem(
    coco: CocoFile, row: int, annotation: Any, named: int | None, box: FloatArray
) -> tuple[str, str, Any] | None:
    values = annotation["keypoints"]
    if not isinstance(values, list) or len(values) % 3:
        found = len(values) if isinstance(values, list) else values
        return "V401", "a list of 3 numbers per keypoint", found
    if any(type(value) not in (int, float) for value in values):
        return "V401", "a list of 3 numbers per keypoint", next(v for v in values if type(v) not in (int, float))
    points = np.array([as_float(value) for value in values]).reshape(-1, 3)
    if not np.isfinite(points).all():
        return "V402", "finite numbers", values
    if named is None and len(points):
        return "V403", "a category that names its keypoints", f"{len(points)} keypoints"
    if named is not None and len(points) != named:
        return "V404", f"{named} keypoints, as its category names", len(points)
    flags = points[:, 2]
    if not np.isin(flags, _FLAGS).all():
        return "V405", "flags 0, 1 or 2", flags[~np.isin(flags, _FLAGS)][0]
    labelled = points[flags > 0, :2]
    stated = annotation.get("num_keypoints")
    if stated is not None and stated != len(labelled):
        return "V406", f"num_keypoints {len(labelled)}, those with a flag above 0", stated
    hidden = points[(flags == 0) & (points[:, :2] != 0).any(axis=1)]
    if len(hidden):
        return "V407", "0, 0 where the flag is 0", hidden[0].tolist()
    image = int(coco.image_rows[row])
    size = coco.sizes[image].astype(np.float64) if image >= 0 else np.zeros(2)
    if (size > 0).all():
        outside = labelled[((labelled < -1.0) | (labelled > size + 1.0)).any(axis=1)]
        if len(outside):
            return "V409", f"points within {size[0]:.0f} x {size[1]:.0f} px", outside[0].tolist()
    seen = points[flags == 2, :2]
    if not np.isnan(box).any() and len(seen):
        slack = slack_px(box[2:])
        out = seen[((seen < box[:2] - slack) | (seen > box[:2] + box[2:] + slack)).any(axis=1)]
        if len(out):
            return "V410", "points that are seen within the box", out[0].tolist()
    return None
