"""One lopsided solid, written by hand or by each format's own library, in any unit and with any axis up."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import numpy as np
import trimesh
from pxr import Usd, UsdGeom, UsdUtils

from sdg.stage.asset import Asset

METRES = {"m": 1.0, "cm": 0.01, "mm": 0.001, "in": 0.0254, "ft": 0.3048}

# A wedge with no symmetry: extents 1, 2 and 3 m, off the origin, every corner different. World frame, metres, Z up.
VERTICES_M = np.array([[0.5, 0.25, 0.125], [1.5, 0.25, 0.125], [0.5, 2.25, 0.25], [0.75, 0.5, 3.125]])
FACES = np.array([[0, 2, 1], [0, 1, 3], [1, 2, 3], [2, 0, 3]])


def in_file(unit: str, up: str) -> np.ndarray:
    """Return the vertices as a file in this unit and with this axis up holds them."""
    x, y, z = VERTICES_M.T / METRES[unit]
    return np.stack([x, z, -y] if up == "y" else [x, y, z], axis=-1)


def triangles(asset: Asset) -> np.ndarray:
    """Return every triangle of an asset, shape (F, 3, 3), in an order that depends on the geometry alone.

    Each triangle starts at its smallest corner, so that its winding still counts.
    """
    found = np.concatenate([part.mesh.vertices[part.mesh.faces] for part in asset.parts])
    return canonical(found)


def canonical(found: np.ndarray) -> np.ndarray:
    rounded = np.round(found, 4) + 0.0
    first = [min(range(3), key=lambda corner: tuple(triangle[corner])) for triangle in rounded]
    rolled = np.stack([np.roll(triangle, -start, axis=0) for triangle, start in zip(found, first, strict=True)])
    order = sorted(range(len(rolled)), key=lambda i: tuple((np.round(rolled[i], 4) + 0.0).ravel()))
    return rolled[order]


def expected_triangles() -> np.ndarray:
    return canonical(VERTICES_M[FACES])


def write_obj(path: Path, vertices: np.ndarray) -> None:
    lines = [f"v {x!r} {y!r} {z!r}" for x, y, z in vertices.tolist()]
    lines += ["f " + " ".join(str(i + 1) for i in face) for face in FACES]
    path.write_text("\n".join(lines) + "\n")


def write_stl(path: Path, vertices: np.ndarray) -> None:
    lines = ["solid wedge"]
    for face in FACES:
        lines += ["facet normal 0 0 0", "outer loop"]
        lines += ["vertex " + " ".join(repr(float(c)) for c in vertices[i]) for i in face]
        lines += ["endloop", "endfacet"]
    path.write_text("\n".join([*lines, "endsolid wedge", ""]))


def write_binary_stl(path: Path, vertices: np.ndarray) -> None:
    path.write_bytes(trimesh.Trimesh(vertices, FACES, process=False).export(file_type="stl"))


def write_ply(path: Path, vertices: np.ndarray) -> None:
    head = ["ply", "format ascii 1.0", f"element vertex {len(vertices)}"]
    head += [f"property double {axis}" for axis in "xyz"]
    head += [f"element face {len(FACES)}", "property list uchar int vertex_indices", "end_header"]
    body = [" ".join(map(repr, row)) for row in vertices.tolist()] + [f"3 {a} {b} {c}" for a, b, c in FACES.tolist()]
    path.write_text("\n".join([*head, *body, ""]))


def write_binary_ply(path: Path, vertices: np.ndarray) -> None:
    path.write_bytes(trimesh.Trimesh(vertices, FACES, process=False).export(file_type="ply"))


def gltf_header(vertices: np.ndarray, extra: dict[str, Any] | None = None) -> tuple[dict[str, Any], bytes]:
    """Return a glTF header by hand, and the buffer that it describes; `extra` adds float attributes per vertex."""
    arrays = {"POSITION": vertices.astype("<f4")}
    arrays |= {name: np.array(values, "<f4").reshape(len(vertices), -1) for name, values in (extra or {}).items()}
    chunks = [FACES.astype("<u4").tobytes()] + [array.tobytes() for array in arrays.values()]
    accessors = [{"bufferView": 0, "componentType": 5125, "count": FACES.size, "type": "SCALAR"}]
    for view, array in enumerate(arrays.values(), start=1):
        entry = {"bufferView": view, "componentType": 5126, "count": len(array), "type": f"VEC{array.shape[1]}"}
        accessors.append(entry)
    accessors[1] |= {"min": vertices.min(axis=0).tolist(), "max": vertices.max(axis=0).tolist()}
    offsets = np.concatenate([[0], np.cumsum([len(chunk) for chunk in chunks])]).tolist()
    views = [{"buffer": 0, "byteOffset": o, "byteLength": len(c)} for o, c in zip(offsets, chunks, strict=False)]
    attributes = {name: index for index, name in enumerate(arrays, start=1)}
    header = {
        "asset": {"version": "2.0"},
        "buffers": [{"byteLength": offsets[-1]}],
        "bufferViews": views,
        "accessors": accessors,
        "meshes": [{"name": "wedge", "primitives": [{"attributes": attributes, "indices": 0}]}],
        "nodes": [{"mesh": 0}],
        "scenes": [{"nodes": [0]}],
        "scene": 0,
    }
    return header, b"".join(chunks)


def save_gltf(path: Path, header: dict[str, Any], data: bytes) -> None:
    header["buffers"][0]["uri"] = "data:application/octet-stream;base64," + base64.b64encode(data).decode()
    path.write_text(json.dumps(header))


def write_gltf(path: Path, vertices: np.ndarray) -> None:
    save_gltf(path, *gltf_header(vertices))


def write_glb(path: Path, vertices: np.ndarray) -> None:
    path.write_bytes(trimesh.Trimesh(vertices, FACES, process=False).export(file_type="glb"))


def collada_text(vertices: np.ndarray, unit: str, up: str, matrix: str = "1 0 0 0 0 1 0 0 0 0 1 0 0 0 0 1") -> str:
    numbers = " ".join(repr(float(value)) for value in vertices.ravel())
    indices = " ".join(str(int(index)) for index in FACES.ravel())
    return f"""<?xml version="1.0" encoding="utf-8"?>
<COLLADA xmlns="http://www.collada.org/2005/11/COLLADASchema" version="1.4.1">
  <asset><created>2020-01-01T00:00:00</created><modified>2020-01-01T00:00:00</modified>
    <unit name="{unit}" meter="{METRES[unit]}"/><up_axis>{up.upper()}_UP</up_axis></asset>
  <library_geometries><geometry id="wedge" name="wedge"><mesh>
    <source id="p"><float_array id="pa" count="{vertices.size}">{numbers}</float_array>
      <technique_common><accessor source="#pa" count="{len(vertices)}" stride="3">
        <param name="X" type="float"/><param name="Y" type="float"/><param name="Z" type="float"/>
      </accessor></technique_common></source>
    <vertices id="v"><input semantic="POSITION" source="#p"/></vertices>
    <triangles count="{len(FACES)}"><input semantic="VERTEX" source="#v" offset="0"/><p>{indices}</p></triangles>
  </mesh></geometry></library_geometries>
  <library_visual_scenes><visual_scene id="s"><node id="n"><matrix>{matrix}</matrix>
    <instance_geometry url="#wedge"/></node></visual_scene></library_visual_scenes>
  <scene><instance_visual_scene url="#s"/></scene>
</COLLADA>"""


def usd_stage(path: Path, unit: str = "m", up: str = "z") -> Usd.Stage:
    stage = Usd.Stage.CreateNew(str(path))
    UsdGeom.SetStageMetersPerUnit(stage, METRES[unit])
    UsdGeom.SetStageUpAxis(stage, UsdGeom.Tokens.y if up == "y" else UsdGeom.Tokens.z)
    stage.SetDefaultPrim(UsdGeom.Xform.Define(stage, "/Root").GetPrim())
    return stage


def add_wedge(stage: Usd.Stage, prim_path: str, vertices: np.ndarray = VERTICES_M) -> UsdGeom.Mesh:
    mesh = UsdGeom.Mesh.Define(stage, prim_path)
    mesh.CreatePointsAttr(vertices.tolist())
    mesh.CreateFaceVertexCountsAttr([3] * len(FACES))
    mesh.CreateFaceVertexIndicesAttr(FACES.ravel().tolist())
    return mesh


def write_usd(path: Path, vertices: np.ndarray, unit: str, up: str) -> None:
    layer = path.with_suffix(".usdc") if path.suffix == ".usdz" else path
    stage = usd_stage(layer, unit, up)
    add_wedge(stage, "/Root/wedge", vertices)
    stage.Save()
    if path.suffix == ".usdz":
        del stage
        assert UsdUtils.CreateNewUsdzPackage(str(layer), str(path))
        layer.unlink()
