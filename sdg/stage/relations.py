"""Places by relation: inside something, and beside something."""

from __future__ import annotations

import numpy as np

from sdg.errors import AssetError, RecipeError
from sdg.foundation.arrays import FloatArray
from sdg.foundation.seeds import Branch, RandomStream
from sdg.foundation.transforms import transform_points, yaw
from sdg.graph.frame_sample import ObjectSample
from sdg.recipe.model import BesideBlock, InBlock, PathKey, Side
from sdg.stage.containers import inner_volume, is_matter
from sdg.stage.footprint import Footprint
from sdg.stage.misfits import too_large, too_tall
from sdg.stage.neighbours import Neighbours
from sdg.stage.prisms import prism_gap_m
from sdg.stage.standing import stand
from sdg.stage.surfaces import PlacedSurface, environment_surface
from sdg.stage.world import PlacedObject, World

RELATION_TRIES = 200
SIDES: tuple[Side, ...] = ("front", "left", "back", "right")
# What is less apart counts as touching, so that a gap of 0 does not.
_TOUCH_M = 1e-6
# A thing's distance depends on its yaw, and where it faces something its yaw on its place: so often one after another.
_TURNS = 4


def put_inside(world: World, instance: ObjectSample) -> None:
    """Find an instance a random place in a thing, where it touches nothing; none if the thing is not there.

    Raises:
        RecipeError: The thing has no room inside (S004), none is free (S007), or it is too small (S008).
    """
    place = instance.block.place
    assert place is not None
    block = place.container
    assert block is not None
    owner, _, part = block.object.partition(".")
    things = _things(world, owner)
    if not things:
        return
    path: PathKey = (*instance.path, "place", "in")
    shape = world.shape(instance).footprint
    others = Neighbours(world)
    in_matter = 0
    misfit: RecipeError | None = None
    for attempt in range(RELATION_TRIES):
        stream = _stream(world, instance, "in", attempt)
        thing = _one_of(things, instance, block, stream)
        volume = _volume(world, instance, thing, part, path)
        own = shape.moved(yaw(instance.block.yaw_deg))
        first, last = volume.min_m - own.polygon.min(axis=0), volume.max_m - own.polygon.max(axis=0)
        height = own.high_m - own.low_m
        if np.any(first > last) or height > volume.clear_m:
            is_tall = height > volume.clear_m
            size = own.size_m
            misfit = world.misfit(
                too_tall(path, instance.name, block.object, height, volume.clear_m)
                if is_tall
                else too_large(path, instance.name, block.object, size)
            )
            continue
        misfit = None
        where = np.array([stream.uniform(float(first[axis]), float(last[axis])) for axis in range(2)])
        position = np.array([*where, stream.uniform(0.0, volume.clear_m - height) - own.low_m])
        turn = world.turn_deg(instance, volume.world_from_surface, where, thing.sample.name)
        own = shape.moved(yaw(turn))
        gap = max(block.clearance_m, _TOUCH_M)
        if not volume.holds(own.polygon + where):
            continue
        if not others.is_free(own, volume.world_from_surface, position, thing.sample.name, gap):
            continue
        polygon = _in_world(own, volume.world_from_surface, position)
        bottom = float(volume.world_from_surface[2, 3] + position[2] + own.low_m)
        walls = world.triangles(thing)
        if prism_gap_m(polygon, bottom, bottom + height, walls, gap) < gap:
            continue
        if is_matter(np.array([*polygon.mean(axis=0), bottom + height / 2]), walls):
            in_matter += 1
            continue
        stand(world, instance, volume.world_from_surface, position, turn, thing.sample.name)
        return
    if misfit is not None:
        raise misfit
    hint = "lower `count` or `clearance_m`, or use a larger one or smaller things"
    if in_matter:
        hint = f"{owner} is solid where they would fit; to stand on top of it write on: {owner}"
    raise _nothing_free(world, instance, path, f"in {block.object}", hint)


def put_beside(world: World, instance: ObjectSample) -> None:
    """Find an instance a place next to a thing, on what that stands on; none if the thing is not there.

    Raises:
        RecipeError: None is free (S007).
    """
    place = instance.block.place
    assert place is not None
    block = place.neighbour
    assert block is not None
    things = _things(world, block.object)
    if not things:
        return
    path: PathKey = (*instance.path, "place", "beside")
    others = Neighbours(world)
    beyond = 0
    for attempt in range(RELATION_TRIES):
        stream = _stream(world, instance, "beside", attempt)
        thing = _one_of(things, instance, block, stream)
        side = SIDES[stream.integer(0, 3)] if block.side == "any" else block.side
        own, position, turn = _next_to(world, instance, thing, block, side, stream.unit())
        polygon = _in_world(own, thing.world_from_foot, position)
        surface = thing.surface or _floor(world)
        if surface is not None:
            local = np.c_[polygon, np.zeros(len(polygon))] - surface.world_from_surface[:3, 3]
            if not surface.holds((local @ surface.world_from_surface[:3, :3])[:, :2]):
                beyond += 1
                continue
            if own.high_m - own.low_m > surface.clear_m + 1e-9:
                continue
        if others.is_free(own, thing.world_from_foot, position, thing.carrier, block.clearance_m):
            stand(world, instance, thing.world_from_foot, position, turn, thing.carrier, thing.surface)
            return
    hint = "give it another side, less `distance_m` or `clearance_m`, or more room round the other"
    if beyond > RELATION_TRIES // 4:
        hint += f"; {beyond} tries stuck out beyond the surface that {block.object} stands on"
    raise _nothing_free(world, instance, path, f"beside {block.object}", hint)


def _next_to(
    world: World, instance: ObjectSample, thing: PlacedObject, block: BesideBlock, side: Side, share: float
) -> tuple[Footprint, FloatArray, float]:
    """Return a footprint, where its origin goes, and its yaw, in the frame of the thing that it is to be beside.

    Args:
        world: What is there.
        instance: Which.
        thing: The other.
        block: How far away.
        side: On which side of the other.
        share: Where along the side, from 0 to 1, if the recipe doesn't say.
    """
    outwards = np.array({"front": (1.0, 0.0), "left": (0.0, 1.0), "back": (-1.0, 0.0), "right": (0.0, -1.0)}[side])
    leftwards = np.array([-outwards[1], outwards[0]])
    frame = thing.world_from_foot
    theirs = (thing.footprint.polygon - frame[:2, 3]) @ frame[:2, :2]
    along = theirs @ leftwards
    middle = (along.min() + along.max()) / 2
    offset = (share - 0.5) * (along.max() - along.min()) if block.offset_m is None else block.offset_m
    rim = float((theirs @ outwards).max()) + max(block.distance_m, _TOUCH_M)
    where = outwards * rim + leftwards * (middle + offset)
    shape = world.shape(instance).footprint
    for _ in range(_TURNS):
        turn = world.turn_deg(instance, frame, where, thing.sample.name)
        own = shape.moved(yaw(turn))
        across = own.polygon @ leftwards
        back = float((own.polygon @ outwards).min())
        where = outwards * (rim - back) + leftwards * (middle + offset - (across.min() + across.max()) / 2)
    bottom = thing.footprint.low_m - float(frame[2, 3])
    return own, np.array([*where, bottom - own.low_m]), turn


def _things(world: World, name: str) -> list[PlacedObject]:
    return world.by_object.get(name, [])


def _stream(world: World, instance: ObjectSample, kind: str, attempt: int) -> RandomStream:
    name = f"{instance.name}.place.{kind}#{attempt}"
    return RandomStream.named(Branch.PLACEMENT, world.sample.seed, world.sample.frame_index, name)


def _one_of(
    things: list[PlacedObject], instance: ObjectSample, block: InBlock | BesideBlock, stream: RandomStream
) -> PlacedObject:
    return things[instance.ordinal % len(things) if block.in_turn else stream.integer(0, len(things) - 1)]


def _volume(world: World, instance: ObjectSample, thing: PlacedObject, part: str, path: PathKey) -> PlacedSurface:
    try:
        return inner_volume(thing.asset, part, thing.world_from_object)
    except AssetError as error:
        message = f"{instance.name} can't be in {thing.sample.name}: {error.message}"
        raise world.fault((*path, "object"), "S004", message, hint=error.hint) from None


def _floor(world: World) -> PlacedSurface | None:
    if world.environment is None or not any(surface.name == "floor" for surface in world.environment.surfaces):
        return None
    return environment_surface(world.environment, "floor", world.world_from_environment)


def _in_world(own: Footprint, world_from_surface: FloatArray, position_m: FloatArray) -> FloatArray:
    """Return the outline of a footprint at a position of a surface, shape (N, 2), world frame."""
    local = np.c_[own.polygon + position_m[:2], np.zeros(len(own.polygon))]
    return transform_points(world_from_surface, local)[:, :2]


def _nothing_free(world: World, instance: ObjectSample, path: PathKey, where: str, hint: str) -> RecipeError:
    message = f"no free place for {instance.name} {where} in {RELATION_TRIES} tries"
    return world.fault(path, "S007", message, found=f"{len(world.placed)} things are there already", hint=hint)
