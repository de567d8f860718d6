"""Where every camera stands and looks.

A pose written in constants is taken as it is. An orbit or look-at pose with draws in it is drawn again, up to 200
times, until the camera stands free and sees its target; if none sees it, the first free pose is taken.

A target named `pallet` is one of the pallets present, drawn per frame (and anew with each attempt); `pallet[2]` is
that one. The camera aims at the middle of its box, plus `target_offset_m`. If none is there, it aims at the middle of
the environment, one metre above its floor.

A mounted camera goes with its carrier, wherever that is; see `sdg.stage.rigs`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from sdg.errors import AssetError
from sdg.foundation.arrays import FloatArray
from sdg.foundation.seeds import Branch, RandomStream
from sdg.foundation.transforms import box_corners, look_at, transform_points
from sdg.graph.frame_sample import CameraSample
from sdg.recipe.model import CameraBlock, OrbitPose, PoseBlock
from sdg.stage.depth_sensors import camera_depth_noise, camera_depth_sensor
from sdg.stage.focus import focus_camera
from sdg.stage.lenses import build_lens
from sdg.stage.model import Camera, Mount
from sdg.stage.motion import camera_motions
from sdg.stage.placement import PlacedObject, World
from sdg.stage.prims import camera_path
from sdg.stage.rigs import carriers_first, place_mounted, rigid_pose, stereo_pairs
from sdg.stage.sensors import camera_development, camera_exposure, camera_optics, camera_sensor
from sdg.stage.sight import NEAREST_M, Room, Surroundings, hits

POSE_TRIES = 200
_EFFECTS = ("optics", "depth_of_field", "noise", "depth_noise")
_EMPTY_HEIGHT_M = 1.0


def place_cameras(world: World) -> tuple[tuple[Camera, ...], dict[str, Any]]:
    """Return the cameras in the world, and what was drawn for them on the way.

    Raises:
        RecipeError: No free pose is found (S012), a pose is degenerate (S013), a lens is not determined (S014), or a
            sensor (S016), a depth of field (S018) or a depth sensor (S020) can't be used.
    """
    room = _room(world)
    surroundings = Surroundings(room, world.obstacles, list(world.placed.values()))
    drawn: dict[str, Any] = {}
    poses: dict[str, FloatArray | None] = {}
    mounts: dict[str, Mount] = {}
    for sample in carriers_first(world.sample.cameras):
        if sample.block.mount is None:
            poses[sample.name], more = _Placer(world, sample, surroundings, room).place()
            drawn |= more
        elif (mounted := place_mounted(world, sample, poses, drawn)) is not None:
            poses[sample.name], mounts[sample.name] = mounted
        else:
            poses[sample.name] = None
    pairs = stereo_pairs(world.sample.cameras)
    motions = camera_motions(world, poses, mounts)
    cameras = []
    for sample in world.sample.cameras:
        pose = poses[sample.name]
        if pose is not None:
            camera, present = _camera(world, sample, pose)
            drawn |= present
            cameras.append(
                replace(
                    camera,
                    mount=mounts.get(sample.name),
                    stereo=pairs.get(sample.name),
                    motion=motions[sample.name],
                )
            )
    return tuple(cameras), drawn


def _camera(world: World, sample: CameraSample, world_from_camera: FloatArray) -> tuple[Camera, dict[str, Any]]:
    """Return a camera, and whether its effects that have a probability are there."""
    drawn: dict[str, Any] = {}
    block = _present(world, sample, drawn)
    try:
        lens = build_lens(block, world.catalog)
    except AssetError as error:
        raise world.fault((*sample.path, "lens"), "S014", f"{sample.name}: {error.message}", hint=error.hint) from None
    try:
        sensor = camera_sensor(block, is_second_eye=bool(sample.first_eye))
    except AssetError as error:
        where = (*sample.path, "sensor")
        raise world.fault(where, "S016", f"{sample.name}: {error.message}", hint=error.hint) from None
    try:
        lens, focus = focus_camera(block, lens, sensor)
    except AssetError as error:
        where = (*sample.path, "depth_of_field")
        raise world.fault(where, "S018", f"{sample.name}: {error.message}", hint=error.hint) from None
    try:
        depth_sensor = camera_depth_sensor(block, lens)
    except AssetError as error:
        where = (*sample.path, "depth_sensor")
        raise world.fault(where, "S020", f"{sample.name}: {error.message}", hint=error.hint) from None
    camera = Camera(
        sample.name,
        camera_path(sample.name),
        lens,
        world_from_camera,
        block.clip_m,
        camera_exposure(block),
        sensor,
        camera_development(block),
        camera_optics(block),
        focus,
        depth_sensor,
        camera_depth_noise(block),
        line_time_s=0.0 if block.rolling_shutter is None else block.rolling_shutter.line_time_us * 1e-6,
    )
    return camera, drawn


def _present(world: World, sample: CameraSample, drawn: dict[str, Any]) -> CameraBlock:
    """Return the camera's block without the effects that are not there in this frame."""
    block = sample.block
    absent = {
        effect: None
        for effect in _EFFECTS
        if (given := getattr(block, effect)) is not None
        and not _is_present(world, sample, effect, given.probability, drawn)
    }
    return block.model_copy(update=absent) if absent else block


def _is_present(world: World, sample: CameraSample, effect: str, probability: float, drawn: dict[str, Any]) -> bool:
    """Return whether an effect of a camera is there in this frame, and note it if that was drawn."""
    if probability == 1:
        return True
    name = f"cameras.{sample.first_eye or sample.name}.{effect}.present"
    stream = RandomStream.named(Branch.DRAW, world.sample.seed, world.sample.frame_index, name)
    drawn[name] = stream.unit() < probability
    return bool(drawn[name])


class _Placer:
    """Finds the pose of one camera."""

    def __init__(self, world: World, sample: CameraSample, surroundings: Surroundings, room: Room | None) -> None:
        self._world = world
        self._sample = sample
        self._surroundings = surroundings
        self._room = room

    def place(self) -> tuple[FloatArray, Mapping[str, Any]]:
        """Return world_from_camera, and what further attempts drew."""
        block = self._sample.block
        if (transform := _pose(block).transform) is not None:
            path = (*self._sample.path, "pose", "transform")
            return rigid_pose(self._world, self._sample.name, transform, path), {}
        first_free: int | None = None
        for attempt in range(POSE_TRIES):
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
                f"no free place for camera {self._sample.name} in {POSE_TRIES} tries",
                found="every pose drawn is outside the environment, or inside or too near to something",
                hint="draw shorter distances or other elevations",
            )
        return self._matrix(self._sample.redraw(first_free), first_free), self._record(first_free)

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
        return target + orbit_offset_m(orbit), target, thing

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
        middle[2] = self._room.floor_m + _EMPTY_HEIGHT_M
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


def orbit_offset_m(pose: OrbitPose) -> FloatArray:
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
    floor = next((surface.height_m for surface in world.environment.surfaces if surface.name == "floor"), None)
    floor_m = float(bounds[0, 2]) if floor is None else float(world.world_from_environment[2, 3]) + floor
    middle = np.array([*bounds.mean(axis=0)[:2], floor_m + _EMPTY_HEIGHT_M])
    above = np.array([*middle[:2], max(bounds[1, 2], middle[2]) + 1.0])
    return Room(bounds, floor_m, bool(hits(middle, above, world.obstacles.triangles).any()))
