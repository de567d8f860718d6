"""Collada to parts, through pycollada; the door to that library.

trimesh reads Collada through pycollada too, but drops `up_axis`, texture coordinates of unnamed materials and
missing pictures. Colours are taken as linear. Controllers (skins), opacity and emission are left out.
"""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import collada
import numpy as np

from sdg.errors import AssetError
from sdg.foundation.arrays import FloatArray
from sdg.foundation.rows import distinct_rows
from sdg.stage.asset import Material, Texture
from sdg.stage.files.assemble import RawPart, UpAxis
from sdg.stage.files.pictures import decode_texture
from sdg.stage.files.source import read_bytes, resolve_reference
from sdg.stage.files.trimesh_scene import quiet_trimesh, vec3

_UP: dict[str, UpAxis] = {"X_UP": "x", "Y_UP": "y", "Z_UP": "z"}


def read_collada(path: Path) -> tuple[list[RawPart], float, UpAxis]:
    """Return the parts of a Collada file in its own unit and axes, its metres per unit, and its up axis.

    Raises:
        AssetError: It or a picture is missing or damaged.
    """
    data = read_bytes(path)
    if re.search(rb"<!(DOCTYPE|ENTITY)", data, re.IGNORECASE):
        raise AssetError(f"{path} declares XML entities", "export it again; Collada needs none")
    # pycollada turns such numbers into 0 without a word.
    if re.search(rb"<float_array[^>]*>[^<]*\b(nan|inf)", data, re.IGNORECASE):
        raise AssetError(f"{path} holds a number that is not finite", "export it again")
    with quiet_trimesh(path, "Collada"):
        document = collada.Collada(io.BytesIO(data))
        if document.scene is None:
            raise AssetError(f"{path} has no scene", "export it again")
        textures: dict[str, Texture] = {}
        parts = [
            part for placed in document.scene.objects("geometry") for part in _placed_parts(path, placed, textures)
        ]
        info = document.assetInfo
        metres_per_unit = 1.0 if info.unitmeter is None else float(info.unitmeter)
        return parts, metres_per_unit, _UP.get(str(info.upaxis), "y")


def _placed_parts(path: Path, placed: Any, textures: dict[str, Texture]) -> list[RawPart]:
    parts = []
    geometry = placed.original
    for primitive in geometry.primitives:
        triangles = primitive.triangleset() if isinstance(primitive, collada.polylist.Polylist) else primitive
        if not isinstance(triangles, collada.triangleset.TriangleSet) or triangles.vertex is None:
            continue
        bound = placed.materialnodebysymbol.get(primitive.material)
        material = _material(path, None if bound is None else bound.target, textures)
        part = _triangle_part(str(geometry.name or geometry.id), triangles, material)
        parts.append(part.moved(np.array(placed.matrix, np.float64)))
    return parts


def _triangle_part(name: str, triangles: Any, material: Material) -> RawPart:
    """Return triangles with a vertex for each distinct combination of point, normal and texture coordinate."""
    columns = [triangles.vertex_index]
    has_normals = triangles.normal is not None and triangles.normal_index is not None
    has_uvs = len(triangles.texcoordset) > 0
    if has_normals:
        columns.append(triangles.normal_index)
    if has_uvs:
        columns.append(triangles.texcoord_indexset[0])
    rows = np.stack([np.asarray(column, np.int64).ravel() for column in columns], axis=-1)
    distinct = distinct_rows(rows)
    corners, faces = distinct.rows, distinct.inverse.reshape(-1, 3)
    normals: FloatArray | None = None
    if has_normals:
        normals = np.array(triangles.normal, np.float64)[corners[:, 1]]
    uvs = np.array(triangles.texcoordset[0], np.float64)[corners[:, -1], :2] if has_uvs else None
    vertices = np.array(triangles.vertex, np.float64)[corners[:, 0]]
    return RawPart(name, vertices, faces, material, normals, uvs)


def _material(path: Path, declared: Any, textures: dict[str, Texture]) -> Material:
    if declared is None or declared.effect is None:
        return Material("default")
    effect = declared.effect
    name = str(declared.name or declared.id)
    shininess = effect.shininess
    roughness = 0.5
    if isinstance(shininess, int | float) and shininess > 0:
        # The same lobe width as MTL's Ns: see `read_mtl`.
        roughness = (2.0 / (2.0 + float(shininess))) ** 0.25
    diffuse = effect.diffuse
    if isinstance(diffuse, collada.material.Map):
        picture = str(diffuse.sampler.surface.image.path)
        return Material(
            name, base_color=(1.0, 1.0, 1.0), roughness=roughness, base_color_texture=_texture(path, picture, textures)
        )
    color = (0.5, 0.5, 0.5) if diffuse is None else vec3(diffuse)
    return Material(name, base_color=color, roughness=roughness)


def _texture(path: Path, name: str, textures: dict[str, Texture]) -> Texture:
    if name not in textures:
        target = resolve_reference(name, path)
        textures[name] = decode_texture(read_bytes(target, path), "srgb", str(target))
    return textures[name]
