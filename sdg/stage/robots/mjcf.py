"""MJCF to links, joints and meshes, through MuJoCo's own compiler; the door to that library.

What MuJoCo's viewer shows is taken: geoms of the groups 0 to 2. Where a file keeps what collides in group 0 and what is
seen in group 1 (as robosuite does), group 0 is left out. Colours are sRGB. Free and ball joints stay at rest; planes,
height fields, skins, flexible bodies, sites and tendons are not taken.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mujoco
import numpy as np

from sdg.errors import AssetError
from sdg.foundation.arrays import FloatArray, Vec3
from sdg.foundation.color import linear_from_srgb
from sdg.foundation.rows import distinct_rows
from sdg.physics.no_log import no_log_file
from sdg.stage.articulation import Joint, Link, Mimic
from sdg.stage.asset import Material, Mesh, Part, Texture
from sdg.stage.files.pictures import mean_color
from sdg.stage.files.source import read_bytes
from sdg.stage.robots.mjcf_text import read_mjcf_text
from sdg.stage.robots.primitives import box_mesh, capsule_mesh, cylinder_mesh, ellipsoid_mesh
from sdg.stage.robots.smooth import placed_mesh
from sdg.stage.robots.xml_text import plain_name

_GEOM = mujoco.mjtGeom
_LAST_SHOWN_GROUP = 2
_DEFAULT_RGBA = (0.5, 0.5, 0.5, 1.0)
_SEE_THROUGH = 0.02


def read_mjcf(path: Path) -> tuple[tuple[Link, ...], list[tuple[int, Part]]]:
    """Return links, parents first, and every visible geom with the index of its link.

    Raises:
        AssetError: It or what it names is missing, damaged or unsupported.
    """
    model = _compiled(path)
    links = _links(model)
    taken: set[str] = set()
    parts: list[tuple[int, Part]] = []
    for geom in _shown(model):
        mesh = _mesh(model, geom)
        if mesh is None:
            continue
        body = int(model.geom_bodyid[geom])
        material = _material(model, geom, has_uvs=mesh.uvs is not None)
        name = plain_name(f"{links[body].name}_{model.geom(geom).name or 'geom'}", "part", taken)
        parts.append(
            (body, Part(name, placed_mesh(mesh, _pose(model.geom_pos[geom], model.geom_quat[geom])), material))
        )
    if not parts:
        raise AssetError(f"{path} shows nothing", "its geoms are planes, see-through, or in groups that are not shown")
    return links, parts


def _compiled(path: Path) -> Any:
    text = read_mjcf_text(path)
    assets = {name: read_bytes(file, path) for name, file in text.files.items()}
    try:
        with no_log_file():
            spec = mujoco.MjSpec.from_string(text.text, assets=assets)
            # Nothing is simulated here, so bodies without mass are no fault.
            spec.compiler.boundmass = 1e-6
            spec.compiler.boundinertia = 1e-9
            spec.compiler.fusestatic = False
            spec.memory = -1  # as much as the model takes
            spec.compiler.discardvisual = False
            for mesh in spec.meshes:
                mesh.inertia = mujoco.mjtMeshInertia.mjMESH_INERTIA_SHELL
            _check_ranges(path, spec)
            return spec.compile()
    except (ValueError, TypeError, RuntimeError, mujoco.FatalError) as error:
        said = " ".join(str(error).split())[:300]
        raise AssetError(f"{path} can't be compiled by MuJoCo: {said}", "try it in MuJoCo's viewer") from error


def _check_ranges(path: Path, spec: Any) -> None:
    """Refuse a range that is turned round: MuJoCo takes it for none unless the joint says `limited="true"`."""
    for joint in spec.joints:
        low, high = (float(value) for value in joint.range)
        if low > high and joint.limited != mujoco.mjtLimited.mjLIMITED_FALSE:
            owner = f"joint {joint.name!r}" if joint.name else f"a joint of body {joint.parent.name!r}"
            raise AssetError(
                f"{path}: the range of {owner} reaches from {low:g} to {high:g}", "write the smaller number first"
            )


# --- links and joints ---------------------------------------------------------------------------------------------


def _links(model: Any) -> tuple[Link, ...]:
    taken: set[str] = set()
    joint_names = _joint_names(model)
    links = []
    for body in range(model.nbody):
        name = plain_name(model.body(body).name or f"body_{body}", "link", taken)
        pose = _pose(model.body_pos[body], model.body_quat[body])
        first = int(model.body_jntadr[body])
        joints = tuple(
            joint
            for number in range(first, first + int(model.body_jntnum[body]))
            if (joint := _joint(model, number, joint_names)) is not None
        )
        links.append(Link(name, int(model.body_parentid[body]) if body else -1, pose, joints))
    return tuple(links)


def _joint_names(model: Any) -> list[str]:
    taken: set[str] = set()
    return [
        plain_name(model.joint(number).name or f"{model.body(model.jnt_bodyid[number]).name}_joint", "joint", taken)
        for number in range(model.njnt)
    ]


def _joint(model: Any, number: int, names: list[str]) -> Joint | None:
    kind = int(model.jnt_type[number])
    if kind not in (mujoco.mjtJoint.mjJNT_HINGE, mujoco.mjtJoint.mjJNT_SLIDE):
        return None
    zero = float(model.qpos0[model.jnt_qposadr[number]])
    low, high = model.jnt_range[number].tolist() if model.jnt_limited[number] else (-math.inf, math.inf)
    return Joint(
        names[number],
        "hinge" if kind == mujoco.mjtJoint.mjJNT_HINGE else "slide",
        _vec3(model.jnt_axis[number]),
        _vec3(model.jnt_pos[number]),
        limits=(low, high),
        rest=min(max(zero, low), high),
        zero=zero,
        mimic=_mimic(model, number, names),
    )


def _mimic(model: Any, number: int, names: list[str]) -> Mimic | None:
    """Return what a joint follows by an equality that is linear: q1 - q1_0 = a + b (q2 - q2_0)."""
    for equality in range(model.neq):
        follows = (
            model.eq_type[equality] == mujoco.mjtEq.mjEQ_JOINT
            and model.eq_active0[equality]
            and model.eq_obj1id[equality] == number
            and model.eq_obj2id[equality] >= 0
        )
        if not follows or np.any(model.eq_data[equality, 2:5] != 0):
            continue
        leader = int(model.eq_obj2id[equality])
        if any(model.eq_obj1id[e] == leader and model.eq_obj2id[e] == number for e in range(model.neq)):
            continue  # the two follow each other
        constant, factor = (float(value) for value in model.eq_data[equality, :2])
        own, other = (float(model.qpos0[model.jnt_qposadr[joint]]) for joint in (number, leader))
        return Mimic(names[leader], factor, own + constant - factor * other)
    return None


# --- geoms ----------------------------------------------------------------------------------------------------------


def _shown(model: Any) -> Iterator[int]:
    """Yield the geoms that can be seen."""
    groups, collides = model.geom_group, (model.geom_contype != 0) | (model.geom_conaffinity != 0)
    zero, one = groups == 0, groups == 1
    hides_zero = zero.any() and one.any() and collides[zero].all() and not collides[one].any()
    for geom in range(model.ngeom):
        hidden = groups[geom] > _LAST_SHOWN_GROUP or (hides_zero and groups[geom] == 0)
        if not hidden and _rgba(model, geom)[3] > _SEE_THROUGH:
            yield geom


def _mesh(model: Any, geom: int) -> Mesh | None:
    """Return a geom's triangles in its own frame; None of what has none."""
    kind = int(model.geom_type[geom])
    a, b, c = model.geom_size[geom].tolist()
    if kind == _GEOM.mjGEOM_SPHERE:
        return ellipsoid_mesh((a, a, a))
    if kind == _GEOM.mjGEOM_CAPSULE:
        return capsule_mesh(a, 2 * b)
    if kind == _GEOM.mjGEOM_ELLIPSOID:
        return ellipsoid_mesh((a, b, c))
    if kind == _GEOM.mjGEOM_CYLINDER:
        return cylinder_mesh(a, 2 * b)
    if kind == _GEOM.mjGEOM_BOX:
        return box_mesh((2 * a, 2 * b, 2 * c))
    if kind == _GEOM.mjGEOM_MESH:
        return _mesh_of_file(model, int(model.geom_dataid[geom]))
    return None


def _mesh_of_file(model: Any, mesh: int) -> Mesh:
    first, count = int(model.mesh_vertadr[mesh]), int(model.mesh_vertnum[mesh])
    vertices = model.mesh_vert[first : first + count].astype(np.float64)
    start, triangles = int(model.mesh_faceadr[mesh]), int(model.mesh_facenum[mesh])
    faces = model.mesh_face[start : start + triangles].astype(np.int64)
    if model.mesh_texcoordadr[mesh] < 0:
        return Mesh(vertices, faces.astype(np.uint32))
    begin = int(model.mesh_texcoordadr[mesh])
    uvs = model.mesh_texcoord[begin : begin + int(model.mesh_texcoordnum[mesh])].astype(np.float64)
    corners = np.stack([faces.ravel(), model.mesh_facetexcoord[start : start + triangles].ravel()], axis=1)
    distinct = distinct_rows(corners)
    # MuJoCo counts v downwards.
    turned = uvs[distinct.rows[:, 1]] * [1.0, -1.0] + [0.0, 1.0]
    joined = distinct.inverse.reshape(-1, 3).astype(np.uint32)
    return Mesh(vertices[distinct.rows[:, 0]], joined, None, turned, "tile")


def _rgba(model: Any, geom: int) -> list[float]:
    own: list[float] = model.geom_rgba[geom].tolist()
    material = int(model.geom_matid[geom])
    if material < 0 or not np.allclose(own, _DEFAULT_RGBA):
        return own
    rgba: list[float] = model.mat_rgba[material].tolist()
    return rgba


def _material(model: Any, geom: int, *, has_uvs: bool) -> Material:
    r, g, b = linear_from_srgb(np.clip(_rgba(model, geom)[:3], 0.0, 1.0)).tolist()
    material = int(model.geom_matid[geom])
    if material < 0:
        return Material(f"{model.body(model.geom_bodyid[geom]).name or 'body'}_color", base_color=(r, g, b))
    name = model.material(material).name
    roughness, metallic = float(model.mat_roughness[material]), float(model.mat_metallic[material])
    roughness = roughness if roughness >= 0 else 1.0 - float(model.mat_shininess[material])
    found = Material(
        name,
        base_color=(r, g, b),
        roughness=min(max(roughness, 0.05), 1.0),
        metallic=min(max(metallic, 0.0), 1.0),
    )
    texture = _texture(model, int(model.mat_texid[material, mujoco.mjtTextureRole.mjTEXROLE_RGB]))
    if texture is None:
        return found
    if has_uvs:
        return Material(name, (r, g, b), found.roughness, found.metallic, base_color_texture=texture)
    mean = mean_color(texture)
    return Material(name, (r * mean[0], g * mean[1], b * mean[2]), found.roughness, found.metallic)


def _texture(model: Any, texture: int) -> Texture | None:
    if texture < 0 or model.tex_type[texture] == mujoco.mjtTexture.mjTEXTURE_SKYBOX:
        return None
    height, width, channels = (int(table[texture]) for table in (model.tex_height, model.tex_width, model.tex_nchannel))
    start = int(model.tex_adr[texture])
    pixels = model.tex_data[start : start + height * width * channels].reshape(height, width, channels)
    kept = pixels[:, :, :3] if channels >= 3 else pixels[:, :, :1]
    return Texture(np.ascontiguousarray(kept, dtype=np.uint8), "srgb")


def _pose(position: Any, quaternion: Any) -> FloatArray:
    """Return the 4x4 of a position and a unit quaternion (w, x, y, z)."""
    rotation = np.zeros(9)
    mujoco.mju_quat2Mat(rotation, np.asarray(quaternion, dtype=np.float64))
    matrix = np.eye(4)
    matrix[:3, :3], matrix[:3, 3] = rotation.reshape(3, 3), position
    return matrix


def _vec3(values: Any) -> Vec3:
    x, y, z = (float(value) for value in values)
    return x, y, z
