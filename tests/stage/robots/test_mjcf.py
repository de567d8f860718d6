"""MJCF through MuJoCo's compiler: what becomes links, joints and parts, and what a hostile file gets."""

from __future__ import annotations

import math
from pathlib import Path

import mujoco
import numpy as np
import pytest

from sdg.errors import AssetError
from sdg.stage.articulation import link_poses
from sdg.stage.files import asset_digest, load_asset
from tests.stage.robots.robot_files import TETRAHEDRON_OBJ, written

ROBOT = """<mujoco>
  <compiler angle="degree" eulerseq="zyx" meshdir="meshes"/>
  <default><default class="shown">
    <geom group="2" contype="0" conaffinity="0" rgba="0.5 0.5 0.5 0.9"/>
  </default></default>
  <asset>
    <mesh file="tetra.obj" scale="0.1 0.1 0.1"/>
    <texture name="grid" type="2d" builtin="checker" width="8" height="8" rgb1="1 1 1" rgb2="0 0 0"/>
    <material name="tiles" texture="grid" shininess="0.7"/>
    <material name="red" rgba="1 0 0 1"/>
  </asset>
  <include file="world.xml"/>
</mujoco>"""
WORLD = """<mujocoinclude><worldbody>
  <geom type="plane" size="1 1 1"/>
  <body name="base" pos="0 0 0.2" euler="10 20 30"><freejoint/>
    <geom type="box" size="0.1 0.2 0.3" material="red"/>
    <geom class="shown" type="mesh" mesh="tetra" pos="0.5 0 0"/>
    <body name="arm" pos="0.3 0 0" euler="0 40 0">
      <joint name="a/b" type="hinge" axis="0 1 1" pos="0.05 0 0" range="-30 80"/>
      <joint name="turn" type="hinge" axis="1 0 0" pos="0 0.02 0" ref="15" range="-90 90"/>
      <geom type="capsule" fromto="0 0 0 0.2 0 0" size="0.02" material="tiles"/>
      <geom type="sphere" size="0.1" group="3"/>
      <body name="hand" pos="0.3 0 0"><joint name="push" type="slide" axis="0 0 1" range="0 0.1"/>
        <geom type="ellipsoid" size="0.01 0.02 0.03"/><geom type="cylinder" size="0.01 0.02" rgba="0 0 0 0"/></body>
      <body name="twin" pos="0.3 0.1 0"><joint name="pull" type="slide" axis="0 0 1"/><geom size="0.01"/></body>
    </body>
  </body>
</worldbody><equality><joint joint1="pull" joint2="push" polycoef="0.01 -2 0 0 0"/></equality></mujocoinclude>"""


@pytest.fixture
def robot(tmp_path: Path) -> Path:
    written(tmp_path, TETRAHEDRON_OBJ, "meshes/tetra.obj")
    written(tmp_path, WORLD, "world.xml")
    return written(tmp_path, ROBOT, "robot.xml")


def test_bodies_become_links_and_what_the_viewer_shows_becomes_parts(robot: Path) -> None:
    asset = load_asset(robot)
    articulation = asset.articulation
    assert articulation is not None
    assert [link.name for link in articulation.links] == ["world", "base", "arm", "hand", "twin"]
    assert set(articulation.free_joints) == {"a_b", "turn", "push"}
    owners = [articulation.links[link].name for link in articulation.part_links]
    assert owners == ["base", "base", "arm", "hand", "twin"]  # neither the plane, nor group 3, nor the see-through
    assert asset.parts[0].material.base_color == (1.0, 0.0, 0.0)
    assert asset.parts[2].material.roughness == pytest.approx(0.3)


@pytest.mark.parametrize("seed", range(4))
def test_links_and_vertices_are_where_mujoco_has_them(robot: Path, seed: int) -> None:
    """MuJoCo reads the files itself here, and moves them by `mj_kinematics`; equalities are set by hand."""
    asset = load_asset(robot)
    articulation = asset.articulation
    assert articulation is not None
    model = mujoco.MjModel.from_xml_path(str(robot))
    data = mujoco.MjData(model)
    random = np.random.default_rng(seed)
    values = {name: random.uniform(*joint.limits) for name, joint in articulation.free_joints.items()}
    complete = articulation.posed(values).values
    assert complete["pull"] == pytest.approx(0.01 - 2 * values["push"])
    for name, value in complete.items():
        data.qpos[model.jnt_qposadr[model.joint(name.replace("a_b", "a/b")).id]] = value
    mujoco.mj_kinematics(model, data)
    poses = link_poses(articulation.links, complete)
    for body, pose in enumerate(poses):
        np.testing.assert_allclose(pose[:3, 3], data.xpos[body], atol=1e-6)
        np.testing.assert_allclose(pose[:3, :3], data.xmat[body].reshape(3, 3), atol=1e-6)


def test_a_mesh_lies_where_its_file_says(robot: Path) -> None:
    """MuJoCo moves a mesh's origin to its centre of mass and back; the corner at (0, 0, 0) is at the geom's place."""
    asset = load_asset(robot)
    articulation = asset.articulation
    assert articulation is not None
    base_from_object = np.linalg.inv(articulation.object_from_link[1])
    vertices = asset.parts[1].mesh.vertices @ base_from_object[:3, :3].T + base_from_object[:3, 3]
    corners = {tuple(corner) for corner in np.round(vertices, 5) + 0.0}
    assert corners == {(0.5, 0.0, 0.0), (0.6, 0.0, 0.0), (0.5, 0.1, 0.0), (0.5, 0.0, 0.1)}


def test_group_zero_is_left_out_where_it_only_collides(tmp_path: Path) -> None:
    text = """<mujoco><worldbody><body name="b"><joint type="hinge"/><geom size="1" group="0"/>
      <geom size="0.5" group="1" contype="0" conaffinity="0"/></body></worldbody></mujoco>"""
    asset = load_asset(written(tmp_path, text, "robot.xml"))
    np.testing.assert_allclose(asset.bounds_m[1], 0.5)


def test_the_digest_covers_includes_and_meshes(robot: Path) -> None:
    before = asset_digest(robot)
    for name in ("world.xml", "meshes/tetra.obj"):
        path = robot.parent / name
        path.write_text(path.read_text() + "\n")
        assert asset_digest(robot) != before
        before = asset_digest(robot)


def model_of(asset: str = "", body: str = '<geom size="1"/>', head: str = "") -> str:
    return f"<mujoco>{head}<asset>{asset}</asset><worldbody><body>{body}</body></worldbody></mujoco>"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('<!DOCTYPE m [<!ENTITY a "b">]><mujoco/>', "document type"),
        ("<sdf/>", "not MJCF"),
        (model_of('<mesh file="/etc/passwd"/>'), "absolute path"),
        (model_of('<mesh file="../../../secret.obj"/>'), "outside its folder"),
        (model_of('<mesh file="a.obj"/>', head='<compiler meshdir="/etc"/>'), "absolute path"),
        (model_of('<mesh file="gone.obj"/>'), "doesn't exist"),
        (model_of(head='<include file="robot.xml"/>'), "deep"),
        (model_of('<model name="m" file="other.xml"/>'), "a model inside a model"),
        (model_of(body='<geom type="teapot"/>'), "can't be compiled"),
        (model_of(body=""), "shows nothing"),
        (model_of(body='<joint name="knee" range="2 1"/><geom size="1"/>'), "joint 'knee' reaches from 2 to 1"),
        (model_of(body='<joint name="knee" limited="true" range="2 1"/><geom size="1"/>'), "from 2 to 1"),
        (
            model_of(body='<geom size="1"/><body name="shin"><joint range="2 1"/><geom size="1"/></body>'),
            "a joint of body 'shin'",
        ),
        (model_of(body='<body pos="1e300 0 0"><geom size="1"/></body>'), "10,000 km"),
        (model_of(body='<body pos="1e7 0 0"><geom size="1"/></body>'), "10,000 km"),
        (model_of(body='<replicate count="101">' * 2 + '<geom size="1"/>' + "</replicate>" * 2), "10,201 copies"),
    ],
)
def test_what_can_not_be_read_is_named(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(AssetError, match=said) as caught:
        load_asset(written(tmp_path, text, "inner/robot.xml"))
    assert caught.value.hint


def test_a_joint_that_is_not_limited_may_have_any_range(tmp_path: Path) -> None:
    text = model_of(body='<joint name="knee" limited="false" range="2 1"/><geom size="1"/>')
    articulation = load_asset(written(tmp_path, text, "robot.xml")).articulation
    assert articulation is not None
    assert articulation.joints["knee"].limits == (-math.inf, math.inf)
