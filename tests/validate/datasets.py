"""Datasets to spoil: a real one as `sdg generate` leaves it, and a COCO file with polygons, a crowd and keypoints."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np

RECIPE = """\
sdg: 1
name: sound
seed: 5
frames: 4
license: CC-BY-4.0
vars:
  level: {uniform: [2000, 9000]}
scene:
  environment: {asset: warehouse_hall, size_m: [12, 12, 5]}
  objects:
    - name: pallet
      asset: pallet
      class: pallet
      count: 2
      place: {scatter_2d: {surface: floor, avoid_collisions: true, region_m: [-2, -2, 2, 2]}}
      yaw_deg: {uniform: [0, 360]}
    - name: carton
      asset: {choice: [carton_small, carton_large]}
      class: carton
      count: {uniform_int: [3, 5]}
      place: {scatter_2d: {surface: floor, avoid_collisions: true, region_m: [-2, -2, 2, 2]}}
      yaw_deg: {uniform: [0, 360]}
lighting:
  - rect: {size_m: [3, 3], position_m: [0, 0, 4.8], intensity: $level}
cameras:
  - name: left
    resolution: [96, 72]
    lens: {opencv_pinhole: {fx: 70, fy: 70, cx: 48, cy: 36, k1: {uniform: [-0.2, 0.0]}}}
    pose: {orbit: {target: pallet, distance_m: {uniform: [3, 4]}, elevation_deg: {uniform: [20, 50]}}}
    depth_sensor: {preset: d435}
  - name: pair
    resolution: [64, 48]
    lens: {pinhole: {fx: 40}}
    stereo: {baseline_m: 0.1}
    pose: {look_at: {eye_m: [0, 0.1, 4.5], target: [0, 0, 0]}}
output:
  annotators:
    - rgb
    - depth
    - semantic_segmentation
    - instance_segmentation
    - part_segmentation
    - bounding_box_2d_tight
    - bounding_box_2d_loose
    - bounding_box_3d
    - amodal_segmentation
    - occlusion
    - truncation
    - distance_to_image_plane
    - distance_to_camera
    - normals
    - motion_vectors
    - pointcloud
  coco: {}
render: {spp: 4, max_depth: 3, denoise: false}
"""

INSTANCES, PANOPTIC = "annotations/instances.json", "annotations/panoptic.json"


class SdgDataset:
    """A copy of a dataset of `sdg`; after a change, `seal` makes sizes and digests right again."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def read(self, path: str) -> Any:
        return json.loads((self.root / path).read_text())

    def write(self, path: str, value: Any) -> None:
        self.put(path, json.dumps(value).encode())

    def put(self, path: str, content: bytes) -> None:
        target = self.root / path
        target.unlink(missing_ok=True)  # it is a hard link to the dataset that all tests share
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)

    def edit(self, path: str, change: Callable[[Any], Any]) -> None:
        """Change a JSON file in place."""
        value = self.read(path)
        change(value)
        self.write(path, value)

    def record(self, frame: int = 0) -> str:
        return f"frames/{frame:06d}.json"

    def file(self, annotator: str, camera: str = "pair", frame: int = 0) -> str:
        """Return the path of one picture or array."""
        path: str = self.read(self.record(frame))["cameras"][camera]["files"][annotator]["path"]
        return path

    def edit_picture(self, path: str, change: Callable[[Any], Any]) -> None:
        """Change a PNG's pixels; `change` works in place or returns others."""
        pixels = cv2.imread(str(self.root / path), cv2.IMREAD_UNCHANGED)
        changed = change(pixels)
        done, content = cv2.imencode(".png", pixels if changed is None else changed)
        assert done
        self.put(path, content.tobytes())

    def edit_array(self, path: str, change: Callable[[Any], Any]) -> None:
        """Change a `.npy` file in place; `change` works in place or returns another array."""
        array = np.load(self.root / path)
        changed = change(array)
        (self.root / path).unlink()
        np.save(self.root / path, array if changed is None else changed)

    def seal(self) -> None:
        """Make every recorded size and digest, and the manifest's counts of them, right again."""
        manifest = self.read("manifest.json")
        for entry in manifest["files"]:
            if entry["path"].startswith("frames/") and (self.root / entry["path"]).exists():
                try:
                    record = self.read(entry["path"])
                    views = list(record["cameras"].values())
                except (ValueError, KeyError, TypeError, AttributeError):
                    continue
                for view in views:
                    for file in view["files"].values():
                        file.update(self.described(file["path"]))
                self.write(entry["path"], record)
        for entry in manifest["files"]:
            entry.update(self.described(entry["path"]))
        manifest["totals"]["files"] = len({entry["path"] for entry in manifest["files"]})
        manifest["totals"]["bytes"] = sum({entry["path"]: entry["size"] for entry in manifest["files"]}.values())
        self.write("manifest.json", manifest)

    def described(self, path: str) -> dict[str, Any]:
        """Return digest and size of a file; nothing of what is no file."""
        target = self.root / path
        if not target.is_file() or target.is_symlink():
            return {}
        content = target.read_bytes()
        return {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}


def plain_coco() -> dict[str, Any]:
    """Return a sound COCO file of three pictures: boxes, polygons, a crowd, keypoints and both forms of RLE."""
    people = {"id": 1, "name": "person", "keypoints": ["nose", "tail"], "skeleton": [[1, 2]]}
    annotations = [
        _polygon(1, 1, [[10, 10, 30, 10, 30, 30, 10, 30]], [10, 10, 20, 20], 400.0),
        _polygon(2, 1, [[40, 5, 50, 5, 50, 15, 40, 15], [45, 30, 55, 30, 55, 38, 45, 38]], [40, 5, 15, 33], 180.0),
        {
            "id": 3,
            "image_id": 2,
            "category_id": 2,
            "iscrowd": 1,
            "area": 60,
            "bbox": [2, 4, 2, 30],
            "segmentation": {"size": [48, 64], "counts": [100, 30, 18, 30, 48 * 64 - 178]},
        },
        {
            "id": 4,
            "image_id": 2,
            "category_id": 1,
            "iscrowd": 0,
            "area": 64,
            "bbox": [20, 20, 8, 8],
            "segmentation": {"size": [48, 64], "counts": "dn08X10000000000000\\e1"},
            "keypoints": [22, 22, 2, 26, 26, 1],
            "num_keypoints": 2,
        },
        {"id": 5, "image_id": 3, "category_id": 2, "iscrowd": 0, "area": 50.0, "bbox": [5.5, 6.25, 10, 5]},
    ]
    return {
        "info": {},
        "licenses": [{"id": 1, "name": "none"}],
        "images": [
            {"id": index, "file_name": f"{index:03d}.png", "width": 64, "height": 48, "license": 1}
            for index in (1, 2, 3)
        ],
        "categories": [people, {"id": 2, "name": "dog"}],
        "annotations": annotations,
    }


def _polygon(identifier: int, image: int, shapes: list[list[float]], box: list[float], area: float) -> dict[str, Any]:
    return {
        "id": identifier,
        "image_id": image,
        "category_id": 2,
        "iscrowd": 0,
        "area": area,
        "bbox": box,
        "segmentation": shapes,
    }


def write_plain(folder: Path) -> None:
    """Write the sound COCO file as `annotations/instances.json`, with its pictures in `images/`."""
    (folder / "annotations").mkdir(parents=True)
    (folder / "images").mkdir()
    (folder / INSTANCES).write_text(json.dumps(plain_coco()))
    random = np.random.default_rng(1)
    for index in (1, 2, 3):
        coarse = random.integers(0, 256, (6, 8, 3), dtype=np.uint8)
        picture = cv2.resize(coarse, (64, 48), interpolation=cv2.INTER_CUBIC)
        cv2.imwrite(str(folder / f"images/{index:03d}.png"), picture)
