"""The lights of a file's environment, where a recipe lights them."""

from __future__ import annotations

from collections.abc import Iterator

from sdg.errors import AssetError
from sdg.foundation.arrays import FloatArray
from sdg.stage.asset import Asset, AssetLight
from sdg.stage.catalog import Catalog
from sdg.stage.model import Light
from sdg.stage.prims import prim_name

# Each is a shape of its own in the path tracer's scene.
_MOST_LIGHTS = 1024


def check_light_count(asset: Asset) -> None:
    """Raise an `AssetError` if an asset has more lights than can be lit."""
    if len(asset.lights) > _MOST_LIGHTS:
        message = f"it has {len(asset.lights):,} lights, more than {_MOST_LIGHTS:,}"
        raise AssetError(message, "remove some of them from the file")


def unusable_lights(error: AssetError) -> str:
    """Return the sentence that says why an environment's lights can't be lit."""
    return f"the environment's lights can't be used: {error.message}"


def asset_lights(asset: Asset, world_from_asset: FloatArray, catalog: Catalog) -> Iterator[Light]:
    """Yield the lights of an asset in the world; they are called by their path in the file.

    Raises:
        AssetError: There are too many, or the picture of a dome can't be used.
    """
    check_light_count(asset)
    taken: dict[str, int] = {}
    for light in asset.lights:
        yield _placed(light, world_from_asset, catalog, taken)


def _placed(light: AssetLight, world_from_asset: FloatArray, catalog: Catalog, taken: dict[str, int]) -> Light:
    texture, key = catalog.picture_of_light(light)
    return Light(
        name=f"environment.{light.name}",
        prim_path=_prim_path(light, taken),
        kind=light.kind,
        world_from_light=world_from_asset @ light.asset_from_light,
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
