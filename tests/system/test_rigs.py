"""A stereo pair that rides on an object, and a camera on one that is not always there, from recipe to dataset."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cv2
import jsonschema
import numpy as np
import pytest
import yaml

import sdg.write
from sdg.cli.main import main
from sdg.foundation.arrays import FloatArray

RECIPE = """
sdg: 1
name: rig
seed: 6
frames: 3
scene:
  environment: {asset: warehouse_hall, size_m: [10, 12, 5]}
  objects:
    - name: cart
      asset: cube
      size_m: [0.6, 0.4, 0.3]
      position_m: [{uniform: [-2.2, -1.8]}, {uniform: [-0.2, 0.2]}, 0]
    - {name: board, asset: cube, size_m: [0.02, 1.2, 1.0], position_m: [1.5, 0, 0.2], rotation_deg: [7, 0, 0]}
    - {name: ball, asset: sphere, size_m: [0.5, 0.5, 0.5], position_m: [0.6, 1.1, 0.1]}
    - {name: rare, asset: cube, size_m: [0.3, 0.3, 0.3], probability: 0.5, position_m: [3, 3, 0]}
lighting:
  - rect: {grid: [2, 2], intensity: 30000}
cameras:
  - name: eye
    resolution: [160, 120]
    lens: {pinhole: {fx: 150}}
    mount: {on: cart, pose: {position_m: [0.35, 0.05, 0.6], rotation_deg: [-90, 0, -90]}}
    stereo: {baseline_m: 0.3}
  - name: sometimes
    resolution: [32, 24]
    mount: {on: rare, pose: {position_m: [0, 0, 1], rotation_deg: [-90, 0, 90]}}
output:
  annotators: [rgb, distance_to_image_plane, instance_segmentation, bounding_box_2d_tight]
render: {spp: 1, denoise: false}
"""
FRAMES = range(3)


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rig")
    (folder / "recipe.yaml").write_text(RECIPE)
    assert main(["generate", str(folder / "recipe.yaml"), "-o", str(folder / "data"), "--device", "cpu"]) == 0
    return folder / "data"


def record_of(dataset: Path, frame: int) -> Any:
    return json.loads((dataset / f"frames/{frame:06}.json").read_text())


def depth_of(dataset: Path, camera: str, frame: int) -> FloatArray:
    depth: FloatArray = np.load(dataset / f"distance_to_image_plane/{camera}/{frame:06}.npy").astype(np.float64)
    return depth


def ids_of(dataset: Path, camera: str, frame: int) -> Any:
    return cv2.imread(str(dataset / f"instance/{camera}/{frame:06}.png"), cv2.IMREAD_UNCHANGED)


def projection_of(dataset: Path, camera: str) -> FloatArray:
    entry = yaml.safe_load((dataset / f"calibration/{camera}.ros.yaml").read_text())["projection_matrix"]
    return np.array(entry["data"]).reshape(3, 4)


def test_records_hold_the_extrinsics_and_pass_their_schema(dataset: Path) -> None:
    schema = json.loads(Path(sdg.write.__path__[0], "frame_record.schema.json").read_text())
    for frame in FRAMES:
        record = record_of(dataset, frame)
        jsonschema.validate(record, schema)
        left, right = record["cameras"]["eye"], record["cameras"]["eye_right"]
        cart = next(thing for thing in record["objects"] if thing["name"] == "cart[0]")
        assert (left["mount"]["on"], left["mount"]["prim_path"]) == ("cart[0]", cart["prim_path"])
        assert (right["mount"]["on"], right["mount"]["prim_path"]) == ("eye", left["prim_path"])
        assert left["stereo"] == right["stereo"] == {"left": "eye", "right": "eye_right", "baseline_m": 0.3}
        world_from_cart, carried = np.array(cart["world_from_object"]), np.array(left["mount"]["carrier_from_camera"])
        np.testing.assert_allclose(world_from_cart @ carried, left["world_from_camera"], atol=1e-12)
        followed = np.array(left["world_from_camera"]) @ np.array(right["mount"]["carrier_from_camera"])
        np.testing.assert_allclose(followed, right["world_from_camera"], atol=1e-12)


def test_a_camera_without_its_carrier_has_no_picture_anywhere(dataset: Path) -> None:
    seen = set()
    images = json.loads((dataset / "annotations/instances.json").read_text())["images"]
    for frame in FRAMES:
        record = record_of(dataset, frame)
        is_there = any(thing["name"] == "rare[0]" for thing in record["objects"])
        seen.add(is_there)
        assert ("sometimes" in record["cameras"]) == is_there
        assert (dataset / f"rgb/sometimes/{frame:06}.png").exists() == is_there
        named = [image["camera"] for image in images if image["frame_index"] == frame]
        assert named == ["eye", "eye_right", "sometimes"][: 2 + is_there]
    assert seen == {True, False}


def test_what_both_eyes_label_is_triangulated_to_its_depth(dataset: Path) -> None:
    """The board faces the pair, so that the middles of its two masks are pictures of one point of it.

    It is turned about the line of sight: its edges cross pixels everywhere, and so the middles are fine.
    """
    left, right = projection_of(dataset, "eye"), projection_of(dataset, "eye_right")
    for frame in FRAMES:
        record = record_of(dataset, frame)
        board = next(thing["instance_id"] for thing in record["objects"] if thing["name"] == "board[0]")
        masks = [ids_of(dataset, camera, frame) == board for camera in ("eye", "eye_right")]
        middles = [np.argwhere(mask).mean(axis=0)[::-1] for mask in masks]
        point = cv2.triangulatePoints(left, right, middles[0][:, None], middles[1][:, None])[:, 0]
        depth = float(np.median(depth_of(dataset, "eye", frame)[masks[0]]))
        assert point[2] / point[3] == pytest.approx(depth, rel=0.01)


def test_depth_of_the_left_eye_puts_every_point_where_the_right_eye_sees_it(dataset: Path) -> None:
    """cv2.reprojectImageTo3D of the disparity fx B / z, moved by the baseline and projected through the right eye's P.

    There the right eye's own depth is the same, but for what hides from one of them and pixels on edges.
    """
    right = projection_of(dataset, "eye_right")
    fx, cx, cy, baseline_m = right[0, 0], right[0, 2], right[1, 2], -right[0, 3] / right[0, 0]
    to_space = np.array([[1, 0, 0, -cx], [0, 1, 0, -cy], [0, 0, 0, fx], [0, 0, 1 / baseline_m, 0]])
    for frame in FRAMES:
        near = depth_of(dataset, "eye", frame)
        points = cv2.reprojectImageTo3D((fx * baseline_m / near).astype(np.float32), to_space).reshape(-1, 3)
        seen = np.c_[points.astype(np.float64), np.ones(len(points))] @ right.T
        column, row = np.rint(seen[:, :2] / seen[:, 2:]).astype(int).T
        inside = (column >= 0) & (column < near.shape[1])
        other = depth_of(dataset, "eye_right", frame)[row[inside], column[inside]]
        agree = np.abs(other - near.ravel()[inside]) < 0.03 * other
        assert inside.mean() > 0.7
        assert agree.mean() > 0.93
