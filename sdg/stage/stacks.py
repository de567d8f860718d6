"""Stacks: things laid one on another, each a little off the one below, which then settle."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from sdg.errors import RecipeError
from sdg.foundation.arrays import FloatArray
from sdg.foundation.seeds import RandomStream
from sdg.foundation.transforms import yaw
from sdg.recipe.model import PathKey, StackBlock
from sdg.stage.falling import Falling, targets
from sdg.stage.footprint import Footprint, convex_polygon
from sdg.stage.misfits import centre_off_surface, too_tall
from sdg.stage.neighbours import Neighbours
from sdg.stage.starts import GAP_M, room_m, start_pose, start_stream
from sdg.stage.surfaces import PlacedSurface
from sdg.stage.world import PlacedObject, World

_TRIES = 200
# Between things on their way into a stack; so little that nothing is shaken by falling through it.
_LAYER_GAP_M = 0.0005


@dataclass(eq=False)
class Stack:
    """The things of one stack, from below; the lowest says where it stands and how it is turned.

    `number` counts the stacks of an object from 0.
    """

    things: tuple[Falling, ...]
    number: int

    @property
    def lowest(self) -> Falling:
        return self.things[0]

    @property
    def block(self) -> StackBlock:
        block = self.lowest.instance.block.place
        assert block is not None
        assert block.stacked is not None
        return block.stacked

    @property
    def height_m(self) -> float:
        """From its foot to its top [m]."""
        own = [thing.shape.footprint for thing in self.things]
        return sum(footprint.high_m - footprint.low_m + _LAYER_GAP_M for footprint in own)

    @property
    def path(self) -> PathKey:
        return (*self.lowest.instance.path, "place", "stack")


def find_stacks(falling: Sequence[Falling]) -> Iterator[Stack]:
    """Yield the stacks of a frame, object by object, each as high as its lowest thing says."""
    by_object: dict[str, list[Falling]] = {}
    for one in falling:
        if one.drop.key == "stack":
            by_object.setdefault(one.instance.object_name, []).append(one)
    for things in by_object.values():
        number = 0
        while things:
            height = Stack((things[0],), number).block.height or len(things)
            yield Stack(tuple(things[:height]), number)
            things, number = things[height:], number + 1


def lay_stack(world: World, stack: Stack, lying: Sequence[PlacedObject]) -> bool:
    """Give all things of a stack the poses at which they start, if it finds a free place; return whether it does.

    Args:
        world: What is there.
        stack: Which.
        lying: What else is in its way.

    Raises:
        RecipeError: It has no such surface (S004), is too large or too tall for it (S008), or would fall off (S009).
    """
    lowest, block, name = stack.lowest, stack.block, stack.lowest.instance.name
    stream = start_stream(world, f"{name}.place.stack#{lowest.tries}")
    layers = _layers(world, stack)
    outline = convex_polygon(np.concatenate([own.polygon + position[:2] for own, position, _ in layers]))
    column = Footprint(outline, 0.0, stack.height_m)
    others = Neighbours(world, lying)
    for _ in range(_TRIES if block.center_m is None else 1):
        carrier, surface = _target(world, stack, stream)
        if stack.height_m > surface.clear_m + 1e-9:
            raise world.misfit(
                too_tall(stack.path, f"the stack of {name}", block.surface, stack.height_m, surface.clear_m)
            )
        lowest.carrier, lowest.surface = carrier, surface
        centre = _centre(world, stack, layers[0][0], stream, surface)
        rise = surface.highest_m(outline + centre)
        by = "" if carrier is None else carrier.sample.name
        start = np.array([*centre, GAP_M if rise is None else GAP_M + rise])
        if rise is None or not others.is_free(
            column, surface.world_from_surface, start, by, max(block.clearance_m, GAP_M)
        ):
            continue
        for thing, (_, position, turn) in zip(stack.things, layers, strict=True):
            thing.carrier, thing.surface = carrier, surface
            thing.pose = start_pose(thing, position + start, turn)
        return True
    return False


def no_place(world: World, stack: Stack) -> RecipeError:
    """Return that a stack finds no free place."""
    return world.fault(
        stack.path,
        "S007",
        f"no free place for the stack of {stack.lowest.instance.name} on {stack.block.surface}",
        found=f"{len(stack.things)} things, {len(world.placed)} others are there already",
        hint="lower `count` or `clearance_m`, or give it more room",
    )


def _layers(world: World, stack: Stack) -> list[tuple[Footprint, FloatArray, float]]:
    """Return of each thing the footprint about its origin, where that is if the foot's middle is at 0, and the yaw."""
    layers = []
    block, turn = stack.block, stack.lowest.instance.block.yaw_deg
    middle, bottom = np.zeros(2), 0.0
    for index, thing in enumerate(stack.things):
        own_turn = turn
        if index > 0:
            stream = start_stream(world, f"{thing.instance.name}.place.stack#{thing.tries}.jitter")
            middle = middle + [stream.uniform(-block.jitter_m, block.jitter_m) for _ in range(2)]
            own_turn = turn + stream.uniform(-block.jitter_deg, block.jitter_deg)
        own = thing.shape.footprint.moved(yaw(own_turn))
        origin = middle - own.middle_m
        layers.append((own, np.array([*origin, bottom - own.low_m]), own_turn))
        bottom += own.high_m - own.low_m + _LAYER_GAP_M
    return layers


def _target(world: World, stack: Stack, stream: RandomStream) -> tuple[PlacedObject | None, PlacedSurface]:
    found = targets(world, stack.lowest)
    if stack.block.in_turn:
        return found[stack.number % len(found)]
    return found[stream.integer(0, len(found) - 1)]


def _centre(world: World, stack: Stack, foot: Footprint, stream: RandomStream, surface: PlacedSurface) -> FloatArray:
    """Return where the middle of a stack's foot is to be, (x, y) of a surface's frame."""
    half = foot.size_m / 2
    centred = Footprint(np.array([-half, [half[0], -half[1]], half, [-half[0], half[1]]]), foot.low_m, foot.high_m)
    given = stack.block.center_m
    if given is None:
        first, last = room_m(world, stack.lowest, centred, surface.within(stack.block.region_m))
        return np.array([stream.uniform(float(first[axis]), float(last[axis])) for axis in range(2)])
    centre = np.array(given)
    if not surface.holds(centred.polygon + centre):
        path = (*stack.path, "center_m")
        raise world.misfit(centre_off_surface(path, stack.lowest.instance.name, stack.block.surface, centre, surface))
    return centre
