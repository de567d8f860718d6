"""URDF files: meshes, materials, paths, and what a hostile or broken file gets."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import trimesh

from sdg.errors import AssetError
from sdg.stage.files import asset_digest, asset_files, load_asset
from tests.stage.robots.robot_files import ARM, PLANAR, TETRAHEDRON_OBJ, one_mesh, written


def test_primitives_have_their_sizes_and_places(tmp_path: Path) -> None:
    asset = load_asset(written(tmp_path, PLANAR))
    assert asset.bounds_m.tolist() == [[-0.05, -0.05, -0.05], [0.8, 0.05, 0.05]]
    assert asset.articulation is not None
    assert [link.name for link in asset.articulation.links] == ["base", "one", "two", "tip"]
    assert list(asset.articulation.free_joints) == ["first", "second"]


def test_colours_are_srgb_and_may_be_shared(tmp_path: Path) -> None:
    parts = {part.name: part for part in load_asset(written(tmp_path, ARM)).parts}
    assert parts["base_box"].material.base_color == (1.0, 0.0, 0.0)
    half = ARM.replace('rgba="1 0 0 1"', 'rgba="0.5 0.5 0.5 1"')
    parts = {part.name: part for part in load_asset(written(tmp_path, half)).parts}
    assert parts["base_box"].material.base_color[0] == pytest.approx(0.21404, abs=1e-5)


@pytest.mark.parametrize("suffix", ["stl", "obj", "glb", "dae"])
def test_meshes_of_every_format_come_in_their_own_size(tmp_path: Path, suffix: str) -> None:
    """trimesh writes the file; glTF is Y up, so its box stands turned."""
    trimesh.creation.box(extents=(0.2, 0.4, 0.6)).export(tmp_path / f"part.{suffix}")
    asset = load_asset(written(tmp_path, one_mesh(f"part.{suffix}", "1 1 2")))
    size = asset.bounds_m[1] - asset.bounds_m[0]
    np.testing.assert_allclose(size, [0.2, 0.6, 0.8] if suffix == "glb" else [0.2, 0.4, 1.2], atol=1e-6)


def test_a_mirrored_mesh_still_faces_outwards(tmp_path: Path) -> None:
    written(tmp_path, TETRAHEDRON_OBJ, "tetra.obj")
    (part,) = load_asset(written(tmp_path, one_mesh("tetra.obj", "1 -1 1"))).parts
    corners = part.mesh.vertices[part.mesh.faces]
    volume = np.einsum("ij,ij->i", corners[:, 0], np.cross(corners[:, 1], corners[:, 2])).sum() / 6
    assert volume == pytest.approx(1 / 6)
    facing = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    assert part.mesh.normals is not None
    assert (np.einsum("ij,ikj->ik", facing, part.mesh.normals[part.mesh.faces]) > 0).all()


def test_packages_are_found_above_and_beside(tmp_path: Path) -> None:
    written(tmp_path, TETRAHEDRON_OBJ, "my_robot/meshes/tetra.obj")
    text = one_mesh("package://my_robot/meshes/tetra.obj")
    for name in ("my_robot/urdf/deep/robot.urdf", "other/robot.urdf"):
        assert len(load_asset(written(tmp_path, text, name)).parts) == 1


def test_the_digest_covers_meshes_and_what_they_name(tmp_path: Path) -> None:
    written(tmp_path, "newmtl a\nKd 1 0 0\n", "tetra.mtl")
    written(tmp_path, "mtllib tetra.mtl\nusemtl a\n" + TETRAHEDRON_OBJ, "tetra.obj")
    robot = written(tmp_path, one_mesh("tetra.obj"))
    before = asset_digest(robot)
    assert [path.name for path in asset_files(robot)] == ["robot.urdf", "tetra.obj", "tetra.mtl"]
    written(tmp_path, "newmtl a\nKd 0 1 0\n", "tetra.mtl")
    assert asset_digest(robot) != before
    assert load_asset(robot).parts[0].material.base_color == (0.0, 1.0, 0.0)


BOMB = '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><robot name="&b;"/>'
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><robot>&x;</robot>'
TWO_PARENTS = PLANAR.replace('<parent link="two"/><child link="tip"/>', '<parent link="base"/><child link="one"/>')
CIRCLE = PLANAR.replace('<parent link="base"/>', '<parent link="two"/>')


def limited(lower: str, upper: str) -> str:
    return PLANAR.replace('lower="-3.1" upper="3.1"', f'lower="{lower}" upper="{upper}"')


@pytest.mark.parametrize(
    ("lower", "upper", "limits"),
    [
        ("-1", "2", (-1.0, 2.0)),
        ("0.5", "0.5", (0.5, 0.5)),
        ("0", "0", (-math.inf, math.inf)),
        ("1", "-1", (-math.inf, math.inf)),
    ],
)
def test_limits_are_the_file_s(tmp_path: Path, lower: str, upper: str, limits: tuple[float, float]) -> None:
    """What Bullet's own files write for a joint without limits, 1 and -1, is taken as that."""
    articulation = load_asset(written(tmp_path, limited(lower, upper))).articulation
    assert articulation is not None
    assert articulation.joints["second"].limits == limits


ONE_LINK = "<link name='l0'><visual><geometry><sphere radius='1'/></geometry></visual></link>"
CHAIN = "".join(
    f"<link name='l{n + 1}'/><joint name='j{n}' type='fixed'><parent link='l{n}'/><child link='l{n + 1}'/></joint>"
    for n in range(1000)
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (BOMB, "declares a document type"),
        (OUTSIDE, "declares a document type"),
        ("<robot>" + "<a>" * 1000 + "</a>" * 1000 + "</robot>", "nested"),
        ("<robot", "not XML"),
        ("<sdf/>", "not URDF"),
        ('<robot xmlns:xacro="http://ros.org/wiki/xacro"><xacro:include filename="a"/></robot>', "xacro"),
        ("<robot/>", "no <link>"),
        ('<robot><link name="a"/></robot>', "shows nothing"),
        (TWO_PARENTS, "two parents"),
        (CIRCLE, "circle"),
        (PLANAR.replace('type="continuous"', 'type="rubber"'), "joint type 'rubber'"),
        (PLANAR.replace('size="0.1 0.1 0.1"', 'size="0.1 nan 0.1"'), "3 finite numbers"),
        (PLANAR.replace('size="0.1 0.1 0.1"', 'size="0.1 0 0.1"'), "above 0"),
        (PLANAR.replace("0 0 1", "0 0 0"), "is zero"),
        (limited("3.1", "-3.1"), "robot.urdf: the limit of joint 'second' reaches from 3.1 to -3.1"),
        (f"<robot name='r'>{ONE_LINK}{CHAIN}</robot>", "1,001 links"),
        (one_mesh("/etc/passwd"), "absolute path"),
        (one_mesh("../../../secret.stl"), "outside its folder"),
        (one_mesh("file:///etc/passwd"), "absolute path"),
        (one_mesh("https://example.com/a.stl"), "network"),
        (one_mesh("package://nowhere/a.stl"), "no package nowhere"),
        (one_mesh("$(find pkg)/a.stl"), "xacro"),
        (one_mesh("gone.stl"), "doesn't exist"),
        (one_mesh("robot.urdf"), "as a mesh"),
    ],
)
def test_what_can_not_be_read_is_named(tmp_path: Path, text: str, said: str) -> None:
    path = written(tmp_path, text, "inner/robot.urdf")
    with pytest.raises(AssetError, match=said) as caught:
        load_asset(path)
    assert caught.value.hint


def test_a_package_can_not_be_left(tmp_path: Path) -> None:
    written(tmp_path, TETRAHEDRON_OBJ, "secret.obj")
    written(tmp_path, "", "pkg/x")
    with pytest.raises(AssetError, match="outside its package"):
        load_asset(written(tmp_path, one_mesh("package://pkg/../secret.obj"), "pkg/robot.urdf"))


def test_a_robot_has_no_other_unit(tmp_path: Path) -> None:
    with pytest.raises(AssetError, match="metres and Z up"):
        load_asset(written(tmp_path, PLANAR), unit="mm")
