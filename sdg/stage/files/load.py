"""The door to mesh files: by suffix to the reader that knows it, and on to one kind of `Asset`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal, TypeAlias, cast, get_args

import numpy as np

from sdg.errors import AssetError
from sdg.foundation.digest import digest_file, digest_json
from sdg.stage.asset import Asset
from sdg.stage.files.assemble import RawFixtures, RawPart, UpAxis, assemble
from sdg.stage.files.references import list_references
from sdg.stage.files.source import read_bytes
from sdg.stage.files.usd_process import read_usd_apart

Unit: TypeAlias = Literal["m", "cm", "mm", "in", "ft", "km"]

METRES_PER_UNIT: dict[str, float] = {"m": 1.0, "cm": 0.01, "mm": 0.001, "in": 0.0254, "ft": 0.3048, "km": 1000.0}
USD_SUFFIXES = frozenset({".usd", ".usda", ".usdc", ".usdz"})
ROBOT_SUFFIXES = frozenset({".urdf", ".xml"})
SUFFIXES = USD_SUFFIXES | ROBOT_SUFFIXES | {".obj", ".gltf", ".glb", ".ply", ".stl", ".dae"}

_LARGE_M = 100.0
_SMALL_M = 0.001
# Digests of meshes made by earlier releases must not meet those of later ones, should the readers change.
_READER_VERSION = 1


def load_asset(path: Path, *, unit: str | None = None, up: str | None = None) -> Asset:
    """Read a mesh file; the origin stays where the file has it.

    What a file says of itself is honoured, and `unit` and `up` override it:

    | format | unit | up |
    |---|---|---|
    | USD | its `metersPerUnit` (0.01 if absent, as USD has it) | its `upAxis` (Y if absent) |
    | glTF, GLB | metres | Y (glTF 2.0, section 3.4) |
    | Collada | its `unit` (1 m if absent) | its `up_axis` (Y if absent) |
    | OBJ, PLY, STL | metres | Z |
    | URDF, MJCF (`.xml`) | metres, always | Z, always |

    Args:
        path: A `.usd`, `.usda`, `.usdc`, `.usdz`, `.obj`, `.gltf`, `.glb`, `.ply`, `.stl`, `.dae`, `.urdf` or `.xml`
            (MJCF) file.
        unit: The file's unit of length: m, cm, mm, in, ft or km.
        up: The file's upward axis: y or z.

    Returns:
        Triangles in metres, Z up, one part per mesh and material; texture coordinates count in tiles.

    Raises:
        AssetError: The file, or one it refers to, is missing, damaged, unsupported or absurdly large.
    """
    if unit is not None and unit not in get_args(Unit):
        raise AssetError(f"{path}: unknown unit {unit!r}", f"use one of {', '.join(get_args(Unit))}")
    if up not in (None, "y", "z"):
        raise AssetError(f"{path}: unknown up axis {up!r}", "use y or z")
    suffix = _checked_suffix(path)
    if suffix in ROBOT_SUFFIXES:
        from sdg.stage.robots.load import load_robot

        if unit is not None or up is not None:
            raise AssetError(f"{path}: a robot file is in metres and Z up, always", "remove `unit` and `up`")
        return load_robot(path, _digest(path, _pulled_in(path)))
    parts, fixtures, file_metres_per_unit, file_up, files = _read(path, suffix)
    return assemble(
        path,
        parts,
        metres_per_unit=file_metres_per_unit if unit is None else METRES_PER_UNIT[unit],
        up=file_up if up is None else cast("UpAxis", up),
        key=digest_json({"reader": _READER_VERSION, "content": _digest(path, files), "unit": unit, "up": up}),
        fixtures=fixtures,
    )


def asset_digest(path: Path) -> str:
    """Return a digest of a mesh file and of every file it pulls in: layers, buffers, material libraries, textures.

    Neither the folder nor the time counts: a copy of all files elsewhere has the same digest.

    Raises:
        AssetError: One of the files can't be read.
    """
    return _digest(path, _pulled_in(path))


def asset_files(path: Path) -> list[Path]:
    """Return a mesh file and every file that it pulls in.

    Raises:
        AssetError: One of the files can't be read.
    """
    return [path, *_pulled_in(path).values()]


def size_warning(asset: Asset, path: Path) -> str | None:
    """Return a warning if the asset is larger than 100 m or smaller than 1 mm, or None if its size is plausible."""
    size_m = asset.bounds_m[1] - asset.bounds_m[0]
    largest_m = float(np.max(size_m))
    if largest_m > _LARGE_M:
        return (
            f"{path} is {_meters(largest_m)} large, more than {_LARGE_M:g} m; if its numbers are not in that unit, "
            "say so: `unit: mm` or `unit: cm` beside `file`"
        )
    if largest_m < _SMALL_M:
        return (
            f"{path} is {_meters(largest_m)} large, less than 1 mm; if its numbers are not in that unit, "
            "say so: `unit: m` or `unit: in` beside `file`"
        )
    return None


def _meters(length_m: float) -> str:
    return f"{length_m:.4g} m"


def _checked_suffix(path: Path) -> str:
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise AssetError(
            f"{path}: {suffix or 'a file without suffix'} is not a mesh format that can be read",
            f"convert it to one of {', '.join(sorted(SUFFIXES))}",
        )
    read_bytes(path)
    return suffix


def _digest(path: Path, files: Mapping[str, Path]) -> str:
    """Return the digest of a file and of those it pulls in, which are known by the names it gives them."""
    pulled_in = sorted((name, digest_file(file)) for name, file in files.items())
    return digest_json([path.suffix.lower(), digest_file(path), pulled_in])


def _pulled_in(path: Path) -> Mapping[str, Path]:
    """Return the files that a mesh file pulls in, by the names that it gives them."""
    suffix = _checked_suffix(path)
    if suffix in USD_SUFFIXES:
        return read_usd_apart(path, with_parts=False).files
    if suffix in ROBOT_SUFFIXES:
        return _pulled_in_by_robot(path)
    return list_references(path)


def _pulled_in_by_robot(path: Path) -> Mapping[str, Path]:
    """Return the files that a robot file names, and those that its meshes name."""
    from sdg.stage.robots.load import list_robot_files

    files: dict[str, Path] = {}
    for name, file in list_robot_files(path).items():
        files[name] = file
        # MuJoCo reads nothing of a mesh file but the mesh.
        if path.suffix.lower() == ".urdf" and file.suffix.lower() in SUFFIXES - ROBOT_SUFFIXES:
            files |= {f"{name}|{inner}": target for inner, target in _pulled_in(file).items()}
    return files


def _read(path: Path, suffix: str) -> tuple[list[RawPart], RawFixtures, float, UpAxis, Mapping[str, Path]]:
    """Return the file's parts, its lights and cameras, metres per unit, up axis, and the files that it pulls in.

    Each reader is imported when its format first comes.
    """
    if suffix in USD_SUFFIXES:
        content = read_usd_apart(path)
        return content.parts, content.fixtures, content.metres_per_unit, content.up, content.files
    files, none = list_references(path), RawFixtures()
    if suffix in (".gltf", ".glb"):
        from sdg.stage.files.gltf import read_gltf

        return read_gltf(path), none, 1.0, "y", files
    if suffix == ".obj":
        from sdg.stage.files.obj import read_obj

        return read_obj(path), none, 1.0, "z", files
    if suffix == ".dae":
        from sdg.stage.files.collada_file import read_collada

        parts, metres_per_unit, up = read_collada(path)
        return parts, none, metres_per_unit, up, files
    from sdg.stage.files.ply_stl import read_ply_or_stl

    return read_ply_or_stl(path), none, 1.0, "z", files
