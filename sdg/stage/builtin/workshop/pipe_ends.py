"""What pipe fittings are made of: their ends, the pipe between these, and the finished asset."""

from __future__ import annotations

import math

import numpy as np

from sdg.foundation.arrays import FloatArray, Vec3
from sdg.foundation.transforms import rotation_xyz
from sdg.stage.asset import Asset
from sdg.stage.builtin.assembly import Piece, assemble, fitted, fitting, scattered, variation
from sdg.stage.builtin.convex_solids import moved_solids, turned_solid
from sdg.stage.builtin.geometry import Geometry, join, project_uvs
from sdg.stage.builtin.materials import slot
from sdg.stage.builtin.plates import plate, refined, regular_outline
from sdg.stage.builtin.solids import lathe

SIDES = 32
PIPE, LIP = 0.012, 0.013
_BORE = 0.0095
# How far each kind of end reaches from the middle of the pipe.
REACH = {"collar": 0.016, "hexagon": 0.0185, "flange": 0.026, "thread": 0.0125}
_FLANGE, _BOLTS, _BOLT = 0.005, 4, 0.0042
_DEPTH = 0.9 * LIP


def fitting_asset(name: str, variant: int, size_m: Vec3, shapes: list[Geometry], solids: list[FloatArray]) -> Asset:
    """Return the asset of a fitting, scaled to a size."""
    body = scattered(join(shapes), variation(name, variant))
    pieces = [Piece("body", body, slot("fitting_brass", "steel", (0.72, 0.50, 0.24), 0.35))]
    return assemble(name, size_m, fitted(pieces, size_m), (), ["body"], moved_solids(fitting(pieces, size_m), solids))


def mouth(kind: str, *, outwards: bool = False) -> Geometry:
    """Return an end from z = 0 to its lip, open to `outwards` (up) or down, with a bore that ends in the dark."""
    end = {"collar": _collar, "hexagon": _hexagon, "flange": _flange, "thread": _thread}[kind]()
    if outwards:
        return end
    turned = rotation_xyz((180.0, 0.0, 0.0))
    turned[2, 3] = LIP
    return end.moved(turned)


def mouth_solid(kind: str) -> FloatArray:
    """Return the convex solid of an end that opens upwards."""
    low = LIP - _FLANGE if kind == "flange" else 0.0
    return turned_solid([(REACH[kind], low), (REACH[kind], LIP)], SIDES)


def _bored(outside: list[tuple[float, float]]) -> Geometry:
    """Return an end turned from its outer profile, which ends at the lip's height."""
    end = 0.0015
    inside = [(_BORE + end, LIP), (_BORE, LIP - end), (_BORE, LIP - _DEPTH), (0.0, LIP - _DEPTH)]
    return lathe([*outside, *inside], SIDES, crease_deg=50.0)


def _collar() -> Geometry:
    end, reach = 0.0015, REACH["collar"]
    return _bored([(PIPE, 0.0), (reach - end, 0.0), (reach, end), (reach, LIP - end), (reach - end, LIP)])


def _thread() -> Geometry:
    ridges: list[tuple[float, float]] = []
    count = 5
    for index in range(count):
        z = 0.002 + (LIP - 0.004) * index / count
        step = (LIP - 0.004) / count
        ridges += [(PIPE - 0.0006, z), (REACH["thread"], z + 0.4 * step), (REACH["thread"], z + 0.6 * step)]
    return _bored([(PIPE, 0.0), *ridges, (PIPE - 0.0006, LIP - 0.001), (PIPE - 0.0015, LIP)])


def _hexagon() -> Geometry:
    outline = refined(regular_outline(REACH["hexagon"], 6), 0.004)
    nut = plate(outline, 0.0, LIP - 0.001, bevel_m=0.0008, hole_m=_BORE + 0.001)
    sleeve = _bored([(_BORE + 0.0011, 0.0), (PIPE + 0.001, LIP - 0.0025), (PIPE + 0.001, LIP)])
    return join([nut, sleeve])


def _flange() -> Geometry:
    end, reach = 0.0008, REACH["flange"]
    low = LIP - _FLANGE
    disc = _bored(
        [(PIPE, 0.0), (PIPE, low), (reach - end, low), (reach, low + end), (reach, LIP - end), (reach - end, LIP)]
    )
    heads = []
    for index in range(_BOLTS):
        turn = 2 * math.pi * (index + 0.5) / _BOLTS
        head = plate(regular_outline(_BOLT, 6), low - 0.003, low + 0.0005, bevel_m=0.0004)
        heads.append(head.shifted(0.02 * math.cos(turn), 0.02 * math.sin(turn), 0.0))
    return join([disc, *heads])


def ring(center_m: FloatArray, angle_rad: float) -> FloatArray:
    """Return a circle of the pipe across its way, which leans from upright to lying by an angle, shape (SIDES, 3)."""
    turn = 2 * math.pi * np.arange(SIDES) / SIDES
    across = np.array([math.cos(angle_rad), 0.0, -math.sin(angle_rad)])
    side = np.array([0.0, 1.0, 0.0])
    circle: FloatArray = center_m + PIPE * (np.outer(np.cos(turn), across) + np.outer(np.sin(turn), side))
    return circle


def sweep(rings_m: FloatArray) -> Geometry:
    """Return the skin between circles, shape (K, N, 3); its ends lie in the collars."""
    count, sides = rings_m.shape[:2]
    centers = rings_m.mean(axis=1, keepdims=True)
    normals = (rings_m - centers) / np.linalg.norm(rings_m - centers, axis=2, keepdims=True)
    cell = np.arange(count - 1)[:, None] * sides + np.arange(sides)[None, :]
    after = np.arange(count - 1)[:, None] * sides + (np.arange(sides)[None, :] + 1) % sides
    faces = np.concatenate(
        [
            np.stack([cell, after, after + sides], axis=2).reshape(-1, 3),
            np.stack([cell, after + sides, cell + sides], axis=2).reshape(-1, 3),
        ]
    )
    return project_uvs(rings_m.reshape(-1, 3), faces, normals.reshape(-1, 3))
