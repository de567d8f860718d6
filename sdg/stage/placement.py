"""Where every thing stands: fixed, in a grid, or where a rule finds it a place (`sdg.stage.ways`).

Object to world is translate . yaw . rotation_xyz . scale. `position_m` places the asset's origin; on a surface, the
lowest point of the thing touches it. What carries others (a pallet, a rack) gives them its yaw. On uneven ground a
thing stands upright, at the height of the lowest ground under the outline of its foot, so that none of it hovers.

Things that draw no place (fixed, in a grid or along a path on the environment) are placed first, so that scattered
things avoid them wherever they stand in the recipe; then the rest in recipe order, those by which others are placed
before these. If a carrier or neighbour is not there in a frame, what would stand by it is not there either.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np

from sdg.errors import AssetError, RecipeError
from sdg.foundation.arrays import FloatArray
from sdg.foundation.seeds import Branch, RandomStream
from sdg.foundation.transforms import rotation_xyz, scaling, transform_points, translation, yaw
from sdg.graph.frame_sample import FrameSample, ObjectSample
from sdg.recipe.faults import diagnose
from sdg.recipe.model import CameraBlock, FileAsset, ObjectBlock, PathKey, Recipe
from sdg.stage.asset import Asset
from sdg.stage.catalog import Catalog
from sdg.stage.footprint import Footprint, asset_foot, asset_footprint
from sdg.stage.grids import GridLayout
from sdg.stage.joints import JointError, pose_instance
from sdg.stage.misfits import Misfit, off_surface, too_tall
from sdg.stage.obstacles import Obstacles
from sdg.stage.surfaces import PlacedSurface, place_surfaces


@dataclass(frozen=True, eq=False)
class PlacedObject:
    """One thing in its place.

    Attributes:
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
    """An instance's asset after scale and rotation, without its yaw; `size_m` is without rotation too."""

    asset: Asset
    linear: FloatArray
    size_m: FloatArray
    footprint: Footprint


@dataclass(eq=False)
class World:
    """The environment and what has been placed so far."""

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
    full: set[str] = field(default_factory=set)  # objects of which no further instance fits
    physics: Mapping[str, Any] | None = None

    def add(self, thing: PlacedObject) -> None:
        self.placed[thing.sample.name] = thing
        self.by_object.setdefault(thing.sample.object_name, []).append(thing)

    def carriers(self, name: str) -> list[str]:
        """Return the instance that `name` stands on, the one under that, and so on."""
        chain = []
        while name:
            chain.append(name)
            name = self.placed[name].carrier
        return chain

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
        return self.fault(misfit.path, misfit.code, misfit.message, misfit.found, misfit.hint)

    def fault(self, path: PathKey, code: str, message: str, found: str = "", hint: str = "") -> RecipeError:
        text = f"frame {self.sample.frame_index}: {message}"
        return RecipeError([diagnose(self.recipe, path, code, text, found=found, hint=hint)])


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
            _place_in_grid(world, instance, layout)
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


@dataclass(frozen=True)
class Drop:
    """Where a thing falls: on `owner`, or in it; the key that says so, which surface, and a part of that surface."""

    key: str
    owner: str
    surface: str | None
    region_m: tuple[float, float, float, float] | None = None

    @property
    def is_inside(self) -> bool:
        return self.key == "drop_in"


def drop_of(block: ObjectBlock) -> Drop | None:
    """Return where a thing is dropped, None if it isn't."""
    place = block.place
    if place is None or (place.drop_on is None and place.drop_in is None):
        return None
    if place.drop_in is not None:
        return Drop("drop_in", place.drop_in, None)
    on = place.drop_on
    assert on is not None
    text, region = (on, None) if isinstance(on, str) else (on.surface, on.region_m)
    owner, _, surface = text.partition(".")
    return Drop("drop_on", owner, surface or None, region)


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


def stand(
    world: World,
    instance: ObjectSample,
    world_from_surface: FloatArray,
    position_m: FloatArray,
    turn_deg: float,
    carrier: str = "",
    surface: PlacedSurface | None = None,
) -> None:
    """Put an instance with its origin at a position of a surface's frame, shape (3,), turned in that frame."""
    shape = world.shape(instance)
    linear = np.eye(4)
    linear[:3, :3] = shape.linear
    turned = world_from_surface @ translation(position_m) @ yaw(turn_deg)
    footprint = shape.footprint.moved(turned)
    low = np.array([*footprint.polygon.min(axis=0), footprint.low_m])
    high = np.array([*footprint.polygon.max(axis=0), footprint.high_m])
    world.add(PlacedObject(instance, shape.asset, turned @ linear, footprint, low, high, turned, carrier, surface))


def surface_for(
    world: World, instance: ObjectSample, surface: str, path: PathKey, carrier: PlacedObject | None
) -> PlacedSurface:
    """Return the first of `surfaces_for`.

    Raises:
        RecipeError: As there.
    """
    return surfaces_for(world, instance, surface, path, carrier)[0]


def surfaces_for(
    world: World, instance: ObjectSample, surface: str, path: PathKey, carrier: PlacedObject | None
) -> list[PlacedSurface]:
    """Return where an instance may stand: on the surfaces of a name of `carrier`, or of the environment.

    Args:
        world: What is there.
        instance: Which.
        surface: As the recipe names it: `floor`, `rack.shelf_1`.
        path: Of what names it.
        carrier: What has it.

    Raises:
        RecipeError: It has no such surface, or is tilted (S004).
    """
    owner, _, name = surface.partition(".")
    key = (carrier.sample.name, name) if carrier is not None else ("", owner)
    if key not in world.surfaces:
        try:
            if carrier is not None:
                world.surfaces[key] = place_surfaces(carrier.asset, name or None, carrier.world_from_object)
            else:
                world.surfaces[key] = place_surfaces(world.environment, owner, world.world_from_environment)
        except AssetError as error:
            on = carrier.sample.name if carrier is not None else "the environment"
            message = f"{instance.name} can't stand on {on}: {error.message}"
            raise world.fault(path, "S004", message, hint=error.hint) from None
    return world.surfaces[key]


def rise_m(
    world: World, instance: ObjectSample, surface: PlacedSurface, place_m: FloatArray, turn_deg: float
) -> float | None:
    """Return how far above its surface's z = 0 an instance stands with its origin over (x, y); see `PlacedSurface`."""
    if surface.ground is None:
        return 0.0
    shape = world.shape(instance)
    return surface.rise_m(asset_foot(shape.asset, shape.linear) @ yaw(turn_deg)[:2, :2].T + place_m)


def check_height(
    world: World, instance: ObjectSample, where: str, path: PathKey, height_m: float, surface: PlacedSurface
) -> None:
    """Raise a fault if less than a height is free above the surface called `where`."""
    if height_m > surface.clear_m + 1e-9:
        raise world.misfit(too_tall(path, instance.name, where.partition(".")[0], height_m, surface.clear_m))


def _place_in_grid(world: World, instance: ObjectSample, layout: GridLayout) -> None:
    cell, place = instance.cell, instance.block.place
    if cell is None or place is None or place.grid is None or (cell.carrier and cell.carrier not in world.placed):
        return
    carrier = world.placed[cell.carrier] if cell.carrier else None
    path = (*instance.path, "place", "grid")
    surface = surface_for(world, instance, place.grid.surface, (*path, "surface"), carrier)
    middle = (surface.min_m + surface.max_m) / 2 if place.grid.center_m is None else np.asarray(place.grid.center_m)
    offset = layout.offset_m(instance)
    centre = middle + offset[:2]
    if place.grid.jitter_m > 0:
        name = f"{instance.name}.place.grid.jitter"
        stream = RandomStream.named(Branch.PLACEMENT, world.sample.seed, world.sample.frame_index, name)
        centre = centre + [stream.uniform(-place.grid.jitter_m, place.grid.jitter_m) for _ in range(2)]
    turn = world.turn_deg(instance, surface.world_from_surface, centre, cell.carrier or "")
    own = world.shape(instance).footprint.moved(yaw(turn))
    outline_middle = (own.polygon.min(axis=0) + own.polygon.max(axis=0)) / 2
    rise = rise_m(world, instance, surface, centre - outline_middle, turn)
    if rise is None or not surface.holds(centre):
        raise world.misfit(off_surface(path, instance.name, place.grid.surface, (centre, centre), surface))
    check_height(world, instance, place.grid.surface, path, offset[2] + own.high_m - own.low_m, surface)
    position = np.array([*(centre - outline_middle), rise + offset[2] - own.low_m])
    stand(world, instance, surface.world_from_surface, position, turn, cell.carrier or "", surface)
