"""Many copies of one piece at once, each in its own place."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sdg.foundation.arrays import FloatArray
from sdg.stage.builtin.geometry import Geometry


def copies(piece: Geometry, matrices: FloatArray, uv_offsets: FloatArray | None = None) -> Geometry:
    """Return a piece under each of N transforms that may scale but do not mirror.

    Args:
        piece: What is repeated.
        matrices: shape (N, 4, 4).
        uv_offsets: Where each copy's texture begins, shape (N, 2) [m]; None is the same place.
    """
    count, size = len(matrices), len(piece.vertices)
    linear = matrices[:, :3, :3]
    vertices = np.einsum("nij,vj->nvi", linear, piece.vertices) + matrices[:, None, :3, 3]
    normals = np.einsum("nji,vj->nvi", np.linalg.inv(linear), piece.normals)
    normals /= np.linalg.norm(normals, axis=2, keepdims=True)
    uvs = np.repeat(piece.uvs[None], count, axis=0)
    if uv_offsets is not None:
        uvs = uvs + uv_offsets[:, None]
    faces = piece.faces[None] + np.arange(count)[:, None, None] * size
    return Geometry(vertices.reshape(-1, 3), faces.reshape(-1, 3), normals.reshape(-1, 3), uvs.reshape(-1, 2))


def shifts(places_m: FloatArray) -> FloatArray:
    """Return the transforms that only move to places, shape (N, 3); shape (N, 4, 4)."""
    matrices = np.tile(np.eye(4), (len(places_m), 1, 1))
    matrices[:, :3, 3] = places_m
    return matrices


def scaled_uvs(geometry: Geometry, factor: float) -> Geometry:
    """Return geometry whose textures stay in metres when it is scaled by about a factor."""
    return replace(geometry, uvs=geometry.uvs * factor)


def standing(places_m: FloatArray, turns_rad: FloatArray, scales: FloatArray) -> FloatArray:
    """Return the transforms of things that stand upright, shape (N, 4, 4).

    Args:
        places_m: shape (N, 3).
        turns_rad: About z, shape (N,).
        scales: Along x, y and z, shape (N, 3).
    """
    matrices = np.zeros((len(places_m), 4, 4))
    cos, sin = np.cos(turns_rad), np.sin(turns_rad)
    matrices[:, 0, 0], matrices[:, 0, 1] = cos * scales[:, 0], -sin * scales[:, 1]
    matrices[:, 1, 0], matrices[:, 1, 1] = sin * scales[:, 0], cos * scales[:, 1]
    matrices[:, 2, 2], matrices[:, 3, 3] = scales[:, 2], 1.0
    matrices[:, :3, 3] = places_m
    return matrices
