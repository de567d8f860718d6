"""What a camera may stand in, and what stands in its view, decided on triangles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sdg.foundation.arrays import FloatArray
from sdg.foundation.transforms import transform_points
from sdg.foundation.triangles import distances_to_triangles_m, segments_pass
from sdg.stage.asset import Asset
from sdg.stage.ground import Ground
from sdg.stage.obstacles import Obstacles
from sdg.stage.world import PlacedObject

# How near a camera may come to anything [m].
NEAREST_M = 0.15
_WALL_MARGIN_M = 0.2
# What is this near the target, as a share of the way, belongs to it.
_TARGET_SHARE = 0.1


@dataclass(frozen=True, eq=False)
class Room:
    """What an environment encloses.

    Attributes:
        bounds_m: Corners of the box round it, shape (2, 3), world frame.
        floor_m: Height of its floor, or from which an uneven one's heights are counted.
        has_roof: Whether something is overhead in its middle; without, cameras may stand beside and above it.
        ground: What lies where the floor is uneven; None where it is level.
    """

    bounds_m: FloatArray
    floor_m: float
    has_roof: bool
    ground: Ground | None = None

    def floor_at(self, x: float, y: float) -> float:
        """Return how high the floor lies at a point [m]; beside uneven ground that is its level."""
        height = None if self.ground is None else self.ground.height_at(x, y)
        return self.floor_m if height is None else height


class Surroundings:
    """The environment and the things of one frame, as a camera meets them."""

    def __init__(self, room: Room | None, obstacles: Obstacles | None, things: Sequence[PlacedObject]) -> None:
        self._room = room
        self._obstacles = obstacles
        self._things = tuple(things)

    def is_free(self, eye_m: FloatArray, nearest_m: float) -> bool:
        """Return whether a camera may stand at a point: inside the environment, and clear of everything in it."""
        if self._room is not None:
            if eye_m[2] < self._room.floor_at(float(eye_m[0]), float(eye_m[1])) + _WALL_MARGIN_M:
                return False
            low, high = self._room.bounds_m + np.array([[_WALL_MARGIN_M], [-_WALL_MARGIN_M]])
            if self._room.has_roof and (np.any(eye_m < low) or np.any(eye_m > high)):
                return False
        if any(_distance_to_box_m(eye_m, thing) < nearest_m for thing in self._things):
            return False
        return self._obstacles is None or not _is_near_obstacle(eye_m, nearest_m, self._obstacles)

    def sees(self, eye_m: FloatArray, target_m: FloatArray, ignored: frozenset[str]) -> bool:
        """Return whether nothing but the things in `ignored` lies between an eye and (nearly) its target."""
        end = eye_m + (1 - _TARGET_SHARE) * (target_m - eye_m)
        if self._obstacles is not None and len(self._obstacles.triangles):
            triangles = self._obstacles.triangles
            low, high = self._obstacles.triangle_low_m, self._obstacles.triangle_high_m
            near = np.ones(len(triangles), dtype=bool)
            for axis in range(3):
                near &= (low[:, axis] <= max(eye_m[axis], end[axis])) & (high[:, axis] >= min(eye_m[axis], end[axis]))
            if segments_pass(eye_m, end, triangles[near]).any():
                return False
        for thing in self._things:
            if thing.sample.name in ignored or not _crosses_box(eye_m, end, thing.low_m, thing.high_m):
                continue
            start, stop = transform_points(_object_from_world(thing), np.stack([eye_m, end]))
            if segments_pass(start, stop, _triangles(thing.asset)).any():
                return False
        return True


def _object_from_world(thing: PlacedObject) -> FloatArray:
    # Not `invert_rigid`: things may be scaled.
    return np.asarray(np.linalg.inv(thing.world_from_object), dtype=np.float64)


def _triangles(asset: Asset) -> FloatArray:
    return np.concatenate([part.mesh.vertices[part.mesh.faces] for part in asset.parts])


def _distance_to_box_m(point: FloatArray, thing: PlacedObject) -> float:
    """Return how far a point is from a thing's own box; 0 inside."""
    outside_world = np.maximum(np.maximum(thing.low_m - point, point - thing.high_m), 0.0)
    apart = float(np.linalg.norm(outside_world))
    if apart > 0.0:
        return apart
    local = transform_points(_object_from_world(thing), point[None])[0]
    bounds = thing.asset.bounds_m
    nearest = np.clip(local, bounds[0], bounds[1])
    return float(np.linalg.norm(thing.world_from_object[:3, :3] @ (local - nearest)))


def _crosses_box(start: FloatArray, end: FloatArray, low: FloatArray, high: FloatArray) -> bool:
    """Return whether a segment meets a box (slab test)."""
    along = end - start
    with np.errstate(divide="ignore", invalid="ignore"):
        first, last = (low - start) / along, (high - start) / along
    inside = (start >= low) & (start <= high)
    parallel = np.abs(along) < 1e-12
    if np.any(parallel & ~inside):
        return False
    enter = np.where(parallel, -np.inf, np.minimum(first, last)).max()
    leave = np.where(parallel, np.inf, np.maximum(first, last)).min()
    return bool(enter <= leave and leave >= 0 and enter <= 1)


def _is_near_obstacle(point: FloatArray, nearest_m: float, obstacles: Obstacles) -> bool:
    near = (obstacles.low_m <= point + nearest_m).all(axis=1) & (obstacles.high_m >= point - nearest_m).all(axis=1)
    if bool((near & obstacles.is_box).any()):
        return True
    indices = np.flatnonzero(near)
    if not len(indices):
        return False
    triangles = np.stack([obstacles.corners[index] for index in indices])
    return bool((distances_to_triangles_m(point, triangles) < nearest_m).any())
