"""Counts over a whole dataset, taken in frame by frame; what they take in memory doesn't grow with the frames."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from sdg.dataset.model import DatasetAnnotation, DatasetFrame, DatasetView

# COCO's bounds between small, medium and large things, as areas [px] (`areaRng` of pycocotools' cocoeval.py).
SIZE_BOUNDS_PX = (32**2, 96**2)
SIZE_NAMES = ("small", "medium", "large")
HEAT_COLUMNS, HEAT_ROWS = 32, 24
VISIBILITY_BINS = 20


@dataclass
class CategoryTally:
    """What there is of one category: annotations, pictures that show it, and annotations by size."""

    annotations: int = 0
    images: int = 0
    by_size: list[int] = field(default_factory=lambda: [0, 0, 0])


@dataclass
class DatasetTally:
    """What a dataset holds.

    Attributes:
        categories: By category id.
        crowds: Annotations that stand for many things at once.
        boxes: Annotations with a box in the picture; `centers` counts their centres, shape (rows, columns).
        per_image: How many pictures show so many things.
        visibility: Annotations by visibility, in steps of 0.05.
        distances_m: How many cuboid centres lie so far along the optical axis, to three digits.
        resolutions: How many pictures are of each (width, height).
    """

    frames: int = 0
    images: int = 0
    annotations: int = 0
    crowds: int = 0
    boxes: int = 0
    keypoints: int = 0
    categories: dict[int, CategoryTally] = field(default_factory=dict)
    centers: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros((HEAT_ROWS, HEAT_COLUMNS), np.int64))
    per_image: Counter[int] = field(default_factory=Counter)
    visibility: list[int] = field(default_factory=lambda: [0] * VISIBILITY_BINS)
    distances_m: Counter[float] = field(default_factory=Counter)
    resolutions: Counter[tuple[int, int]] = field(default_factory=Counter)

    def add(self, frame: DatasetFrame) -> None:
        """Take in one frame."""
        self.frames += 1
        for view in frame.views.values():
            self._add_view(view)

    def by_size(self) -> list[int]:
        """Return how many annotations are small, medium and large."""
        return [sum(tally.by_size[size] for tally in self.categories.values()) for size in range(3)]

    def _add_view(self, view: DatasetView) -> None:
        self.images += 1
        self.resolutions[view.resolution] += 1
        self.per_image[len(view.annotations)] += 1
        for category_id in {found.category_id for found in view.annotations}:
            self.categories.setdefault(category_id, CategoryTally()).images += 1
        for found in view.annotations:
            self._add_annotation(found, view.resolution)

    def _add_annotation(self, found: DatasetAnnotation, resolution: tuple[int, int]) -> None:
        self.annotations += 1
        self.crowds += found.is_crowd
        tally = self.categories[found.category_id]
        tally.annotations += 1
        tally.by_size[size_of(found.area_px)] += 1
        if found.visibility is not None and 0 <= found.visibility <= 1:
            self.visibility[min(int(found.visibility * VISIBILITY_BINS), VISIBILITY_BINS - 1)] += 1
        if found.bbox_xywh_px is not None:
            x, y, width, height = found.bbox_xywh_px
            self._add_center((x + width / 2) / max(resolution[0], 1), (y + height / 2) / max(resolution[1], 1))
        if found.record.get("keypoints"):
            self.keypoints += 1
        distance_m = distance_of(found)
        if distance_m is not None:
            self.distances_m[float(f"{distance_m:.3g}")] += 1

    def _add_center(self, u: float, v: float) -> None:
        if 0 <= u <= 1 and 0 <= v <= 1:  # false for NaN too
            self.boxes += 1
            self.centers[min(int(v * HEAT_ROWS), HEAT_ROWS - 1), min(int(u * HEAT_COLUMNS), HEAT_COLUMNS - 1)] += 1


def size_of(area_px: float) -> int:
    """Return 0, 1 or 2 for small, medium and large, by COCO's bounds."""
    return sum(area_px >= bound for bound in SIZE_BOUNDS_PX)


def cuboid_of(found: DatasetAnnotation) -> Mapping[str, Any]:
    """Return a thing's cuboid, as our frame records or our COCO files have it; empty if there is none."""
    cuboid = found.record.get("cuboid", found.record.get("bbox_3d"))
    return cuboid if isinstance(cuboid, Mapping) else {}


def distance_of(found: DatasetAnnotation) -> float | None:
    """Return how far the centre of a thing's cuboid is along the optical axis [m]; None where that isn't known."""
    try:
        distance_m = float(cuboid_of(found)["camera_from_cuboid"][2][3])
    except (KeyError, IndexError, TypeError, ValueError):
        return None
    return distance_m if math.isfinite(distance_m) else None
