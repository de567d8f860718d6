"""Heaps: things dropped round one spot, so that they pile up."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sdg.errors import RecipeError
from sdg.foundation.arrays import FloatArray
from sdg.foundation.seeds import RandomStream
from sdg.foundation.transforms import yaw
from sdg.recipe.model import HeapBlock, PathKey
from sdg.stage.falling import Falling, targets
from sdg.stage.footprint import Footprint
from sdg.stage.misfits import centre_off_surface, too_large
from sdg.stage.neighbours import Neighbours
from sdg.stage.starts import GAP_M, Boxes, lowest_pose, room_m, start_stream
from sdg.stage.surfaces import PlacedSurface
from sdg.stage.world import PlacedObject, World

_TRIES = 200
_SIDES = 16
# Loose things lie at about this angle.
_SLOPE_DEG = 30.0


@dataclass(eq=False)
class Heap:
    """Where the things of one object are piled up.

    Attributes:
        carrier: Instance on which; None for the environment.
        centre_m: Of its spot, shape (2,), frame of the surface.
        radius_m: Within which they start.
    """

    carrier: PlacedObject | None
    surface: PlacedSurface
    centre_m: FloatArray
    radius_m: float

    @property
    def region_m(self) -> tuple[float, float, float, float]:
        """The box round its spot: (x_min, y_min, x_max, y_max), frame of the surface."""
        (x, y), r = self.centre_m.tolist(), self.radius_m
        return x - r, y - r, x + r, y + r


def find_heaps(world: World, falling: Sequence[Falling]) -> dict[str, Heap]:
    """Return the heap of each object that has one, by its name.

    Raises:
        RecipeError: An object has no such surface (S004), there is no free place (S007), or it is too large for where
            it should be (S008), or too near the edge (S009).
    """
    by_object: dict[str, list[Falling]] = {}
    for one in falling:
        if one.drop.key == "heap":
            by_object.setdefault(one.instance.object_name, []).append(one)
    heaps: dict[str, Heap] = {}
    for name, things in by_object.items():
        heaps[name] = _find_heap(world, things)
    return heaps


def heap_pose(world: World, heap: Heap, one: Falling, boxes: Boxes, lying: Boxes) -> FloatArray | None:
    """Return where a thing starts that is dropped on its heap; None if nowhere. See `drop_pose`."""
    one.carrier, one.surface = heap.carrier, heap.surface
    stream = start_stream(world, f"{one.instance.name}.place.heap#{one.tries}")
    own = one.shape.footprint.moved(yaw(one.instance.block.yaw_deg))
    first, last = room_m(world, one, own, heap.surface)

    def round_the_spot(stream: RandomStream, own: Footprint) -> FloatArray:
        away, turn = heap.radius_m * math.sqrt(stream.uniform(0.0, 1.0)), stream.uniform(0.0, 2 * math.pi)
        middle = own.middle_m
        origin = heap.centre_m + away * np.array([math.cos(turn), math.sin(turn)]) - middle
        inside: FloatArray = np.clip(origin, first, last)
        return inside

    return lowest_pose(world, one, stream, round_the_spot, boxes, lying)


def _find_heap(world: World, things: Sequence[Falling]) -> Heap:
    block, path, name = _block(things[0]), (*things[0].instance.path, "place", "heap"), things[0].instance.object_name
    radius = _radius_m(things) if block.radius_m is None else block.radius_m
    stream = start_stream(world, f"{name}.place.heap")
    found = targets(world, things[0])
    if block.center_m is not None:
        carrier, surface = found[stream.integer(0, len(found) - 1)]
        centre = np.array(block.center_m)
        if not surface.holds(centre):
            raise world.misfit(centre_off_surface((*path, "center_m"), name, block.surface, centre, surface))
        return Heap(carrier, surface, centre, radius)
    return _free_heap(world, things, radius, found, stream, path)


def _free_heap(
    world: World,
    things: Sequence[Falling],
    radius: float,
    found: Sequence[tuple[PlacedObject | None, PlacedSurface]],
    stream: RandomStream,
    path: PathKey,
) -> Heap:
    """Return a heap at a random place where nothing stands."""
    block, name = _block(things[0]), things[0].instance.object_name
    turns = np.linspace(0.0, 2 * math.pi, _SIDES, endpoint=False)
    disc = Footprint(radius * np.stack([np.cos(turns), np.sin(turns)], axis=1), 0.0, radius)
    others = Neighbours(world)
    tight: RecipeError | None = None
    for _ in range(_TRIES):
        carrier, surface = found[stream.integer(0, len(found) - 1)]
        first, last = surface.min_m + radius, surface.max_m - radius
        if np.any(first > last):
            tight = world.misfit(too_large(path, f"a heap of {name}", block.surface, np.full(2, 2 * radius)))
            continue
        centre = np.array([stream.uniform(float(first[axis]), float(last[axis])) for axis in range(2)])
        rise = surface.highest_m(disc.polygon + centre)
        by = "" if carrier is None else carrier.sample.name
        place = np.array([*centre, GAP_M if rise is None else GAP_M + rise])
        if rise is not None and others.is_free(disc, surface.world_from_surface, place, by, GAP_M):
            return Heap(carrier, surface, centre, radius)
    raise tight or world.fault(
        path,
        "S007",
        f"no free place for a heap of {name} on {block.surface} in {_TRIES} tries",
        found=f"{len(world.placed)} things are there already",
        hint="lower `radius_m`, write `center_m`, or give it more room",
    )


def _block(one: Falling) -> HeapBlock:
    place = one.instance.block.place
    assert place is not None
    assert place.heaped is not None
    return place.heaped


def _radius_m(things: Sequence[Falling]) -> float:
    """Return half the radius of a cone that holds the boxes of things."""
    volume = 0.0
    for one in things:
        width, depth = one.shape.footprint.size_m.tolist()
        volume += width * depth * (one.shape.footprint.high_m - one.shape.footprint.low_m)
    # V = pi r^2 (r tan slope) / 3.
    return 0.5 * math.cbrt(3.0 * volume / (math.pi * math.tan(math.radians(_SLOPE_DEG))))
