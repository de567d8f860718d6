"""Places along a path of straight pieces on a surface."""

from __future__ import annotations

import math

import numpy as np

from sdg.foundation.arrays import FloatArray
from sdg.foundation.seeds import Branch, RandomStream
from sdg.foundation.transforms import yaw
from sdg.graph.frame_sample import ObjectSample
from sdg.recipe.model import AlongBlock, PathKey
from sdg.stage.misfits import off_path, off_surface
from sdg.stage.neighbours import Neighbours
from sdg.stage.standing import check_height, rise_m, stand, surface_for
from sdg.stage.world import World

PATH_TRIES = 200
_ROUNDING_M = 1e-9


def place_along(world: World, instance: ObjectSample) -> None:
    """Put an instance where its turn along a path comes.

    Raises:
        RecipeError: The surface doesn't exist (S004), something is there already (S007), the thing is too tall for it
            (S008), or its place lies past the path's end or the surface's edge (S009).
    """
    place, cell = instance.block.place, instance.cell
    assert place is not None
    assert place.along is not None
    assert cell is not None
    block = place.along
    path: PathKey = (*instance.path, "place", "along")
    surface = surface_for(world, instance, block.surface, (*path, "surface"), None)
    others = Neighbours(world) if block.avoid_collisions else None
    length = block.length_m
    step = length / max(1, cell.count[0] - 1) if block.spacing_m is None else block.spacing_m
    distance = cell.index[0] * step
    if distance > length + _ROUNDING_M:
        raise world.misfit(off_path(path, instance.name, distance, length))
    point, direction = point_along(block, distance)
    centre = point + block.offset_m * np.array([-direction[1], direction[0]])
    for attempt in range(PATH_TRIES if block.jitter_m > 0 and others is not None else 1):
        where = centre
        if block.jitter_m > 0:
            name = f"{instance.name}.place.along#{attempt}"
            stream = RandomStream.named(Branch.PLACEMENT, world.sample.seed, world.sample.frame_index, name)
            where = centre + [stream.uniform(-block.jitter_m, block.jitter_m) for _ in range(2)]
        turn = world.turn_deg(instance, surface.world_from_surface, where)
        if block.turn and instance.block.facing is None:
            turn += math.degrees(math.atan2(direction[1], direction[0]))
        own = world.shape(instance).footprint.moved(yaw(turn))
        check_height(world, instance, block.surface, path, own.high_m - own.low_m, surface)
        rise = rise_m(world, instance, surface, where, turn)
        if rise is None or not surface.holds(where[None]):
            raise world.misfit(off_surface(path, instance.name, block.surface, (where, where), surface, "path"))
        position = np.array([*where, rise - own.low_m])
        if others is None or others.is_free(own, surface.world_from_surface, position, "", block.clearance_m):
            stand(world, instance, surface.world_from_surface, position, turn, "", surface)
            return
    raise world.fault(
        path,
        "S007",
        f"no free place for {instance.name} along its path",
        found=f"something is in its way {distance:.3f} m from the start",
        hint="move the path, lower `clearance_m`, draw more `jitter_m`, or set `avoid_collisions: false`",
    )


def point_along(block: AlongBlock, distance_m: float) -> tuple[FloatArray, FloatArray]:
    """Return the point so far along a path, and the unit direction there; at a bend that of what comes."""
    points = np.array(block.path_m, dtype=np.float64)
    pieces = points[1:] - points[:-1]
    lengths = np.hypot(*pieces.T)
    starts = np.concatenate([[0.0], np.cumsum(lengths)[:-1]])
    real = np.flatnonzero(lengths > 0)
    if not len(real):
        return points[0], np.array([1.0, 0.0])
    piece = real[max(0, int(np.searchsorted(starts[real], distance_m + _ROUNDING_M, side="right")) - 1)]
    direction = pieces[piece] / lengths[piece]
    point: FloatArray = points[piece] + direction * min(distance_m - starts[piece], lengths[piece])
    return point, direction
