"""glTF 2.0 and GLB to parts. Geometry through trimesh; materials and pictures from the JSON.

What is left out: skins, morph targets, animation, opacity, emission, occlusion. Colours of vertices become their mean.
Quantised, sparse and compressed geometry is refused, because reading it as something else would give a wrong shape.
"""

from __future__ import annotations

import base64
import binascii
import json
import urllib.parse
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from sdg.errors import AssetError
from sdg.foundation.arrays import Vec3
from sdg.stage.asset import Material
from sdg.stage.files.assemble import LARGEST_TRIANGLE_COUNT, RawPart
from sdg.stage.files.gltf_material import read_materials
from sdg.stage.files.references import read_gltf_header
from sdg.stage.files.source import read_bytes, resolve_reference
from sdg.stage.files.trimesh_scene import material_name, quiet_trimesh, read_scene, vec3

_FLOAT = 5126
# Extensions that change neither shape nor place; others are refused where the file says that it needs them.
_HARMLESS_REQUIRED = ("KHR_materials_", "KHR_lights_punctual", "KHR_texture_transform")


def read_gltf(path: Path) -> list[RawPart]:
    """Return the parts of a glTF or GLB file, in metres and Y up.

    Raises:
        AssetError: It, a buffer or a picture is missing or damaged, or it needs what can't be read.
    """
    header, binary = read_gltf_header(path, read_bytes(path))
    with quiet_trimesh(path, "glTF"):
        _check(path, header)
        buffers = [_buffer(path, entry, binary) for entry in header.get("buffers", [])]
        pictures = [_picture(path, header, entry, buffers) for entry in header.get("images", [])]
        materials = read_materials(path, header, pictures)
        plain = {**header, "buffers": [], "images": [], "textures": [], "samplers": []}
        plain["buffers"] = [{"byteLength": len(data), "uri": f"{i}.bin"} for i, data in enumerate(buffers)]
        # trimesh tells a geometry's material by name alone, so the names become indices.
        plain["materials"] = [{"name": str(index)} for index in range(len(materials))]
        # A camera node's children would lose their place in trimesh, and animation would be read for nothing.
        plain["nodes"] = [_without_camera(node) for node in header.get("nodes", [])]
        plain.pop("cameras", None)

    def material_of(_: str, geometry: Any) -> Material:
        index = material_name(geometry)
        color = _mean_vertex_color(geometry)
        if not index.isdigit():
            return Material("default") if color is None else Material("default", base_color=color)
        material = materials[int(index)]
        if color is None:
            return material
        red, green, blue = material.base_color
        return replace(material, base_color=(red * color[0], green * color[1], blue * color[2]))

    files = {f"{index}.bin": data for index, data in enumerate(buffers)}
    return read_scene(path, json.dumps(plain).encode(), "gltf", files, material_of)


def _mean_vertex_color(geometry: Any) -> Vec3 | None:
    """Return the mean of COLOR_0, which is linear and multiplies the base colour (glTF 2.0, section 3.9.2)."""
    visual = geometry.visual
    colors = visual.vertex_colors if visual.kind == "vertex" else getattr(visual, "vertex_attributes", {}).get("color")
    if colors is None or len(colors) == 0:
        return None
    share = np.asarray(colors)[:, :3]
    if share.dtype.kind in "iu":
        share = share / np.iinfo(share.dtype).max
    return vec3(share.mean(axis=0, dtype=np.float64))


def _check(path: Path, header: dict[str, Any]) -> None:
    version = str(header.get("asset", {}).get("version", ""))
    if not version.startswith("2"):
        raise AssetError(f"{path} is not glTF 2: its version is {version or 'not given'}", "export it as glTF 2.0")
    for extension in header.get("extensionsRequired", []):
        if not str(extension).startswith(_HARMLESS_REQUIRED):
            raise AssetError(f"{path} needs the extension {extension}", "export it without compression or quantisation")
    accessors = header.get("accessors", [])
    for mesh in header.get("meshes", []):
        for primitive in mesh["primitives"]:
            mode = primitive.get("mode", 4)
            if mode == 6:
                raise AssetError(f"{path} holds triangle fans", "export it as plain triangles")
            attributes = primitive["attributes"]
            for name in ("POSITION", "NORMAL", "TEXCOORD_0"):
                if name in attributes and accessors[attributes[name]]["componentType"] != _FLOAT:
                    raise AssetError(f"{path}: {name} is not stored as floats", "export it without quantisation")
    for accessor in accessors:
        if "sparse" in accessor or "bufferView" not in accessor:
            raise AssetError(f"{path} holds sparse or compressed data", "export it without compression")
        if not 0 <= accessor["count"] <= 3 * LARGEST_TRIANGLE_COUNT:
            raise AssetError(f"{path}: {accessor['count']} values are absurd", "simplify the mesh")
    _check_tree(path, header.get("nodes", []))


def _check_tree(path: Path, nodes: list[dict[str, Any]]) -> None:
    """Refuse nodes with two parents, or that are their own ancestors (glTF 2.0, section 3.5.2)."""
    children = [child for node in nodes for child in node.get("children", [])]
    if len(children) != len(set(children)):
        raise AssetError(f"{path}: a node has two parents", "export it again")
    parent = {child: index for index, node in enumerate(nodes) for child in node.get("children", [])}
    for start in parent:
        node, steps = start, 0
        while node in parent:
            node, steps = parent[node], steps + 1
            if steps > len(nodes):
                raise AssetError(f"{path}: its nodes form a circle", "export it again")


def _without_camera(node: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in node.items() if key != "camera"}


def _buffer(path: Path, entry: dict[str, Any], binary: bytes) -> bytes:
    data = binary if "uri" not in entry else _fetch(path, entry["uri"])
    if len(data) < entry["byteLength"]:
        raise AssetError(
            f"{path}: a buffer has {len(data)} bytes where {entry['byteLength']} are promised",
            "the file is truncated; copy or export it again",
        )
    return data


def _picture(path: Path, header: dict[str, Any], entry: dict[str, Any], buffers: list[bytes]) -> bytes:
    if "uri" in entry:
        return _fetch(path, entry["uri"])
    view = header["bufferViews"][entry["bufferView"]]
    start = view.get("byteOffset", 0)
    data: bytes = buffers[view["buffer"]]
    return data[start : start + view["byteLength"]]


def _fetch(path: Path, uri: str) -> bytes:
    if not uri.startswith("data:"):
        return read_bytes(resolve_reference(uri, path), path)
    head, _, payload = uri.partition(",")
    try:
        if head.endswith(";base64"):
            return base64.b64decode(payload, validate=True)
        return urllib.parse.unquote_to_bytes(payload)
    except (binascii.Error, ValueError) as error:
        raise AssetError(f"{path}: embedded data can't be decoded: {error}", "export it again") from error
