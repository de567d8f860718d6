"""Where things start that are dropped one by one: above a surface, as low as they can without touching anything."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np

from sdg.errors import RecipeError
from sdg.foundation.arrays import FloatArray
from sdg.foundation.seeds import Branch, RandomStream
from sdg.foundation.transforms import transform_points, translation, yaw
from sdg.stage.falling import Falling, targets
from sdg.stage.footprint import Footprint
from sdg.stage.misfits import outside_region, too_large
from sdg.stage.surfaces import PlacedSurface
from sdg.stage.world import PlacedObject, World

GAP_M = 0.003
# Places that are looked at for a start; the lowest is taken, so that nothing falls far.
_CANDIDATES = 8
# What falls farther hits so hard that it may get through a thin wall; what would have to start higher waits.
_FARTHEST_M = 0.2

# Finds a candidate for where a thing's origin may be, (x, y) of its surface's frame, given its outline's footprint.
Spot: TypeAlias = Callable[[RandomStream, Footprint], FloatArray]


class Boxes:
    """The boxes round things, in the way of what starts above them."""

    def __init__(self, things: Sequence[PlacedObject]) -> None:
        self._names = [thing.sample.name for thing in things]
        self._low = np.array([thing.low_m for thing in things]).reshape(-1, 3)
        self._high = np.array([thing.high_m for thing in things]).reshape(-1, 3)

    def add(self, thing: PlacedObject) -> None:
        """Put one more in the way."""
        self._names.append(thing.sample.name)
        self._low = np.concatenate([self._low, thing.low_m[None]])
        self._high = np.concatenate([self._high, thing.high_m[None]])

    def lowest_free_m(
        self, low: FloatArray, high: FloatArray, bottom_m: float, height_m: float, ignored: set[str]
    ) -> float:
        """Return the lowest height from `bottom_m` on at which a box over an outline touches none of these."""
        near = np.all((self._low[:, :2] <= high + GAP_M) & (self._high[:, :2] >= low - GAP_M), axis=1)
        near &= np.array([name not in ignored for name in self._names], dtype=bool)
        spans = sorted(zip(self._low[near, 2].tolist(), self._high[near, 2].tolist(), strict=True))
        for start, end in spans:
            if start < bottom_m + height_m + GAP_M and end > bottom_m - GAP_M:
                bottom_m = end + GAP_M
        return bottom_m


def drop_pose(world: World, one: Falling, boxes: Boxes, lying: Boxes) -> FloatArray | None:
    """Return where a thing starts that is dropped anywhere on its surface or in its container; None if nowhere.

    Sets what it is to come to rest on.

    Args:
        world: What is there.
        one: What is dropped.
        boxes: What must not be touched.
        lying: What of that lies below, not too far above which it must start.

    Raises:
        RecipeError: It is too large for it (S008).
    """
    stream = start_stream(world, f"{one.instance.name}.place.{one.drop.key}#{one.tries}")
    found = targets(world, one)
    one.carrier, one.surface = found[stream.integer(0, len(found) - 1)]
    own = one.shape.footprint.moved(yaw(one.instance.block.yaw_deg))
    part = one.surface.within(one.drop.region_m)
    first, last = room_m(world, one, own, part)

    def anywhere(stream: RandomStream, _own: Footprint) -> FloatArray:
        return np.array([stream.uniform(float(first[axis]), float(last[axis])) for axis in range(2)])

    return lowest_pose(world, one, stream, anywhere, boxes, lying)


def room_m(world: World, one: Falling, own: Footprint, part: PlacedSurface) -> tuple[FloatArray, FloatArray]:
    """Return the corners, shape (2,), between which a thing's origin may lie so that its outline is over a surface.

    Raises:
        RecipeError: It is too large for it (S008).
    """
    first, last = part.min_m - own.polygon.min(axis=0), part.max_m - own.polygon.max(axis=0)
    if np.any(first > last):
        raise _too_large(world, one, own.size_m, part)
    return first, last


def lowest_pose(
    world: World, one: Falling, stream: RandomStream, spot: Spot, boxes: Boxes, lying: Boxes
) -> FloatArray | None:
    """Return the lowest of some poses above a thing's surface, clear of `boxes`; None if there is none low enough.

    Args:
        world: What is there.
        one: What falls; its surface is known.
        stream: Of its draws.
        spot: Finds the candidates.
        boxes: See `drop_pose`.
        lying: See `drop_pose`.
    """
    surface = one.surface
    assert surface is not None
    turn = one.instance.block.yaw_deg
    own = one.shape.footprint.moved(yaw(turn))
    below = set() if one.carrier is None else set(world.carriers(one.carrier.sample.name))
    best: tuple[float, FloatArray] | None = None
    for _ in range(_CANDIDATES):
        x, y = spot(stream, own)
        rise = surface.highest_m(own.polygon + np.array([x, y]))
        if rise is None:
            continue
        outline = np.column_stack([own.polygon + np.array([x, y]), np.zeros(len(own.polygon))])
        polygon = transform_points(surface.world_from_surface, outline)[:, :2]
        level, height = float(surface.world_from_surface[2, 3]), own.high_m - own.low_m
        ground = level + rise
        low, high = polygon.min(axis=0), polygon.max(axis=0)
        bottom = boxes.lowest_free_m(low, high, ground + GAP_M, height, below)
        farthest = lying.lowest_free_m(low, high, ground + GAP_M, height, below) + _FARTHEST_M
        if bottom > farthest or bottom + height > ground + surface.clear_m or (best is not None and bottom >= best[0]):
            continue
        if world.obstacles is not None and world.obstacles.blocks(polygon, bottom, bottom + height, GAP_M):
            continue
        best = bottom, np.array([x, y, bottom - level - own.low_m])
    return None if best is None else start_pose(one, best[1], turn)


def start_pose(one: Falling, position_m: FloatArray, turn_deg: float) -> FloatArray:
    """Return the pose of a thing with its origin at a position, shape (3,), of its surface's frame, turned in that."""
    assert one.surface is not None
    pose: FloatArray = one.surface.world_from_surface @ translation(position_m) @ yaw(turn_deg) @ one.rotation
    return pose


def start_stream(world: World, name: str) -> RandomStream:
    """Return the draws of one start."""
    return RandomStream.named(Branch.PLACEMENT, world.sample.seed, world.sample.frame_index, name)


def _too_large(world: World, one: Falling, size_m: FloatArray, part: PlacedSurface) -> RecipeError:
    path = (*one.instance.path, "place", one.drop.key)
    assert one.surface is not None
    if one.drop.region_m is not None and np.any(part.min_m >= part.max_m):
        region = (*path, "region_m")
        return world.misfit(outside_region(region, one.instance.name, one.drop.owner, one.drop.region_m, one.surface))
    return world.misfit(too_large(path, one.instance.name, one.drop.owner, size_m))
