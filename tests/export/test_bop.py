"""BOP folders, read as bop_toolkit documents them; the toolkit itself is not on PyPI.

Conventions after docs/bop_datasets_format.md, bop_toolkit_lib/inout.py and scripts/calc_gt_info.py: matrices row by
row, millimetres, OpenCV's camera frame and pixel centres, boxes as [x, y, last x - x, last y - y].
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from sdg.cli.main import main
from sdg.foundation.arrays import FloatArray
from tests.export.exporting import HALVES, export, views_of


@pytest.fixture(scope="module")
def bop(yard: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export(yard, tmp_path_factory.mktemp("bop") / "out", "bop", "--camera", "front")


def load(path: Path) -> dict[int, Any]:
    """As `load_json(path, keys_to_int=True)` does."""
    return {int(key): value for key, value in json.loads(path.read_text()).items()}


def rigid(entry: dict[str, Any], name: str) -> FloatArray:
    matrix = np.eye(4)
    matrix[:3, :3] = np.array(entry[f"cam_R_{name}"]).reshape(3, 3)
    matrix[:3, 3] = entry[f"cam_t_{name}"]
    return matrix


def test_models_projected_with_their_poses_meet_the_corners_that_were_rendered(yard: Path, bop: Path) -> None:
    scene = bop / "train_pbr/000000"
    cameras, truth = load(scene / "scene_camera.json"), load(scene / "scene_gt.json")
    models = load(bop / "models/models_info.json")
    views = views_of(yard, "front")
    assert sorted(cameras) == sorted(truth) == [view.frame_index for _, view in views] == [0, 1, 2, 3]
    signs = np.array([[k >> axis & 1 for axis in range(3)] for k in range(8)])
    for _, view in views:
        K = np.array(cameras[view.frame_index]["cam_K"]).reshape(3, 3)
        for thing, entry in zip(view.annotations, truth[view.frame_index], strict=True):
            model = models[entry["obj_id"]]
            lowest, size = ([model[f"{what}_{axis}"] for axis in "xyz"] for what in ("min", "size"))
            corners = np.array(lowest) + signs * np.array(size)
            pose = rigid(entry, "m2c")
            projected, _ = cv2.projectPoints(corners, pose[:3, :3], pose[:3, 3], K, None)
            for found, wanted in zip(projected[:, 0], thing.record["cuboid"]["corners_px"], strict=True):
                if wanted is not None:
                    assert np.allclose(found, np.array(wanted) - 0.5, atol=1e-3)


def test_poses_of_camera_and_objects_compose(yard: Path, bop: Path) -> None:
    scene = bop / "train_pbr/000000"
    cameras, truth = load(scene / "scene_camera.json"), load(scene / "scene_gt.json")
    for frame, view in views_of(yard, "front"):
        camera_from_world = rigid(cameras[view.frame_index], "w2c")
        things = {thing["instance_id"]: thing for thing in frame.record["objects"]}
        for seen, entry in zip(view.annotations, truth[view.frame_index], strict=True):
            world_from_model = np.array(things[seen.instance_id]["cuboid"]["world_from_cuboid"])
            world_from_model[:3, 3] *= 1000
            assert np.allclose(camera_from_world @ world_from_model, rigid(entry, "m2c"), atol=1e-6)


def test_visible_masks_and_their_numbers_are_those_of_the_instance_pictures(yard: Path, bop: Path) -> None:
    scene = bop / "train_pbr/000000"
    info = load(scene / "scene_gt_info.json")
    known = unknown = 0
    for _, view in views_of(yard, "front"):
        ids = cv2.imread(str(view.files["instance_segmentation"]), cv2.IMREAD_UNCHANGED)
        for index, (thing, entry) in enumerate(zip(view.annotations, info[view.frame_index], strict=True)):
            path = scene / f"mask_visib/{view.frame_index:06d}_{index:06d}.png"
            mask = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
            assert mask.dtype == np.uint8
            assert np.array_equal(mask, np.where(ids == thing.instance_id, 255, 0))
            ys, xs = mask.nonzero()
            box = [xs.min(), ys.min(), xs.max() - xs.min(), ys.max() - ys.min()]
            assert entry["bbox_visib"] == box
            assert entry["px_count_visib"] == len(xs)
            assert entry["visib_fract"] == entry["px_count_visib"] / entry["px_count_all"]
            assert entry["bbox_obj"] in (box, [-1, -1, -1, -1])
            known += entry["bbox_obj"] == box
            unknown += entry["bbox_obj"] != box
            if entry["visib_fract"] == 1:
                assert entry["px_count_valid"] == len(xs), "every pixel of a thing has a depth here"
    assert known > 5
    assert unknown > 5


def test_depth_is_in_millimetres_and_lies_within_the_models(yard: Path, bop: Path) -> None:
    scene = bop / "train_pbr/000000"
    cameras, truth = load(scene / "scene_camera.json"), load(scene / "scene_gt.json")
    models = load(bop / "models/models_info.json")
    for number, entries in truth.items():
        depth_mm = cv2.imread(str(scene / f"depth/{number:06d}.png"), cv2.IMREAD_UNCHANGED)
        depth_mm = depth_mm * cameras[number]["depth_scale"]
        for index, entry in enumerate(entries):
            mask = cv2.imread(str(scene / f"mask_visib/{number:06d}_{index:06d}.png"), cv2.IMREAD_UNCHANGED) > 0
            radius = np.linalg.norm([models[entry["obj_id"]][f"size_{axis}"] for axis in "xyz"]) / 2
            assert (np.abs(depth_mm[mask] - entry["cam_t_m2c"][2]) < radius + 1).all()


def test_pictures_and_camera_file_are_there(yard: Path, bop: Path) -> None:
    for _, view in views_of(yard, "front"):
        copy = bop / f"train_pbr/000000/rgb/{view.frame_index:06d}.png"
        assert copy.read_bytes() == view.files["rgb"].read_bytes()
    camera = json.loads((bop / "camera.json").read_text())
    assert (camera["width"], camera["height"], camera["fx"], camera["depth_scale"]) == (160, 120, 140.0, 1.0)
    assert (camera["cx"], camera["cy"]) == (79.5, 59.5)


def test_every_object_id_is_one_asset_at_one_size(yard: Path, bop: Path) -> None:
    objects = json.loads((bop / "objects.json").read_text())
    assert sorted(entry["class"] for entry in objects.values()) == ["carton", "drum", "ring", "tilted"]
    sizes = {
        entry["class"]: json.loads((bop / "models/models_info.json").read_text())[key] for key, entry in objects.items()
    }
    assert [sizes["tilted"][f"size_{axis}"] for axis in "xyz"] == [300, 500, 200]


def test_each_camera_is_a_scene_and_each_split_a_folder(yard: Path, tmp_path: Path) -> None:
    out = export(yard, tmp_path / "out", "bop", "--allow-distortion", "--split", HALVES)
    numbers = [
        (scene.parent.name, scene.name, number)
        for scene in sorted(out.glob("*_pbr/*"))
        for number in load(scene / "scene_gt.json")
    ]
    assert len(numbers) == 8
    assert {scene for _, scene, _ in numbers} == {"000000", "000001"}
    assert {split for split, _, _ in numbers} == {"train_pbr", "val_pbr"}
    assert (out / "camera_front.json").is_file()
    told = json.loads((out / "export.json").read_text())
    assert told["scenes"] == {"000000": "front", "000001": "bent"}
    assert "4 pictures are distorted, and bop's cam_K doesn't say so" in told["left_out"]


def test_a_bare_coco_file_has_no_poses(yard: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for to, said in (("bop", "bop needs poses and masks"), ("kitti", "kitti needs camera parameters")):
        source = str(yard / "annotations/instances.json")
        assert main(["export", source, "--to", to, "-o", str(tmp_path / to)]) == 2
        assert said in capsys.readouterr().err
        assert list(tmp_path.iterdir()) == []
