"""KITTI's object detection: `training/` with pictures, calibrations and labels, and `ImageSets/` for the splits.

Fields after the devkit's readme, https://www.cvlibs.net/datasets/kitti/eval_object.php?obj_benchmark=3d
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from sdg.dataset.model import DatasetAnnotation
from sdg.errors import UsageError
from sdg.export.level import UprightBox, level_from_camera, upright_box
from sdg.export.model import ExportFormat, ExportPlan, Sample
from sdg.export.pinhole import is_distorted, pinhole_matrix
from sdg.foundation.arrays import FloatArray
from sdg.write.atomic import write_atomically
from sdg.write.place import place_file

_FOLDER = "training"
# From which visibility on a thing counts as fully visible (0), partly (1) or largely occluded (2); ours to choose.
_OCCLUSION = ((0.95, 0), (0.5, 1), (0.0, 2))
# A laser scanner that isn't there: at the camera, x forward, y to the left, z up.
_LEVEL_FROM_VELODYNE = np.array([[0.0, -1.0, 0.0, 0.0], [0.0, 0.0, -1.0, 0.0], [1.0, 0.0, 0.0, 0.0]])
_UNKNOWN_BOX = "-1 -1 -1 -1000 -1000 -1000 -10"


class KittiFormat(ExportFormat):
    """`training/{image_2,label_2,calib}` and `ImageSets/<split>.txt`."""

    def __init__(self, plan: ExportPlan) -> None:
        """Begin; see `ExportFormat`."""
        super().__init__(plan)
        if not plan.has_masks:
            raise UsageError(
                f"kitti needs boxes, and {plan.dataset.path} has none",
                "add coco or bounding_box_2d_tight to the recipe's output",
            )
        self._names = {category.id: category.name for category in plan.dataset.categories}
        self._members: dict[str, list[str]] = {split: [] for split in plan.splits}
        self._leaning = self._flat = self._distorted = 0

    def add(self, sample: Sample) -> None:
        view, folder = sample.view, self.plan.out / _FOLDER
        matrix = pinhole_matrix(view, self.plan, "kitti")
        self._distorted += is_distorted(view)
        level = level_from_camera(np.array(view.record["world_from_camera"], dtype=np.float64))
        # KITTI's names are numbers of six digits, and ours may have words in them.
        name = f"{view.image_id - 1:06d}"
        picture = view.files["rgb"]
        place_file(picture, folder / "image_2" / f"{name}{picture.suffix}", resumes=False)
        write_atomically(
            folder / "calib" / f"{name}.txt", _calibration(matrix @ level[:3, :3].T).encode(), resumes=False
        )
        sizes_m = {
            thing["instance_id"]: np.array(thing["cuboid"]["size_m"], dtype=np.float64)
            for thing in sample.frame.record["objects"]
            if "cuboid" in thing
        }
        lines = [self._line(found, level, sizes_m) for found in view.annotations]
        write_atomically(folder / "label_2" / f"{name}.txt", "".join(lines).encode(), resumes=False)
        self._members[sample.split].append(name)

    def _line(self, found: DatasetAnnotation, level: FloatArray, sizes_m: Mapping[int, FloatArray]) -> str:
        assert found.bbox_xywh_px is not None
        assert found.visibility is not None
        x, y, width, height = found.bbox_xywh_px
        box = self._box(found, level, sizes_m)
        occluded = next(state for least, state in _OCCLUSION if found.visibility >= least)
        fields = [
            self._names[found.category_id],
            _number(_truncation(found)),
            str(occluded),
            "-10" if box is None else _number(box.alpha),
            _numbers([x, y, x + width - 1, y + height - 1]),  # its outermost pixels, counted from 0
            _UNKNOWN_BOX if box is None else _numbers([*box.size_hwl_m, *box.bottom_m, box.rotation_y]),
        ]
        return " ".join(fields) + "\n"

    def _box(self, found: DatasetAnnotation, level: FloatArray, sizes_m: Mapping[int, FloatArray]) -> UprightBox | None:
        if "cuboid" not in found.record:
            self._flat += 1
            return None
        camera_from_cuboid = np.array(found.record["cuboid"]["camera_from_cuboid"], dtype=np.float64)
        box = upright_box(level @ camera_from_cuboid, sizes_m[found.instance_id])
        self._leaning += box is None
        return box

    def finish(self) -> Mapping[str, Any]:
        for split, names in self._members.items():
            path = self.plan.out / "ImageSets" / f"{split}.txt"
            write_atomically(path, "".join(f"{name}\n" for name in names).encode(), resumes=False)
        told = (
            (self._leaning, "boxes lean: kitti turns about the vertical only, so their 3-D fields are unknown"),
            (self._flat, "things have no 3-D box: bounding_box_3d is not among the dataset's annotators"),
            (self._distorted, "pictures are distorted, and kitti's calibration doesn't say so"),
        )
        return {"left_out": [f"{count} {text}" for count, text in told if count]}


def _calibration(projection: FloatArray) -> str:
    """Return a calibration file for one camera; all four of KITTI's are that one."""
    rows = {f"P{index}": np.hstack([projection, np.zeros((3, 1))]) for index in range(4)}
    rows["R0_rect"] = np.eye(3)
    rows["Tr_velo_to_cam"] = _LEVEL_FROM_VELODYNE
    rows["Tr_imu_to_velo"] = np.eye(4)[:3]
    return "".join(f"{key}: {' '.join(f'{value:.12e}' for value in matrix.ravel())}\n" for key, matrix in rows.items())


def _truncation(found: DatasetAnnotation) -> float:
    """Return which share of the 3-D box's outline in the picture plane is outside of the picture; -1 if unknown."""
    if "cuboid" not in found.record:
        return -1.0
    corners = found.record["cuboid"]["corners_px"]
    if any(corner is None for corner in corners):
        return 1.0  # it reaches behind the camera, and its outline to infinity
    points = np.array(corners, dtype=np.float64)
    whole = points.max(axis=0) - points.min(axis=0)
    inside = np.clip(points, 0, found.resolution)
    seen = inside.max(axis=0) - inside.min(axis=0)
    return float(np.clip(1 - seen.prod() / whole.prod(), 0, 1)) if whole.prod() > 0 else 0.0


def _numbers(values: Iterable[float]) -> str:
    return " ".join(_number(value) for value in values)


def _number(value: float) -> str:
    text = f"{value:.6f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
