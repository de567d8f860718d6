"""Things in grids: how far apart their cells are, how high each layer lies, and what stands there."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sdg.foundation.arrays import FloatArray
from sdg.foundation.seeds import Branch, RandomStream
from sdg.foundation.transforms import yaw
from sdg.graph.frame_sample import ObjectSample
from sdg.stage.misfits import off_surface
from sdg.stage.standing import check_height, rise_m, stand, surface_for
from sdg.stage.world import World


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


def place_in_grid(world: World, instance: ObjectSample, layout: GridLayout) -> None:
    """Stand an instance in its cell; nowhere if what carries its grid is not there.

    Raises:
        RecipeError: The surface doesn't exist (S004), or it is too large for where it should stand (S008).
    """
    cell, place = instance.cell, instance.block.place
    if cell is None or place is None or place.grid is None or (cell.carrier and cell.carrier not in world.placed):
        return
    carrier = world.placed[cell.carrier] if cell.carrier else None
    path = (*instance.path, "place", "grid")
    surface = surface_for(world, instance, place.grid.surface, (*path, "surface"), carrier)
    middle = (surface.min_m + surface.max_m) / 2 if place.grid.center_m is None else np.asarray(place.grid.center_m)
    offset = layout.offset_m(instance)
    centre = middle + offset[:2]
    if place.grid.jitter_m > 0:
        name = f"{instance.name}.place.grid.jitter"
        stream = RandomStream.named(Branch.PLACEMENT, world.sample.seed, world.sample.frame_index, name)
        centre = centre + [stream.uniform(-place.grid.jitter_m, place.grid.jitter_m) for _ in range(2)]
    turn = world.turn_deg(instance, surface.world_from_surface, centre, cell.carrier or "")
    own = world.shape(instance).footprint.moved(yaw(turn))
    outline_middle = own.middle_m
    rise = rise_m(world, instance, surface, centre - outline_middle, turn)
    if rise is None or not surface.holds(centre):
        raise world.misfit(off_surface(path, instance.name, place.grid.surface, (centre, centre), surface))
    check_height(world, instance, place.grid.surface, path, offset[2] + own.high_m - own.low_m, surface)
    position = np.array([*(centre - outline_middle), rise + offset[2] - own.low_m])
    stand(world, instance, surface.world_from_surface, position, turn, cell.carrier or "", surface)
