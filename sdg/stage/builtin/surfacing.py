"""Refinement of geometry: more triangles where a shape is to be bent."""

from __future__ import annotations

import numpy as np

from sdg.stage.builtin.geometry import Geometry


def subdivided(geometry: Geometry) -> Geometry:
    """Return geometry in which every triangle is four; new vertices are the middles of the edges."""
    faces = geometry.faces
    edges = np.sort(np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]]), axis=1)
    ends, inverse = np.unique(edges, axis=0, return_inverse=True)
    count, total = len(faces), len(geometry.vertices)
    middle = inverse.reshape(-1) + total
    ab, bc, ca = middle[:count], middle[count : 2 * count], middle[2 * count :]
    a, b, c = faces.T
    split = [np.stack(triple, axis=1) for triple in ((a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca))]
    normals = geometry.normals[ends].sum(axis=1)
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    return Geometry(
        np.concatenate([geometry.vertices, geometry.vertices[ends].mean(axis=1)]),
        np.concatenate(split).astype(np.int64),
        np.concatenate([geometry.normals, normals]),
        np.concatenate([geometry.uvs, geometry.uvs[ends].mean(axis=1)]),
    )
