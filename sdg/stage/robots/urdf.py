"""URDF to links, joints and meshes; see the URDF XML specification (wiki.ros.org/urdf/XML).

Read by our own lines, because what libraries give (yourdfpy) opens files of its own accord and resolves entities.
A mesh's own materials count before the link's, as RViz has it; colours are sRGB. Collada's `up_axis` is passed over, as
RViz and Gazebo do. Floating and planar joints stay at rest.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from xml.etree.ElementTree import Element

import numpy as np

from sdg.errors import AssetError
from sdg.foundation.arrays import FloatArray, Vec2
from sdg.foundation.color import linear_from_srgb
from sdg.foundation.transforms import rotation_xyz, scaling, translation
from sdg.stage.articulation import Joint, JointKind, Link, Mimic
from sdg.stage.asset import Material, Part
from sdg.stage.files.load import load_asset
from sdg.stage.files.pictures import load_texture
from sdg.stage.robots.primitives import box_mesh, capsule_mesh, cylinder_mesh, ellipsoid_mesh
from sdg.stage.robots.references import resolve_robot_reference
from sdg.stage.robots.smooth import placed_mesh
from sdg.stage.robots.xml_text import numbers, plain_name, read_xml

_NO_LIMITS = ((0.0, 0.0), (1.0, -1.0))
_KINDS: dict[str, JointKind | None] = {
    "revolute": "hinge",
    "continuous": "hinge",
    "prismatic": "slide",
    "fixed": None,
    "floating": None,
    "planar": None,
}
_PLAIN = Material("default")


def read_urdf(path: Path) -> tuple[tuple[Link, ...], list[tuple[int, Part]]]:
    """Return links, parents first, and every visual with the index of its link.

    Raises:
        AssetError: It or what it names is missing, damaged or unsupported.
    """
    root = _root(path)
    links = _links(path, root)
    index = {element.get("name", ""): number for number, (element, _) in enumerate(links)}
    shared = {e.get("name", ""): e for e in root.findall("material") if len(e)}
    for visual in root.iterfind("link/visual/material"):
        if len(visual):
            shared.setdefault(visual.get("name", ""), visual)
    names: set[str] = set()
    parts = [
        (index[element.get("name", "")], replace(part, name=plain_name(f"{link.name}_{part.name}", "part", names)))
        for element, link in links
        for visual in element.findall("visual")
        for part in _visual(path, visual, shared)
    ]
    if not parts:
        raise AssetError(f"{path} shows nothing: no link has a <visual>", "collision shapes alone are not drawn")
    return tuple(link for _, link in links), parts


def urdf_references(path: Path) -> Iterator[str]:
    """Yield the file names that a URDF's visuals give.

    Raises:
        AssetError: It is not URDF.
    """
    root = _root(path)
    for mesh in root.iterfind("link/visual/geometry/mesh"):
        yield mesh.get("filename", "")
    for texture in root.iterfind(".//material/texture"):
        if texture.get("filename"):
            yield texture.get("filename", "")


def _root(path: Path) -> Element:
    root = read_xml(path)
    if root.tag != "robot":
        raise AssetError(f"{path} is not URDF: its root is <{root.tag}>", "a URDF file begins with <robot>")
    if any("xacro" in element.tag for element in root.iter()):
        raise AssetError(f"{path} is xacro, not URDF", "expand it: xacro robot.xacro > robot.urdf")
    return root


# --- links and joints ---------------------------------------------------------------------------------------------


def _links(path: Path, root: Element) -> list[tuple[Element, Link]]:
    """Return the link elements and what they become, parents before children, in file order otherwise."""
    elements = {e.get("name", ""): e for e in root.findall("link")}
    if not elements:
        raise AssetError(f"{path} has no <link>", "check that the file is whole")
    if len(elements) < len(root.findall("link")):
        raise AssetError(f"{path} has two links of one name", "rename one of them")
    above: dict[str, tuple[str, Element]] = {}
    for joint in root.findall("joint"):
        parent, child = (_end(path, joint, end, elements) for end in ("parent", "child"))
        if child in above:
            raise AssetError(f"{path}: the link {child!r} has two parents", "URDF is a tree; remove one joint")
        above[child] = parent, joint
    roots = [name for name in elements if name not in above]
    if len(roots) != 1:
        found = f"{len(roots)} links have no parent" if roots else "its joints form a circle"
        raise AssetError(f"{path} is not one tree: {found}", "join all links to one root")
    order = list(roots)
    for name in order:  # grows while it is walked
        order += [child for child in elements if child in above and above[child][0] == name]
    if len(order) < len(elements):
        raise AssetError(f"{path}: its joints form a circle", "join all links to one root")
    taken: set[str] = set()
    joint_names: dict[str, str] = {}
    taken_joints: set[str] = set()
    for joint in root.findall("joint"):
        joint_names[joint.get("name", "")] = plain_name(joint.get("name", ""), "joint", taken_joints)
    places = {name: number for number, name in enumerate(order)}
    found_links = []
    for name in order:
        plain = plain_name(name, "link", taken)
        if name not in above:
            found_links.append((elements[name], Link(plain, -1, np.eye(4))))
            continue
        parent_name, element = above[name]
        joints = _joint(path, element, joint_names)
        found_links.append((elements[name], Link(plain, places[parent_name], _origin(path, element), joints)))
    return found_links


def _end(path: Path, joint: Element, end: str, links: dict[str, Element]) -> str:
    element = joint.find(end)
    name = "" if element is None else element.get("link", "")
    if name not in links:
        raise AssetError(
            f"{path}: the {end} of joint {joint.get('name')!r} is {name!r}, which is no link", "correct it"
        )
    return name


def _joint(path: Path, element: Element, names: dict[str, str]) -> tuple[Joint, ...]:
    kind_name = element.get("type", "")
    if kind_name not in _KINDS:
        raise AssetError(f"{path}: joint type {kind_name!r} is unknown", f"use one of {', '.join(_KINDS)}")
    kind = _KINDS[kind_name]
    if kind is None:
        return ()
    axis_element = element.find("axis")
    axis = np.array([1.0, 0.0, 0.0] if axis_element is None else numbers(path, axis_element, "xyz", "1 0 0", 3))
    length = float(np.linalg.norm(axis))
    if length < 1e-9:
        raise AssetError(f"{path}: the axis of joint {element.get('name')!r} is zero", "give it a direction")
    x, y, z = (axis / length).tolist()
    limits = _limits(path, element, kind_name)
    rest = min(max(0.0, limits[0]), limits[1])
    mimic = element.find("mimic")
    return (
        Joint(
            names[element.get("name", "")],
            kind,
            (x, y, z),
            limits=limits,
            rest=rest,
            mimic=None if mimic is None else _mimic(path, element, mimic, names),
        ),
    )


def _limits(path: Path, element: Element, kind: str) -> Vec2:
    limit = element.find("limit")
    if kind == "continuous" or limit is None:
        return (-math.inf, math.inf)
    low, high = (numbers(path, limit, key, "0", 1)[0] for key in ("lower", "upper"))
    # Many files leave them out or write both as 0 where they mean that there are none; Bullet writes 1 and -1.
    if (low, high) in _NO_LIMITS:
        return (-math.inf, math.inf)
    if low > high:
        name = element.get("name")
        raise AssetError(
            f"{path}: the limit of joint {name!r} reaches from {low:g} to {high:g}",
            "write the smaller number as `lower`",
        )
    return (low, high)


def _mimic(path: Path, element: Element, mimic: Element, names: dict[str, str]) -> Mimic:
    leader = mimic.get("joint", "")
    if leader not in names or leader == element.get("name"):
        raise AssetError(
            f"{path}: joint {element.get('name')!r} mimics {leader!r}, which is no other joint", "correct it"
        )
    factor, offset = numbers(path, mimic, "multiplier", "1", 1)[0], numbers(path, mimic, "offset", "0", 1)[0]
    return Mimic(names[leader], factor, offset)


def _origin(path: Path, owner: Element) -> FloatArray:
    origin = owner.find("origin")
    if origin is None:
        return np.eye(4)
    roll_pitch_yaw = [math.degrees(angle) for angle in numbers(path, origin, "rpy", "0 0 0", 3)]
    return translation(numbers(path, origin, "xyz", "0 0 0", 3)) @ rotation_xyz(roll_pitch_yaw)


# --- visuals --------------------------------------------------------------------------------------------------------


def _visual(path: Path, visual: Element, shared: dict[str, Element]) -> Iterator[Part]:
    geometry = visual.find("geometry")
    if geometry is None or not len(geometry):
        raise AssetError(f"{path}: a <visual> has no geometry", "give it a mesh, box, cylinder, sphere or capsule")
    shape = geometry[0]
    place = _origin(path, visual)
    own = _material(path, visual, shared)
    if shape.tag == "mesh":
        yield from _mesh_parts(path, shape, place, own)
        return
    material = own or _PLAIN
    if shape.tag == "box":
        x, y, z = _sizes(path, shape, "size", 3)
        mesh = box_mesh((x, y, z))
    elif shape.tag == "sphere":
        (radius,) = _sizes(path, shape, "radius", 1)
        mesh = ellipsoid_mesh((radius, radius, radius))
    elif shape.tag in ("cylinder", "capsule"):
        (radius,), (length,) = _sizes(path, shape, "radius", 1), _sizes(path, shape, "length", 1)
        mesh = (cylinder_mesh if shape.tag == "cylinder" else capsule_mesh)(radius, length)
    else:
        hint = "use a mesh, box, cylinder, sphere or capsule"
        raise AssetError(f"{path}: <{shape.tag}> is not supported", hint)
    yield Part(shape.tag, placed_mesh(mesh, place), material)


def _sizes(path: Path, shape: Element, key: str, count: int) -> list[float]:
    values = numbers(path, shape, key, "", count)
    if min(values) <= 0:
        raise AssetError(f"{path}: {key} of <{shape.tag}> must be above 0", "correct it in the file")
    return values


def _mesh_parts(path: Path, shape: Element, place: FloatArray, own: Material | None) -> Iterator[Part]:
    file = resolve_robot_reference(shape.get("filename", ""), path)
    suffix = file.suffix.lower()
    if suffix in (".urdf", ".xml", ".mjcf"):
        raise AssetError(f"{path} names {file.name} as a mesh", "name a mesh file")
    scale = scaling(numbers(path, shape, "scale", "1 1 1", 3))
    asset = load_asset(file, up="z" if suffix == ".dae" else None)
    for part in asset.parts:
        unnamed = part.material.name == "default" or suffix in (".stl", ".ply")
        material = own if own is not None and unnamed else part.material
        yield Part(part.name, placed_mesh(part.mesh, place @ scale), material)


def _material(path: Path, visual: Element, shared: dict[str, Element]) -> Material | None:
    written = visual.find("material")
    if written is None:
        return None
    element = written if len(written) else shared.get(written.get("name", ""), written)
    color, texture = element.find("color"), element.find("texture")
    name = written.get("name") or "material"
    if texture is not None and texture.get("filename"):
        picture = load_texture(resolve_robot_reference(texture.get("filename", ""), path), "srgb")
        return Material(name, base_color=(1.0, 1.0, 1.0), base_color_texture=picture)
    if color is None:
        return None
    r, g, b = linear_from_srgb(np.clip(numbers(path, color, "rgba", "0.5 0.5 0.5 1", 4)[:3], 0.0, 1.0)).tolist()
    return Material(name, base_color=(r, g, b))
