"""What a thing must not touch: everything that has its place, and the pieces of the environment."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sdg.foundation.arrays import FloatArray
from sdg.foundation.transforms import transform_points
from sdg.stage.footprint import Footprint, separation_m
from sdg.stage.world import PlacedObject, World


class Neighbours:
    """The things of a world as they are when this is made, and some that it does not know yet."""

    def __init__(self, world: World, more: Sequence[PlacedObject] = ()) -> None:
        self._world = world
        self._things = [*world.placed.values(), *more]
        self._low = np.array([thing.low_m for thing in self._things]).reshape(-1, 3)
        self._high = np.array([thing.high_m for thing in self._things]).reshape(-1, 3)

    def is_free(
        self, own: Footprint, world_from_surface: FloatArray, position_m: FloatArray, carrier: str, gap_m: float
    ) -> bool:
        """Return whether a footprint of a surface's frame, moved to `position_m`, keeps `gap_m` from all.

        The instance called `carrier`, and what that stands on, are not in its way.
        """
        local = np.column_stack([own.polygon + position_m[:2], np.zeros(len(own.polygon))])
        polygon = transform_points(world_from_surface, local)[:, :2]
        bottom = float(world_from_surface[2, 3]) + float(position_m[2] + own.low_m)
        top = bottom + own.high_m - own.low_m
        below = set(self._world.carriers(carrier))
        low, high = polygon.min(axis=0) - gap_m, polygon.max(axis=0) + gap_m
        near = (
            (self._low[:, 2] < top - 1e-9)
            & (self._high[:, 2] > bottom + 1e-9)
            & (self._low[:, 0] <= high[0])
            & (self._high[:, 0] >= low[0])
            & (self._low[:, 1] <= high[1])
            & (self._high[:, 1] >= low[1])
        )
        for index in np.flatnonzero(near):
            other = self._things[index]
            if other.sample.name not in below and separation_m(polygon, other.footprint.polygon) < gap_m:
                return False
        obstacles = self._world.obstacles
        return obstacles is None or not obstacles.blocks(polygon, bottom, top, gap_m)
