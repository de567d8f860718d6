"""An open bin of moulded plastic: leaning walls, a floor, a rim, ribs on the outside, a label holder."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from sdg.foundation.arrays import FloatArray, Vec3
from sdg.foundation.transforms import transform_points
from sdg.recipe.families.workshop import PartsBinForm
from sdg.stage.asset import Asset, Surface
from sdg.stage.builtin.assembly import Piece, assemble, fitted, fitting, scattered, variation
from sdg.stage.builtin.convex_solids import box_solid, moved_solids
from sdg.stage.builtin.geometry import Geometry, join
from sdg.stage.builtin.materials import slot
from sdg.stage.builtin.solids import plain_box, rounded_box

_RIM_M, _RIB_M = 0.014, 0.007


def build_parts_bin(size_m: Vec3, form: PartsBinForm) -> Asset:
    """Return a bin with its long side along x; its surface `inside` is the floor between the walls."""
    length, width, height = size_m
    rim = min(_RIM_M, 0.06 * min(size_m))
    wall = min(form.wall_m, 0.05 * min(length, width))
    lean = _Lean((length, width, height), math.tan(math.radians(form.draft_deg)))
    outer = np.array([length - 2 * rim, width - 2 * rim])
    blocks = _walls(outer, height, wall)
    rims = _rims((length, width), outer, height, rim)
    ribs = _ribs(outer, height, rim, form.ribs)
    shapes = [
        *(rounded_box(size, middle, min(0.0015, wall / 3)) for size, middle in blocks),
        *(rounded_box(size, middle, min(0.002, rim / 4)) for size, middle in rims),
        *(rounded_box(size, middle, 0.0015) for size, middle in ribs),
    ]
    plaque = (0.22 * length, 0.003, 0.3 * height), (0.0, -float(outer[1]) / 2 - 0.0015, 0.5 * height)
    holder = rounded_box(*plaque, 0.001)
    card = plain_box((0.2 * length, 0.001, 0.25 * height), (0.0, -outer[1] / 2 - 0.0031, 0.5 * height))
    pieces = [
        Piece(
            "body",
            scattered(lean.geometry(join(shapes)), variation("parts_bin", form.variant)),
            slot("bin_plastic", "plastic", (0.03, 0.11, 0.33), 0.5),
        ),
        Piece("label_holder", lean.geometry(holder), slot("bin_label_holder", "plastic", (0.12, 0.13, 0.14), 0.4)),
        Piece("label", lean.geometry(card), slot("bin_label", "matte_paint", (0.85, 0.85, 0.82))),
    ]
    # Its rim is widest a little below the top, so leaning makes the box round it a hair smaller than it should be.
    fit = fitting(pieces, size_m)
    solids = [lean.points(box_solid(size, middle)) for size, middle in (*blocks, *rims, *ribs, plaque)]
    inside = outer / 2 - wall
    corners = lean.points(np.array([[-inside[0], -inside[1], wall], [inside[0], inside[1], wall]]))
    low, high = transform_points(fit, corners)
    surface = Surface("inside", (float(low[0]), float(low[1])), (float(high[0]), float(high[1])), float(low[2]))
    return assemble("parts_bin", size_m, fitted(pieces, size_m), [surface], ["body"], moved_solids(fit, solids))


class _Lean:
    """Draws a bin together towards its floor, so that its walls lean outwards; planes stay planes."""

    def __init__(self, size_m: Vec3, slope: float) -> None:
        self._height = size_m[2]
        self._shares = np.minimum(slope * size_m[2] / (np.array(size_m[:2]) / 2), 0.5)

    def points(self, points: FloatArray) -> FloatArray:
        moved = points.copy()
        moved[:, :2] *= 1.0 - self._shares * (1.0 - points[:, 2:] / self._height)
        return moved

    def geometry(self, geometry: Geometry) -> Geometry:
        return replace(geometry, vertices=self.points(geometry.vertices))


_Block = tuple[tuple[float, float, float], tuple[float, float, float]]


def _walls(outer: FloatArray, height: float, wall: float) -> list[_Block]:
    x, y = float(outer[0]), float(outer[1])
    blocks: list[_Block] = [((x, y, wall), (0.0, 0.0, wall / 2))]
    for side in (-1.0, 1.0):
        blocks.append(((x, wall, height), (0.0, side * (y - wall) / 2, height / 2)))
        # A hair inside the long walls, so that no two sides share a plane.
        blocks.append(((wall, y - wall, height - 0.0004), (side * (x - wall) / 2, 0.0, height / 2)))
    return blocks


def _rims(whole: tuple[float, float], outer: FloatArray, height: float, rim: float) -> list[_Block]:
    length, width = whole
    z = height - rim / 2
    blocks: list[_Block] = []
    for side in (-1.0, 1.0):
        blocks.append(((length, rim + 0.001, rim), (0.0, side * (width - rim - 0.001) / 2, z)))
        size = (rim + 0.001, float(outer[1]) - 0.0005, rim - 0.0006)
        blocks.append((size, (side * (length - rim - 0.001) / 2, 0.0, z)))
    return blocks


def _ribs(outer: FloatArray, height: float, rim: float, count: int) -> list[_Block]:
    """Return upright ribs below the rim, `count` on each long side and in proportion on the short ones."""
    deep = 0.6 * rim
    tall = height - rim - 0.1 * height
    middle = 0.1 * height + tall / 2
    ribs: list[_Block] = []
    x, y = float(outer[0]), float(outer[1])
    for side in (-1.0, 1.0):
        for at in _spread(count, x):
            if side > 0 or abs(at) > 0.15 * x:  # the label holder is on the other side
                ribs.append(((_RIB_M, deep, tall), (at, side * (y + deep) / 2, middle)))
        for at in _spread(round(count * y / x), y):
            ribs.append(((deep, _RIB_M, tall), (side * (x + deep) / 2, at, middle)))
    return ribs


def _spread(count: int, span: float) -> list[float]:
    return [span * ((index + 0.5) / count - 0.5) for index in range(count)]
