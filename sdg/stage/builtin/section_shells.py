"""Shells swept through rounded cross-sections: limbs, bodies and visors."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sdg.foundation.arrays import FloatArray
from sdg.stage.asset import Mesh
from sdg.stage.builtin.geometry import Geometry, IndexArray
from sdg.stage.robots.smooth import smoothed

_AROUND = 24
_BEVEL_STEPS = 3
_BETWEEN = 2


@dataclass(frozen=True)
class Section:
    """A superellipse across z: |x / rx|^power + |y / ry|^power = 1; power 2 is an ellipse, more is squarer.

    Attributes:
        z: Height [m].
        rx, ry: Half widths [m].
        x, y: Centre [m].
    """

    z: float
    rx: float
    ry: float
    x: float = 0.0
    y: float = 0.0
    power: float = 2.5


def shell_through(
    sections: Sequence[Section], bevel_m: float = 0.01, around: int = _AROUND, bevel_steps: int = _BEVEL_STEPS
) -> Geometry:
    """Return the closed shell through sections of ascending height, with rounded rims.

    Between sections widths follow a smooth curve (Catmull and Rom, 1974). Texture coordinates run round the shell, and
    over its two ends as seen from outside.
    """
    rows = _with_bevels(_between(sections), bevel_m, bevel_steps)
    angles = np.linspace(0.0, 2 * math.pi, around + 1)
    rings = np.stack([_ring(row, angles) for row in rows])
    rings[:, -1] = rings[:, 0]
    columns, count = around + 1, len(rows)
    radius = float(rows[:, 1:3].mean())
    traveled = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(rings[:, 0], axis=0), axis=1))])
    uvs = [np.stack([np.tile(angles, count) * radius, np.repeat(traveled, columns)], axis=1)]
    vertices = [rings.reshape(-1, 3)]
    index = (np.arange(count - 1)[:, None] * columns + np.arange(around)[None, :]).reshape(-1)
    faces = _quads(index, columns)
    for row, sign in ((0, -1.0), (count - 1, 1.0)):
        start = sum(len(block) for block in vertices)
        ring = rings[row, :-1] if sign > 0 else rings[row, -2::-1]
        middle = np.array([[rows[row, 3], rows[row, 4], rows[row, 0]]])
        end = np.concatenate([middle, ring])
        vertices.append(end)
        uvs.append(end[:, :2] * [sign, 1.0])
        step = 1 + np.arange(around)
        after = 1 + (np.arange(around) + 1) % around
        faces.append(start + np.stack([np.zeros(around, np.int64), step, after], axis=1))
    return shaded(np.concatenate(vertices), np.concatenate(faces), np.concatenate(uvs))


def _quads(index: IndexArray, columns: int) -> list[IndexArray]:
    """Return the two triangles of each cell of a grid, by its lower left vertex."""
    return [
        np.stack([index, index + 1, index + columns + 1], axis=1),
        np.stack([index, index + columns + 1, index + columns], axis=1),
    ]


def patch(section: Section, height_m: float, span_deg: float, lift_m: float, rim_m: float = 0.006) -> Geometry:
    """Return a curved plate on the +x side of a section's column, `lift_m` proud of it, its rim sunk into it.

    Args:
        section: What it lies on; its `z` is the plate's middle.
        height_m: Of the plate.
        span_deg: How far round the column it reaches.
        lift_m: How far it stands out.
        rim_m: Width of its rounded rim.
    """
    columns, lines = 19, 11
    angles = np.radians(np.linspace(-span_deg / 2, span_deg / 2, columns))
    heights = np.linspace(-height_m / 2, height_m / 2, lines)
    # How near a place is to the plate's rim, by a rounded rectangle.
    across = np.abs(np.linspace(-1.0, 1.0, columns))[None, :] ** 5 + np.abs(np.linspace(-1.0, 1.0, lines))[:, None] ** 5
    proud = lift_m * np.clip((1.0 - across) * (height_m / rim_m) / 2, -0.6, 1.0)
    rows = []
    for line, height in enumerate(heights):
        ring = _ring(
            np.array([section.z + height, section.rx, section.ry, section.x, section.y, section.power]), angles
        )
        outward = np.stack([np.cos(angles), np.sin(angles), np.zeros(columns)], axis=1)
        rows.append(ring + outward * proud[line][:, None])
    vertices = np.concatenate(rows)
    index = (np.arange(lines - 1)[:, None] * columns + np.arange(columns - 1)[None, :]).reshape(-1)
    faces = np.concatenate(_quads(index, columns))
    uvs = np.stack([np.tile(angles * section.rx, lines), np.repeat(heights, columns)], axis=1)
    return shaded(vertices, faces, uvs)


def shaded(vertices: FloatArray, faces: IndexArray, uvs: FloatArray) -> Geometry:
    """Return triangles with smooth normals, sharp at creases."""
    mesh = smoothed(Mesh(np.ascontiguousarray(vertices), faces.astype(np.uint32), None, np.ascontiguousarray(uvs)))
    assert mesh.normals is not None
    assert mesh.uvs is not None
    return Geometry(mesh.vertices, mesh.faces.astype(np.int64), mesh.normals, mesh.uvs)


def _between(sections: Sequence[Section]) -> FloatArray:
    """Return rows (z, rx, ry, x, y, power) along a smooth curve through the sections."""
    given = np.array([[s.z, s.rx, s.ry, s.x, s.y, s.power] for s in sections])
    padded = np.concatenate([[2 * given[0] - given[1]], given, [2 * given[-1] - given[-2]]])
    rows = []
    for index in range(1, len(given)):
        a, b, c, d = padded[index - 1 : index + 3]
        for step in range(_BETWEEN):
            t = step / _BETWEEN
            row = 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
            row[0] = b[0] + (c[0] - b[0]) * t
            rows.append(row)
    rows.append(given[-1])
    return np.array(rows)


def _with_bevels(rows: FloatArray, bevel_m: float, steps: int) -> FloatArray:
    """Round both rims off: rows from an inset rim to the full one within the outermost `bevel_m`."""
    bevel = min(bevel_m, 0.45 * float(rows[-1, 0] - rows[0, 0]), 0.9 * float(rows[:, 1:3].min()))
    low, high = rows[0, 0] + bevel, rows[-1, 0] - bevel
    inner = rows[(rows[:, 0] > low + 1e-9) & (rows[:, 0] < high - 1e-9)]
    angles = np.linspace(0.0, math.pi / 2, steps + 1)
    ends = []
    for height, sign in ((low, -1.0), (high, 1.0)):
        at = np.array([np.interp(height, rows[:, 0], rows[:, column]) for column in range(6)])
        end = np.repeat(at[None], len(angles), axis=0)
        end[:, 0] = height + sign * bevel * np.sin(angles)
        end[:, 1:3] -= bevel * (1 - np.cos(angles))[:, None]
        ends.append(end)
    return np.concatenate([ends[0][::-1], inner, ends[1]])


def _ring(row: FloatArray, angles: FloatArray) -> FloatArray:
    z, rx, ry, x, y, power = row.tolist()
    c, s = np.cos(angles), np.sin(angles)
    scale = (np.abs(c / rx) ** power + np.abs(s / ry) ** power) ** (-1.0 / power)
    return np.stack([x + scale * c, y + scale * s, np.full(len(angles), z)], axis=1)
