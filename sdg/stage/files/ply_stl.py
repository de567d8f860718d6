"""PLY and STL to parts, through trimesh."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from sdg.errors import AssetError
from sdg.stage.asset import Material
from sdg.stage.files.assemble import LARGEST_TRIANGLE_COUNT, RawPart
from sdg.stage.files.pictures import decode_texture
from sdg.stage.files.references import list_references
from sdg.stage.files.source import read_bytes
from sdg.stage.files.trimesh_scene import read_scene, vertex_color_material

_PLY_ELEMENT = re.compile(rb"^element\s+(\w+)\s+(\S+)\s*$", re.MULTILINE)


def read_ply_or_stl(path: Path) -> list[RawPart]:
    """Return the one part of a PLY or STL file. Vertex colours become one mean colour.

    Raises:
        AssetError: It is damaged, promises absurd counts, or names a missing texture (PLY).
    """
    kind = path.suffix.lower()[1:]
    data = read_bytes(path)
    textures = [
        decode_texture(read_bytes(file, path), "srgb", str(file)) for _, file in sorted(list_references(path).items())
    ]
    promised = 0
    if kind == "ply":
        promised = _check_ply(path, data)
        data = _without_texture(data)

    def material_of(_: str, geometry: Any) -> Material:
        material = vertex_color_material(geometry)
        return replace(material, base_color=(1.0, 1.0, 1.0), base_color_texture=textures[0]) if textures else material

    parts = read_scene(path, data, kind, {}, material_of)
    if sum(len(part.faces) for part in parts) < promised:
        raise AssetError(f"{path} promises {promised} faces and holds fewer", "it is truncated; copy it again")
    return [replace(part, name=path.stem) for part in parts]


def _check_ply(path: Path, data: bytes) -> int:
    """Refuse an absurd header; return how many faces it promises."""
    promised = 0
    end = data.find(b"end_header")
    if not data.startswith(b"ply") or end < 0:
        raise AssetError(f"{path} is not PLY: its header is missing or has no end", "check that the suffix is right")
    for name, count in _PLY_ELEMENT.findall(data[:end]):
        if not count.isdigit() or int(count) > 3 * LARGEST_TRIANGLE_COUNT:
            raise AssetError(
                f"{path} promises {count.decode('ascii', 'replace')} {name.decode('ascii', 'replace')} elements",
                "the header is damaged, or the mesh too large; export it again",
            )
        if name == b"face":
            promised = int(count)
    return promised


def _without_texture(data: bytes) -> bytes:
    """Drop the word that makes trimesh look for a picture from the header's comments."""
    end = data.find(b"end_header")
    return re.sub(rb"(?im)^comment\s+texturefile\b", b"comment", data[:end]) + data[end:]
