"""From sampled lights to placed sources in physical units.

As in UsdLux, radiance is intensity x 2^exposure x colour x temperature. The product's colour is handed on with
luminance 1, and its luminance as part of `luminance_nits` (or `illuminance_lx`). A `sun_sky` has no luminance of its
own: its `color` carries the whole factor on the clear sky.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sdg.errors import AssetError
from sdg.foundation.arrays import Float32Array, FloatArray, Vec2, Vec3
from sdg.foundation.color import REC709_LUMINANCE
from sdg.foundation.transforms import look_at, rotation_xyz, translation, yaw
from sdg.graph.frame_sample import LightSample
from sdg.recipe.clock import clock_h, day_of_year, days_of
from sdg.recipe.model import (
    AreaLightBase,
    CylinderLight,
    DiskLight,
    DistantLight,
    DomeLight,
    LightBase,
    RectLight,
    SphereLight,
    SunSkyLight,
)
from sdg.stage.blackbody import blackbody_rgb, luminance
from sdg.stage.lights_from_file import asset_lights, unusable_lights
from sdg.stage.model import Light, LightKind
from sdg.stage.prims import prim_name
from sdg.stage.sun import sun_direction, sun_direction_at
from sdg.stage.surfaces import environment_surface
from sdg.stage.world import World


def place_lights(world: World) -> Iterator[Light]:
    """Yield the lamps of a frame: the environment's own, if the recipe lights them, then the recipe's.

    Raises:
        RecipeError: As `place_light`; or the environment's can't be used (S081).
    """
    block = world.sample.environment
    if block is not None and block.lights and world.environment is not None:
        try:
            yield from asset_lights(world.environment, world.world_from_environment, world.catalog)
        except AssetError as error:
            path = ("scene", "environment", "lights")
            raise world.fault(path, "S081", unusable_lights(error), hint=error.hint) from None
    for sample in world.sample.lights:
        yield place_light(world, sample)


def place_light(world: World, sample: LightSample) -> Light:
    """Return one lamp in the world.

    Raises:
        RecipeError: Its texture can't be used (S002) or its grid has no surface (S004).
    """
    block, kind = light_block(sample)
    color, factor = _color(block)
    name, path = sample.name, f"/World/Lights/{prim_name(sample.name)}"
    if isinstance(block, DomeLight):
        return _dome(world, sample, block, color, factor * block.intensity * 2.0**block.exposure)
    if isinstance(block, SunSkyLight):
        scale = factor * 2.0**block.exposure
        east, north, up = _sun(world, sample, block)
        towards = yaw(block.yaw_deg)[:3, :3] @ (east, north, up)
        return Light(
            name,
            path,
            kind,
            yaw(block.yaw_deg),
            (color[0] * scale, color[1] * scale, color[2] * scale),
            sun_direction=(float(towards[0]), float(towards[1]), float(towards[2])),
            turbidity=block.turbidity,
            ground_albedo=block.ground_albedo,
        )
    if isinstance(block, DistantLight):
        illuminance = factor * block.illuminance_lx * 2.0**block.exposure
        matrix = rotation_xyz(block.rotation_deg)
        return Light(name, path, kind, matrix, color, illuminance_lx=illuminance, angle_deg=block.angle_deg)
    assert isinstance(block, AreaLightBase)
    nits = factor * block.intensity * 2.0**block.exposure
    matrix = _area_pose(world, sample, block)
    return Light(name, path, kind, matrix, color, nits, size_m=_size(block), visible=block.visible)


def _sun(world: World, sample: LightSample, block: SunSkyLight) -> Vec3:
    """Return the unit vector towards the sun: east, north, up."""
    if block.clock is None:
        day = block.day if block.date is None else day_of_year(block.date)
        return sun_direction(block.hour, day, block.latitude_deg)
    if block.longitude_deg is None or block.utc_offset_h is None:
        missing = "longitude_deg" if block.longitude_deg is None else "utc_offset_h"
        hint = f"add {missing} to every choice that has a clock"
        raise world.fault((*sample.path, "sun_sky"), "R146", f"{sample.name} has a clock without {missing}", hint=hint)
    when = days_of(block.date, block.day) + (clock_h(block.clock) - block.utc_offset_h) / 24
    return sun_direction_at(when, block.latitude_deg, block.longitude_deg)


def light_block(sample: LightSample) -> tuple[LightBase, LightKind]:
    """Return the one light that a block holds, and its kind."""
    kinds: tuple[LightKind, ...] = ("dome", "sun_sky", "rect", "sphere", "disk", "cylinder", "distant")
    return next((getattr(sample.block, kind), kind) for kind in kinds if getattr(sample.block, kind) is not None)


def _color(block: LightBase) -> tuple[Vec3, float]:
    """Return colour x temperature with luminance 1, and the luminance that it had."""
    color: Vec3 = block.color
    if block.temperature_k is not None:
        red, green, blue = blackbody_rgb(block.temperature_k)
        color = (color[0] * red, color[1] * green, color[2] * blue)
    bright = luminance(color)
    if bright <= 0:
        return (1.0, 1.0, 1.0), 0.0
    return (color[0] / bright, color[1] / bright, color[2] / bright), bright


def _size(block: AreaLightBase) -> Vec2:
    if isinstance(block, RectLight):
        return block.size_m
    if isinstance(block, CylinderLight):
        return block.radius_m, block.length_m
    assert isinstance(block, SphereLight | DiskLight)
    return block.radius_m, 0.0


def _area_pose(world: World, sample: LightSample, block: AreaLightBase) -> FloatArray:
    """Return world_from_light; in a grid, the lamp hangs from the middle of its cell."""
    start = np.eye(4)
    if sample.grid_index is not None and block.grid is not None:
        start = _cell(world, sample, block, sample.grid_index, block.grid)
    placed = start @ translation(block.position_m)
    if block.target_m is not None:
        eye, target = placed[:3, 3], np.asarray(block.target_m)
        if float(np.linalg.norm(target - eye)) < 1e-6:
            path = (*sample.path, light_block(sample)[1], "target_m")
            raise world.fault(path, "S013", f"{sample.name} stands at its own target", hint="move one of them")
        # A camera looks along +z, a light shines along -z: half a turn about the camera's x.
        return look_at(eye, target) @ rotation_xyz((180.0, 0.0, 0.0)) @ rotation_xyz(block.rotation_deg)
    return placed @ rotation_xyz(block.rotation_deg)


def _cell(
    world: World, sample: LightSample, block: AreaLightBase, index: tuple[int, int], grid: tuple[int, int]
) -> FloatArray:
    try:
        surface = environment_surface(world.environment, block.surface, world.world_from_environment)
    except AssetError as error:
        path = (*sample.path, light_block(sample)[1], "surface" if "surface" in block.model_fields_set else "grid")
        message = f"{sample.name} can't hang on {block.surface}: {error.message}"
        raise world.fault(path, "S004", message, hint=error.hint) from None
    share = (np.array(index) + 0.5) / np.array(grid)
    centre = surface.min_m + share * (surface.max_m - surface.min_m)
    return surface.world_from_surface @ translation([*centre, 0.0])


def _dome(world: World, sample: LightSample, block: DomeLight, color: Vec3, nits: float) -> Light:
    name, path = sample.name, f"/World/Lights/{prim_name(sample.name)}"
    if block.texture is None:
        return Light(name, path, "dome", yaw(block.yaw_deg), color, nits)
    try:
        texture, key = world.catalog.hdri(block.texture)
    except AssetError as error:
        where = (*sample.path, "dome", "texture", "file")
        raise world.fault(where, "S002", f"{name}: {error.message}", hint=error.hint) from None
    if block.normalize_hdri:
        mean = mean_luminance(texture)
        nits = nits / mean if mean > 0 else 0.0
    return Light(name, path, "dome", yaw(block.yaw_deg), color, nits, texture=texture, texture_key=key)


def mean_luminance(texture: Float32Array) -> float:
    """Return the mean luminance over the sphere of an equirectangular picture, shape (H, W, 3), linear sRGB."""
    rows = texture.shape[0]
    # A row covers the area between its two parallels: the difference of their heights on the unit sphere.
    edges = np.cos(np.linspace(0.0, np.pi, rows + 1))
    areas = edges[:-1] - edges[1:]
    of_rows = (texture.astype(np.float64) @ np.array(REC709_LUMINANCE)).mean(axis=1)
    return float(of_rows @ areas / areas.sum())
