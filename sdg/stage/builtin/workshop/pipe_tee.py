"""A pipe tee or cross: a run with one branch or two."""

from __future__ import annotations

import numpy as np

from sdg.foundation.arrays import FloatArray, Vec3
from sdg.foundation.transforms import rotation_xyz, transform_points, translation
from sdg.recipe.families.workshop import PipeTeeForm
from sdg.stage.asset import Asset
from sdg.stage.builtin.convex_solids import turned_solid
from sdg.stage.builtin.geometry import Geometry, join
from sdg.stage.builtin.solids import lathe
from sdg.stage.builtin.workshop.pipe_ends import LIP, PIPE, SIDES, fitting_asset, mouth, mouth_solid

# Tees are a little wider and taller than their drawing, so that the usual one measures 90 x 34 x 60 mm.
_STRETCH = (1.0, 17 / 16, 60 / 59)


def usual_size_m(form: PipeTeeForm) -> Vec3:
    """Return the size that goes with lengths and ends [m]."""
    low, high = join(_shapes(form)[0]).bounds()
    x, y, z = (round(float(length) * factor, 6) for length, factor in zip(high - low, _STRETCH, strict=True))
    return (x, y, z)


def build_pipe_tee(size_m: Vec3, form: PipeTeeForm) -> Asset:
    """Return a tee whose run lies along x and whose branch points up, a second one down, scaled to `size_m`."""
    shapes, solids = _shapes(form)
    return fitting_asset("pipe_tee", form.variant, size_m, shapes, solids)


def _shapes(form: PipeTeeForm) -> tuple[list[Geometry], list[FloatArray]]:
    run = form.run_m / 2
    narrow = np.diag([form.branch_share, form.branch_share, 1.0, 1.0])
    poses = [
        translation((sign * (run - LIP), 0.0, 0.0)) @ rotation_xyz((0.0, sign * 90.0, 0.0)) for sign in (-1.0, 1.0)
    ]
    turns = [rotation_xyz((180.0 * index, 0.0, 0.0)) @ narrow for index in range(form.branches)]
    poses += [turn @ translation((0.0, 0.0, form.branch_m - LIP)) for turn in turns]
    lying = translation((-(run - LIP), 0.0, 0.0)) @ rotation_xyz((0.0, 90.0, 0.0))
    profile = [(PIPE, 0.0), (PIPE, 2 * (run - LIP))]
    upright = [(PIPE, 0.0), (PIPE, form.branch_m - LIP)]
    shapes = [mouth(form.ends, outwards=True).moved(pose) for pose in poses]
    shapes += [lathe(profile, SIDES).moved(lying), *(lathe(upright, SIDES).moved(turn) for turn in turns)]
    solids = [transform_points(pose, mouth_solid(form.ends)) for pose in poses]
    solids += [transform_points(lying, turned_solid(profile, SIDES))]
    solids += [transform_points(turn, turned_solid(upright, SIDES)) for turn in turns]
    return shapes, solids
