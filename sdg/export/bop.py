"""BOP's scenewise layout: poses of rigid objects, with pictures, depth and visible masks.

https://github.com/thodan/bop_toolkit/blob/master/docs/bop_datasets_format.md; a scene is what one camera took, a
picture's number is its frame's.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from sdg.dataset.model import DatasetAnnotation, DatasetView
from sdg.errors import DatasetError, UsageError
from sdg.export.bop_objects import BopObjects
from sdg.export.model import ExportFormat, ExportPlan, Sample
from sdg.export.pinhole import is_distorted, pinhole_matrix
from sdg.foundation.arrays import BoolArray, FloatArray
from sdg.foundation.transforms import invert_rigid
from sdg.write.atomic import write_atomically
from sdg.write.encode import encode_ids
from sdg.write.json_text import compact_json, readable_json
from sdg.write.place import place_file

_MM_PER_M = 1000.0
# What follows a split's name: pictures that were path traced.
_SPLIT_TYPE = "pbr"
_NO_BOX = [-1, -1, -1, -1]


class BopFormat(ExportFormat):
    """`<split>_pbr/<camera>/…`, `models/models_info.json`, `objects.json` and `camera.json`."""

    reads = ("rgb", "depth")

    def __init__(self, plan: ExportPlan) -> None:
        """Begin; see `ExportFormat`."""
        super().__init__(plan)
        wanted = {"bounding_box_3d": plan.asks_for("bounding_box_3d"), "coco": plan.has_masks and plan.dataset.manifest}
        for annotator, there in wanted.items():
            if not there:
                raise UsageError(
                    f"bop needs poses and masks; {plan.dataset.path} was made without {annotator}",
                    f"add {annotator} to the recipe's output, or export from the dataset's folder, not its COCO file",
                )
        self._objects = BopObjects({category.id: category.name for category in plan.things})
        self._scenes: dict[tuple[str, str], _Scene] = {}
        self._cameras: dict[str, dict[str, Any] | None] = {}
        self._distorted = self._hidden = self._without_depth = 0

    def add(self, sample: Sample) -> None:
        view = sample.view
        matrix = pinhole_matrix(view, self.plan, "bop")
        self._distorted += is_distorted(view)
        self._without_depth += "depth" not in view.files
        self._note_camera(view, matrix)
        scene = self._scene(sample)
        number = f"{view.frame_index:06d}"
        for annotator in self.reads:
            if annotator in view.files:
                path = view.files[annotator]
                place_file(path, scene.folder / annotator / f"{number}{path.suffix}", resumes=False)
        measured = _read_depth(view.files["depth"]) > 0 if "depth" in view.files else None
        things = {thing["instance_id"]: thing for thing in sample.frame.record["objects"]}
        truth, info = [], []
        for index, found in enumerate(view.annotations):
            mask = found.mask()
            assert mask is not None
            path = scene.folder / "mask_visib" / f"{number}_{index:06d}.png"
            write_atomically(path, encode_ids(np.where(mask, 255, 0).astype(np.uint8)), resumes=False)
            pose = np.array(found.record["cuboid"]["camera_from_cuboid"], dtype=np.float64)
            truth.append({"obj_id": self._objects.id_of(things[found.instance_id]), **_pose(pose, "m2c")})
            info.append(self._info(found, mask, measured))
        scene.add(view.frame_index, _camera(view, matrix), truth, info)

    def _info(self, found: DatasetAnnotation, mask: BoolArray, measured: BoolArray | None) -> dict[str, Any]:
        assert found.bbox_xywh_px is not None
        assert found.visibility is not None
        x, y, width, height = (int(length) for length in found.bbox_xywh_px)
        box = [x, y, width - 1, height - 1]  # bop_toolkit's boxes end at the centre of their last pixel
        whole = found.visibility == 1.0 and _is_inside(found)
        self._hidden += not whole
        info: dict[str, Any] = {
            "bbox_obj": box if whole else _NO_BOX,
            "bbox_visib": box,
            "px_count_all": round(found.area_px / found.visibility),
            "px_count_visib": int(found.area_px),
            "visib_fract": found.visibility,
        }
        if found.visibility == 1.0 and measured is not None:
            info["px_count_valid"] = int(np.count_nonzero(measured & mask))
        return dict(sorted(info.items()))

    def _scene(self, sample: Sample) -> _Scene:
        key = (sample.split, sample.view.camera)
        if key not in self._scenes:
            number = self.plan.dataset.cameras.index(sample.view.camera)
            folder = self.plan.out / f"{sample.split}_{_SPLIT_TYPE}" / f"{number:06d}"
            self._scenes[key] = _Scene(folder)
        return self._scenes[key]

    def _note_camera(self, view: DatasetView, matrix: FloatArray) -> None:
        """Remember a camera's intrinsics as long as they stay the same."""
        (fx, _, cx), (_, fy, cy), _ = matrix.tolist()
        width, height = view.resolution
        values = {"cx": cx, "cy": cy, "depth_scale": 1.0, "fx": fx, "fy": fy, "height": height, "width": width}
        if self._cameras.setdefault(view.camera, values) != values:
            self._cameras[view.camera] = None

    def finish(self) -> Mapping[str, Any]:
        self.close()
        several = len(self._cameras) > 1
        for name, values in self._cameras.items():
            if values is not None:
                path = self.plan.out / (f"camera_{name}.json" if several else "camera.json")
                write_atomically(path, readable_json(values, 1).encode(), resumes=False)
        write_atomically(
            self.plan.out / "objects.json", readable_json(self._objects.table(), 1).encode(), resumes=False
        )
        path = self.plan.out / "models" / "models_info.json"
        write_atomically(path, readable_json(self._objects.models_info(), 1).encode(), resumes=False)
        told = (
            (self._hidden, "things are partly hidden or cut off: the boxes of their whole silhouettes are unknown"),
            (self._distorted, "pictures are distorted, and bop's cam_K doesn't say so"),
            (self._without_depth, "pictures have no depth: it is not among the dataset's annotators"),
            (len(self._objects), "models have sizes and no meshes"),
        )
        cameras = self.plan.dataset.cameras
        return {
            "scenes": {f"{cameras.index(name):06d}": name for name in cameras if name in self._cameras},
            "left_out": [f"{count} {text}" for count, text in told if count],
        }

    def close(self) -> None:
        for scene in self._scenes.values():
            scene.close()


class _Scene:
    """One scene's folder, and its three JSON files, which grow picture by picture."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        self._files = [_JsonTable(folder / f"scene_{name}.json") for name in ("camera", "gt", "gt_info")]

    def add(self, number: int, *values: Any) -> None:
        """Append one picture to each file."""
        for file, value in zip(self._files, values, strict=True):
            file.add(str(number), value)

    def close(self) -> None:
        for file in self._files:
            file.close()


class _JsonTable:
    """A JSON object that is written entry by entry."""

    def __init__(self, path: Path) -> None:
        self._stream: TextIO = path.open("x", encoding="utf-8")
        self._separator = "{\n"

    def add(self, key: str, value: Any) -> None:
        self._stream.write(f"{self._separator}  {compact_json(key)}: {compact_json(value)}")
        self._separator = ",\n"

    def close(self) -> None:
        if not self._stream.closed:
            self._stream.write("\n}\n")
            self._stream.close()


def _camera(view: DatasetView, matrix: FloatArray) -> dict[str, Any]:
    camera_from_world = invert_rigid(np.array(view.record["world_from_camera"], dtype=np.float64))
    # Depth pictures are in millimetres already.
    return {"cam_K": matrix.ravel().tolist(), **_pose(camera_from_world, "w2c"), "depth_scale": 1.0}


def _pose(camera_from_other: FloatArray, name: str) -> dict[str, list[float]]:
    """Return BOP's rotation, row by row, and translation [mm]."""
    return {
        f"cam_R_{name}": camera_from_other[:3, :3].ravel().tolist(),
        f"cam_t_{name}": (camera_from_other[:3, 3] * _MM_PER_M).tolist(),
    }


def _is_inside(found: DatasetAnnotation) -> bool:
    """Return whether the whole cuboid is in the picture, so that its silhouette is."""
    corners = found.record["cuboid"]["corners_px"]
    width, height = found.resolution
    return all(corner is not None and 0 <= corner[0] <= width and 0 <= corner[1] <= height for corner in corners)


def _read_depth(path: Path) -> Any:
    import cv2

    depth = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    if depth is None:
        raise DatasetError(f"{path} is no picture", "get the dataset anew")
    return depth
