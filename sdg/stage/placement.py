"""Where every thing stands: fixed, in a grid, or where a rule finds it a place (`sdg.stage.ways`).

`position_m` places the asset's origin.

Things that draw no place (fixed, in a grid or along a path on the environment) are placed first, so that scattered
things avoid them wherever they stand in the recipe; then the rest in recipe order, those by which others are placed
before these. If a carrier or neighbour is not there in a frame, what would stand by it is not there either.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

import numpy as np

from sdg.graph.frame_sample import ObjectSample
from sdg.recipe.model import ObjectBlock
from sdg.stage.drops import drop_of
from sdg.stage.grids import GridLayout, place_in_grid
from sdg.stage.standing import stand
from sdg.stage.world import World

PlaceRule: TypeAlias = Callable[[World, ObjectSample], None]


def place_objects(world: World, rules: Mapping[str, PlaceRule]) -> None:
    """Place every instance of a frame into `world`, but for what is dropped (`sdg.stage.settling`).

    Args:
        world: Receives them.
        rules: What finds a place, by keys of `place:`.

    Raises:
        RecipeError: An asset can't be used (S001), a surface doesn't exist (S004), no free place is found (S007),
            or a thing is too large for where it should stand (S008).
    """
    groups: dict[str, list[ObjectSample]] = {}
    for instance in world.sample.objects:
        if drop_of(instance.block) is not None:
            continue
        groups.setdefault(instance.object_name, []).append(instance)
    is_settled = {name: all(_is_settled(one) for one in group) for name, group in groups.items()}
    for name in sorted(groups, key=lambda name: not is_settled[name]):
        _place_group(world, name, groups, rules)


def _is_settled(instance: ObjectSample) -> bool:
    place = instance.block.place
    if isinstance(instance.block.facing, str):
        return False
    if place is None:
        return True
    if place.along is not None:
        return place.along.jitter_m == 0
    return (
        place.grid is not None and place.grid.jitter_m == 0 and instance.cell is not None and not instance.cell.carrier
    )


def _place_group(
    world: World, name: str, groups: Mapping[str, list[ObjectSample]], rules: Mapping[str, PlaceRule]
) -> None:
    """Place all instances of one object, after those of the objects by which they are placed."""
    if name in world.by_object or name not in groups:
        return
    world.by_object[name] = []
    for instance in groups[name]:
        for owner in _placed_by(instance.block):
            if owner != name:
                _place_group(world, owner, groups, rules)
    layout = GridLayout(
        [(one, world.shape(one).size_m) for one in groups[name] if one.block.place and one.block.place.grid]
    )
    for instance in groups[name]:
        place = instance.block.place
        if place is not None and place.grid is not None:
            place_in_grid(world, instance, layout)
        elif place is not None:
            rules[place.kind](world, instance)
        else:
            position = np.asarray(instance.block.position_m)
            stand(world, instance, np.eye(4), position, world.turn_deg(instance, np.eye(4), position))


def _placed_by(block: ObjectBlock) -> Iterator[str]:
    """Yield the objects, and other names, that must have their places before a thing finds its own."""
    place = block.place
    if place is not None:
        yield place.surface.partition(".")[0]
        yield from (one.object.partition(".")[0] for one in (place.container, place.neighbour) if one is not None)
    if isinstance(block.facing, str):
        yield block.facing.partition("[")[0]
