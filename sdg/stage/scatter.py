"""Random free places on surfaces: `scatter_2d` and `on`, and `poisson_disc`, which keeps origins apart.

Each try has a random stream of its own, so that what a thing draws depends on no other thing.
"""

from __future__ import annotations

import numpy as np

from sdg.errors import RecipeError
from sdg.foundation.arrays import FloatArray
from sdg.foundation.seeds import Branch, RandomStream
from sdg.foundation.transforms import yaw
from sdg.graph.frame_sample import ObjectSample
from sdg.recipe.document import lookup
from sdg.recipe.model import PathKey, ScatterBlock
from sdg.stage.footprint import Footprint
from sdg.stage.misfits import outside_region, too_large
from sdg.stage.neighbours import Neighbours
from sdg.stage.standing import check_height, rise_m, stand, surfaces_for
from sdg.stage.surfaces import PlacedSurface
from sdg.stage.world import PlacedObject, World

SCATTER_TRIES = 200


def scatter(world: World, instance: ObjectSample) -> None:
    """Find an instance a random free place on a surface; none if its carrier is not there.

    Raises:
        RecipeError: The surface doesn't exist (S004), nothing is free (S007), or it is too large (S008).
    """
    place = instance.block.place
    assert place is not None
    assert place.scatter is not None
    kind, block = place.scatter
    _Search(world, instance, kind, block).run(0.0)


def scatter_apart(world: World, instance: ObjectSample) -> None:
    """Find an instance a random free place, its origin at a least distance from those of its kind.

    Without `count`, the first instance that finds none is the end of them.

    Raises:
        RecipeError: As `scatter`.
    """
    place = instance.block.place
    assert place is not None
    block = place.poisson_disc
    assert block is not None
    if instance.object_name in world.full:
        return
    fields = block.model_dump(include={"surface", "clearance_m", "region_m"})
    as_many_as_fit = lookup(world.recipe.tree, (*instance.path, "count")) is None
    found = _Search(world, instance, "poisson_disc", ScatterBlock(**fields)).run(block.radius_m, as_many_as_fit)
    if not found:
        world.full.add(instance.object_name)


class _Search:
    """The search for one instance's place on a surface."""

    def __init__(self, world: World, instance: ObjectSample, kind: str, block: ScatterBlock) -> None:
        self._world = world
        self._instance = instance
        self._kind = kind
        self._block = block
        self._path: PathKey = (*instance.path, "place", kind)
        owner = block.surface.partition(".")[0]
        self._is_on_object = any(other.name == owner for other in world.recipe.specimen.scene.objects)
        self._carriers: list[PlacedObject] = world.by_object.get(owner, [])
        self._tight: RecipeError | None = None

    def run(self, apart_m: float, as_many_as_fit: bool = False) -> bool:
        """Place the instance, its origin `apart_m` from others of its object; return whether it was.

        Raises:
            RecipeError: It finds no place, unless it need not be there (`as_many_as_fit`).
        """
        if self._is_on_object and not self._carriers:
            return False
        world, instance = self._world, self._instance
        kin = np.array([other.world_from_foot[:2, 3] for other in world.by_object[instance.object_name]]).reshape(-1, 2)
        others = Neighbours(world)
        for attempt in range(SCATTER_TRIES):
            name = f"{instance.name}.place.{self._kind}#{attempt}"
            stream = RandomStream.named(Branch.PLACEMENT, world.sample.seed, world.sample.frame_index, name)
            carrier = self._carrier(stream)
            offered = surfaces_for(world, instance, self._block.surface, (*self._path, "surface"), carrier)
            whole = offered[stream.integer(0, len(offered) - 1) if len(offered) > 1 else 0]
            surface = self._part(whole)
            found = self._spot(stream, surface, carrier)
            if found is None:
                continue
            own, position, turn = found
            by = carrier.sample.name if carrier else ""
            origin = (surface.world_from_surface[:3, :3] @ position + surface.world_from_surface[:3, 3])[:2]
            if len(kin) and float(np.hypot(*(kin - origin).T).min()) < apart_m:
                continue
            if not self._block.avoid_collisions or others.is_free(
                own, surface.world_from_surface, position, by, self._block.clearance_m
            ):
                stand(world, instance, surface.world_from_surface, position, turn, by, whole)
                return True
        if as_many_as_fit and self._tight is None:
            return False
        raise self._tight or world.fault(
            self._path,
            "S007",
            f"no free place for {instance.name} on {self._block.surface} in {SCATTER_TRIES} tries",
            found=f"{len(world.placed)} things are there already",
            hint="lower `count` or `clearance_m`, or give it more room",
        )

    def _carrier(self, stream: RandomStream) -> PlacedObject | None:
        if not self._is_on_object:
            return None
        if self._block.in_turn:
            return self._carriers[self._instance.ordinal % len(self._carriers)]
        return self._carriers[stream.integer(0, len(self._carriers) - 1)]

    def _part(self, whole: PlacedSurface) -> PlacedSurface:
        """Return the part of a surface in the block's region."""
        region = self._block.region_m
        surface = whole.within(region)
        if region is not None and np.any(surface.min_m >= surface.max_m):
            where = (*self._path, "region_m")
            self._tight = self._world.misfit(
                outside_region(where, self._instance.name, self._block.surface, region, whole)
            )
        return surface

    def _spot(
        self, stream: RandomStream, surface: PlacedSurface, carrier: PlacedObject | None
    ) -> tuple[Footprint, FloatArray, float] | None:
        """Return a footprint, where its origin is to stand, and its yaw, in a surface's frame.

        None if it sticks out.
        """
        world, instance = self._world, self._instance
        shape = world.shape(instance).footprint
        facing = instance.block.facing is not None
        turn = instance.block.yaw_deg
        first, last = surface.min_m, surface.max_m
        own = shape
        if not facing:
            own = shape.moved(yaw(turn))
            first, last = first - own.polygon.min(axis=0), last - own.polygon.max(axis=0)
        height = own.high_m - own.low_m
        check_height(world, instance, self._block.surface, self._path, height, surface)
        hover = min(self._block.height_m, surface.clear_m - height)
        if np.any(first > last):
            size = own.size_m
            if not np.any(surface.min_m >= surface.max_m):
                self._tight = world.misfit(too_large(self._path, instance.name, self._block.surface, size))
            return None
        self._tight = None
        where = np.array([stream.uniform(float(first[axis]), float(last[axis])) for axis in range(2)])
        if facing:
            # Which way it faces depends on where it is, and so does whether its outline is inside.
            by = "" if carrier is None else carrier.sample.name
            turn = world.turn_deg(instance, surface.world_from_surface, where, by)
            own = shape.moved(yaw(turn))
            if not surface.holds(own.polygon + where):
                return None
        rise = rise_m(world, instance, surface, where, turn)
        return None if rise is None else (own, np.array([*where, rise + hover - own.low_m]), turn)
