"""What falls: where it starts, how it falls, and whether it stays where it should.

Everything that is dropped, stacked or heaped in a frame falls together, on all that has been placed. A thing starts at
a random place above its surface, as low as it can without touching anything; a stack, as a whole, a hair above it.
What then lies elsewhere, or doesn't come to rest, is lifted again to another place, while the rest lies where it is and
may be pushed. The same goes for what finds no room in the air at first. A stack may fall over and stay so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sdg.errors import RecipeError
from sdg.foundation.arrays import FloatArray
from sdg.foundation.transforms import invert_rigid, transform_points
from sdg.physics.bodies import Settled
from sdg.physics.settle import LONGEST_S, settle
from sdg.physics.simulation import UnsettledError
from sdg.stage.falling import Falling, falling_things
from sdg.stage.heaps import Heap, find_heaps, heap_pose
from sdg.stage.stacks import Stack, find_stacks, lay_stack, no_place
from sdg.stage.starts import Boxes, drop_pose
from sdg.stage.supports import Supports, find_supports
from sdg.stage.surfaces import PlacedSurface
from sdg.stage.world import PlacedObject, World

TRIES = 10
_WAVE_S = 0.5
# What rests on a surface may sink into it by so much: contacts are soft, and surfaces uneven.
_SINK_M = 0.005
# Things may roll so far from where they fall, and are still held by what is there; a stack falls as far as it is high.
_AROUND_M = 1.0


@dataclass(frozen=True, eq=False)
class _Fall:
    """What falls together in a frame."""

    things: tuple[Falling, ...]
    stacks: tuple[Stack, ...]
    heaps: dict[str, Heap]
    supports: Supports

    def in_the_air(self) -> list[Falling]:
        """Return what has been lifted, lying or not."""
        return [one for one in self.things if one.pose is not None]

    def waiting(self) -> list[Falling]:
        """Return what has yet to be lifted."""
        return [one for one in self.things if one.pose is None]


def settle_objects(world: World) -> None:
    """Place everything of a frame that falls into `world`.

    Raises:
        RecipeError: An asset can't be used (S001), a surface or container doesn't exist (S004), a stack or heap finds
            no free place (S007), a thing is too large for where it falls (S008) or would fall off (S009), it finds no
            room above it (S041), doesn't stay there in ten tries (S040), or its motion can't be worked out (S042).
    """
    things = tuple(falling_things(world))
    if not things:
        return
    stacks = tuple(find_stacks(things))
    around = _AROUND_M + max((stack.height_m for stack in stacks), default=0.0)
    heaps = find_heaps(world, things)
    fall = _Fall(things, stacks, heaps, find_supports(world, things, heaps, around))
    simulated_s = 0.0
    while fall.waiting():
        _lift(world, fall)
        air = fall.in_the_air()
        # While more is to come, what lies below need not have come to rest.
        is_last = len(air) == len(things)
        result = _settled(world, fall, LONGEST_S if is_last else _WAVE_S)
        simulated_s += result.simulated_s
        first = len(fall.supports.bodies)
        for one, pose, is_at_rest in zip(air, result.world_from_body[first:], result.is_at_rest[first:], strict=True):
            one.pose = pose
            if not ((is_at_rest or not is_last) and _stays(one, fall.supports)):
                one.pose = None
        for stack in stacks:
            # What is left of a stack would be in the way of the whole.
            if any(one.pose is None for one in stack.things):
                for one in stack.things:
                    one.pose = None
        hopeless = [one for one in fall.waiting() if one.tries >= TRIES]
        if hopeless:
            raise _restless(world, hopeless, len(things))
    for one in things:
        world.add(one.placed())
    world.physics = {
        "gravity_mps2": world.sample.physics.gravity_mps2,
        "friction": world.sample.physics.friction,
        "restitution": world.sample.physics.restitution,
        "simulated_s": round(simulated_s, 3),
        "settled": [_record(one) for one in things],
    }


def _record(one: Falling) -> dict[str, object]:
    return {
        "name": one.instance.name,
        "on": "environment" if one.carrier is None else one.carrier.sample.name,
        "mass_kg": one.mass_kg,
        "friction": one.friction,
        "restitution": one.restitution,
        "tries": one.tries,
    }


def _lift(world: World, fall: _Fall) -> None:
    """Lift what waits into the air, as far as there is room.

    Raises:
        RecipeError: There is room for none of it (S007, S041).
    """
    waiting = fall.waiting()
    things = [*world.placed.values(), *(one.placed() for one in fall.in_the_air())]
    boxes, lying = Boxes(things), Boxes(things)
    for stack in fall.stacks:
        if stack.lowest.pose is None and lay_stack(world, stack, [one.placed() for one in fall.in_the_air()]):
            for one in stack.things:
                one.tries += 1
                boxes.add(one.placed())
    for one in waiting:
        if one.drop.key == "heap":
            one.pose = heap_pose(world, fall.heaps[one.instance.object_name], one, boxes, lying)
        elif one.drop.key != "stack":
            one.pose = drop_pose(world, one, boxes, lying)
        else:
            continue
        if one.pose is not None:
            one.tries += 1
            boxes.add(one.placed())
    if len(fall.waiting()) == len(waiting):
        full = [stack for stack in fall.stacks if waiting[0] in stack.things]
        raise no_place(world, full[0]) if full else _no_room(world, waiting[0])


def _settled(world: World, fall: _Fall, longest_s: float) -> Settled:
    air = fall.in_the_air()
    try:
        return settle(
            [*fall.supports.bodies, *(one.body() for one in air)], world.sample.physics.gravity_mps2, longest_s
        )
    except UnsettledError as error:
        raise world.fault(
            (*air[0].instance.path, "place", air[0].drop.key),
            "S042",
            f"how {air[0].instance.name} and what else falls comes to rest can't be worked out: {error}",
            found=f"{len(air)} things fall",
            hint="their masses or sizes may be too far apart; lower `count`, or gravity",
        ) from None


# --- whether they stay ----------------------------------------------------------------------------------------


def _stays(one: Falling, supports: Supports) -> bool:
    """Return whether a thing lies on its surface, or in its container; of a stack, whether it lies on anything."""
    assert one.pose is not None
    assert one.surface is not None
    if one.drop.key == "stack":
        return one.lowest_m() > supports.bottom_m
    surface = one.surface
    surface_from_world = invert_rigid(surface.world_from_surface)
    middle = transform_points(surface_from_world @ one.pose, one.middle_m[None])[0]
    if one.lowest_m(surface_from_world) < -_SINK_M:
        return False
    low, high = surface.min_m, surface.max_m
    if one.drop.is_inside:
        assert one.carrier is not None
        low, high, rim = _outline(one.carrier, surface)
        if middle[2] > rim:
            return False
    return bool(np.all(middle[:2] >= low) and np.all(middle[:2] <= high))


def _outline(container: PlacedObject, surface: PlacedSurface) -> tuple[FloatArray, FloatArray, float]:
    """Return the corners (x, y) and the rim's height of a container, in the frame of the surface inside it."""
    scale = np.linalg.norm(container.world_from_object[:3, :3], axis=0)
    low, high = container.asset.bounds_m * scale
    raised = surface.world_from_surface[2, 3] - container.world_from_object[2, 3]
    return low[:2], high[:2], float(high[2] - raised)


# --- faults ---------------------------------------------------------------------------------------------------


def _no_room(world: World, one: Falling) -> RecipeError:
    return world.fault(
        (*one.instance.path, "place", one.drop.key),
        "S041",
        f"there is no room above {one.drop.owner} to drop {one.instance.name} from",
        hint="lower `count`, or drop it where nothing is overhead",
    )


def _restless(world: World, hopeless: Sequence[Falling], count: int) -> RecipeError:
    one = hopeless[0]
    verb = "in" if one.drop.is_inside else "on"
    others = f", nor do {len(hopeless) - 1} more" if len(hopeless) > 1 else ""
    return world.fault(
        (*one.instance.path, "place", one.drop.key),
        "S040",
        f"{one.instance.name} does not come to rest {verb} {one.drop.owner} in {TRIES} tries{others}",
        found=f"{count} things were dropped",
        hint="lower `count` or the restitution, raise the friction, or give them more room",
    )
