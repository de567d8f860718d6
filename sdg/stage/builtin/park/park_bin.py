"""Litter bins: a liner behind slats, sheet steel or bars, on feet or on a post, with or without a lid."""

from __future__ import annotations

import math

import numpy as np

from sdg.foundation.arrays import Vec3
from sdg.recipe.families.park import ParkBinForm
from sdg.stage.asset import Asset
from sdg.stage.builtin.assembly import Piece, assemble, fitted, scattered, variation
from sdg.stage.builtin.copies import copies
from sdg.stage.builtin.geometry import Geometry, join
from sdg.stage.builtin.materials import slot
from sdg.stage.builtin.solids import lathe, rounded_box, tube

_RADIUS, _RIM_M, _FOOT_M = 0.22, 0.78, 0.05
_SEGMENTS = 28


def usual_size_m(form: ParkBinForm) -> Vec3:
    """Return the size with its lid [m]."""
    height = {"none": 0.80, "ring": 0.82, "dome": 1.02, "roof": 1.10}[form.lid]
    return (0.48, 0.48, height)


def build_park_bin(size_m: Vec3, form: ParkBinForm) -> Asset:
    """Return a litter bin, scaled to `size_m`."""
    stream = variation("park_bin", form.variant)
    low = 0.32 if form.wall == "post" else _FOOT_M
    foot = _RADIUS * form.taper
    liner = _open_drum(foot - 0.022, _RADIUS - 0.022, low + 0.01, _RIM_M - 0.015)
    paint = slot("bin_paint", "painted_metal_worn", (0.03, 0.07, 0.04))
    metal: list[Geometry] = [_hoop(foot + 0.002, low + 0.03), _hoop(_RADIUS + 0.002, _RIM_M - 0.03)]
    pieces = [Piece("liner", liner, slot("bin_liner", "galvanised_metal"))]
    if form.wall == "slats":
        boards = [scattered(_slat(foot, low, form.slats), stream) for _ in range(form.slats)]
        walls = join(copies(board, _turned(index, form.slats)[None]) for index, board in enumerate(boards))
        pieces.append(Piece("slats", walls, slot("bin_wood", "wood", (0.46, 0.28, 0.14), 0.7)))
    elif form.wall == "mesh":
        rod = tube((foot, 0.0, low), (_RADIUS, 0.0, _RIM_M), 0.005, 5)
        turns = np.stack([_turned(index, 2 * form.slats) for index in range(2 * form.slats)])
        metal += [copies(rod, turns), _hoop(0.5 * (foot + _RADIUS), 0.5 * (low + _RIM_M))]
    else:
        metal.append(_open_drum(foot, _RADIUS, low, _RIM_M))
    if form.wall == "post":
        metal += [
            tube((0.0, 0.0, 0.0), (0.0, 0.0, low + 0.01), 0.038, 16),
            rounded_box((0.22, 0.22, 0.012), (0.0, 0.0, 0.006), 0.003),
        ]
    else:
        feet = [(0.8 * foot * math.cos(turn), 0.8 * foot * math.sin(turn)) for turn in (0.5, 2.07, 3.64, 5.21)]
        metal += [tube((x, y, 0.0), (x, y, low + 0.012), 0.016, 8) for x, y in feet]
    metal += _lid(form)
    pieces.append(Piece("metal", join(metal), paint))
    return assemble("park_bin", size_m, fitted(pieces, size_m), (), [pieces[1].name])


def _turned(index: int, count: int) -> np.ndarray:
    turn = 2 * math.pi * index / count
    matrix = np.eye(4)
    matrix[:2, :2] = [[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]]
    return matrix


def _slat(foot: float, low: float, count: int) -> Geometry:
    """Return the upright board of a ring of so many that stands towards +x."""
    width = 2 * math.pi * min(foot, _RADIUS) / count * 0.8
    lean = math.atan2(_RADIUS - foot, _RIM_M - low)
    tall = (_RIM_M - low) / math.cos(lean) - 0.02
    board = rounded_box((0.018, width, tall), radius_m=0.004, grain=2)
    matrix = np.eye(4)
    matrix[:3, 0], matrix[:3, 2] = (math.cos(lean), 0.0, -math.sin(lean)), (math.sin(lean), 0.0, math.cos(lean))
    matrix[:3, 3] = ((foot + _RADIUS) / 2 + 0.009, 0.0, (low + _RIM_M) / 2)
    return board.moved(matrix)


def _open_drum(foot: float, rim: float, low: float, high: float) -> Geometry:
    """Return a drum of sheet, open at the top."""
    wall = 0.003
    profile = [(0.0, low), (foot - 0.006, low), (foot, low + 0.006), (rim, high), (rim + 0.004, high + 0.002)]
    profile += [(rim + 0.003, high + 0.006), (rim - wall, high + 0.004), (foot - wall, low + 0.01), (0.0, low + 0.01)]
    return lathe(profile, _SEGMENTS, around_m=2.0)


def _hoop(radius: float, height: float) -> Geometry:
    ring = [(radius - 0.004, height - 0.014), (radius + 0.02, height - 0.014), (radius + 0.02, height + 0.014)]
    return lathe([*ring, (radius - 0.004, height + 0.014), ring[0]], _SEGMENTS, around_m=2.0)


def _lid(form: ParkBinForm) -> list[Geometry]:
    outer = _RADIUS + 0.02
    if form.lid == "none":
        return []
    if form.lid == "ring":
        rim = [(outer - 0.085, _RIM_M + 0.024), (outer - 0.08, _RIM_M + 0.002), (outer, _RIM_M + 0.002)]
        return [lathe([*rim, (outer + 0.002, _RIM_M + 0.022), (outer - 0.02, _RIM_M + 0.034), rim[0]], _SEGMENTS)]
    posts = [(0.9 * _RADIUS * math.cos(turn), 0.9 * _RADIUS * math.sin(turn)) for turn in (0.5, 2.6, 4.7)]
    low = _RIM_M + 0.13
    stays = [tube((x, y, _RIM_M - 0.02), (x, y, low + 0.02), 0.008, 8) for x, y in posts]
    if form.lid == "dome":
        arc = [(outer * math.cos(step), low + 0.11 * math.sin(step)) for step in np.linspace(0.0, math.pi / 2, 7)]
        arc[-1] = (0.0, arc[-1][1])
        return [*stays, lathe([(0.0, low - 0.004), (outer, low - 0.004), *arc], _SEGMENTS, around_m=2.0)]
    cone = [(0.0, low), (outer + 0.015, low), (outer + 0.015, low + 0.012), (0.05, low + 0.15), (0.0, low + 0.155)]
    return [*stays, lathe(cone, _SEGMENTS, around_m=2.0)]
