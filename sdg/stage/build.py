"""From one frame's values to its world: assets loaded, things placed, lamps hung, cameras aimed."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sdg.errors import AssetError, RecipeError
from sdg.foundation.transforms import translation, yaw
from sdg.graph.frame_sample import FrameSample
from sdg.recipe.faults import diagnose
from sdg.recipe.model import FileAsset, Recipe
from sdg.stage.asset import Asset
from sdg.stage.cameras import place_cameras
from sdg.stage.catalog import catalog_of
from sdg.stage.categories import categories, part_label
from sdg.stage.lights import place_light
from sdg.stage.materials import MaterialTable
from sdg.stage.model import Body, Stage
from sdg.stage.motion import motion_of
from sdg.stage.obstacles import find_obstacles
from sdg.stage.placement import World, place_objects
from sdg.stage.prims import object_path, prim_name
from sdg.stage.quality import render_settings
from sdg.stage.settling import settle_objects
from sdg.stage.ways import WAYS


def build_stage(sample: FrameSample, recipe: Recipe) -> Stage:
    """Return one frame's world.

    Bodies are the environment's parts in the asset's order, then the things in recipe order; their instance ids
    count from 1.

    Raises:
        RecipeError: An asset, surface or material can't be used, or something finds no free place. The message
            names the frame and the thing, and points at its line.
    """
    world = _world(sample, recipe)
    place_objects(world, WAYS)
    settle_objects(world)
    materials = MaterialTable(world)
    bodies = (*_environment_bodies(world, materials), *_thing_bodies(world, materials))
    lights = tuple(place_light(world, light) for light in sample.lights)
    cameras, drawn = place_cameras(world)
    return Stage(
        frame_index=sample.frame_index,
        seed=sample.seed,
        bodies=bodies,
        lights=lights,
        cameras=cameras,
        settings=render_settings(recipe.specimen),
        drawn={**sample.drawn, **world.redrawn, **drawn},
        physics=world.physics,
    )


def _world(sample: FrameSample, recipe: Recipe) -> World:
    block = sample.environment
    if block is None:
        return World(recipe, sample, catalog_of(recipe), None, np.eye(4), None)
    matrix = translation(block.position_m) @ yaw(block.yaw_deg)
    try:
        asset = _environment_asset(recipe, sample)
    except AssetError as error:
        where = ("scene", "environment", "asset")
        message = f"frame {sample.frame_index}: the environment can't be used: {error.message}"
        raise RecipeError([diagnose(recipe, where, "S001", message, hint=error.hint)]) from None
    return World(recipe, sample, catalog_of(recipe), asset, matrix, find_obstacles(asset, matrix))


def _environment_asset(recipe: Recipe, sample: FrameSample) -> Asset:
    block = sample.environment
    assert block is not None
    return catalog_of(recipe).asset(block.asset, None if isinstance(block.asset, FileAsset) else block.size_m)


def _environment_bodies(world: World, materials: MaterialTable) -> Iterator[Body]:
    asset, block = world.environment, world.sample.environment
    if asset is None or block is None:
        return
    ids = {category.name: category.id for category in categories(world.recipe)}
    used: dict[str, int] = {}
    for part in materials.parts(asset, None, ("scene", "environment")):
        label = part_label(part, block)
        vertices = part.mesh.vertices
        used[part.name] = used.get(part.name, 0) + 1
        name = part.name if used[part.name] == 1 else f"{part.name}_{used[part.name]}"
        yield Body(
            name=f"environment.{name}",
            prim_path=f"/World/Environment/{prim_name(name)}",
            label=label,
            category_id=ids[label],
            instance_id=0,
            asset_key=asset.key,
            world_from_object=world.world_from_environment,
            bounds_m=np.stack([vertices.min(axis=0), vertices.max(axis=0)]),
            parts=(part,),
        )


def _thing_bodies(world: World, materials: MaterialTable) -> Iterator[Body]:
    ids = {category.name: category.id for category in categories(world.recipe)}
    instance_id = 0
    for sample in world.sample.objects:
        thing = world.placed.get(sample.name)
        if thing is None:
            continue
        block = sample.block
        instance_id += not block.stuff
        label = block.class_name or block.name
        articulation = thing.asset.articulation
        yield Body(
            name=sample.name,
            prim_path=object_path(sample),
            label=label,
            category_id=ids[label],
            instance_id=0 if block.stuff else instance_id,
            asset_key=thing.asset.key if articulation is None else articulation.asset_key,
            world_from_object=thing.world_from_object,
            bounds_m=thing.asset.bounds_m,
            parts=materials.parts(thing.asset, block.material, (*sample.path, "material")),
            motion=motion_of(world, sample.name),
            articulation=articulation,
        )
