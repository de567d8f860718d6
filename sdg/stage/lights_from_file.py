"""The lights of a file's environment, where a recipe lights them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sdg.errors import AssetError
from sdg.foundation.arrays import FloatArray
from sdg.stage.asset import Asset, AssetLight
from sdg.stage.catalog import Catalog
from sdg.stage.model import Light
from sdg.stage.prims import prim_name

# Each is a shape of its own in the path tracer's scene.
MOST_LIGHTS = 1024


def asset_lights(asset: Asset, world_from_asset: FloatArray, catalog: Catalog) -> Iterator[Light]:
    """Yield the lights of an asset in the world; they are called by their path in the file.

    Raises:
        AssetError: There are too many, or the picture of a dome can't be used.
    """
    if len(asset.lights) > MOST_LIGHTS:
        raise AssetError(f"it has {len(asset.lights)} lights, more than {MOST_LIGHTS}", "remove some of them")
    taken: dict[str, int] = {}
    for light in asset.lights:
        yield _placed(light, world_from_asset, catalog, taken)


def _placed(light: AssetLight, world_from_asset: FloatArray, catalog: Catalog, taken: dict[str, int]) -> Light:
    matrix = np.eye(4)
    matrix[:3, :3] = world_from_asset[:3, :3] @ light.asset_from_light[:3, :3]
    matrix[:3, 3] = world_from_asset[:3, :3] @ light.asset_from_light[:3, 3] + world_from_asset[:3, 3]
    texture, key = catalog.picture_of_light(light)
    return Light(
        name=f"environment.{light.name}",
        prim_path=_prim_path(light, taken),
        kind=light.kind,
        world_from_light=matrix,
        color=light.color,
        luminance_nits=light.luminance_nits,
        illuminance_lx=light.illuminance_lx,
        size_m=light.size_m,
        angle_deg=light.angle_deg,
        texture=texture,
        texture_key=key,
        visible=light.visible,
    )


def _prim_path(light: AssetLight, taken: dict[str, int]) -> str:
    """Return a place on the stage that no light of another kind has in any environment that a recipe may draw."""
    path = f"/World/Lights/{prim_name(f'environment_{light.kind}_{light.name}')}"
    taken[path] = taken.get(path, 0) + 1
    return path if taken[path] == 1 else f"{path}_{taken[path]}"
