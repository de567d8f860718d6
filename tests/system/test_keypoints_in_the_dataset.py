"""A recipe with robots to a dataset: what COCO, the manifest and the records say, and what the validator finds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pycocotools.coco import COCO

from sdg.cli.main import main
from tests.stage.robots.robot_files import ARM, written

RECIPE = """
sdg: 1
name: robots
frames: 2
scene:
  objects:
    - {name: ground, asset: plane, size_m: [9, 9, 1]}
    - name: humanoid
      asset: humanoid
      count: 2
      place: {scatter_2d: {surface: ground, region_m: [-1.2, -1.2, 1.2, 1.2]}}
      joints: {left_hip: {uniform: [-45, 45]}, right_elbow: {normal: [60, 30]}}
    - name: arm
      asset: {file: robot.urdf}
      position_m: [0, 0, 0]
      joints: random
lighting: [{dome: {intensity: 1000}}]
cameras:
  - name: cam
    resolution: [96, 72]
    lens: {pinhole: {fx: 70}}
    pose: {look_at: {eye_m: [3, 0.5, 1.2], target: [0, 0, 0.8]}}
output: {annotators: [rgb, instance_segmentation, bounding_box_2d_tight, bounding_box_3d, keypoints]}
render: {spp: 1, max_depth: 2, denoise: false}
"""


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("robots")
    written(folder, ARM)
    (folder / "recipe.yaml").write_text(RECIPE)
    assert main(["generate", str(folder / "recipe.yaml"), "-o", str(folder / "out"), "--device", "cpu"]) == 0
    return folder / "out"


def test_the_validator_finds_nothing(dataset: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate-dataset", str(dataset)]) == 0, capsys.readouterr().out


def test_categories_name_keypoints_skeleton_and_what_trades_places(dataset: Path) -> None:
    coco = COCO(str(dataset / "annotations" / "instances.json"))
    humanoid = coco.loadCats(coco.getCatIds(["humanoid"]))[0]
    assert humanoid["keypoints"][:5] == ["nose", "left_eye", "right_eye", "left_ear", "right_ear"]
    assert [16, 14] in humanoid["skeleton"]
    assert ["left_knee", "right_knee"] in humanoid["keypoint_flip_map"]
    arm = coco.loadCats(coco.getCatIds(["arm"]))[0]
    assert (arm["keypoints"], arm["skeleton"]) == (["shoulder", "elbow", "rail"], [[1, 2], [2, 3]])
    assert "keypoints" not in coco.loadCats(coco.getCatIds(["ground"]))[0]
    for annotation in coco.dataset["annotations"]:
        names = coco.loadCats(annotation["category_id"])[0].get("keypoints", [])
        assert len(annotation.get("keypoints", [])) == 3 * len(names)
        assert annotation.get("num_keypoints", 0) == sum(flag > 0 for flag in annotation.get("keypoints", [])[2::3])


def test_records_say_how_robots_stand(dataset: Path) -> None:
    for record in (json.loads(path.read_text()) for path in sorted((dataset / "frames").iterdir())):
        assert [pose["name"] for pose in record["poses"]] == ["humanoid[0]", "humanoid[1]", "arm[0]"]
        drawn = record["scene_info"]["drawn"]
        for pose in record["poses"][:2]:
            left_hip = drawn[f"scene.objects.{pose['name']}.joints.left_hip"]
            assert pose["joints_deg"]["left_hip"] == pytest.approx(left_hip, abs=1e-9)
        assert set(record["poses"][2]["joints_m"]) == {"rail"}


def test_a_merged_dataset_keeps_its_keypoints(dataset: Path) -> None:
    """A second recipe of another seed, joined with the first."""
    folder = dataset.parent
    assert main(["generate", str(folder / "recipe.yaml"), "-o", str(folder / "two"), "--seed", "5", "-n", "1"]) == 0
    assert main(["merge", str(folder / "both"), str(dataset), str(folder / "two")]) == 0
    one, both = (
        json.loads((path / "annotations" / "instances.json").read_text()) for path in (dataset, folder / "both")
    )
    assert one["categories"] == both["categories"]
