"""Shading normals for meshes that have none, and meshes moved into a link's frame."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from sdg.foundation.arrays import FloatArray
from sdg.foundation.rows import distinct_rows
from sdg.foundation.transforms import transform_points
from sdg.stage.asset import Mesh

_CREASE_DEG = 35.0
# Corners this near to each other are one point of the surface [m].
_WELD_M = 1e-6


def placed_mesh(mesh: Mesh, link_from_mesh: FloatArray) -> Mesh:
    """Return a mesh under a 4x4 that may scale and mirror; what has no normals gets smooth ones."""
    linear = link_from_mesh[:3, :3]
    faces = mesh.faces[:, ::-1].copy() if np.linalg.det(linear) < 0 else mesh.faces
    vertices = transform_points(link_from_mesh, mesh.vertices)
    if mesh.normals is None:
        return smoothed(replace(mesh, vertices=vertices, faces=faces, key=""))
    normals = mesh.normals @ np.linalg.inv(linear)
    normals = normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-300)
    return replace(mesh, vertices=vertices, faces=faces, normals=normals, key="")


def smoothed(mesh: Mesh, crease_deg: float = _CREASE_DEG) -> Mesh:
    """Return a mesh that shades round where its faces meet at less than an angle, and sharp elsewhere.

    Each corner's normal is the mean of the faces round its point that lie within the angle of its own face, weighted
    by area. Vertices are split where corners differ.
    """
    corners = mesh.vertices[mesh.faces]
    cross = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    facing = cross / np.maximum(np.linalg.norm(cross, axis=1, keepdims=True), 1e-300)
    snapped = np.round(corners.reshape(-1, 3) / _WELD_M)
    point = distinct_rows(snapped).inverse
    order = np.argsort(point, kind="stable")
    counts = np.bincount(point)
    first = np.concatenate([[0], np.cumsum(counts)])[:-1]
    # Every pair of a corner and a face at its point.
    degree = counts[point]
    corner = np.repeat(np.arange(len(point)), degree)
    step = np.arange(len(corner)) - np.repeat(np.cumsum(degree) - degree, degree)
    face = order[first[point[corner]] + step] // 3
    near = np.einsum("ij,ij->i", facing[corner // 3], facing[face]) > math.cos(math.radians(crease_deg))
    normals = np.zeros((len(point), 3))
    for axis in range(3):
        normals[:, axis] = np.bincount(corner[near], weights=cross[face[near], axis], minlength=len(point))
    length = np.linalg.norm(normals, axis=1, keepdims=True)
    normals = np.where(length > 0, normals / np.where(length > 0, length, 1.0), np.repeat(facing, 3, axis=0))
    vertices = corners.reshape(-1, 3)
    uvs = None if mesh.uvs is None else mesh.uvs[mesh.faces].reshape(-1, 2)
    columns = [vertices, np.round(normals, 6)] + ([] if uvs is None else [uvs])
    distinct = distinct_rows(np.concatenate(columns, axis=1))
    source = distinct.first
    return Mesh(
        vertices[source],
        distinct.inverse.reshape(-1, 3).astype(np.uint32),
        normals[source],
        None if uvs is None else uvs[source],
        mesh.uv_unit,
    )
