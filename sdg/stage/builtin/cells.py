"""Periodic cells and strokes: pebbles, chips, pores, blades and leaves of procedural textures.

Cells are those of Worley, "A cellular texture basis function" (SIGGRAPH 1996), with one point in each cell of a grid,
so that nearest points are found among nine. Strokes lie over each other in the order in which they are given, as in
a dead-leaves model.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sdg.foundation.arrays import FloatArray
from sdg.stage.builtin.noise import Shape, white

IndexArray = npt.NDArray[np.intp]

# Rows that are worked on at a time: what they need fits in a processor's cache.
_STRIP = 16
_STROKES = 128


@dataclass(frozen=True, eq=False)
class Cells:
    """The cells of a picture.

    Attributes:
        nearest: Distance to the nearest point, in grid steps, shape (H, W).
        second: Distance to the second nearest.
        index: Which point is nearest, shape (H, W), from 0 to the number of points less 1.
        dx, dy: From the nearest point to here, in grid steps, shape (H, W), float32; y runs downwards.
    """

    nearest: FloatArray
    second: FloatArray
    index: IndexArray
    dx: FloatArray
    dy: FloatArray

    @property
    def border(self) -> FloatArray:
        """How far the border to the next cell is, about, in grid steps: 0 on it."""
        return (self.second - self.nearest) * 0.5


def cells(name: str, shape: Shape, count: tuple[int, int], jitter: float = 1.0) -> Cells:
    """Return the cells of points scattered over a periodic picture.

    Args:
        name: Decides the points.
        shape: (rows, columns).
        count: (rows, columns) of the grid; each of its cells holds one point.
        jitter: How far points stray from the middle of their grid cell, 0 to 1.
    """
    rows, columns = count
    stray = (white(name, (rows, columns * 2)).reshape(-1, 2) - 0.5) * jitter + 0.5
    point_y, point_x = np.ascontiguousarray(stray.T.astype(np.float32))
    whole_index: IndexArray = np.empty(shape, np.intp)
    whole_nearest, whole_second, whole_dx, whole_dy = (np.empty(shape) for _ in range(4))
    x = ((np.arange(shape[1]) + 0.5) * (columns / shape[1])).astype(np.float32)
    column = np.floor(x).astype(np.intp)
    within_x = x - column
    for first in range(0, shape[0], _STRIP):
        strip = slice(first, min(first + _STRIP, shape[0]))
        y = ((np.arange(strip.start, strip.stop) + 0.5) * (rows / shape[0])).astype(np.float32)[:, None]
        row = np.floor(y).astype(np.intp)
        within_y = y - row
        size = (len(y), shape[1])
        nearest, second = np.full(size, 100.0, np.float32), np.full(size, 100.0, np.float32)
        index, best_x, best_y = np.zeros(size, np.intp), np.zeros(size, np.float32), np.zeros(size, np.float32)
        for down, right in itertools.product((-1, 0, 1), repeat=2):
            candidate = ((row + down) % rows) * columns + (column + right) % columns
            dx = (within_x - np.float32(right)) - point_x[candidate]
            dy = (within_y - np.float32(down)) - point_y[candidate]
            square = dx * dx + dy * dy
            closer = square < nearest
            np.minimum(second, np.maximum(square, nearest), out=second)
            np.minimum(nearest, square, out=nearest)
            np.copyto(index, candidate, where=closer)
            np.copyto(best_x, dx, where=closer)
            np.copyto(best_y, dy, where=closer)
        whole_index[strip] = index
        whole_nearest[strip], whole_second[strip] = np.sqrt(nearest), np.sqrt(second)
        whole_dx[strip], whole_dy[strip] = best_x, best_y
    return Cells(whole_nearest, whole_second, whole_index, whole_dx, whole_dy)


@dataclass(frozen=True, eq=False)
class Strokes:
    """What strokes leave on a picture.

    Attributes:
        index: Which stroke is on top, shape (H, W); -1 where there is none.
        along: How far along the stroke, 0 at its root to 1 at its tip, shape (H, W).
        across: How far to its side, -1 to 1, shape (H, W).
    """

    index: IndexArray
    along: FloatArray
    across: FloatArray


def strokes(
    name: str,
    shape: Shape,
    count: int,
    *,
    length_px: tuple[float, float],
    width_px: tuple[float, float],
    leaf: bool = False,
    bend: float = 0.5,
) -> Strokes:
    """Return strokes scattered over a periodic picture, in every direction, the later ones on top.

    Args:
        name: Decides places and shapes.
        shape: (rows, columns).
        count: How many.
        length_px: Shortest and longest.
        width_px: Narrowest and widest, where they are widest.
        leaf: Whether they are widest in the middle and pointed at both ends, rather than tapering to the tip.
        bend: By how much their direction turns from root to tip, at most [rad].
    """
    draws = white(name, (count, 6))
    length = length_px[0] + (length_px[1] - length_px[0]) * draws[:, 2]
    width = width_px[0] + (width_px[1] - width_px[0]) * draws[:, 3]
    along = (np.arange(int(1.4 * length_px[1]) + 2) + 0.5) / (int(1.4 * length_px[1]) + 2)
    sides = int(1.4 * width_px[1]) + 2
    across = ((np.arange(sides) + 0.5) / sides) * 2.0 - 1.0
    direction = 2 * np.pi * draws[:, 4, None] + bend * (draws[:, 5, None] * 2 - 1) * (along[None, :] - 0.5)
    step = length[:, None] / len(along)
    profile = np.sqrt(along) * (1.0 - along) * 2.6 if leaf else np.sqrt(1.0 - 0.9 * along)
    half = 0.5 * width[:, None] * profile[None, :]
    cosine, sine = np.cos(direction), np.sin(direction)
    middle_x = draws[:, 0, None] * shape[1] + np.cumsum(cosine * step, axis=1)
    middle_y = draws[:, 1, None] * shape[0] + np.cumsum(sine * step, axis=1)
    top = np.full(shape[0] * shape[1], -1, np.int32)
    for first in range(0, count, _STROKES):
        some = slice(first, min(first + _STROKES, count))
        x = middle_x[some, :, None] - (sine[some] * half[some])[:, :, None] * across
        y = middle_y[some, :, None] + (cosine[some] * half[some])[:, :, None] * across
        pixel = (np.floor(y).astype(np.int32) % shape[0]) * shape[1] + np.floor(x).astype(np.int32) % shape[1]
        # What is assigned last stays: later strokes, and of one stroke whatever comes last.
        top[pixel.ravel()] = np.arange(pixel.size, dtype=np.int32) + first * len(along) * sides
    covered = top >= 0
    which, rest = np.divmod(np.where(covered, top, 0), len(along) * sides)
    far, side = np.divmod(rest, sides)
    index = np.where(covered, which, -1).reshape(shape)
    return Strokes(index, along[far].reshape(shape), across[side].reshape(shape))
