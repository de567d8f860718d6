"""Where cameras stand and look that are mounted on nothing.

A pose written in constants, or of a file's camera, is taken as it is. An orbit or look-at pose with draws in it is
drawn again, up to 200 times, until the camera stands free and sees its target; if none sees it, the first free pose is
taken. Of a camera with `require`, in constants or not, no pose is taken that breaks it.

A target named `pallet` is one of the pallets present, drawn per frame (and anew with each attempt); `pallet[2]` is
that one. The camera aims at the middle of its box, plus `target_offset_m`. If none is there, it aims at the middle of
the environment, one metre above its floor.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from sdg.errors import AssetError, RecipeError
from sdg.foundation.arrays import FloatArray
from sdg.foundation.seeds import Branch, RandomStream
from sdg.foundation.transforms import box_corners, look_at, transform_points
from sdg.foundation.triangles import segments_pass
from sdg.graph.frame_sample import CameraSample
from sdg.recipe.document import lookup
from sdg.recipe.model import CameraBlock, OrbitPose, PathKey, PoseBlock
from sdg.stage.cameras_from_file import find_camera, world_from_file_camera
from sdg.stage.ground import find_ground
from sdg.stage.promises import Promises
from sdg.stage.rigs import rigid_pose
from sdg.stage.sight import NEAREST_M, Room, Surroundings
from sdg.stage.world import PlacedObject, World

_POSE_TRIES = 200
_REQUIRED_TRIES = 500
_CLEARANCE = "clearance_m"
_EMPTY_HEIGHT_M = 1.0


class Viewpoints:
    """Finds poses in one world."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._room = _room(world)
        self._surroundings = Surroundings(self._room, world.obstacles, list(world.placed.values()))

    def find(self, sample: CameraSample, promises: Promises | None = None) -> tuple[FloatArray, Mapping[str, Any]]:
        """Return world_from_camera of a camera, and what further attempts drew.

        Args:
            sample: The camera.
            promises: What judges its poses, if it must keep something.

        Raises:
            RecipeError: No free pose is found (S012), none that keeps what is required (S021), or it is degenerate
                (S013).
        """
        search = _Search(self._world, sample, self._surroundings, self._room)
        return search.run() if promises is None else search.run_for(promises)


class _Search:
    """The search for the pose of one camera."""

    def __init__(self, world: World, sample: CameraSample, surroundings: Surroundings, room: Room | None) -> None:
        self._world = world
        self._sample = sample
        self._surroundings = surroundings
        self._room = room

    def run(self) -> tuple[FloatArray, Mapping[str, Any]]:
        """Return world_from_camera, and what further attempts drew."""
        block = self._sample.block
        if (transform := _pose(block).transform) is not None:
            path = (*self._sample.path, "pose", "transform")
            return rigid_pose(self._world, self._sample.name, transform, path), {}
        if (name := _pose(block).from_file) is not None:
            return self._file_pose(name), {}
        first_free: int | None = None
        for attempt in range(_POSE_TRIES):
            tried = self._sample.redraw(attempt)
            if attempt == 1 and tried == block:
                return self._matrix(block, 0), self._record(0)
            eye, target, thing = self._eye_and_target(tried, attempt)
            if not self._surroundings.is_free(eye, max(NEAREST_M, block.clip_m[0])):
                continue
            if self._surroundings.sees(eye, target, self._belongs_to(thing)):
                return self._matrix(tried, attempt), self._record(attempt)
            first_free = attempt if first_free is None else first_free
        if first_free is None:
            raise self._world.fault(
                (*self._sample.path, "pose"),
                "S012",
                f"no free place for camera {self._sample.name} in {_POSE_TRIES} tries",
                found="every pose drawn is outside the environment, or inside or too near to something",
                hint="draw shorter distances or other elevations",
            )
        return self._matrix(self._sample.redraw(first_free), first_free), self._record(first_free)

    def _file_pose(self, name: str) -> FloatArray:
        try:
            camera = find_camera(self._world.environment, name)
        except AssetError as error:
            path = (*self._sample.path, "pose", "from_file")
            message = f"camera {self._sample.name} can't be placed: {error.message}"
            raise self._world.fault(path, "S083", message, found=name, hint=error.hint) from None
        return world_from_file_camera(camera, self._world.world_from_environment)

    def run_for(self, promises: Promises) -> tuple[FloatArray, Mapping[str, Any]]:
        """Return world_from_camera of the first pose that keeps what is required, and what further attempts drew.

        One that sees the middle of its target is preferred.
        """
        block = self._sample.block
        assert block.require is not None
        nearest = max(NEAREST_M, block.clip_m[0], block.require.clearance_m)
        broken: Counter[str] = Counter()
        first_kept: int | None = None
        for attempt in range(_REQUIRED_TRIES):
            tried = self._sample.redraw(attempt)
            if attempt >= 1 and tried == block and not self._chooses_target(block):
                break
            eye, target, thing = self._eye_and_target(tried, attempt)
            if not self._surroundings.is_free(eye, nearest):
                broken[_CLEARANCE] += 1
                continue
            # A target that is not there in this frame has nothing to keep.
            if thing is not None and (key := promises.broken(self._matrix(tried, attempt), thing)):
                broken[key] += 1
                continue
            if self._surroundings.sees(eye, target, self._belongs_to(thing)):
                return self._matrix(tried, attempt), self._record(attempt)
            first_kept = attempt if first_kept is None else first_kept
        if first_kept is None:
            raise self._broken(broken)
        return self._matrix(self._sample.redraw(first_kept), first_kept), self._record(first_kept)

    def _broken(self, broken: Counter[str]) -> RecipeError:
        """Return the fault that no pose keeps what is required, at what was the hardest to keep."""
        hardest = broken.most_common(1)[0][0]
        path: PathKey = (*self._sample.path, "require")
        written = lookup(self._world.recipe.tree, (*path, hardest)) is not None
        message = f"no pose of camera {self._sample.name} in {broken.total()} tries keeps what is required"
        found = ", ".join(f"{key} broken {count} times" for key, count in broken.most_common())
        hint = "lower what is required, draw poses from a wider range, or take away what hides the target"
        return self._world.fault((*path, hardest) if written else path, "S021", message, found, hint)

    def _chooses_target(self, block: CameraBlock) -> bool:
        """Return whether each attempt may aim at another thing."""
        pose = _pose(block).orbit or _pose(block).look_at
        return pose is not None and len(self._world.by_object.get(str(pose.target), ())) > 1

    def _record(self, attempt: int) -> Mapping[str, Any]:
        drawn = dict(self._sample.redrawn(attempt))
        block = self._sample.redraw(attempt)
        pose = _pose(block).orbit or _pose(block).look_at
        thing = self._target_thing(block, attempt)
        if pose is not None and thing is not None and pose.target != thing.sample.name:
            kind = "orbit" if _pose(block).orbit is not None else "look_at"
            drawn[f"cameras.{self._sample.name}.pose.{kind}.target:instance"] = thing.sample.name
        return drawn

    def _matrix(self, block: CameraBlock, attempt: int) -> FloatArray:
        eye, target, _ = self._eye_and_target(block, attempt)
        written = _pose(block).look_at
        up = (0.0, 0.0, 1.0) if written is None else written.up
        try:
            return look_at(eye, target, up)
        except ValueError:
            path = (*self._sample.path, "pose")
            message = f"camera {self._sample.name} stands at its own target"
            raise self._world.fault(path, "S013", message, hint="move one of them") from None

    def _eye_and_target(self, block: CameraBlock, attempt: int) -> tuple[FloatArray, FloatArray, PlacedObject | None]:
        thing = self._target_thing(block, attempt)
        pose = _pose(block)
        if pose.look_at is not None:
            target = self._target_point(pose.look_at.target, thing)
            return np.asarray(pose.look_at.eye_m, dtype=np.float64), target, thing
        orbit = pose.orbit
        assert orbit is not None
        target = self._target_point(orbit.target, thing) + np.asarray(orbit.target_offset_m)
        return target + _orbit_offset_m(orbit), target, thing

    def _target_thing(self, block: CameraBlock, attempt: int) -> PlacedObject | None:
        """Return the thing that the camera aims at; None if it aims at a point."""
        pose = _pose(block).orbit or _pose(block).look_at
        if pose is None or not isinstance(pose.target, str):
            return None
        if pose.target in self._world.placed:
            return self._world.placed[pose.target]
        things = self._world.by_object.get(pose.target, [])
        if not things:
            return None
        name = f"cameras.{self._sample.name}.pose.target" + (f"#{attempt}" if attempt else "")
        sample = self._world.sample
        stream = RandomStream.named(Branch.PLACEMENT, sample.seed, sample.frame_index, name)
        return things[stream.integer(0, len(things) - 1)]

    def _target_point(self, target: Sequence[float] | str, thing: PlacedObject | None) -> FloatArray:
        if not isinstance(target, str):
            return np.asarray(target, dtype=np.float64)
        if thing is not None:
            return (thing.low_m + thing.high_m) / 2
        if self._room is None:
            return np.array([0.0, 0.0, _EMPTY_HEIGHT_M])
        middle: FloatArray = self._room.bounds_m.mean(axis=0)
        middle[2] = self._room.floor_at(float(middle[0]), float(middle[1])) + _EMPTY_HEIGHT_M
        return middle

    def _belongs_to(self, thing: PlacedObject | None) -> frozenset[str]:
        """Return the target, what it stands on and what stands on it: none of that hides it."""
        if thing is None:
            return frozenset()
        name = thing.sample.name
        on_it = [other for other in self._world.placed if name in self._world.carriers(other)]
        return frozenset([*on_it, *self._world.carriers(name)])


def _pose(block: CameraBlock) -> PoseBlock:
    assert block.pose is not None, block.name
    return block.pose


def _orbit_offset_m(pose: OrbitPose) -> FloatArray:
    """Return where the camera stands as seen from its target, shape (3,), world frame [m]."""
    azimuth, elevation = math.radians(pose.azimuth_deg), math.radians(pose.elevation_deg)
    level = math.cos(elevation)
    direction = [level * math.cos(azimuth), level * math.sin(azimuth), math.sin(elevation)]
    return pose.distance_m * np.array(direction)


def _room(world: World) -> Room | None:
    """Return what the environment encloses."""
    if world.environment is None or world.obstacles is None:
        return None
    corners = transform_points(world.world_from_environment, box_corners(world.environment.bounds_m))
    bounds = np.stack([corners.min(axis=0), corners.max(axis=0)])
    floor = next((one for one in world.environment.surfaces if one.name == "floor" or one.follows), None)
    floor_m = float(bounds[0, 2]) if floor is None else float(world.world_from_environment[2, 3]) + floor.height_m
    follows = () if floor is None else floor.follows
    ground = find_ground(world.environment, follows, world.world_from_environment) if follows else None
    level = Room(bounds, floor_m, has_roof=False, ground=ground)
    x, y = map(float, bounds.mean(axis=0)[:2])
    middle = np.array([x, y, level.floor_at(x, y) + _EMPTY_HEIGHT_M])
    above = np.array([x, y, max(bounds[1, 2], middle[2]) + 1.0])
    return replace(level, has_roof=bool(segments_pass(middle, above, world.obstacles.triangles).any()))
