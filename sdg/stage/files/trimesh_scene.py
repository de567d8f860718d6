"""The door to trimesh: bytes in, parts out; silent, in a fixed order, and free of its own file access.

trimesh reads geometry and the scene graph. Materials are read by our own few lines beside each format, because
trimesh passes over missing textures in silence and rounds colours to 8 bits.
"""

from __future__ import annotations

import io
import logging
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import trimesh

from sdg.errors import AssetError
from sdg.foundation.arrays import Vec3
from sdg.foundation.color import linear_from_srgb
from sdg.stage.asset import Material
from sdg.stage.files.assemble import RawPart


class GivenFiles:
    """Hands trimesh exactly the files it is given, by name; there is no way from here to the disk."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files

    def __getitem__(self, key: str) -> bytes:
        return self._files[key]

    def get(self, key: str) -> bytes:
        """Return a given file's bytes."""
        return self._files[key]

    def keys(self) -> list[str]:
        """Return the names of the given files."""
        return sorted(self._files)


@contextmanager
def quiet_trimesh(path: Path, kind: str) -> Iterator[None]:
    """Silence trimesh and what it stands on, and turn whatever it raises into an `AssetError` about `path`."""
    log = logging.getLogger("trimesh")
    disabled, log.disabled = log.disabled, True
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            yield
    except AssetError:
        raise
    except Exception as error:  # Its readers raise whatever the damage happens to hit, from KeyError to struct.error.
        said = str(error).strip().splitlines()
        reason = f"{type(error).__name__}: {said[0][:200]}" if said else type(error).__name__
        raise AssetError(
            f"{path} can't be read as {kind} ({reason})", "the file is damaged; export it again"
        ) from error
    finally:
        log.disabled = disabled


def read_scene(
    path: Path,
    data: bytes,
    kind: str,
    files: Mapping[str, bytes],
    material_of: Callable[[str, Any], Material],
    **options: Any,
) -> list[RawPart]:
    """Return every triangle mesh of a file, once per place in the scene graph, in the order of the file's meshes.

    Args:
        path: For messages.
        data: The file.
        kind: trimesh's name of the format.
        files: What the file refers to, by the names it uses.
        material_of: Gives the material of a (geometry name, geometry).
        options: Passed to trimesh's reader.

    Raises:
        AssetError: trimesh can't read it.
    """
    with quiet_trimesh(path, kind.upper()):
        # Without processing trimesh neither joins nor drops vertices, and their order stays the file's.
        scene = trimesh.load_scene(
            io.BytesIO(data), file_type=kind, resolver=GivenFiles(files), process=False, **options
        )
        order = {name: index for index, name in enumerate(scene.geometry)}
        placed = [(geometry, scene.graph.get(node)[0]) for node, geometry in _nodes(scene)]
        # Node names may hold random suffixes, so places of one geometry are ordered by where they are.
        placed.sort(key=lambda place: (order[place[0]], np.asarray(place[1]).ravel().tolist()))
        parts = []
        for name, matrix in placed:
            geometry = scene.geometry[name]
            if isinstance(geometry, trimesh.Trimesh) and len(geometry.faces):
                part = _raw_part(name, geometry, material_of(name, geometry))
                parts.append(part.moved(np.asarray(matrix, np.float64)))
    return parts


def material_name(geometry: Any) -> str:
    """Return the name of a geometry's material, empty if it has none."""
    return str(getattr(getattr(geometry.visual, "material", None), "name", None) or "")


def vertex_color_material(geometry: Any, name: str = "default") -> Material:
    """Return a material of the mean vertex or face colour, taken as sRGB; the model's default grey without any.

    Colours that vary over a surface are more than a material here can say; bake them into a texture to keep them.
    """
    visual = geometry.visual
    if visual.kind not in ("vertex", "face"):
        return Material(name)
    colors = np.asarray(visual.vertex_colors if visual.kind == "vertex" else visual.face_colors)[:, :3]
    return Material(name, base_color=vec3(linear_from_srgb(colors / 255.0).mean(axis=0)))


def vec3(values: Any) -> Vec3:
    """Return three numbers clipped to [0, 1]."""
    r, g, b = (min(max(float(value), 0.0), 1.0) for value in list(values)[:3])
    return (r, g, b)


def _nodes(scene: Any) -> list[tuple[str, str]]:
    return [(node, scene.graph[node][1]) for node in scene.graph.nodes_geometry]


def _raw_part(name: str, geometry: Any, material: Material) -> RawPart:
    # Asking for `vertex_normals` would make them up; only what came from the file is in the cache.
    normals = geometry.vertex_normals if "vertex_normals" in geometry._cache else None
    uvs = getattr(geometry.visual, "uv", None)
    vertices = np.array(geometry.vertices, np.float64)
    if normals is not None and np.shape(normals) != vertices.shape:
        normals = None
    if uvs is not None and np.shape(uvs) != (len(vertices), 2):
        uvs = None if np.ndim(uvs) != 2 or len(uvs) != len(vertices) or np.shape(uvs)[1] < 2 else uvs[:, :2]
    return RawPart(
        name=name,
        vertices=vertices,
        faces=np.array(geometry.faces, np.int64),
        material=material,
        normals=None if normals is None else np.array(normals, np.float64),
        uvs=None if uvs is None else np.array(uvs, np.float64),
    )
