"""What things may come to rest on: all that stands fast where they fall, and a pit below for what misses it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sdg.foundation.arrays import FloatArray
from sdg.foundation.transforms import transform_points, translation, without_scale
from sdg.physics.bodies import RigidBody
from sdg.stage.collision import asset_pieces, environment_pieces
from sdg.stage.falling import Falling, surface_physics, targets
from sdg.stage.heaps import Heap
from sdg.stage.world import World

_PIT_M = 0.5


@dataclass(frozen=True, eq=False)
class Supports:
    """What stands fast. What comes to lie below `bottom_m` has fallen past everything."""

    bodies: tuple[RigidBody, ...]
    bottom_m: float


def find_supports(world: World, falling: Sequence[Falling], heaps: Mapping[str, Heap], around_m: float) -> Supports:
    """Return what things may come to rest on.

    Args:
        world: What is there.
        falling: What falls.
        heaps: Where what is heaped falls, by the names of objects.
        around_m: Things may roll so far from where they fall, and are still held by what is there.

    Raises:
        RecipeError: What a thing should fall on has no such surface (S004).
    """
    low, high = _reach(world, falling, heaps)
    low, high = low - around_m, high + around_m
    bodies = []
    for thing in world.placed.values():
        if np.all(thing.low_m[:2] <= high) and np.all(thing.high_m[:2] >= low):
            scale = np.linalg.norm(thing.world_from_object[:3, :3], axis=0)
            friction, restitution = surface_physics(world, thing.sample)
            pieces = asset_pieces(thing.asset, scale)
            bodies.append(RigidBody(pieces, without_scale(thing.world_from_object), None, friction, restitution))
    common = world.sample.physics
    if world.environment is not None:
        pieces = environment_pieces(world.environment, world.world_from_environment, low, high)
        if pieces:
            bodies.append(RigidBody(pieces, np.eye(4), None, common.friction, common.restitution, is_backed=True))
    bottom = min(float(body.world_from_body[2, 3] + _lowest(body)) for body in bodies) - _PIT_M if bodies else -_PIT_M
    span = np.array([*(high - low), 0.0]) + 20.0
    pit = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 0)]) * span
    centre = translation(np.array([*((low + high) / 2), bottom]))
    return Supports((*bodies, RigidBody((pit,), centre, None, 1.0, 0.0)), bottom + _PIT_M / 2)


def _lowest(body: RigidBody) -> float:
    return min(float((piece @ body.world_from_body[:3, :3].T)[:, 2].min()) for piece in body.pieces)


def _reach(world: World, falling: Sequence[Falling], heaps: Mapping[str, Heap]) -> tuple[FloatArray, FloatArray]:
    """Return the corners of what surrounds all places where things may fall, shape (2,)."""
    corners = []
    for one in falling:
        heap = heaps.get(one.instance.object_name)
        for _, surface in targets(world, one) if heap is None else [(heap.carrier, heap.surface)]:
            part = surface.within(one.drop.region_m if heap is None else heap.region_m)
            rectangle = np.array(
                [[x, y, 0.0] for x in (part.min_m[0], part.max_m[0]) for y in (part.min_m[1], part.max_m[1])]
            )
            corners.append(transform_points(surface.world_from_surface, rectangle)[:, :2])
    every = np.concatenate(corners)
    return every.min(axis=0), every.max(axis=0)
