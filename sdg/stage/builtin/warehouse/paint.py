"""Paint on a floor: lines, arrows, figures and hatching as flat quads, and how wheels wear them off."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache

import numpy as np

from sdg.foundation.arrays import FloatArray
from sdg.stage.builtin.draws import Draws
from sdg.stage.builtin.geometry import Geometry

# A quad's corners, counter-clockwise seen from above, shape (4, 2) [m].
Quad = FloatArray

_CHIP_U, _CHIP_V = 0.05, 0.025
# Strokes of digits on a grid 2 wide and 4 high, as on a display of seven bars.
_BARS = {
    "a": (0.0, 3.8, 2.0, 3.8),
    "b": (1.8, 2.0, 1.8, 4.0),
    "c": (1.8, 0.0, 1.8, 2.0),
    "d": (0.0, 0.2, 2.0, 0.2),
    "e": (0.2, 0.0, 0.2, 2.0),
    "f": (0.2, 2.0, 0.2, 4.0),
    "g": (0.4, 2.0, 1.6, 2.0),
}
_DIGITS = ("abcdef", "bc", "abged", "abgcd", "fgbc", "afgcd", "afgedc", "abc", "abcdefg", "abcdfg")


def rectangle(x0: float, y0: float, x1: float, y1: float) -> Quad:
    """Return a rectangle between two corners."""
    return np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]])


def stroke(start: Sequence[float], end: Sequence[float], width: float) -> Quad:
    """Return a straight stroke with square ends."""
    a, b = np.asarray(start, dtype=np.float64), np.asarray(end, dtype=np.float64)
    along = (b - a) / np.linalg.norm(b - a)
    beside = np.array([-along[1], along[0]]) * width / 2
    return np.stack([a - beside, b - beside, b + beside, a + beside])


def frame(x0: float, y0: float, x1: float, y1: float, width: float) -> list[Quad]:
    """Return the outline of a rectangle as four lines that don't cross."""
    return [
        rectangle(x0, y0, x1, y0 + width),
        rectangle(x0, y1 - width, x1, y1),
        rectangle(x0, y0 + width, x0 + width, y1 - width),
        rectangle(x1 - width, y0 + width, x1, y1 - width),
    ]


def hatching(x0: float, y0: float, x1: float, y1: float, pitch: float) -> list[Quad]:
    """Return stripes at 45 degrees that fill a rectangle, as wide as the gaps between them, without triangles."""
    wide, tall = x1 - x0, y1 - y0
    quads = []
    for index in range(math.ceil((wide + tall) / pitch)):
        # A stripe lies between two lines x + y = const, clipped to the rectangle at both ends.
        near, far = index * pitch, min(index * pitch + pitch / 2, wide + tall)
        low = [(min(at, wide), max(at - wide, 0.0)) for at in (near, far)]
        high = [(max(at - tall, 0.0), min(at, tall)) for at in (near, far)]
        quads.append(np.array([low[0], low[1], high[1], high[0]]) + np.array([x0, y0]))
    return quads


def arrow(x: float, y: float, length: float, heading: float) -> list[Quad]:
    """Return an arrow along y, `heading` 1 or -1, whose middle is given."""
    wide, head = 0.22 * length, 0.42 * length
    tip, neck, tail = length / 2, length / 2 - head, -length / 2
    shaft = rectangle(-0.055 * length, tail, 0.055 * length, neck)
    left = np.array([[-wide, neck], [0.0, neck], [0.0, tip], [-wide / 2, neck + head / 2]])
    right = np.array([[0.0, neck], [wide, neck], [wide / 2, neck + head / 2], [0.0, tip]])
    return [quad * heading + np.array([x, y]) for quad in (shaft, left, right)]


def number(value: int, x: float, y: float, height: float) -> list[Quad]:
    """Return a number read from -y, its lower left corner given."""
    unit = height / 4
    quads = []
    for index, digit in enumerate(str(value)):
        for name in _DIGITS[int(digit)]:
            x0, y0, x1, y1 = (part * unit for part in _BARS[name])
            shift = np.array([x + 2.8 * unit * index, y])
            quads.append(stroke((x0, y0), (x1, y1), 0.4 * unit) + shift)
    return quads


@cache
def _walker() -> tuple[tuple[float, float, float, float, float], ...]:
    """Return the strokes (x0, y0, x1, y1, width) of somebody who walks, 1 high."""
    return (
        (0.0, 0.84, 0.0, 0.99, 0.15),
        (0.0, 0.42, 0.02, 0.80, 0.17),
        (-0.02, 0.44, 0.17, 0.02, 0.085),
        (0.0, 0.44, -0.19, 0.03, 0.085),
        (0.05, 0.76, 0.24, 0.52, 0.06),
        (-0.03, 0.76, -0.22, 0.55, 0.06),
    )


def walker(x: float, y: float, height: float) -> list[Quad]:
    """Return a figure that walks, its feet given."""
    return [
        stroke((x0 * height, y0 * height), (x1 * height, y1 * height), width * height) + np.array([x, y])
        for x0, y0, x1, y1, width in _walker()
    ]


def painted(quads: Sequence[Quad], height_m: float, worn: float = 0.0, name: str = "", variant: int = 0) -> Geometry:
    """Return quads at a height, less the share that is worn off in chips; texture coordinates are the floor's x and y.

    Which chips are gone is decided by `name` and `variant`.
    """
    cells = np.stack(quads)
    if worn > 0.0:
        draws = Draws(f"paint {name}", variant)
        cells = np.concatenate([_chips(quad, draws) for quad in quads])
        middle = cells.mean(axis=1)
        # Wheels wear patches of a metre and flakes of a hand's breadth; what is left has ragged edges.
        waves = draws.directions(24)[:, :2] * np.concatenate(
            [draws.uniform(1.5, 7.0, 10, 1), draws.uniform(14.0, 55.0, 14, 1)]
        )
        gone = np.sin(middle @ waves.T + draws.uniform(0.0, 2 * math.pi, 24)).sum(axis=1)
        gone = gone + draws.uniform(-1.0, 1.0, len(cells))
        cells = cells[gone <= np.quantile(gone, 1.0 - worn)]
    flat = cells.reshape(-1, 2)
    vertices = np.column_stack([flat, np.full(len(flat), height_m)])
    start = 4 * np.arange(len(cells))[:, None]
    faces = (start + np.array([0, 1, 2, 0, 2, 3])).reshape(-1, 3)
    corners = flat[faces]
    first, second = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    # Where a quad is a triangle, one of its two has no area.
    faces = faces[first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0] > 1e-9]
    return Geometry(vertices, faces, np.tile([0.0, 0.0, 1.0], (len(flat), 1)), flat.copy())


def _chips(quad: Quad, draws: Draws) -> FloatArray:
    """Return a quad cut into crooked cells, shape (N, 4, 2)."""
    sides = np.linalg.norm(np.roll(quad, -1, axis=0) - quad, axis=1)
    chip = (_CHIP_U, _CHIP_V) if sides[0] >= sides[1] else (_CHIP_V, _CHIP_U)
    columns = max(2, math.ceil(max(sides[0], sides[2]) / chip[0]))
    rows = max(2, math.ceil(max(sides[1], sides[3]) / chip[1]))
    u, v = np.meshgrid(np.linspace(0.0, 1.0, columns + 1), np.linspace(0.0, 1.0, rows + 1))
    stray = draws.uniform(-0.38, 0.38, 2, rows + 1, columns + 1)
    u = u + np.where((u > 0) & (u < 1), stray[0] / columns, 0.0)
    v = v + np.where((v > 0) & (v < 1), stray[1] / rows, 0.0)
    weights = np.stack([(1 - u) * (1 - v), u * (1 - v), u * v, (1 - u) * v], axis=-1)
    grid = weights @ quad
    cells: FloatArray = np.stack([grid[:-1, :-1], grid[:-1, 1:], grid[1:, 1:], grid[1:, :-1]], axis=2)
    return cells.reshape(-1, 4, 2)
