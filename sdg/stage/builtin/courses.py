"""What is laid in rows: bricks, slabs, tiles, with joints between."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sdg.foundation.arrays import FloatArray, Vec2
from sdg.stage.builtin.noise import Shape, step


@dataclass(frozen=True, eq=False)
class Courses:
    """Pieces laid over a periodic picture.

    Attributes:
        index: Which piece, shape (H, W), from 0.
        u, v: Place within the piece and its joint, 0 to 1, shape (H, W); v runs downwards.
        depth: 0 in the joint, 1 on the piece, a rise between, shape (H, W).
    """

    index: npt.NDArray[np.intp]
    u: FloatArray
    v: FloatArray
    depth: FloatArray


def courses(shape: Shape, *, rows: int, columns: int, shift: float, joint: Vec2, rim: Vec2) -> Courses:
    """Return pieces in rows.

    Args:
        shape: (rows, columns) of the picture.
        rows: How many courses; even, if they are shifted.
        columns: How many pieces in a course.
        shift: By what part of a piece every other course is shifted.
        joint: Width of the joints as parts of a piece, (across, down).
        rim: Width of the rise beside a joint as parts of a piece, (across, down).
    """
    y = (np.arange(shape[0]) + 0.5)[:, None] * rows / shape[0] + np.zeros((1, shape[1]))
    course = np.floor(y).astype(np.intp)
    x = (np.arange(shape[1]) + 0.5)[None, :] * columns / shape[1] + shift * (course % 2)
    piece = np.floor(x).astype(np.intp)
    u: FloatArray = x - piece
    v: FloatArray = y - course
    inside_u = step(0.5 - np.abs(u - 0.5), joint[0] / 2, joint[0] / 2 + rim[0])
    inside_v = step(0.5 - np.abs(v - 0.5), joint[1] / 2, joint[1] / 2 + rim[1])
    return Courses(course * columns + piece % columns, u, v, inside_u * inside_v)
