"""Which other files a mesh file names: material libraries, buffers, textures."""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sdg.errors import AssetError
from sdg.stage.files.source import read_bytes, resolve_reference

# MTL options that take a file name, `map_Kd` and its kin; the renderer uses some, the digest counts all.
_MTL_MAP = re.compile(r"^\s*(?:map_\w+|bump|norm|disp|refl)\s+(.+?)\s*$", re.IGNORECASE | re.MULTILINE)
_MTLLIB = re.compile(r"^[ \t]*mtllib[ \t]+(.+?)[ \t]*\r?$", re.MULTILINE)
_PLY_TEXTURE = re.compile(rb"^comment\s+texturefile\s+(.+?)\s*$", re.IGNORECASE | re.MULTILINE)
# `init_from` names a file inside an `image`, and an image's id elsewhere.
_DAE_IMAGE = re.compile(
    r"<image\b[^>]*>(?:(?!</image>).)*?<init_from>\s*(?:<ref>)?\s*([^<]*?)\s*(?:</ref>)?\s*</init_from>", re.DOTALL
)


def list_references(path: Path) -> dict[str, Path]:
    """Return the files that an OBJ, glTF, PLY, STL or Collada file names, by the names it gives them.

    Raises:
        AssetError: One is missing, remote or outside the file's surroundings.
    """
    files: dict[str, Path] = {}
    for name, referrer in _names(path):
        target = resolve_reference(name, referrer)
        read_bytes(target, referrer)
        files[name] = target
    return files


def material_libraries(text: str) -> list[str]:
    """Return the names after `mtllib` in an OBJ file; a name may hold spaces, so a line is one name."""
    return [match.strip() for match in _MTLLIB.findall(text)]


def mtl_texture_name(arguments: str) -> str:
    """Return the file name in the arguments of an MTL map, behind its options (`-s 1 1 1 -bm 0.3 name.png`)."""
    words = arguments.split()
    while len(words) > 1 and re.fullmatch(r"-[a-z]+", words[0]):
        option_values = 1 if words[0] not in ("-o", "-s", "-t", "-mm") else (2 if words[0] == "-mm" else 3)
        words = words[1:]
        for _ in range(option_values):
            if len(words) > 1 and (words[0] in ("on", "off") or re.fullmatch(r"[-+.\deE]+|[rgbmlz]|\w+", words[0])):
                words = words[1:]
    return " ".join(words)


def read_gltf_header(path: Path, data: bytes) -> tuple[dict[str, Any], bytes]:
    """Return the JSON of a glTF or GLB file, and the binary chunk behind it (empty if there is none).

    Raises:
        AssetError: The container or its JSON is damaged.
    """
    binary = b""
    if path.suffix.lower() == ".glb":
        data, binary = _glb_chunks(path, data)
    try:
        header = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise AssetError(f"{path}: its JSON can't be read: {error}", "export it again") from error
    if not isinstance(header, dict):
        raise AssetError(f"{path} is not glTF: its JSON is not an object", "export it again")
    return header, binary


def _glb_chunks(path: Path, data: bytes) -> tuple[bytes, bytes]:
    """Split GLB into JSON and binary (glTF 2.0, section 4.4)."""
    if len(data) < 20 or data[:4] != b"glTF":
        raise AssetError(f"{path} is not GLB", "check that the suffix is right")
    version, total = struct.unpack_from("<II", data, 4)
    if version != 2:
        raise AssetError(f"{path} is glTF {version}, and only glTF 2 can be read", "export it as glTF 2.0")
    chunks: dict[bytes, bytes] = {}
    offset = 12
    while offset + 8 <= min(total, len(data)):
        length, kind = struct.unpack_from("<I4s", data, offset)
        if offset + 8 + length > len(data):
            raise AssetError(f"{path} ends in the middle of a chunk", "the file is truncated; copy it again")
        chunks.setdefault(kind, data[offset + 8 : offset + 8 + length])
        offset += 8 + length
    if total > len(data) or b"JSON" not in chunks:
        raise AssetError(f"{path} is truncated", "copy or export it again")
    return chunks[b"JSON"], chunks.get(b"BIN\0", b"")


def _names(path: Path) -> Iterator[tuple[str, Path]]:
    data = read_bytes(path)
    suffix = path.suffix.lower()
    if suffix == ".obj":
        for library in material_libraries(data.decode("utf-8", "replace")):
            yield library, path
            material_file = resolve_reference(library, path)
            text = read_bytes(material_file, path).decode("utf-8", "replace")
            for arguments in _MTL_MAP.findall(text):
                yield mtl_texture_name(arguments), material_file
    elif suffix in (".gltf", ".glb"):
        header, _ = read_gltf_header(path, data)
        for table in ("buffers", "images"):
            entries = header.get(table, [])
            for entry in entries if isinstance(entries, list) else []:
                uri = entry.get("uri") if isinstance(entry, dict) else None
                if isinstance(uri, str) and not uri.startswith("data:"):
                    yield uri, path
    elif suffix == ".ply":
        for name in _PLY_TEXTURE.findall(data[: data.find(b"end_header") + 1]):
            yield name.decode("utf-8", "replace"), path
    elif suffix == ".dae":
        for name in _DAE_IMAGE.findall(data.decode("utf-8", "replace")):
            if name:
                yield name, path
