"""The shapes that robot files name without a mesh: boxes, cylinders, spheres, capsules, ellipsoids; in metres."""

from __future__ import annotations

import math

import numpy as np

from sdg.foundation.arrays import Vec3
from sdg.stage.asset import Mesh
from sdg.stage.builtin.geometry import Geometry
from sdg.stage.builtin.solids import lathe, plain_box

_AROUND = 48
_QUARTER = 10


def box_mesh(size_m: Vec3) -> Mesh:
    """Return a box centred on the origin; `size_m` is its full extent."""
    return _mesh(plain_box(size_m))


def cylinder_mesh(radius_m: float, length_m: float) -> Mesh:
    """Return an upright cylinder centred on the origin."""
    half = length_m / 2
    return _mesh(lathe([(0.0, -half), (radius_m, -half), (radius_m, half), (0.0, half)], _AROUND))


def capsule_mesh(radius_m: float, length_m: float) -> Mesh:
    """Return an upright cylinder of a length with half a sphere at each end, centred on the origin."""
    half = length_m / 2
    angles = np.linspace(0.0, math.pi / 2, _QUARTER + 1)
    low = [(radius_m * math.sin(a), -half - radius_m * math.cos(a)) for a in angles]
    high = [(radius_m * math.cos(a), half + radius_m * math.sin(a)) for a in angles]
    low[0], high[-1] = (0.0, -half - radius_m), (0.0, half + radius_m)
    return _mesh(lathe([*low, *(high if half > 0 else high[1:])], _AROUND))


def ellipsoid_mesh(radii_m: Vec3) -> Mesh:
    """Return an ellipsoid centred on the origin."""
    angles = np.linspace(-math.pi / 2, math.pi / 2, 2 * _QUARTER + 1)
    profile = [(math.cos(angle), math.sin(angle)) for angle in angles]
    profile[0], profile[-1] = (0.0, -1.0), (0.0, 1.0)
    return _mesh(lathe(profile, _AROUND).moved(np.diag([*radii_m, 1.0])))


def _mesh(geometry: Geometry) -> Mesh:
    return Mesh(geometry.vertices, geometry.faces.astype(np.uint32), geometry.normals, geometry.uvs)
