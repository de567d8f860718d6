"""Where every thing stands: fixed, in a grid, or scattered without collisions.

Object to world is translate . yaw . rotation_xyz . scale. `position_m` places the asset's origin; on a surface, the
lowest point of the thing touches it. What carries others (a pallet, a rack) gives them its yaw.

Things that draw no place (fixed, or in a grid on the environment) are placed first, so that scattered things avoid
them wherever they stand in the recipe; then the rest in recipe order, carriers before what they carry. If a carrier
is not there in a frame, what would stand on it is not there either.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sdg.errors import AssetError, RecipeError
from sdg.foundation.arrays import FloatArray
from sdg.foundation.seeds import Branch, RandomStream
from sdg.foundation.transforms import rotation_xyz, scaling, transform_points, translation, yaw
from sdg.graph.frame_sample import FrameSample, ObjectSample
from sdg.recipe.faults import diagnose
from sdg.recipe.model import FileAsset, ObjectBlock, PathKey, Recipe, ScatterBlock
from sdg.stage.asset import Asset
from sdg.stage.catalog import Catalog
from sdg.stage.footprint import Footprint, asset_footprint, separation_m
from sdg.stage.grids import GridLayout
from sdg.stage.misfits import Misfit, off_surface, outside_region, too_large, too_tall
from sdg.stage.obstacles import Obstacles
from sdg.stage.surfaces import PlacedSurface, choose_surface, environment_surface, place_surface

SCATTER_TRIES = 200


@dataclass(frozen=True, eq=False)
class PlacedObject:
    """One thing in its place.

    Attributes:
        footprint: Outline and heights in the world.
        low_m, high_m: Corners of the box round the footprint, shape (3,).
        carrier: Instance that it stands on; empty for the environment or none.
    """

    sample: ObjectSample
    asset: Asset
    world_from_object: FloatArray
    footprint: Footprint
    low_m: FloatArray
    high_m: FloatArray
    carrier: str = ""


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
    surfaces: dict[tuple[str, str], PlacedSurface] = field(default_factory=dict)
    by_object: dict[str, list[PlacedObject]] = field(default_factory=dict)
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
            RecipeError: Its asset can't be used (S001).
        """
        block = instance.block
        key = (block.asset, block.size_m, block.scale, block.rotation_deg)
        if key not in self.shapes:
            is_file = isinstance(block.asset, FileAsset)
            try:
                asset = self.catalog.asset(block.asset, None if is_file else block.size_m)
            except AssetError as error:
                path = (*instance.path, "asset")
                raise self.fault(path, "S001", f"{instance.name}: {error.message}", hint=error.hint) from None
            factors = np.full(3, block.scale)
            extent = asset.bounds_m[1] - asset.bounds_m[0]
            if is_file and block.size_m is not None:
                # A flat mesh has no thickness that could be scaled.
                factors = factors * np.where(extent > 0, np.array(block.size_m) / np.where(extent > 0, extent, 1), 1)
            linear = np.ascontiguousarray((rotation_xyz(block.rotation_deg) @ scaling(factors))[:3, :3])
            footprint = asset_footprint(asset, linear)
            self.shapes[key] = Shape(asset, linear, extent * factors, footprint)
        return self.shapes[key]

    def misfit(self, misfit: Misfit) -> RecipeError:
        return self.fault(misfit.path, misfit.code, misfit.message, misfit.found, misfit.hint)

    def fault(self, path: PathKey, code: str, message: str, found: str = "", hint: str = "") -> RecipeError:
        text = f"frame {self.sample.frame_index}: {message}"
        return RecipeError([diagnose(self.recipe, path, code, text, found=found, hint=hint)])


def place_objects(world: World) -> None:
    """Place every instance of a frame into `world`, but for what is dropped (`sdg.stage.settling`).

    Raises:
        RecipeError: An asset can't be used (S001), a surface doesn't exist (S004), no free place is found (S007),
            or a thing is too large for where it should stand (S008).
    """
    groups: dict[str, list[ObjectSample]] = {}
    for instance in world.sample.objects:
        if drop_of(instance.block) is not None:
            continue
        groups.setdefault(instance.object_name, []).append(instance)
    is_settled = {name: all(_is_settled(world, one, groups) for one in group) for name, group in groups.items()}
    for name in sorted(groups, key=lambda name: not is_settled[name]):
        _place_group(world, name, groups)


def _is_settled(world: World, instance: ObjectSample, groups: Mapping[str, list[ObjectSample]]) -> bool:
    place = instance.block.place
    if place is None:
        return True
    return (
        place.grid is not None and place.grid.jitter_m == 0 and instance.cell is not None and not instance.cell.carrier
    )


def _place_group(world: World, name: str, groups: Mapping[str, list[ObjectSample]]) -> None:
    """Place all instances of one object, after those of the objects that carry them."""
    if name in world.by_object or name not in groups:
        return
    world.by_object[name] = []
    for instance in groups[name]:
        owner = surface_of(instance.block)[0]
        if owner != name:
            _place_group(world, owner, groups)
    layout = GridLayout(
        [(one, world.shape(one).size_m) for one in groups[name] if one.cell is not None and one.block.place]
    )
    for instance in groups[name]:
        place = instance.block.place
        if place is not None and place.grid is not None:
            _place_in_grid(world, instance, layout)
        elif place is not None and place.scatter_2d is not None:
            _scatter(world, instance, place.scatter_2d)
        else:
            _stand(world, instance, np.eye(4), np.asarray(instance.block.position_m), "")


def surface_of(block: ObjectBlock) -> tuple[str, str | None]:
    """Return what carries a thing and which of its surfaces, as the recipe names them: `rack.shelf_1`."""
    where = block.place and (block.place.scatter_2d or block.place.grid)
    owner, _, surface = (where.surface if where else "").partition(".")
    return owner, surface or None


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


def _stand(
    world: World, instance: ObjectSample, world_from_surface: FloatArray, position_m: FloatArray, carrier: str
) -> None:
    """Put an instance with its origin at a position of a surface's frame."""
    shape = world.shape(instance)
    linear = np.eye(4)
    linear[:3, :3] = shape.linear
    turned = world_from_surface @ translation(position_m) @ yaw(instance.block.yaw_deg)
    footprint = shape.footprint.moved(turned)
    low = np.array([*footprint.polygon.min(axis=0), footprint.low_m])
    high = np.array([*footprint.polygon.max(axis=0), footprint.high_m])
    world.add(PlacedObject(instance, shape.asset, turned @ linear, footprint, low, high, carrier))


def _surface(world: World, instance: ObjectSample, kind: str, carrier: PlacedObject | None) -> PlacedSurface:
    """Return where an instance is to stand: on `carrier`, or on the environment."""
    owner, name = surface_of(instance.block)
    key = (carrier.sample.name, name or "") if carrier is not None else ("", owner)
    if key not in world.surfaces:
        try:
            if carrier is not None:
                surface = place_surface(choose_surface(carrier.asset, name), carrier.world_from_object)
            else:
                surface = environment_surface(world.environment, owner, world.world_from_environment)
        except AssetError as error:
            on = carrier.sample.name if carrier is not None else "the environment"
            path = (*instance.path, "place", kind, "surface")
            message = f"{instance.name} can't stand on {on}: {error.message}"
            raise world.fault(path, "S004", message, hint=error.hint) from None
        world.surfaces[key] = surface
    return world.surfaces[key]


def _own_footprint(world: World, instance: ObjectSample) -> Footprint:
    """Return the footprint in the frame of the surface, with the origin at (0, 0, 0)."""
    return world.shape(instance).footprint.moved(yaw(instance.block.yaw_deg))


def _check_height(world: World, instance: ObjectSample, kind: str, height_m: float, surface: PlacedSurface) -> None:
    if height_m > surface.clear_m + 1e-9:
        where = (*instance.path, "place", kind)
        raise world.misfit(too_tall(where, instance.name, surface_of(instance.block)[0], height_m, surface.clear_m))


# --- grid -----------------------------------------------------------------------------------------------------


def _place_in_grid(world: World, instance: ObjectSample, layout: GridLayout) -> None:
    cell, place = instance.cell, instance.block.place
    if cell is None or place is None or place.grid is None or (cell.carrier and cell.carrier not in world.placed):
        return
    carrier = world.placed[cell.carrier] if cell.carrier else None
    surface = _surface(world, instance, "grid", carrier)
    own = _own_footprint(world, instance)
    middle = (surface.min_m + surface.max_m) / 2 if place.grid.center_m is None else np.asarray(place.grid.center_m)
    offset = layout.offset_m(instance)
    centre = middle + offset[:2]
    if place.grid.jitter_m > 0:
        name = f"{instance.name}.place.grid.jitter"
        stream = RandomStream.named(Branch.PLACEMENT, world.sample.seed, world.sample.frame_index, name)
        centre = centre + [stream.uniform(-place.grid.jitter_m, place.grid.jitter_m) for _ in range(2)]
    if np.any(centre < surface.min_m - 1e-9) or np.any(centre > surface.max_m + 1e-9):
        where = (*instance.path, "place", "grid")
        raise world.misfit(off_surface(where, instance.name, place.grid.surface, (centre, centre), surface))
    _check_height(world, instance, "grid", offset[2] + own.high_m - own.low_m, surface)
    outline_middle = (own.polygon.min(axis=0) + own.polygon.max(axis=0)) / 2
    position = np.array([*(centre - outline_middle), offset[2] - own.low_m])
    _stand(world, instance, surface.world_from_surface, position, cell.carrier or "")


# --- scatter --------------------------------------------------------------------------------------------------


def _scatter(world: World, instance: ObjectSample, scatter: ScatterBlock) -> None:
    owner = surface_of(instance.block)[0]
    is_on_object = any(block.name == owner for block in world.recipe.specimen.scene.objects)
    carriers: list[PlacedObject] = world.by_object.get(owner, [])
    if is_on_object and not carriers:
        return
    own = _own_footprint(world, instance)
    low, high = own.polygon.min(axis=0), own.polygon.max(axis=0)
    base = f"{instance.name}.place.scatter_2d"
    others = _Neighbours(world)
    tight = False
    for attempt in range(SCATTER_TRIES if scatter.avoid_collisions else 1):
        stream = RandomStream.named(Branch.PLACEMENT, world.sample.seed, world.sample.frame_index, f"{base}#{attempt}")
        carrier = carriers[stream.integer(0, len(carriers) - 1)] if is_on_object else None
        whole = _surface(world, instance, "scatter_2d", carrier)
        surface = whole.within(scatter.region_m)
        _check_height(world, instance, "scatter_2d", own.high_m - own.low_m, surface)
        first, last = surface.min_m - low, surface.max_m - high
        tight = bool(np.any(first > last))
        if tight:
            continue
        where = [stream.uniform(float(first[axis]), float(last[axis])) for axis in range(2)]
        position = np.array([*where, -own.low_m])
        if not scatter.avoid_collisions or others.is_free(own, surface, position, carrier, scatter.clearance_m):
            _stand(world, instance, surface.world_from_surface, position, carrier.sample.name if carrier else "")
            return
    path = (*instance.path, "place", "scatter_2d")
    if tight:
        if scatter.region_m is not None and np.any(surface.min_m >= surface.max_m):
            raise world.misfit(
                outside_region((*path, "region_m"), instance.name, scatter.surface, scatter.region_m, whole)
            )
        raise world.misfit(too_large(path, instance.name, scatter.surface, high - low))
    raise world.fault(
        path,
        "S007",
        f"no free place for {instance.name} on {scatter.surface} in {SCATTER_TRIES} tries",
        found=f"{len(world.placed)} things are there already",
        hint="lower `count` or `clearance_m`, or give it more room",
    )


class _Neighbours:
    """What a scattered thing must not touch."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._things = list(world.placed.values())
        self._low = np.array([thing.low_m for thing in self._things]).reshape(-1, 3)
        self._high = np.array([thing.high_m for thing in self._things]).reshape(-1, 3)

    def is_free(
        self, own: Footprint, surface: PlacedSurface, position_m: FloatArray, carrier: PlacedObject | None, gap_m: float
    ) -> bool:
        """Return whether a footprint of the surface's frame, moved to `position_m`, keeps `gap_m` from all."""
        local = np.column_stack([own.polygon + position_m[:2], np.zeros(len(own.polygon))])
        polygon = transform_points(surface.world_from_surface, local)[:, :2]
        bottom = float(surface.world_from_surface[2, 3])
        top = bottom + own.high_m - own.low_m
        below = set(self._world.carriers(carrier.sample.name)) if carrier is not None else set()
        low, high = polygon.min(axis=0) - gap_m, polygon.max(axis=0) + gap_m
        near = (
            (self._low[:, 2] < top - 1e-9)
            & (self._high[:, 2] > bottom + 1e-9)
            & (self._low[:, 0] <= high[0])
            & (self._high[:, 0] >= low[0])
            & (self._low[:, 1] <= high[1])
            & (self._high[:, 1] >= low[1])
        )
        for index in np.flatnonzero(near):
            other = self._things[index]
            if other.sample.name not in below and separation_m(polygon, other.footprint.polygon) < gap_m:
                return False
        obstacles = self._world.obstacles
        return obstacles is None or not obstacles.blocks(polygon, bottom, top, gap_m)
