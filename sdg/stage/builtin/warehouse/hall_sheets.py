"""Folded sheets with rectangular holes: cladding round docks and windows, a roof's deck round skylights."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from sdg.foundation.arrays import FloatArray
from sdg.stage.builtin.geometry import Geometry, join
from sdg.stage.builtin.solids import folded_sheet
from sdg.stage.builtin.warehouse.hall_plan import Hole


def pierced_sheet(
    path_m: FloatArray, along: int, across: int, low_m: float, high_m: float, holes: Sequence[Hole] = ()
) -> Geometry:
    """Return the sheet that a path sweeps along an axis, less what lies in its holes.

    Args:
        path_m: shape (N, 3), rising along the axis `along`, 0 along the axis `across`.
        along: The axis along which holes start and end.
        across: The axis of the sweep, along which holes are low and high.
        low_m: Where the sweep begins.
        high_m: Where it ends.
        holes: What is left out; they may lie beside each other, not over each other.
    """
    direction = np.eye(3)[across]
    inside = [mark for hole in holes for mark in (hole.start, hole.end) if path_m[0, along] < mark < path_m[-1, along]]
    places = np.unique(np.concatenate([path_m[:, along], inside]))
    path = np.stack([np.interp(places, path_m[:, along], path_m[:, axis]) for axis in range(3)], axis=1)
    traveled = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(path, axis=0), axis=1))])
    ends = np.searchsorted(places, [places[0], *sorted(set(inside)), places[-1]])
    sheets = []
    for first, last in itertools.pairwise(ends):
        middle = (places[first] + places[last]) / 2
        over = sorted((hole.low, hole.high) for hole in holes if hole.start < middle < hole.end)
        bounds = [low_m, *itertools.chain.from_iterable(over), high_m]
        for start, end in zip(bounds[::2], bounds[1::2], strict=True):
            if end - start > 1e-6:
                sheet = folded_sheet(path[first : last + 1] + direction * start, direction * (end - start))
                sheets.append(sheet.with_uv_offset(float(traveled[first]), start - low_m))
    return join(sheets)
