"""A pipe flange: a disc with bolt holes on a circle, a neck, a bore."""

from __future__ import annotations

import math

import numpy as np

from sdg.foundation.arrays import FloatArray, Vec3
from sdg.recipe.families.workshop import FlangeForm
from sdg.stage.asset import Asset
from sdg.stage.builtin.assembly import Piece, assemble, fitted, fitting, scattered, variation
from sdg.stage.builtin.convex_solids import moved_solids, ring_solids, turned_solid
from sdg.stage.builtin.geometry import Geometry, join
from sdg.stage.builtin.materials import slot
from sdg.stage.builtin.plates import plate, regular_outline

_RADIUS, _HEIGHT = 0.045, 0.032
_SIDES = 48
_SECTORS = 6


def build_flange(size_m: Vec3, form: FlangeForm) -> Asset:
    """Return a flange that lies on its disc, neck up, scaled to `size_m`."""
    disc = form.disc_share * _HEIGHT
    neck = form.neck_share * _RADIUS
    bore = 0.72 * neck
    face = disc + 0.002
    pieces = [
        Piece(
            "body",
            scattered(
                join(
                    [
                        _disc(form.holes, bore, neck, disc),
                        plate(regular_outline(neck * 1.12, _SIDES), disc - 0.0005, face, bevel_m=0.0006, hole_m=bore),
                        plate(regular_outline(neck, _SIDES), face - 0.0005, _HEIGHT, bevel_m=0.001, hole_m=bore),
                    ]
                ),
                variation("flange", form.variant),
            ),
            slot("flange_steel", "steel"),
        )
    ]
    # Few solids settle fast: the bore is open where it can be seen, in the neck. None is thin, as thin ones get through
    # each other.
    solids = [turned_solid([(_RADIUS, 0.0), (_RADIUS, disc)], _SIDES)]
    solids += [turned_solid([(neck * 1.12, 0.0), (neck * 1.12, face)], _SIDES)]
    solids += ring_solids(bore, neck, 0.0, _HEIGHT, _SECTORS, _SIDES)
    solids = moved_solids(fitting(pieces, size_m), solids)
    return assemble("flange", size_m, fitted(pieces, size_m), (), ["body"], solids)


def _disc(holes: int, bore: float, neck: float, thickness: float) -> Geometry:
    """Return the disc as one sector for each bolt hole, which join along their sides."""
    circle = (neck * 1.12 + _RADIUS) / 2
    hole = min(0.3 * (_RADIUS - neck * 1.12), 0.6 * circle * math.sin(math.pi / holes))
    steps = max(4, _SIDES // holes)
    sectors = []
    for index in range(holes):
        low, high = 2 * math.pi * index / holes, 2 * math.pi * (index + 1) / holes
        angles = np.linspace(low, high, steps + 1)
        outer, inner = _arc(_RADIUS, angles), _arc(neck * 1.12 - 0.002, angles)[::-1]
        # Only the outer arc is a wall: the inner one lies inside the neck.
        outline = np.concatenate([outer, inner])
        skipped = range(steps, len(outline))
        middle = (low + high) / 2
        center = (circle * math.cos(middle), circle * math.sin(middle))
        sectors.append(
            plate(outline, 0.0, thickness, bevel_m=0.0, hole_m=hole, center_m=center, skipped=tuple(skipped))
        )
    inner_ring = plate(regular_outline(neck * 1.12 - 0.002, _SIDES), 0.0, thickness, hole_m=bore, skipped=range(_SIDES))
    return join([*sectors, inner_ring])


def _arc(radius: float, angles: FloatArray) -> FloatArray:
    return radius * np.column_stack([np.cos(angles), np.sin(angles)])
