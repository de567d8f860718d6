"""YOLO as Ultralytics reads it: pictures, a text file of boxes or outlines for each, and `data.yaml`.

https://docs.ultralytics.com/datasets/detect/ and https://docs.ultralytics.com/datasets/segment/
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from sdg.dataset.model import DatasetAnnotation
from sdg.dataset.outline import outline
from sdg.errors import UsageError
from sdg.export.model import ExportFormat, ExportPlan, Sample
from sdg.foundation.arrays import FloatArray
from sdg.write.atomic import write_atomically
from sdg.write.place import place_file


class YoloFormat(ExportFormat):
    """`images/<split>/`, `labels/<split>/` and `data.yaml`."""

    def __init__(self, plan: ExportPlan) -> None:
        """Begin; see `ExportFormat`."""
        super().__init__(plan)
        if not plan.has_masks:
            raise UsageError(
                f"yolo needs boxes, and {plan.dataset.path} has none",
                "add coco or bounding_box_2d_tight to the recipe's output",
            )
        # Classes count from 0 without gaps; ours from 1, and stuff may stand between things.
        self._class_of = {category.id: index for index, category in enumerate(plan.things)}
        self._crowds = self._outside = 0
        for split in plan.splits:
            for kind in ("images", "labels"):
                (plan.out / kind / split).mkdir(parents=True)

    def add(self, sample: Sample) -> None:
        picture = sample.view.files["rgb"]
        place_file(picture, self.plan.out / "images" / sample.split / f"{sample.stem}{picture.suffix}", resumes=False)
        lines = [line for found in sample.view.annotations if (line := self._line(found))]
        labels = self.plan.out / "labels" / sample.split / f"{sample.stem}.txt"
        write_atomically(labels, "".join(lines).encode(), resumes=False)

    def _line(self, found: DatasetAnnotation) -> str:
        if found.is_crowd:
            self._crowds += 1
            return ""
        numbers = self._outline(found) if self.plan.task == "segment" else self._box(found)
        if numbers is None:
            self._outside += 1
            return ""
        shares = numbers / np.tile(np.array(found.resolution, dtype=np.float64), len(numbers) // 2)
        text = " ".join(f"{share:.6f}" for share in shares)
        return f"{self._class_of[found.category_id]} {text}\n"

    def _box(self, found: DatasetAnnotation) -> FloatArray | None:
        """Return the middle and size of what of a box lies in the picture [px]; None if nothing does."""
        if found.bbox_xywh_px is None:
            raise UsageError(f"an annotation of {self.plan.dataset.path} has no box", "yolo needs one for each")
        corner, size = np.array(found.bbox_xywh_px[:2]), np.array(found.bbox_xywh_px[2:])
        low, high = np.clip([corner, corner + size], 0, found.resolution)
        return np.concatenate([(low + high) / 2, high - low]) if (high > low).all() else None

    def _outline(self, found: DatasetAnnotation) -> FloatArray:
        mask = found.mask()
        if mask is None or not mask.any():
            raise UsageError(f"an annotation of {self.plan.dataset.path} has no mask", "export with --task detect")
        return outline(mask).ravel()

    def finish(self) -> Mapping[str, Any]:
        # Without `path`, the splits count from the file's own folder, wherever that is moved. A JSON string is YAML.
        lines = [f"{split}: images/{split}" for split in self.plan.splits]
        lines += ["names:"]
        lines += [f"  {index}: {json.dumps(category.name)}" for index, category in enumerate(self.plan.things)]
        write_atomically(self.plan.out / "data.yaml", ("\n".join(lines) + "\n").encode(), resumes=False)
        told = (
            (self._crowds, "crowd annotations were left out: yolo has none"),
            (self._outside, "boxes were left out: nothing of them lies in the picture"),
        )
        left_out = [f"{count} {text}" for count, text in told if count]
        return {"task": self.plan.task, "left_out": left_out}
