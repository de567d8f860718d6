"""Keypoints of a humanoid against OpenCV's projection, and flags where the answer is plain to see."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from sdg.annotate.model import AnnotatedFrame
from sdg.pipeline import Pipeline
from tests.recipes import recipe_of

NAMES = ["nose"] + [
    f"{side}_{part}"
    for part in ("eye", "ear", "shoulder", "elbow", "wrist", "hip", "knee", "ankle")
    for side in ("left", "right")
]
LENS = (
    "lens: {opencv_pinhole: {fx: 200, fy: 210, cx: 80, cy: 60, k1: -0.1, k2: 0.02, p1: 0.003}}, resolution: [160, 120]"
)
WORLD = f"""
scene:
  objects:
    - {{name: h, asset: humanoid, scale: 1.1, yaw_deg: 30, joints: {{left_shoulder: 60, waist: 10, right_knee: 40}}}}
    - {{name: screen, asset: cube, size_m: [0.02, 0.8, 0.7], position_m: [1.2, -2, 0]}}
    - {{name: hider, asset: humanoid, position_m: [0, -2, 0]}}
lighting: [{{dome: {{intensity: 1000}}}}]
cameras:
  - {{name: front, {LENS}, pose: {{look_at: {{eye_m: [2.6, 1.5, 1.2], target: [0, 0, 0.9]}}}}}}
  - {{name: back, {LENS}, pose: {{look_at: {{eye_m: [-2.6, -1.5, 1.2], target: [0, 0, 0.9]}}}}}}
  - {{name: near, {LENS}, pose: {{look_at: {{eye_m: [0.9, 0.52, 1.6], target: [0, 0, 1.6]}}}}}}
  - {{name: screened, {LENS}, pose: {{look_at: {{eye_m: [3.4, -2, 0.9], target: [0, -2, 0.8]}}}}}}
output: {{annotators: [rgb, bounding_box_2d_tight, keypoints]}}
render: {{spp: 1, max_depth: 2, denoise: false}}
"""


@pytest.fixture(scope="module")
def frame() -> AnnotatedFrame:
    with Pipeline(recipe_of(WORLD), device="cpu") as pipeline:
        return pipeline.frame(0)


def keypoints_of(frame: AnnotatedFrame, camera: str, thing: str = "h[0]") -> dict[str, tuple[float, float, int]]:
    number = next(one.instance_id for one in frame.objects if one.name == thing)
    (seen,) = [one for one in frame.views[camera].instances if one.instance_id == number]
    assert seen.keypoints is not None
    return {name: (x, y, int(flag)) for name, (x, y, flag) in zip(NAMES, seen.keypoints.tolist(), strict=True)}


@pytest.mark.parametrize("camera", ["front", "back"])
def test_keypoints_are_where_opencv_projects_the_recorded_joints(frame: AnnotatedFrame, camera: str) -> None:
    """Both count from the centre of the first pixel, OpenCV by K with 0.5 off its principal point."""
    (pose, _) = frame.poses
    points = np.array([pose["keypoints_m"][name] for name in NAMES])
    world_from_camera = frame.views[camera].camera.world_from_camera
    camera_from_world = np.linalg.inv(world_from_camera)
    rotation, _ = cv2.Rodrigues(camera_from_world[:3, :3])
    matrix = np.array([[200.0, 0, 79.5], [0, 210, 59.5], [0, 0, 1]])
    distortion = np.array([-0.1, 0.02, 0.003, 0.0, 0.0])
    expected, _ = cv2.projectPoints(points, rotation, camera_from_world[:3, 3], matrix, distortion)
    found = keypoints_of(frame, camera)
    for (x, y, flag), (u, v) in zip(found.values(), expected.reshape(-1, 2), strict=True):
        assert flag > 0
        assert (x, y) == pytest.approx((u, v), abs=1e-4)


def test_a_face_is_seen_from_the_front_and_hidden_from_behind(frame: AnnotatedFrame) -> None:
    front, back = keypoints_of(frame, "front"), keypoints_of(frame, "back")
    for name in ("nose", "left_eye", "right_eye"):
        assert (front[name][2], back[name][2]) == (2, 1)
    for name in ("left_shoulder", "right_shoulder", "left_hip", "right_hip", "left_knee", "left_ankle"):
        assert (front[name][2], back[name][2]) == (2, 2), name


def test_what_is_outside_the_picture_has_neither_place_nor_flag(frame: AnnotatedFrame) -> None:
    near = keypoints_of(frame, "near")
    assert near["nose"][2] == 2
    for name in ("left_hip", "right_knee", "left_ankle"):
        assert near[name] == (0.0, 0.0, 0)


def test_what_a_screen_hides_is_labelled_and_not_visible(frame: AnnotatedFrame) -> None:
    """The screen reaches from the floor to 0.7 m, and the camera's height is 0.9 m."""
    seen = keypoints_of(frame, "screened", "hider[0]")
    assert [seen[name][2] for name in ("left_ankle", "right_ankle", "left_knee", "right_knee")] == [1, 1, 1, 1]
    assert [seen[name][2] for name in ("left_shoulder", "right_shoulder", "nose")] == [2, 2, 2]


def test_seen_points_lie_on_their_own_mask(frame: AnnotatedFrame) -> None:
    for view in frame.views.values():
        for seen in view.instances:
            for x, y, flag in () if seen.keypoints is None else seen.keypoints:
                if flag == 2:
                    assert view.instance[int(y + 0.5), int(x + 0.5)] == seen.instance_id


def test_the_record_says_joints_in_degrees_and_links_in_the_world(frame: AnnotatedFrame) -> None:
    pose = frame.poses[0]
    assert pose["name"] == "h[0]"
    assert pose["joints_deg"]["left_shoulder"] == pytest.approx(60)
    assert pose["joints_deg"]["right_knee"] == pytest.approx(40)
    knee = np.array(pose["links"]["right_shin"])
    np.testing.assert_allclose(knee[:3, 3], pose["keypoints_m"]["right_knee"], atol=1e-9)
    np.testing.assert_allclose(knee[:3, :3] @ knee[:3, :3].T, np.eye(3), atol=1e-9)
