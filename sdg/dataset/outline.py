"""The outline of a mask along the edges of its pixels: exact, in the corner convention."""

from __future__ import annotations

import numpy as np

from sdg.foundation.arrays import BoolArray, FloatArray, IntArray


def outline(mask: BoolArray) -> FloatArray:
    """Return one closed outline of a mask, as formats want it that have one polygon per thing.

    Parts and holes are joined by lines that run there and back, and so enclose nothing: filled by the even-odd rule,
    the outline is the mask, pixel by pixel.

    Args:
        mask: shape (H, W), bool, with at least one pixel.

    Returns:
        Corners (x, y) [px], shape (N, 2), float64; the last joins the first.
    """
    first, *others = rings(mask)
    joined = first
    for ring in others:
        joined = _detour(joined, ring)
    return joined


def _detour(line: FloatArray, ring: FloatArray) -> FloatArray:
    """Return a closed line that visits a ring on its way, over the shortest way there is between their corners."""
    distances = np.abs(line[:, None] - ring[None]).sum(axis=2)
    here, there = np.unravel_index(np.argmin(distances), distances.shape)
    around = np.roll(ring, -int(there), axis=0)
    return np.concatenate([line[: here + 1], around, around[:1], line[here:]])


def rings(mask: BoolArray) -> list[FloatArray]:
    """Return every closed line between mask and background, each as its corners (x, y) [px], shape (N, 2).

    Lines run along pixel edges, so each turns at every corner. Where two parts touch at a point, the lines touch too.
    """
    # Only the tight box has corners in it, and is mostly far smaller than the picture.
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        return []
    top, left = rows[0], columns[0]
    padded = np.pad(mask[top : rows[-1] + 1, left : columns[-1] + 1], 1)
    a, b, c, d = padded[:-1, :-1], padded[:-1, 1:], padded[1:, :-1], padded[1:, 1:]
    turns = (a ^ b ^ c ^ d).astype(np.int64)
    turns[(a == d) & (b == c) & (a != b)] = 2  # two corners at one point
    y, x = np.nonzero(turns)
    y, x = np.repeat(y, turns[y, x]), np.repeat(x, turns[y, x])
    # Along a row, edges begin and end at its corners in turn; so they do along a column.
    across = _partners(np.lexsort((x, y)))
    down = _partners(np.lexsort((y, x)))
    points = np.stack([x + left, y + top], axis=1).astype(np.float64)
    return [points[ring] for ring in _walk(across.tolist(), down.tolist())]


def _partners(order: IntArray) -> IntArray:
    partners = np.empty_like(order)
    partners[order[0::2]], partners[order[1::2]] = order[1::2], order[0::2]
    return partners


def _walk(across: list[int], down: list[int]) -> list[list[int]]:
    walked: list[list[int]] = []
    seen = bytearray(len(across))
    for start in range(len(across)):
        if seen[start]:
            continue
        ring, corner = [], start
        while not seen[corner]:
            turn = across[corner]
            seen[corner] = seen[turn] = 1
            ring += [corner, turn]
            corner = down[turn]
        walked.append(ring)
    return walked
