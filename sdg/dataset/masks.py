"""Masks of COCO's three kinds, decoded: both run-length codes, and polygons."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sdg.errors import DatasetError
from sdg.foundation.arrays import BoolArray

# A picture of so many takes some gigabytes until it is outlines.
_MOST_PIXELS = 1 << 28
# Pixels that pycocotools may step along all edges of a mask; it takes 40 bytes for each.
_MOST_STEPS = 1 << 22


def decode_mask(segmentation: Any, resolution: tuple[int, int]) -> BoolArray:
    """Return the pixels of a COCO segmentation, shape (H, W), bool.

    Args:
        segmentation: Compressed or plain run-length code, or a list of polygons.
        resolution: (width, height) of the picture [px].

    Raises:
        DatasetError: It is none of these, or of another size than the picture; or the picture is too large.
    """
    width, height = resolution
    if width * height > _MOST_PIXELS:
        raise DatasetError(f"a mask of {width} x {height} pixels is too large to be decoded")
    try:
        if isinstance(segmentation, list):
            counts = _counts(_code_of_polygons(segmentation, width, height))
        elif list(segmentation["size"]) != [height, width]:
            size = segmentation["size"]
            raise DatasetError(f"a mask has the size {size} (height, width), its picture [{height}, {width}]")
        elif isinstance(segmentation["counts"], list):
            counts = np.array(segmentation["counts"], dtype=np.int64)
        else:
            counts = _counts(segmentation["counts"].encode("ascii"))
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError) as error:
        raise DatasetError(f"a mask can't be decoded: {error!r}") from error
    outside = (counts < 0) | (counts > width * height)  # whose sum could wrap round
    if counts.ndim != 1 or outside.any() or counts.sum() != width * height:
        raise DatasetError(f"a mask's run lengths don't fill its picture of {width} x {height}")
    # Runs of background and mask take turns, background first, down the columns.
    runs: BoolArray = np.repeat(np.arange(len(counts)) % 2 == 1, counts)
    return np.ascontiguousarray(runs.reshape(width, height).T)


def _counts(code: bytes) -> npt.NDArray[np.int64]:
    """Return the run lengths of COCO's compressed code (`rleFrString` of pycocotools' maskApi.c).

    Each character carries 5 bits, the lowest first, and whether more follow; a number is signed, and from the fourth
    on it is what a run is longer than the one two before.
    """
    characters = np.frombuffer(code, dtype=np.uint8).astype(np.int64) - 48
    if not len(characters):
        return np.zeros(0, dtype=np.int64)
    if characters.min() < 0 or characters.max() > 63 or characters[-1] & 32:
        raise ValueError("not a run-length code")
    last = np.flatnonzero((characters & 32) == 0)
    first = np.concatenate([[0], last[:-1] + 1])
    place = np.arange(len(characters)) - np.repeat(first, last - first + 1)
    if place.max() > 11:
        raise ValueError("a run length of more than 60 bits")
    steps = np.add.reduceat((characters & 31) << (5 * place), first)
    negative = (characters[last] & 16) != 0
    steps[negative] -= np.int64(1) << (5 * (place[last[negative]] + 1))
    steps[1::2] = np.cumsum(steps[1::2])
    steps[2::2] = np.cumsum(steps[2::2])
    return steps


def _code_of_polygons(polygons: list[Any], width: int, height: int) -> bytes:
    from pycocotools import mask as coco_mask

    steps = 0.0
    for polygon in polygons:
        if not isinstance(polygon, list) or len(polygon) < 6 or len(polygon) % 2:
            raise ValueError("a polygon is no list of three points or more")
        points = np.array(polygon, dtype=np.float64).reshape(-1, 2)
        steps += float(np.abs(points - np.roll(points, 1, axis=0)).max(axis=1).sum())
    if not steps < _MOST_STEPS:
        raise ValueError("polygons that are too long, or not finite")
    code: bytes = coco_mask.merge(coco_mask.frPyObjects(polygons, height, width))["counts"]
    return code
