"""Pipe fittings with collars: an elbow of 90 degrees and a tee."""

from __future__ import annotations

import math

import numpy as np

from sdg.foundation.arrays import FloatArray, Vec3
from sdg.foundation.transforms import rotation_xyz, transform_points, translation
from sdg.stage.asset import Asset
from sdg.stage.builtin.assembly import Piece, assemble, fitted, fitting
from sdg.stage.builtin.convex_solids import moved_solids, turned_solid
from sdg.stage.builtin.geometry import Geometry, join, project_uvs
from sdg.stage.builtin.materials import slot
from sdg.stage.builtin.solids import lathe

_SIDES, _BENDS = 32, 12
_PIPE, _COLLAR, _BORE = 0.012, 0.016, 0.0095
_LIP = 0.013


def build_pipe_elbow(size_m: Vec3) -> Asset:
    """Return an elbow that stands on one mouth and opens along x with the other, scaled to `size_m`."""
    bend = 0.026
    upright, lying = np.eye(4), translation((bend, 0.0, bend + _LIP)) @ rotation_xyz((0.0, 90.0, 0.0))
    curve = [
        (np.array([bend * (1 - math.cos(a)), 0.0, _LIP + bend * math.sin(a)]), a)
        for a in np.linspace(0.0, math.pi / 2, _BENDS + 1)
    ]
    rings = np.array([_ring(center, angle) for center, angle in curve])
    shapes = [_mouth().moved(upright), _mouth(outwards=True).moved(lying), _sweep(rings)]
    solids = [transform_points(upright, _mouth_solid()), transform_points(lying, _mouth_solid())]
    solids += [np.concatenate([rings[at], rings[at + 1], rings[at + 2]]) for at in range(0, _BENDS, 2)]
    return _fitting("pipe_elbow", size_m, shapes, solids)


def build_pipe_tee(size_m: Vec3) -> Asset:
    """Return a tee whose run lies along x and whose branch points up, scaled to `size_m`."""
    run, branch = 0.045, 0.043
    poses = [
        translation((sign * (run - _LIP), 0.0, 0.0)) @ rotation_xyz((0.0, sign * 90.0, 0.0)) for sign in (-1.0, 1.0)
    ]
    poses.append(translation((0.0, 0.0, branch - _LIP)))
    lying = translation((-(run - _LIP), 0.0, 0.0)) @ rotation_xyz((0.0, 90.0, 0.0))
    profile = [(_PIPE, 0.0), (_PIPE, 2 * (run - _LIP))]
    shapes = [_mouth(outwards=True).moved(pose) for pose in poses]
    shapes += [lathe(profile, _SIDES).moved(lying), lathe([(_PIPE, 0.0), (_PIPE, branch - _LIP)], _SIDES)]
    solids = [transform_points(pose, _mouth_solid()) for pose in poses]
    solids += [transform_points(lying, turned_solid(profile, _SIDES))]
    solids += [turned_solid([(_PIPE, 0.0), (_PIPE, branch - _LIP)], _SIDES)]
    return _fitting("pipe_tee", size_m, shapes, solids)


def _fitting(name: str, size_m: Vec3, shapes: list[Geometry], solids: list[FloatArray]) -> Asset:
    pieces = [Piece("body", join(shapes), slot("fitting_brass", "steel", (0.72, 0.50, 0.24), 0.35))]
    solids = moved_solids(fitting(pieces, size_m), solids)
    return assemble(name, size_m, fitted(pieces, size_m), (), ["body"], solids)


def _mouth(*, outwards: bool = False) -> Geometry:
    """Return a collar from z = 0 to its lip, open to `outwards` (up) or down, with a bore that ends in the dark."""
    end, depth = 0.0015, 0.9 * _LIP
    outside = [(_PIPE, 0.0), (_COLLAR - end, 0.0), (_COLLAR, end), (_COLLAR, _LIP - end), (_COLLAR - end, _LIP)]
    profile = [*outside, (_BORE + end, _LIP), (_BORE, _LIP - end), (_BORE, _LIP - depth), (0.0, _LIP - depth)]
    collar = lathe(profile, _SIDES, crease_deg=50.0)
    if outwards:
        return collar
    turned = rotation_xyz((180.0, 0.0, 0.0))
    turned[2, 3] = _LIP
    return collar.moved(turned)


def _mouth_solid() -> FloatArray:
    return turned_solid([(_COLLAR, 0.0), (_COLLAR, _LIP)], _SIDES)


def _ring(center: FloatArray, angle: float) -> FloatArray:
    """Return a circle of the pipe across its way, which leans from upright to lying by an angle."""
    turn = 2 * math.pi * np.arange(_SIDES) / _SIDES
    across = np.array([math.cos(angle), 0.0, -math.sin(angle)])
    side = np.array([0.0, 1.0, 0.0])
    ring: FloatArray = center + _PIPE * (np.outer(np.cos(turn), across) + np.outer(np.sin(turn), side))
    return ring


def _sweep(rings: FloatArray) -> Geometry:
    """Return the skin between circles, shape (K, N, 3); its ends lie in the collars."""
    count, sides = rings.shape[:2]
    centers = rings.mean(axis=1, keepdims=True)
    normals = (rings - centers) / np.linalg.norm(rings - centers, axis=2, keepdims=True)
    cell = np.arange(count - 1)[:, None] * sides + np.arange(sides)[None, :]
    after = np.arange(count - 1)[:, None] * sides + (np.arange(sides)[None, :] + 1) % sides
    faces = np.concatenate(
        [
            np.stack([cell, after, after + sides], axis=2).reshape(-1, 3),
            np.stack([cell, after + sides, cell + sides], axis=2).reshape(-1, 3),
        ]
    )
    return project_uvs(rings.reshape(-1, 3), faces, normals.reshape(-1, 3))
