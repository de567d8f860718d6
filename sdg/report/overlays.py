"""Annotations as lines over a picture: outlines of masks, boxes, edges of cuboids, keypoints."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from sdg.dataset.model import DatasetAnnotation
from sdg.dataset.outline import rings
from sdg.errors import DatasetError
from sdg.foundation.arrays import FloatArray
from sdg.report.tally import cuboid_of, distance_of

# Corners differ in one of x, y, z, which stand for the bits 1, 2, 4 of their number.
CUBOID_EDGES = tuple((corner, corner | bit) for bit in (1, 2, 4) for corner in range(8) if not corner & bit)
# Outlines are drawn at this size; what is finer can't be seen.
_DRAWN_SIDE_PX = 900
_MOST_POINTS = 20_000
_FAR_SIDES = 20


def describe(found: DatasetAnnotation) -> dict[str, Any]:
    """Return an annotation as the page's script reads it; what it doesn't have is left out.

    Returns:
        `c` category id, `i` instance id, `n` annotation id, `a` area [px], `v` visibility, `z` distance [m], `b` box
        [x, y, width, height], `m` outline of the mask and `q` edges of the cuboid as paths of SVG, `k` keypoints
        [x, y, visibility, …]; pixels in the corner convention.
    """
    width, height = found.resolution
    box = found.bbox_xywh_px
    told = {
        "c": found.category_id,
        "i": found.instance_id,
        "n": _annotation_id(found.record),
        "a": round(found.area_px) if math.isfinite(found.area_px) else None,
        "v": _rounded(found.visibility, 3),
        "z": _rounded(distance_of(found), 2),
        "b": None if box is None or not all(map(math.isfinite, box)) else [_short(value) for value in box],
        "m": mask_path(found),
        "q": cuboid_path(cuboid_of(found).get("corners_px"), _FAR_SIDES * max(width, height)),
        "k": _keypoints(found.record),
    }
    return {key: value for key, value in told.items() if value not in (None, "", [])}


def mask_path(found: DatasetAnnotation) -> str:
    """Return the outline of a mask as a path of SVG, to be filled by the even-odd rule; empty without a mask."""
    segmentation = found.segmentation
    if isinstance(segmentation, list):
        return "".join(_path(points) for points in map(_polygon, segmentation) if points is not None)
    try:
        mask = found.mask()
    except DatasetError:
        return ""
    if mask is None:
        return ""
    tolerance_px = 0.6 * max(1.0, max(found.resolution) / _DRAWN_SIDE_PX)
    return "".join(_path(_simplified(ring, tolerance_px)) for ring in rings(mask))


def cuboid_path(corners_px: Any, farthest_px: float) -> str:
    """Return the edges of a cuboid as a path of SVG, without those whose ends the lens doesn't see."""
    if not isinstance(corners_px, list) or len(corners_px) != 8:
        return ""
    corners = [_point(corner, farthest_px) for corner in corners_px]
    edges = [(corners[one], corners[other]) for one, other in CUBOID_EDGES]
    lines = [(one, other) for one, other in edges if one is not None and other is not None]
    return "".join(f"M{_short(a)} {_short(b)}L{_short(c)} {_short(d)}" for (a, b), (c, d) in lines)


def skeletons(categories: Iterable[Any]) -> dict[str, list[list[int]]]:
    """Return which keypoints of each category are joined, counted from 0, by category id."""
    return {str(each.id): [list(pair) for pair in each.skeleton] for each in categories if each.skeleton}


def _annotation_id(record: Mapping[str, Any]) -> int | str | None:
    """Return COCO's id, by which findings name an annotation; None if there is none."""
    identifier = record.get("id")
    return identifier if isinstance(identifier, int | str) and not isinstance(identifier, bool) else None


def _point(corner: Any, farthest_px: float) -> tuple[float, float] | None:
    try:
        x, y = (float(value) for value in corner)
    except (TypeError, ValueError):
        return None
    return (x, y) if abs(x) <= farthest_px and abs(y) <= farthest_px else None


def _polygon(values: Any) -> FloatArray | None:
    try:
        points = np.array(values, dtype=np.float64).reshape(-1, 2)
    except (TypeError, ValueError):
        return None
    return points if 3 <= len(points) <= _MOST_POINTS and np.isfinite(points).all() else None


def _simplified(ring: FloatArray, tolerance_px: float) -> FloatArray:
    """Return a closed line with fewer corners, nowhere farther from the first than the tolerance."""
    import cv2

    if len(ring) <= 4:
        return ring
    fewer = cv2.approxPolyDP(ring.astype(np.float32)[:, None], tolerance_px, closed=True)[:, 0]
    return ring if len(fewer) < 3 else np.asarray(fewer, dtype=np.float64)


def _path(points: FloatArray) -> str:
    """Return a closed path in tenths of pixels, each point counted from the one before."""
    tenths = np.round(points * 10).astype(np.int64)
    steps = np.diff(tenths, axis=0, prepend=np.zeros((1, 2), np.int64))
    whole = not (steps % 10).any()
    values = (steps // 10 if whole else steps / 10).tolist()
    (x, y), *rest = values
    return f"M{x} {y}l{' '.join([f'{x} {y}' for x, y in rest])}z"


def _keypoints(record: Mapping[str, Any]) -> Sequence[float]:
    """Return keypoints in the corner convention; COCO counts from the centre of the first pixel."""
    values = record.get("keypoints")
    try:
        points = np.array(values, dtype=np.float64).reshape(-1, 3)
    except (TypeError, ValueError):
        return []
    if not np.isfinite(points).all():
        return []
    points[:, :2] += 0.5
    return [_short(value) for value in points.reshape(-1)]


def _short(value: float) -> float | int:
    rounded = round(float(value), 1)
    return int(rounded) if rounded == int(rounded) else rounded


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None or not math.isfinite(value) else round(value, digits)
