"""Where things may stand, in the world: the level rectangles of the environment and of placed things."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sdg.errors import AssetError
from sdg.foundation.arrays import FloatArray
from sdg.stage.asset import Asset, Surface

_LEVEL_COSINE = 1 - 1e-9
# What has a lower rim than this holds nothing.
_LOWEST_RIM_M = 0.005


@dataclass(frozen=True, eq=False)
class PlacedSurface:
    """A level rectangle in the world.

    Attributes:
        world_from_surface: Yaw and translation; the rectangle lies at z = 0.
        min_m, max_m: Corners of the rectangle, shape (2,), surface frame [m].
        clear_m: Free height above it [m].
    """

    world_from_surface: FloatArray
    min_m: FloatArray
    max_m: FloatArray
    clear_m: float

    def within(self, region_m: tuple[float, float, float, float] | None) -> PlacedSurface:
        """Return the part of the rectangle inside (x_min, y_min, x_max, y_max)."""
        if region_m is None:
            return self
        low, high = np.maximum(self.min_m, region_m[:2]), np.minimum(self.max_m, region_m[2:])
        return PlacedSurface(self.world_from_surface, low, high, self.clear_m)


def choose_surface(asset: Asset, name: str | None) -> Surface:
    """Return the surface of this name, or without one the only surface, or the one called `top`.

    Raises:
        AssetError: There is none, or it is not clear which is meant.
    """
    known = {surface.name: surface for surface in asset.surfaces}
    wanted = name if name is not None else next(iter(known)) if len(known) == 1 else "top"
    if wanted in known:
        return known[wanted]
    if not known:
        raise AssetError("nothing can stand on it: it has no surface", "place things on a surface of another asset")
    said = f"it has no surface {name!r}" if name is not None else "it has several surfaces"
    raise AssetError(said, f"its surfaces are {', '.join(known)}")


def container_surface(asset: Asset) -> Surface:
    """Return the bottom of a container: its surface `inside`, or the largest level area of a file, its `floor`.

    Raises:
        AssetError: It has no such surface, or no rim round it.
    """
    known = {surface.name: surface for surface in asset.surfaces}
    bottom = known.get("inside", known.get("floor"))
    if bottom is None or float(asset.bounds_m[1, 2]) - bottom.height_m < _LOWEST_RIM_M:
        raise AssetError("it is not open at the top", "write drop_on to drop things on it, or take parts_bin")
    return bottom


def environment_surface(environment: Asset | None, name: str, world_from_environment: FloatArray) -> PlacedSurface:
    """Return a surface of the environment as it lies in the world.

    Raises:
        AssetError: There is no environment, or it has no such surface.
    """
    if environment is None:
        raise AssetError("there is no environment", "add `scene.environment`")
    return place_surface(choose_surface(environment, name), world_from_environment)


def place_surface(surface: Surface, world_from_object: FloatArray) -> PlacedSurface:
    """Return a surface as it lies in the world.

    Raises:
        AssetError: What carries it is tilted, so that it isn't level.
    """
    scale = np.linalg.norm(world_from_object[:3, :3], axis=0)
    rotation = world_from_object[:3, :3] / scale
    if rotation[2, 2] < _LEVEL_COSINE:
        raise AssetError("it is tilted, so nothing can stand on it", "give it a yaw only, no rotation about x or y")
    world_from_surface = np.eye(4)
    world_from_surface[:3, :3] = rotation
    world_from_surface[:3, 3] = world_from_object[:3, 3] + world_from_object[:3, 2] * surface.height_m
    return PlacedSurface(
        world_from_surface,
        np.array(surface.min_m) * scale[:2],
        np.array(surface.max_m) * scale[:2],
        surface.clear_m * float(scale[2]),
    )
