"""Wavefront OBJ and MTL to parts. Geometry through trimesh; materials and checks by our own few lines.

Kd is taken as linear, as physically based renderers and Blender do; map_Kd is sRGB. Polygons are fans.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from sdg.errors import AssetError
from sdg.stage.asset import Material
from sdg.stage.files.assemble import RawPart
from sdg.stage.files.mtl import read_mtl
from sdg.stage.files.references import material_libraries
from sdg.stage.files.source import read_bytes, resolve_reference
from sdg.stage.files.trimesh_scene import material_name, read_scene, vertex_color_material

_KINDS = ("v", "vt", "vn")


def read_obj(path: Path) -> list[RawPart]:
    """Return the parts of an OBJ file, one per material.

    Raises:
        AssetError: It, its MTL file or a texture is missing or damaged.
    """
    text = read_bytes(path).decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    text = re.sub(r"\\\n", " ", text)
    materials: dict[str, Material] = {}
    for library in material_libraries(text):
        materials |= read_mtl(resolve_reference(library, path), path)
    # trimesh is given a library that holds names alone: it keeps texture coordinates and tells which is which.
    names = "".join(f"newmtl {name}\nKd 1 1 1\n" for name in materials)
    clean = ("mtllib names\n" if materials else "") + _clean(path, text)

    def material_of(_: str, geometry: Any) -> Material:
        name = material_name(geometry)
        return materials[name] if name in materials else vertex_color_material(geometry)

    return read_scene(path, clean.encode(), "obj", {"names": names.encode()}, material_of)


def _clean(path: Path, text: str) -> str:
    """Return vertices, faces and material switches alone, with every index absolute and known to be in range."""
    counts = dict.fromkeys(_KINDS, 0)
    lines: list[str] = []
    largest = dict.fromkeys(_KINDS, 0)
    for number, line in enumerate(text.split("\n"), start=1):
        words = line.split()
        if not words:
            continue
        keyword = words[0]
        if keyword in counts:
            counts[keyword] += 1
            lines.append(" ".join(words if keyword != "vt" else words[:3]))
        elif keyword == "f":
            corners = [_corner(path, number, word, counts, largest) for word in words[1:] if not word.startswith("#")]
            if len(corners) < 3:
                raise AssetError(f"{path}:{number}: a face of {len(corners)} corners", "export it again")
            lines.append("f " + " ".join(corners))
        elif keyword == "usemtl":
            lines.append(" ".join(words))
    for kind in _KINDS:
        if largest[kind] > counts[kind]:
            raise AssetError(
                f"{path}: a face names {kind} {largest[kind]}, but there are {counts[kind]}",
                "the file is damaged; export it again",
            )
    return "\n".join(lines) + "\n"


def _corner(path: Path, number: int, word: str, counts: dict[str, int], largest: dict[str, int]) -> str:
    """Return `v/vt/vn` with indices that count from the start; negative ones count back from the line's place."""
    absolute = []
    for kind, index_text in zip(_KINDS, word.split("/"), strict=False):
        if not index_text:
            absolute.append("")
            continue
        try:
            index = int(index_text)
        except ValueError:
            raise AssetError(f"{path}:{number}: {word!r} is not a corner of a face", "export it again") from None
        if index < 0:
            index += counts[kind] + 1
        if index < 1:
            raise AssetError(f"{path}:{number}: index {index_text} names nothing", "export it again")
        largest[kind] = max(largest[kind], index)
        absolute.append(str(index))
    return "/".join(absolute)
