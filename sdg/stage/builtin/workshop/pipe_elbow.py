"""A pipe elbow: a bend between two ends."""

from __future__ import annotations

import math

import numpy as np

from sdg.foundation.arrays import FloatArray, Vec3
from sdg.foundation.transforms import rotation_xyz, transform_points, translation
from sdg.recipe.families.workshop import PipeElbowForm
from sdg.stage.asset import Asset
from sdg.stage.builtin.geometry import Geometry, join
from sdg.stage.builtin.workshop.pipe_ends import LIP, fitting_asset, mouth, mouth_solid, ring, sweep

_BENDS = 12
# Elbows are a twelfth longer and taller than their drawing, so that the usual one measures 60 mm.
_STRETCH = 12 / 11


def usual_size_m(form: PipeElbowForm) -> Vec3:
    """Return the size that goes with bend and ends [m]."""
    low, high = join(_shapes(form)[0]).bounds()
    x, y, z = (float(length) for length in high - low)
    return (round(x * _STRETCH, 6), round(y, 6), round(z * _STRETCH, 6))


def build_pipe_elbow(size_m: Vec3, form: PipeElbowForm) -> Asset:
    """Return an elbow that stands on one mouth and opens towards +x with the other, scaled to `size_m`."""
    shapes, solids = _shapes(form)
    return fitting_asset("pipe_elbow", form.variant, size_m, shapes, solids)


def _shapes(form: PipeElbowForm) -> tuple[list[Geometry], list[FloatArray]]:
    turn = math.radians(form.angle_deg)
    end = (form.bend_m * (1 - math.cos(turn)), 0.0, form.bend_m * math.sin(turn) + LIP)
    far = translation(end) @ rotation_xyz((0.0, form.angle_deg, 0.0))
    near = rotation_xyz((180.0, 0.0, 0.0))
    near[2, 3] = LIP
    curve = [
        (np.array([form.bend_m * (1 - math.cos(a)), 0.0, LIP + form.bend_m * math.sin(a)]), a)
        for a in np.linspace(0.0, turn, _BENDS + 1)
    ]
    rings = np.array([ring(center, angle) for center, angle in curve])
    shapes = [mouth(form.ends), mouth(form.ends, outwards=True).moved(far), sweep(rings)]
    solids = [transform_points(pose, mouth_solid(form.ends)) for pose in (near, far)]
    solids += [np.concatenate([rings[at], rings[at + 1], rings[at + 2]]) for at in range(0, _BENDS, 2)]
    return shapes, solids
