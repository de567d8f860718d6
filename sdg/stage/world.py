"""One frame's world while it is made: its environment, and the things that have their places so far.

Object to world is translate . yaw . rotation_xyz . scale.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sdg.errors import AssetError, RecipeError
from sdg.foundation.arrays import FloatArray
from sdg.foundation.transforms import rotation_xyz, scaling, transform_points
from sdg.graph.frame_sample import FrameSample, ObjectSample
from sdg.recipe.faults import diagnose
from sdg.recipe.model import CameraBlock, FileAsset, PathKey, Recipe
from sdg.stage.asset import Asset
from sdg.stage.catalog import Catalog
from sdg.stage.footprint import Footprint, asset_footprint
from sdg.stage.joints import JointError, pose_instance
from sdg.stage.misfits import Misfit
from sdg.stage.obstacles import Obstacles
from sdg.stage.surfaces import PlacedSurface, place_surfaces


@dataclass(frozen=True, eq=False)
class PlacedObject:
    """One thing in its place.

    Attributes:
        sample: What was drawn for it.
        asset: In its pose.
        world_from_object: Scale included, 4x4.
        footprint: Outline and heights in the world.
        low_m, high_m: Corners of the box round the footprint, shape (3,).
        world_from_foot: Yaw and translation alone: its front is this frame's +X.
        carrier: Instance that it stands on; empty for the environment or none.
        surface: What it stands on; None where `position_m` says where it is.
    """

    sample: ObjectSample
    asset: Asset
    world_from_object: FloatArray
    footprint: Footprint
    low_m: FloatArray
    high_m: FloatArray
    world_from_foot: FloatArray
    carrier: str = ""
    surface: PlacedSurface | None = None

    @property
    def middle_m(self) -> FloatArray:
        """The middle of its own box, shape (3,), world frame."""
        middle: FloatArray = transform_points(self.world_from_object, self.asset.bounds_m.mean(axis=0)[None])[0]
        return middle


@dataclass(frozen=True, eq=False)
class Shape:
    """An instance's asset after scale and rotation, without its yaw.

    Attributes:
        asset: In its pose.
        linear: Rotation and scale, 3x3.
        size_m: Of its box after the scale alone, along its own axes, shape (3,).
        footprint: About its origin.
    """

    asset: Asset
    linear: FloatArray
    size_m: FloatArray
    footprint: Footprint


@dataclass(eq=False)
class World:
    """The environment and what has been placed so far.

    Attributes:
        recipe: Where faults are said to be.
        sample: What was drawn for the frame.
        catalog: Finds assets.
        environment: None if there is none.
        world_from_environment: 4x4.
        obstacles: What of the environment is in the way; None if there is no environment.
        placed: Everything in its place, by the names of instances.
        shapes: Assets after scale and rotation, by what decides them.
        surfaces: Where things may stand, as `surfaces_of` found it, by the carrier's instance (empty for the
            environment) and the surface's name (empty for the carrier's own choice).
        by_object: Everything in its place, by the names of objects; an object that is there without any has an entry.
        posed: Assets in their poses, by the names of instances.
        redrawn: Joint angles that were drawn anew, by the names of their draws.
        walls: Triangles in the world, by the names of instances.
        full: Objects of which no further instance fits.
        physics: What the frame's record says of it; None if nothing fell.
    """

    recipe: Recipe
    sample: FrameSample
    catalog: Catalog
    environment: Asset | None
    world_from_environment: FloatArray
    obstacles: Obstacles | None
    placed: dict[str, PlacedObject] = field(default_factory=dict)
    shapes: dict[Hashable, Shape] = field(default_factory=dict)
    surfaces: dict[tuple[str, str], list[PlacedSurface]] = field(default_factory=dict)
    by_object: dict[str, list[PlacedObject]] = field(default_factory=dict)
    posed: dict[str, Asset] = field(default_factory=dict)
    redrawn: dict[str, Any] = field(default_factory=dict)
    walls: dict[str, FloatArray] = field(default_factory=dict)
    full: set[str] = field(default_factory=set)
    physics: Mapping[str, Any] | None = None

    def add(self, thing: PlacedObject) -> None:
        """Put a thing in its place."""
        self.placed[thing.sample.name] = thing
        self.by_object.setdefault(thing.sample.object_name, []).append(thing)

    def carriers(self, name: str) -> list[str]:
        """Return the instance that `name` stands on, the one under that, and so on."""
        chain = []
        while name:
            chain.append(name)
            name = self.placed[name].carrier
        return chain

    def surfaces_of(self, carrier: PlacedObject | None, name: str) -> list[PlacedSurface]:
        """Return the surfaces of a name of a carrier, or of the environment; without a name the carrier's own choice.

        Raises:
            AssetError: As `place_surfaces`.
        """
        key = ("" if carrier is None else carrier.sample.name, name)
        if key not in self.surfaces:
            if carrier is None:
                self.surfaces[key] = place_surfaces(self.environment, name, self.world_from_environment)
            else:
                self.surfaces[key] = place_surfaces(carrier.asset, name or None, carrier.world_from_object)
        return self.surfaces[key]

    def shape(self, instance: ObjectSample) -> Shape:
        """Return the shape of an instance.

        Raises:
            RecipeError: Its asset can't be used (S001), or not in that pose (S060 to S062).
        """
        block = instance.block
        asset = self._posed_asset(instance)
        key = (asset.key, block.asset, block.size_m, block.scale, block.rotation_deg)
        if key not in self.shapes:
            is_file = isinstance(block.asset, FileAsset)
            factors = np.full(3, block.scale)
            extent = asset.bounds_m[1] - asset.bounds_m[0]
            if is_file and block.size_m is not None:
                # A flat mesh has no thickness that could be scaled.
                factors = factors * np.where(extent > 0, np.array(block.size_m) / np.where(extent > 0, extent, 1), 1)
            linear = np.ascontiguousarray((rotation_xyz(block.rotation_deg) @ scaling(factors))[:3, :3])
            footprint = asset_footprint(asset, linear)
            self.shapes[key] = Shape(asset, linear, extent * factors, footprint)
        return self.shapes[key]

    def _posed_asset(self, instance: ObjectSample) -> Asset:
        """Return an instance's asset, in its pose if it has joints."""
        if instance.name not in self.posed:
            block = instance.block
            try:
                asset = self.catalog.asset(block.asset, None if isinstance(block.asset, FileAsset) else block.size_m)
            except AssetError as error:
                path = (*instance.path, "asset")
                raise self.fault(path, "S001", f"{instance.name}: {error.message}", hint=error.hint) from None
            try:
                self.posed[instance.name], drawn = pose_instance(asset, instance, self.sample)
            except JointError as error:
                path = (*instance.path, *error.path)
                message = f"{instance.name}: {error.message}"
                raise self.fault(path, error.code, message, error.found, error.hint) from None
            self.redrawn.update(drawn)
        return self.posed[instance.name]

    def turn_deg(
        self, instance: ObjectSample, world_from_surface: FloatArray, position_m: FloatArray, by: str = ""
    ) -> float:
        """Return an instance's yaw in the frame of a surface, at a position (x, y) of it.

        Args:
            instance: Which.
            world_from_surface: Yaw and translation.
            position_m: shape (2,) or more.
            by: The instance by which it is placed, which it faces rather than another of that object.
        """
        here = world_from_surface[:3, :3] @ [*position_m[:2], 0.0] + world_from_surface[:3, 3]
        target = self._faced(instance, here, by)
        if target is None:
            return instance.block.yaw_deg
        x, y, _ = world_from_surface[:3, :3].T @ (target - here)
        return instance.block.yaw_deg + math.degrees(math.atan2(y, x))

    def _faced(self, instance: ObjectSample, here_m: FloatArray, by: str) -> FloatArray | None:
        """Return the point that an instance at some place faces; None if it faces nothing that is there."""
        facing = instance.block.facing
        if not isinstance(facing, str):
            return None if facing is None else np.asarray(facing, dtype=np.float64)
        if by in self.placed and self.placed[by].sample.object_name == facing:
            return self.placed[by].middle_m
        things = [self.placed[facing]] if facing in self.placed else self.by_object.get(facing, [])
        if things:
            return min((thing.middle_m for thing in things), key=lambda middle: float(np.hypot(*(middle - here_m)[:2])))
        return next((_eye_m(camera.block) for camera in self.sample.cameras if camera.name == facing), None)

    def triangles(self, thing: PlacedObject) -> FloatArray:
        """Return the triangles of a thing in the world, shape (T, 3, 3)."""
        name = thing.sample.name
        if name not in self.walls:
            local = np.concatenate([part.mesh.vertices[part.mesh.faces] for part in thing.asset.parts])
            self.walls[name] = transform_points(thing.world_from_object, local.reshape(-1, 3)).reshape(-1, 3, 3)
        return self.walls[name]

    def misfit(self, misfit: Misfit) -> RecipeError:
        """Return the error that tells of a misfit."""
        return self.fault(misfit.path, misfit.code, misfit.message, misfit.found, misfit.hint)

    def fault(self, path: PathKey, code: str, message: str, found: str = "", hint: str = "") -> RecipeError:
        """Return the error that a place of the recipe is at fault in this frame."""
        text = f"frame {self.sample.frame_index}: {message}"
        return RecipeError([diagnose(self.recipe, path, code, text, found=found, hint=hint)])


def _eye_m(block: CameraBlock) -> FloatArray | None:
    """Return where a camera stands that needs no search for its place; None for any other."""
    if block.pose is None:
        return None
    if block.pose.look_at is not None:
        return np.asarray(block.pose.look_at.eye_m, dtype=np.float64)
    transform = block.pose.transform
    if transform is None:
        return None
    if transform.matrix is None:
        return np.asarray(transform.position_m, dtype=np.float64)
    return np.array(transform.matrix, dtype=np.float64)[:3, 3]
