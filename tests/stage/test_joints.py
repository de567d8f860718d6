"""Joints in a recipe: degrees and metres, limits, poses that are possible, and what stands on the floor."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest

from sdg.errors import RecipeError
from sdg.foundation.transforms import transform_points
from sdg.foundation.triangles import triangles_cross
from sdg.recipe.model import Recipe
from sdg.stage.build import build_stage
from sdg.stage.model import Body, Stage
from sdg.stage.preflight import check_assets
from tests.recipes import frame_of, recipe_of
from tests.stage.robots.robot_files import ARM, written


def robot_recipe(tmp_path: Path, joints: str, more: str = "") -> Recipe:
    written(tmp_path, ARM)
    block = f"{{name: arm, asset: {{file: robot.urdf}}, {joints}{more}}}"
    return recipe_of(f"scene: {{objects: [{block}]}}", tmp_path)


def stage_of(recipe: Recipe, frame: int = 0) -> Stage:
    return build_stage(frame_of(recipe, frame), recipe)


def values_of(body: Body) -> dict[str, float]:
    assert body.articulation is not None
    return dict(body.articulation.values)


def test_hinges_are_in_degrees_and_slides_in_metres(tmp_path: Path) -> None:
    recipe = robot_recipe(tmp_path, "joints: {shoulder: 90, elbow: {choice: [30, 30.0]}}, joints_m: {rail: 0.15}")
    (body,) = stage_of(recipe).bodies
    assert values_of(body) == pytest.approx({"shoulder": np.pi / 2, "elbow": np.pi / 6, "rail": 0.15})


def test_joints_that_are_not_named_rest(tmp_path: Path) -> None:
    (body,) = stage_of(robot_recipe(tmp_path, "joints: {elbow: 20}")).bodies
    assert values_of(body) == pytest.approx({"shoulder": 0.0, "elbow": np.radians(20), "rail": 0.0})


def test_every_instance_draws_its_own_pose_and_every_frame_another(tmp_path: Path) -> None:
    recipe = robot_recipe(tmp_path, "joints: {shoulder: {uniform: [-90, 90]}}", ", count: 3")
    drawn = [values_of(body)["shoulder"] for frame in (0, 1) for body in stage_of(recipe, frame).bodies]
    assert len(set(drawn)) == 6
    again = [values_of(body)["shoulder"] for frame in (0, 1) for body in stage_of(recipe, frame).bodies]
    assert drawn == again


def test_another_joint_changes_no_draw_of_the_first(tmp_path: Path) -> None:
    one = robot_recipe(tmp_path, "joints: {shoulder: {uniform: [-90, 90]}}")
    alone = values_of(stage_of(one).bodies[0])["shoulder"]
    two = robot_recipe(tmp_path, "joints: {elbow: {uniform: [0, 1]}, shoulder: {uniform: [-90, 90]}}")
    assert values_of(stage_of(two).bodies[0])["shoulder"] == alone


def test_random_joints_stay_within_their_limits_and_fill_them(tmp_path: Path) -> None:
    recipe = robot_recipe(tmp_path, "joints: random", ", count: 60")
    values = np.array([list(values_of(body).values()) for body in stage_of(recipe).bodies])
    low, high = np.array([-2.0, -1.0, 0.0]), np.array([2.0, 2.0, 0.2])
    assert (values >= low).all()
    assert (values <= high).all()
    assert (np.ptp(values, axis=0) > 0.8 * (high - low)).all()


def test_a_draw_without_bounds_is_drawn_again_until_it_is_within_the_limits(tmp_path: Path) -> None:
    recipe = robot_recipe(tmp_path, "joints: {elbow: {normal: [90, 60]}}", ", count: 40")
    stage = stage_of(recipe)
    values = [np.degrees(values_of(body)["elbow"]) for body in stage.bodies]
    assert np.degrees(-1.0) <= min(values) < max(values) <= np.degrees(2.0)
    recorded = [stage.drawn[f"scene.objects.arm[{index}].joints.elbow"] for index in range(40)]
    np.testing.assert_allclose(recorded, values, atol=1e-9)  # what is recorded is what was used, not the first try


@pytest.mark.parametrize(
    ("joints", "code", "said"),
    [
        ("joints: {sholder: 3}", "S060", "did you mean shoulder?"),
        ("joints: {knee: 3}", "S060", "its joints of this kind: shoulder, elbow"),
        ("joints: {rail: 3}", "S060", "name it under joints_m, in metres"),
        ("joints_m: {elbow: 0.1}", "S060", "name it under joints, in degrees"),
        ("joints: {elbow: 130}", "S061", "elbow reaches from -57.2958 degrees to 114.592 degrees"),
        ("joints: {elbow: {uniform: [0, 130]}}", "S061", "elbow reaches"),
        ("joints_m: {rail: {choice: [0.1, 0.3]}}", "S061", "rail reaches from 0 m to 0.2 m"),
    ],
)
def test_checking_names_joints_that_are_not_there_or_beyond_their_limits(
    tmp_path: Path, joints: str, code: str, said: str
) -> None:
    (fault,) = check_assets(robot_recipe(tmp_path, joints))
    assert fault.code == code
    assert said in fault.hint
    assert fault.span is not None


def test_a_rigid_thing_has_no_joints() -> None:
    (fault,) = check_assets(recipe_of("scene: {objects: [{name: box, asset: cube, joints: {elbow: 3}}]}"))
    assert (fault.code, fault.message) == ("S060", "box: its asset has no joints")


def test_a_pose_that_is_never_possible_says_what_touches() -> None:
    """Both legs turned inwards as far as they go: the feet are in each other."""
    joints = "left_hip_roll: {uniform: [-10, -9]}, right_hip_roll: {uniform: [-10, -9]}"
    recipe = recipe_of(f"scene: {{objects: [{{name: h, asset: humanoid, joints: {{{joints}}}}}]}}")
    with pytest.raises(RecipeError, match=r"no possible pose in 200 tries; in the last, \w+ touches \w+"):
        stage_of(recipe)


def test_no_link_of_a_drawn_pose_crosses_another_that_does_not_carry_it() -> None:
    """Every pair of links but carrier and carried, by all their triangles; the drawn ranges make many tries fail."""
    ranges = "shoulder: {uniform: [-20, 60]}, SIDE_shoulder_yaw: {uniform: [-70, 0]}, SIDE_elbow: {uniform: [60, 140]}"
    joints = ", ".join(f"{side}_{ranges.replace('SIDE', side)}" for side in ("left", "right"))
    recipe = recipe_of(f"scene: {{objects: [{{name: h, asset: humanoid, count: 4, joints: {{{joints}}}}}]}}")
    stage = stage_of(recipe)
    for body in stage.bodies:
        articulation = body.articulation
        assert articulation is not None
        triangles: dict[int, list[np.ndarray]] = {}
        for part, link in zip(body.parts, articulation.part_links, strict=True):
            triangles.setdefault(link, []).append(part.mesh.vertices[part.mesh.faces])
        whole = {link: np.concatenate(found) for link, found in triangles.items()}
        for (one, first), (other, second) in itertools.combinations(sorted(whole.items()), 2):
            if articulation.links[other].parent != one:
                assert not triangles_cross(first, second), (one, other)


@pytest.mark.parametrize("place", ["position_m: [1, 2, 0]", "place: {scatter_2d: {surface: floor}}"])
def test_the_humanoid_stands_on_the_floor_whatever_its_legs_do(place: str) -> None:
    joints = "joints: {left_hip: {uniform: [20, 80]}, right_knee: {uniform: [0, 90]}, waist: {uniform: [0, 40]}}"
    text = (
        f"scene: {{environment: {{asset: warehouse_hall}}, objects: [{{name: h, asset: humanoid, {place}, {joints}}}]}}"
    )
    recipe = recipe_of(text)
    for frame in range(3):
        (body,) = [body for body in stage_of(recipe, frame).bodies if body.is_thing]
        vertices = np.concatenate([part.mesh.vertices for part in body.parts])
        assert transform_points(body.world_from_object, vertices)[:, 2].min() == pytest.approx(0.0, abs=1e-8)


def test_one_robot_is_one_thing_and_its_links_are_its_parts(tmp_path: Path) -> None:
    (body,) = stage_of(robot_recipe(tmp_path, "joints: random")).bodies
    assert body.instance_id == 1
    assert [part.name for part in body.parts] == ["base_box", "upper_cylinder", "fore_sphere", "tool_box"]


@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_a_camera_on_a_link_goes_with_it(scale: float) -> None:
    """The link's pose is in the stage's own articulation; the camera is 10 cm ahead of it whatever the scale."""
    text = f"""
scene:
  objects:
    - {{name: h, asset: humanoid, count: 2, scale: {scale}, position_m: [{{uniform: [-3, 3]}}, 1, 0],
       joints: {{neck_yaw: {{uniform: [-60, 60]}}, waist: 30}}}}
cameras:
  - name: eye
    mount: {{on: "h[1].head", pose: {{position_m: [0.1, 0, 0], rotation_deg: [-90, 0, -90]}}}}
"""
    recipe = recipe_of(text)
    stage = stage_of(recipe)
    body, camera = stage.bodies[1], stage.cameras[0]
    assert body.articulation is not None
    head = body.articulation.object_from_link[body.articulation.link_index("head")]
    place = body.world_from_object @ head @ [0.1 / scale, 0, 0, 1]
    np.testing.assert_allclose(camera.world_from_camera[:3, 3], place[:3], atol=1e-9)
    np.testing.assert_allclose(
        camera.world_from_camera[:3, 2], (body.world_from_object @ head)[:3, 0] / scale, atol=1e-9
    )
    assert camera.mount is not None
    assert camera.mount.on == "h[1].head"


def test_a_mount_on_a_link_that_is_not_there_names_the_nearest() -> None:
    text = "scene: {objects: [{name: h, asset: humanoid}]}\ncameras: [{name: eye, mount: {on: h.haed}}]"
    (fault,) = check_assets(recipe_of(text))
    assert (fault.code, fault.hint) == ("S063", "did you mean head?")


def test_a_moving_robot_carries_the_camera_on_its_link() -> None:
    text = """
scene: {objects: [{name: h, asset: humanoid, joints: {waist: 20}, motion: {velocity_mps: [1, 0, 0]}, yaw_deg: 90}]}
cameras: [{name: eye, mount: {on: h.head}, exposure: {f_number: 4, shutter_s: 0.01, iso: 400}}]
"""
    recipe = recipe_of(text)
    stage = stage_of(recipe)
    motion, pose = stage.cameras[0].motion, stage.cameras[0].world_from_camera
    body = stage.bodies[0]
    assert motion is not None
    assert body.motion is not None
    later = body.motion.pose_at(body.world_from_object, 0.5)
    expected = later @ np.linalg.inv(body.world_from_object) @ pose
    np.testing.assert_allclose(motion.pose_at(pose, 0.5), expected, atol=1e-9)


def test_one_class_has_one_kind_of_keypoints(tmp_path: Path) -> None:
    written(tmp_path, ARM)
    objects = "{name: a, class: robot, asset: {file: robot.urdf}}, {name: b, class: robot, asset: humanoid}"
    text = f"scene: {{objects: [{objects}]}}\noutput: {{annotators: [rgb, keypoints]}}"
    (fault,) = check_assets(recipe_of(text, tmp_path))
    assert fault.code == "S064"
