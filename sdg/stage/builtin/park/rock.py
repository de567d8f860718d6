"""Rocks: a ball cut by planes and worn by noise."""

from __future__ import annotations

from functools import cache

import numpy as np

from sdg.foundation.arrays import FloatArray, Vec3
from sdg.foundation.rows import distinct_rows
from sdg.recipe.families.park import RockForm
from sdg.stage.asset import Asset
from sdg.stage.builtin.assembly import Piece, assemble, fitted
from sdg.stage.builtin.draws import Draws
from sdg.stage.builtin.geometry import IndexArray, project_uvs
from sdg.stage.builtin.materials import slot
from sdg.stage.builtin.park.limbs import unit


def usual_size_m(form: RockForm) -> Vec3:
    """Return length, depth and height [m]."""
    return (form.length_m, round(0.78 * form.length_m, 3), round(form.flat * 0.78 * form.length_m, 3))


def build_rock(size_m: Vec3, form: RockForm) -> Asset:
    """Return a rock with a flat foot, scaled to `size_m`."""
    directions, faces = _ball()
    draws = Draws("rock", form.variant)
    radius = np.ones(len(directions))
    # Facets: each plane cuts off what reaches beyond it.
    planes = draws.directions(9 + round(9 * form.angular))
    depth = draws.uniform(0.62, 0.92, len(planes)) ** (0.4 + 1.2 * form.angular)
    facing = directions @ planes.T
    cut = np.where(facing > 0.05, depth / np.maximum(facing, 0.05), np.inf).min(axis=1)
    sharp = 6.0 + 40.0 * form.angular
    radius = (radius**-sharp + cut**-sharp) ** (-1 / sharp)
    for octave, share in ((1.6, 0.10), (3.3, 0.06), (7.0, 0.035), (15.0, 0.016)):
        wave = draws.directions(5) * octave
        phase = draws.uniform(0.0, 2 * np.pi, 5)
        radius = radius + (0.25 + 1.3 * form.roughness) * share * np.sin(directions @ wave.T + phase).mean(axis=1)
    vertices = directions * radius[:, None] * [1.0, 0.8, 0.8]
    # What would stand on a point lies on a flat foot.
    vertices[:, 2] = np.maximum(vertices[:, 2], np.quantile(vertices[:, 2], 0.16))
    vertices = vertices * (np.array(size_m) / np.ptp(vertices, axis=0))
    mapped = project_uvs(vertices, faces, _normals(vertices, faces))
    piece = Piece("body", mapped, slot("rock", "concrete_rough", (0.36, 0.345, 0.32)))
    return assemble("rock", size_m, fitted([piece], size_m), (), ["body"])


def _normals(vertices: FloatArray, faces: IndexArray) -> FloatArray:
    corners = vertices[faces]
    facing = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normals = np.zeros_like(vertices)
    np.add.at(normals, faces.reshape(-1), np.repeat(facing, 3, axis=0))
    return unit(normals)


@cache
def _ball() -> tuple[FloatArray, IndexArray]:
    """Return the directions and faces of an icosahedron that was divided four times."""
    golden = (1 + 5**0.5) / 2
    base = [(-1, golden, 0), (1, golden, 0), (-1, -golden, 0), (1, -golden, 0)]
    vertices = unit(np.array([*base, *((z, x, y) for x, y, z in base), *((y, z, x) for x, y, z in base)], dtype=float))
    from scipy.spatial import ConvexHull

    faces = ConvexHull(vertices).simplices.astype(np.int64)
    for _ in range(4):
        ends = np.sort(np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]]), axis=1)
        distinct = distinct_rows(ends)
        middle = (len(vertices) + distinct.inverse.reshape(3, -1)).T
        vertices = np.concatenate([vertices, unit(vertices[distinct.rows].sum(axis=1))])
        a, b, c = faces.T
        ab, bc, ca = middle.T
        faces = np.concatenate([np.stack(t, axis=1) for t in ((a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca))])
    corners = vertices[faces]
    facing = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    inward = np.einsum("ij,ij->i", facing, corners.sum(axis=1)) < 0
    return vertices, np.where(inward[:, None], faces[:, ::-1], faces)
