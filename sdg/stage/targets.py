"""What things are dropped on and in: a surface as for standing on it, or the inside of something open."""

from __future__ import annotations

from sdg.errors import AssetError
from sdg.stage.asset import Asset, Surface
from sdg.stage.surfaces import choose_surface

# Something whose rim is lower than this holds nothing.
_LOWEST_RIM_M = 0.005


def target_surface(asset: Asset, name: str | None) -> Surface:
    """Return the surface that things are dropped on; see `choose_surface`.

    Raises:
        AssetError: There is none, or it is not clear which is meant.
    """
    return choose_surface(asset, name)


def container_surface(asset: Asset, name: str | None = None) -> Surface:
    """Return the bottom of a container: its surface `inside`, or the largest level area of a file, its `floor`.

    Raises:
        AssetError: It has no such surface, or no rim round it.
    """
    known = {surface.name: surface for surface in asset.surfaces}
    bottom = known.get(name or "inside", known.get("floor"))
    if bottom is None or asset.bounds_m[1, 2] - bottom.height_m < _LOWEST_RIM_M:
        raise AssetError("it is not open at the top", "write drop_on to drop things on it, or take parts_bin")
    return bottom
