"""Dents in what is knocked about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from sdg.foundation.arrays import FloatArray
from sdg.stage.builtin.geometry import Geometry, Point


@dataclass(frozen=True)
class Dent:
    """A smooth hollow: how deep [m], round which point, how wide (the standard deviation of its Gaussian) [m]."""

    center_m: Point
    depth_m: float
    width_m: float


def dented(geometry: Geometry, dents: Sequence[Dent]) -> Geometry:
    """Return geometry whose vertices are pushed in along their normals, with normals to match; no vertex is added.

    A surface p moved by -d(p) along its normal n has the normal n + (the tangential gradient of d), to first order.
    """
    depth = np.zeros(len(geometry.vertices))
    gradient: FloatArray = np.zeros_like(geometry.vertices)
    for dent in dents:
        away = geometry.vertices - np.asarray(dent.center_m, dtype=np.float64)
        own = dent.depth_m * np.exp(-0.5 * np.einsum("ij,ij->i", away, away) / dent.width_m**2)
        depth += own
        gradient -= away * (own / dent.width_m**2)[:, None]
    normals = geometry.normals
    along = np.einsum("ij,ij->i", gradient, normals)[:, None] * normals
    tilted = normals + gradient - along
    tilted /= np.linalg.norm(tilted, axis=1, keepdims=True)
    return replace(geometry, vertices=geometry.vertices - depth[:, None] * normals, normals=tilted)
