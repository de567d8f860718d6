"""How a thing is stood on a surface.

The lowest point of it touches the surface. On uneven ground it stands upright, at the height of the lowest ground
under the outline of its foot, so that none of it hovers. What carries others (a pallet, a rack) gives them its yaw.
"""

from __future__ import annotations

import numpy as np

from sdg.errors import AssetError
from sdg.foundation.arrays import FloatArray
from sdg.foundation.transforms import translation, yaw
from sdg.graph.frame_sample import ObjectSample
from sdg.recipe.model import PathKey
from sdg.stage.footprint import asset_foot
from sdg.stage.misfits import too_tall
from sdg.stage.surfaces import PlacedSurface
from sdg.stage.world import PlacedObject, World


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
    low, high = footprint.corners_m
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
    try:
        return world.surfaces_of(carrier, name if carrier is not None else owner)
    except AssetError as error:
        on = carrier.sample.name if carrier is not None else "the environment"
        message = f"{instance.name} can't stand on {on}: {error.message}"
        raise world.fault(path, "S004", message, hint=error.hint) from None


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
