"""Exact simple shapes: cube, sphere, cylinder, plane."""

from __future__ import annotations

import math

import numpy as np

from sdg.foundation.arrays import Vec3
from sdg.stage.asset import Asset, Surface
from sdg.stage.builtin.assembly import Piece, assemble
from sdg.stage.builtin.geometry import Geometry
from sdg.stage.builtin.materials import build_material
from sdg.stage.builtin.solids import decal, lathe, plain_box


def build_cube(size_m: Vec3) -> Asset:
    """Return a sharp closed box of 12 triangles."""
    return _one_part("cube", size_m, plain_box(size_m, (0.0, 0.0, size_m[2] / 2)), top=True)


def build_plane(size_m: Vec3) -> Asset:
    """Return a rectangle of two triangles at z = 0 that faces up."""
    x, y, _ = size_m
    return _one_part("plane", size_m, decal((-x / 2, -y / 2, 0.0), (x, 0.0, 0.0), (0.0, y, 0.0)), top=True)


def build_cylinder(size_m: Vec3) -> Asset:
    """Return a closed upright cylinder of 96 sides; its vertices lie on the true surface."""
    x, y, z = size_m
    turned = lathe([(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)], 96)
    # Texture coordinates are made at the mean size and stay in metres.
    scale = np.array([(x + y) / 4, (x + y) / 4])
    side = np.abs(turned.normals[:, 2]) < 0.5
    uvs = np.where(side[:, None], turned.uvs * np.array([scale[0], z]), turned.uvs * np.array([x / 2, y / 2]))
    moved = turned.moved(np.diag([x / 2, y / 2, z, 1.0]))
    return _one_part("cylinder", size_m, Geometry(moved.vertices, moved.faces, moved.normals, uvs), top=True)


def build_sphere(size_m: Vec3) -> Asset:
    """Return a sphere of 64 by 48 cells whose vertices and normals are exact."""
    columns, rows = 64, 48
    turn, tilt = np.meshgrid(
        np.linspace(0.0, 2 * math.pi, columns + 1), np.linspace(-math.pi / 2, math.pi / 2, rows + 1)
    )
    normals = np.stack([np.cos(tilt) * np.cos(turn), np.cos(tilt) * np.sin(turn), np.sin(tilt)], axis=-1)
    normals[np.abs(normals) < 1e-12] = 0.0
    normals[:, -1] = normals[:, 0]
    cell = (np.arange(rows)[:, None] * (columns + 1) + np.arange(columns)[None, :]).reshape(-1)
    below = np.stack([cell, cell + 1, cell + columns + 2], axis=1)[columns:]
    above = np.stack([cell, cell + columns + 2, cell + columns + 1], axis=1)[:-columns]
    x, y, z = size_m
    uvs = np.stack([turn * (x + y) / 4, (tilt + math.pi / 2) * z / 2], axis=-1)
    unit = Geometry(normals.reshape(-1, 3), np.concatenate([below, above]), normals.reshape(-1, 3), uvs.reshape(-1, 2))
    matrix = np.diag([x / 2, y / 2, z / 2, 1.0])
    matrix[2, 3] = z / 2
    return _one_part("sphere", size_m, unit.moved(matrix), top=False)


def _one_part(name: str, size_m: Vec3, geometry: Geometry, *, top: bool) -> Asset:
    x, y, z = size_m
    # The square that a round top holds is its inscribed one.
    inset = 1.0 if name != "cylinder" else math.sqrt(0.5)
    half = (x / 2 * inset, y / 2 * inset)
    surfaces = [Surface("top", (-half[0], -half[1]), half, z)] if top else []
    return assemble(name, size_m, [Piece("body", geometry, build_material("grey"))], surfaces, ["body"])
