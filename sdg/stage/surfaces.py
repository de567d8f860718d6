"""Where things may stand, in the world: rectangles of the environment and of placed things, level or uneven."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sdg.errors import AssetError
from sdg.foundation.arrays import FloatArray
from sdg.foundation.transforms import transform_points, translation, yaw
from sdg.stage.asset import Asset, Surface
from sdg.stage.ground import Ground, find_ground

_LEVEL_COSINE = 1 - 1e-9
# What has a lower rim than this holds nothing.
_LOWEST_RIM_M = 0.005


@dataclass(frozen=True, eq=False)
class PlacedSurface:
    """A rectangle in the world.

    Attributes:
        world_from_surface: Yaw and translation; the rectangle lies at z = 0.
        min_m, max_m: Corners of the rectangle, shape (2,), surface frame [m].
        clear_m: Free height above it [m].
        ground: What things stand on instead of the rectangle itself; None where it is level.
    """

    world_from_surface: FloatArray
    min_m: FloatArray
    max_m: FloatArray
    clear_m: float
    ground: Ground | None = None

    def within(self, region_m: tuple[float, float, float, float] | None) -> PlacedSurface:
        """Return the part of the rectangle inside (x_min, y_min, x_max, y_max)."""
        if region_m is None:
            return self
        low, high = np.maximum(self.min_m, region_m[:2]), np.minimum(self.max_m, region_m[2:])
        return replace(self, min_m=low, max_m=high)

    def rise_m(self, foot: FloatArray) -> float | None:
        """Return how far above z = 0 a thing stands whose foot has this outline.

        On uneven ground that is its lowest place under the foot, so that no side of the foot hovers.

        Args:
            foot: Convex, counter-clockwise, shape (N, 2), surface frame [m].

        Returns:
            Height [m]; None where the ground does not reach under all of the foot.
        """
        if self.ground is None:
            return 0.0
        lowest = self.ground.lowest_under(self._outline(foot))
        return None if lowest is None else lowest - float(self.world_from_surface[2, 3])

    def highest_m(self, outline: FloatArray) -> float | None:
        """Return how far above z = 0 nothing of what lies under an outline reaches; as `rise_m`."""
        if self.ground is None:
            return 0.0
        highest = self.ground.highest_under(self._outline(outline))
        return None if highest is None else highest - float(self.world_from_surface[2, 3])

    def _outline(self, polygon: FloatArray) -> FloatArray:
        """Return an outline of its frame, shape (N, 2), in the world."""
        corners = np.column_stack([polygon, np.zeros(len(polygon))])
        outline: FloatArray = transform_points(self.world_from_surface, corners)[:, :2]
        return outline

    def holds(self, points_m: FloatArray) -> bool:
        """Return whether points, shape (N, 2), of its frame all lie on it."""
        return bool((points_m >= self.min_m - 1e-9).all() and (points_m <= self.max_m + 1e-9).all())


def choose_surface(asset: Asset, name: str | None) -> Surface:
    """Return the first surface that `choose_surfaces` finds.

    Raises:
        AssetError: As there.
    """
    return choose_surfaces(asset, name)[0]


def choose_surfaces(asset: Asset, name: str | None) -> list[Surface]:
    """Return the surfaces of this name, or without one the only surface, or the one called `top`; at least one.

    Raises:
        AssetError: There is none, or it is not clear which is meant.
    """
    known: dict[str, list[Surface]] = {}
    for surface in asset.surfaces:
        known.setdefault(surface.name, []).append(surface)
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
    """Return the first surface of a name of the environment as it lies in the world.

    Raises:
        AssetError: There is no environment, or it has no such surface.
    """
    return place_surfaces(environment, name, world_from_environment)[0]


def place_surfaces(asset: Asset | None, name: str | None, world_from_object: FloatArray) -> list[PlacedSurface]:
    """Return the surfaces that `choose_surfaces` finds as they lie in the world; no asset is a lacking environment.

    Raises:
        AssetError: As there, or there is no asset, or it is tilted.
    """
    if asset is None:
        raise AssetError("there is no environment", "add `scene.environment`")
    return [place_surface(asset, surface, world_from_object) for surface in choose_surfaces(asset, name)]


def place_surface(asset: Asset, surface: Surface, world_from_object: FloatArray) -> PlacedSurface:
    """Return a surface of an asset as it lies in the world.

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
    if surface.yaw_deg != 0 or surface.origin_m != (0.0, 0.0):
        x, y = np.array(surface.origin_m) * scale[:2]
        world_from_surface = world_from_surface @ translation((x, y, 0.0)) @ yaw(surface.yaw_deg)
    return PlacedSurface(
        world_from_surface,
        np.array(surface.min_m) * scale[:2],
        np.array(surface.max_m) * scale[:2],
        surface.clear_m * float(scale[2]),
        find_ground(asset, surface.follows, world_from_object) if surface.follows else None,
    )
