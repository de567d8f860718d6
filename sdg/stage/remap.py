"""Meshes of files under materials of metre scale: texture coordinates in metres in place of the file's own."""

from __future__ import annotations

from weakref import WeakKeyDictionary

import numpy as np

from sdg.stage.asset import Mesh
from sdg.stage.builtin.geometry import metre_uvs, split_by_side

_known: WeakKeyDictionary[Mesh, Mesh] = WeakKeyDictionary()


def in_metres(mesh: Mesh) -> Mesh:
    """Return a mesh whose texture coordinates are metres, as on builtin assets: seen along the axis it faces most."""
    if mesh.uv_unit == "metre" and mesh.uvs is not None:
        return mesh
    if mesh not in _known:
        source, side, faces = split_by_side(mesh.vertices, mesh.faces.astype(np.int64))
        vertices = mesh.vertices[source]
        normals = None if mesh.normals is None else mesh.normals[source]
        _known[mesh] = Mesh(vertices, faces.astype(np.uint32), normals, metre_uvs(vertices, side), "metre")
    return _known[mesh]
