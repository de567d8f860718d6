"""Which vertices of a graph hang together, without importing SciPy, which takes half a second."""

from __future__ import annotations

import numpy as np

from sdg.foundation.arrays import IntArray


def triangles_by_piece(corners: IntArray) -> tuple[IntArray, IntArray]:
    """Return triangles piece by piece: their numbers, shape (T,), and where each connected piece begins, shape (P,).

    Within a piece they keep their order.

    Args:
        corners: The vertices of each triangle, shape (T, 3); equal vertices have one number.
    """
    start, end = corners[:, [0, 1]].ravel(), corners[:, [1, 2]].ravel()
    piece = connected_components(start, end, int(corners.max(initial=-1)) + 1)[corners[:, 0]]
    order = np.argsort(piece, kind="stable")
    return order, np.flatnonzero(np.diff(piece[order], prepend=-1))


def connected_components(start: IntArray, end: IntArray, count: int) -> IntArray:
    """Return the component of each vertex, shape (N,), int64, numbered from 0 by their first vertices.

    Args:
        start: The vertex from which each edge goes, shape (E,).
        end: The vertex to which it goes, shape (E,); the direction doesn't matter.
        count: How many vertices there are.
    """
    lowest = np.arange(count)
    while True:
        # Each vertex takes the lowest that it knows of, and that one's own: paths halve in every turn.
        before = lowest
        lowest = before.copy()
        joined = np.minimum(before[start], before[end])
        for ends in (start, end, before[start], before[end]):
            np.minimum.at(lowest, ends, joined)
        lowest = lowest[lowest]
        if np.array_equal(lowest, before):
            break
    is_first = lowest == np.arange(count)
    numbers: IntArray = np.cumsum(is_first) - 1
    return numbers[lowest]
