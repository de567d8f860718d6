"""Cells of grids: how far apart, and how high each layer lies."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sdg.foundation.arrays import FloatArray
from sdg.graph.frame_sample import ObjectSample


class GridLayout:
    """Offsets of the instances of one object from the centre of the grid that each is in.

    Without `spacing_m` a grid's pitch is its largest thing (without yaw) plus `gap_m`, and layers lie on each other
    without a gap, each on what is below it in its own column.
    """

    def __init__(self, instances: Sequence[tuple[ObjectSample, FloatArray]]) -> None:
        self._largest: dict[str | None, FloatArray] = {}
        self._heights: dict[tuple[str | None, int, int, int], float] = {}
        for instance, size_m in instances:
            if instance.cell is None:
                continue
            carrier = instance.cell.carrier
            self._largest[carrier] = np.maximum(self._largest.get(carrier, size_m), size_m)
            self._heights[(carrier, *instance.cell.index)] = float(size_m[2])

    def offset_m(self, instance: ObjectSample) -> FloatArray:
        """Return where an instance's cell lies: its centre (x, y) and its bottom z, shape (3,) [m]."""
        cell, place = instance.cell, instance.block.place
        assert cell is not None
        assert place is not None
        assert place.grid is not None
        grid = place.grid
        column, row, layer = cell.index
        pitch = self._largest[cell.carrier][:2] + grid.gap_m if grid.spacing_m is None else np.array(grid.spacing_m[:2])
        if grid.spacing_m is not None and len(grid.spacing_m) == 3:
            bottom = layer * grid.spacing_m[2]
        else:
            bottom = sum(self._heights[(cell.carrier, column, row, below)] for below in range(layer))
        middle = (np.array([column, row]) - (np.array(cell.count[:2]) - 1) / 2) * pitch
        return np.array([*middle, bottom])
