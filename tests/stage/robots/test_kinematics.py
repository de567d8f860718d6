"""Where links are for given joints, against MuJoCo's forward kinematics and the textbook's."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from sdg.stage.articulation import link_poses
from sdg.stage.files import load_asset
from sdg.stage.robots.pose import pose_asset
from tests.stage.robots.robot_files import ARM, PLANAR, written

mujoco = pytest.importorskip("mujoco")


@pytest.mark.parametrize("seed", range(5))
def test_links_are_where_mujoco_puts_them(tmp_path: Path, seed: int) -> None:
    """MuJoCo reads the same URDF by its own parser and moves it by its own `mj_kinematics`."""
    articulation = load_asset(written(tmp_path, ARM)).articulation
    assert articulation is not None
    model = mujoco.MjModel.from_xml_string(ARM)
    data = mujoco.MjData(model)
    random = np.random.default_rng(seed)
    values = {name: random.uniform(*joint.limits) for name, joint in articulation.free_joints.items()}
    for name, value in values.items():
        data.qpos[model.jnt_qposadr[model.joint(name).id]] = value
    mujoco.mj_kinematics(model, data)
    poses = link_poses(articulation.links, values)
    for link, pose in zip(articulation.links, poses, strict=True):
        body = data.body(link.name if link.parent >= 0 else "world")
        np.testing.assert_allclose(pose[:3, 3], body.xpos, atol=1e-9)
        np.testing.assert_allclose(pose[:3, :3], body.xmat.reshape(3, 3), atol=1e-9)


@pytest.mark.parametrize(("first", "second"), [(0.0, 0.0), (0.3, -1.2), (math.pi / 2, math.pi / 2), (-2.0, 3.0)])
def test_the_tip_of_a_planar_arm_is_where_the_textbook_has_it(tmp_path: Path, first: float, second: float) -> None:
    """x = a cos q1 + b cos(q1 + q2), y = a sin q1 + b sin(q1 + q2) for links of a = 0.5 m and b = 0.3 m."""
    articulation = load_asset(written(tmp_path, PLANAR)).articulation
    assert articulation is not None
    poses = link_poses(articulation.links, {"first": first, "second": second})
    tip = poses[articulation.link_index("tip")]
    expected = [
        0.5 * math.cos(first) + 0.3 * math.cos(first + second),
        0.5 * math.sin(first) + 0.3 * math.sin(first + second),
    ]
    np.testing.assert_allclose(tip[:3, 3], [*expected, 0.0], atol=1e-12)


def test_meshes_move_with_their_links(tmp_path: Path) -> None:
    asset = load_asset(written(tmp_path, ARM))
    posed = pose_asset(asset, {"shoulder": 0.7, "elbow": 1.1, "rail": 0.2})
    assert asset.articulation is not None
    assert posed.articulation is not None
    for before, after, link in zip(asset.parts, posed.parts, asset.articulation.part_links, strict=True):
        step = posed.articulation.object_from_link[link] @ np.linalg.inv(asset.articulation.object_from_link[link])
        expected = before.mesh.vertices @ step[:3, :3].T + step[:3, 3]
        np.testing.assert_allclose(after.mesh.vertices, expected, atol=1e-8)
        assert after.mesh.key != before.mesh.key
    every = np.concatenate([part.mesh.vertices for part in posed.parts])
    np.testing.assert_array_equal(posed.bounds_m, [every.min(axis=0), every.max(axis=0)])


def test_equal_poses_have_equal_keys_and_other_poses_others(tmp_path: Path) -> None:
    asset = load_asset(written(tmp_path, ARM))
    one, again, other = (pose_asset(asset, {"elbow": value}) for value in (0.5, 0.5, 0.6))
    assert one.key == again.key != other.key
    assert [part.mesh.key for part in one.parts] == [part.mesh.key for part in again.parts]
    assert one.articulation is not None
    assert other.articulation is not None
    assert one.articulation.asset_key == other.articulation.asset_key


def test_a_joint_that_mimics_another_follows_it(tmp_path: Path) -> None:
    text = PLANAR.replace("</robot>", "").replace(
        '<joint name="end" type="fixed">', '<joint name="end" type="continuous">'
    )
    text = text.replace(
        '<origin xyz="0.3 0 0"/></joint>',
        '<origin xyz="0.3 0 0"/><axis xyz="0 0 1"/><mimic joint="second" multiplier="-2" offset="0.1"/></joint>',
    )
    articulation = load_asset(written(tmp_path, text + "</robot>")).articulation
    assert articulation is not None
    assert set(articulation.free_joints) == {"first", "second"}
    assert articulation.posed({"second": 0.4}).values["end"] == pytest.approx(-2 * 0.4 + 0.1)
