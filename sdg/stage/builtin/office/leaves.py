"""Leaves as thin closed blades, and fronds of them."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from sdg.foundation.arrays import FloatArray
from sdg.foundation.transforms import rotation_xyz, translation, yaw
from sdg.stage.builtin.geometry import Geometry, join, project_uvs
from sdg.stage.builtin.lofts import loft, swept_rings

_THICK = 0.0012


def blade(
    length_m: float, width_m: float, droop: float, *, widest: float = 0.4, rings: int = 8, fold: float = 0.25
) -> Geometry:
    """Return a leaf from the origin along +y, folded along its middle.

    Args:
        length_m: Along its curve [m].
        width_m: Where it is widest [m].
        droop: How far it bends down over its length [radians].
        widest: Where along it that is, from 0 to 1.
        rings: How finely it is divided.
        fold: Height of its edges over its middle rib, in half widths.
    """
    share = np.linspace(0.0, 1.0, rings)
    angles = -droop * (share[:-1] + share[1:]) / 2
    steps = length_m / (rings - 1) * np.stack([np.zeros(rings - 1), np.cos(angles), np.sin(angles)], axis=1)
    path = np.concatenate([np.zeros((1, 3)), np.cumsum(steps, axis=0)])
    power = math.log(0.5) / math.log(widest)
    half = np.maximum(width_m / 2 * np.sin(math.pi * share**power) ** 0.8, 0.0016)
    deep, thick = fold * half, np.full(rings, _THICK / 2)
    zero = np.zeros(rings)
    # Four points: two edges, and the rib above and below.
    sections = np.stack(
        [
            np.stack([half, zero], axis=1),
            np.stack([zero, thick - deep], axis=1),
            np.stack([-half, zero], axis=1),
            np.stack([zero, -thick - deep], axis=1),
        ],
        axis=1,
    )
    body = loft(swept_rings(path, sections), crease_deg=60.0)
    return project_uvs(body.vertices, body.faces, body.normals)


def frond(length_m: float, width_m: float, droop: float, pairs: int) -> Geometry:
    """Return a palm's leaf from the origin along +y: an arched rib with narrow leaflets on both sides."""
    count = 10
    share = np.linspace(0.0, 1.0, count)
    angles = 0.35 - (droop + 0.35) * (share[:-1] + share[1:]) / 2
    steps = length_m / (count - 1) * np.stack([np.zeros(count - 1), np.cos(angles), np.sin(angles)], axis=1)
    path = np.concatenate([np.zeros((1, 3)), np.cumsum(steps, axis=0)])
    radii = np.linspace(0.004, 0.0012, count) * max(0.6, length_m)
    square = np.array([(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0)])
    rib = loft(swept_rings(path, radii[:, None, None] * square), crease_deg=100.0)
    pieces = [rib]
    for index in range(pairs):
        along = 0.25 + 0.74 * (index + 0.5) / pairs
        at = np.array([np.interp(along, share, path[:, axis]) for axis in range(3)])
        reach = width_m / 2 * math.sin(math.pi * (0.15 + 0.8 * along)) ** 0.7
        leaflet = blade(reach, 0.16 * reach + 0.006, 0.5, widest=0.35, rings=4, fold=0.3)
        slope = math.degrees(float(np.interp(along, (share[:-1] + share[1:]) / 2, angles)))
        for side in (-1.0, 1.0):
            turn = yaw(side * (62.0 - 30.0 * along)) @ rotation_xyz((0.6 * slope, 0.0, 0.0))
            pieces.append(leaflet.moved(translation(at) @ turn))
    return join(pieces)


def set_at(
    leaf: Geometry, place_m: FloatArray, turn_deg: float, rise_deg: float, scale: float, roll_deg: float = 0.0
) -> Geometry:
    """Return a leaf moved to a place, pointing in a direction `turn_deg` about z and `rise_deg` above level."""
    spin = yaw(turn_deg) @ rotation_xyz((rise_deg, 0.0, 0.0)) @ rotation_xyz((0.0, roll_deg, 0.0))
    placed = leaf.moved(translation(place_m) @ spin @ np.diag([scale, scale, scale, 1.0]))
    return replace(placed, uvs=scale * leaf.uvs)
