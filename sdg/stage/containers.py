"""The room inside things: the volume of a box or a bin, or that over one of a rack's shelves."""

from __future__ import annotations

import numpy as np

from sdg.errors import AssetError
from sdg.foundation.arrays import FloatArray
from sdg.stage.asset import Asset, Surface
from sdg.stage.prisms import winding
from sdg.stage.surfaces import PlacedSurface, choose_surface, place_surface

# A closed shape goes round its inside once. An open box that is one sheet of faces goes round less than that.
_MATTER = 0.99
# Points along each axis at which a thing is looked into.
_PROBES = 5


def inner_volume(asset: Asset, part: str, world_from_object: FloatArray) -> PlacedSurface:
    """Return the room inside a thing, as the rectangle under it and the free height above that.

    Args:
        asset: The thing's.
        part: A surface of it, whose free height counts; empty is the whole box round it.
        world_from_object: Where it is.

    Raises:
        AssetError: It has no such surface, nothing bounds the height above it, or the thing is tilted.
    """
    if part:
        surface = choose_surface(asset, part)
        if surface.clear_m == float("inf"):
            raise AssetError(f"nothing is above its surface {part}", f"write on: NAME.{part} to place things on it")
    else:
        (x0, y0, z0), (x1, y1, z1) = (tuple(map(float, corner)) for corner in asset.bounds_m)
        surface = Surface("inside", (x0, y0), (x1, y1), z0, z1 - z0)
    return place_surface(asset, surface, world_from_object)


def is_matter(point_m: FloatArray, triangles: FloatArray) -> bool:
    """Return whether a point lies in what a thing is made of, rather than in a hollow of it."""
    return winding(point_m, triangles) > _MATTER


def is_solid(asset: Asset) -> bool:
    """Return whether no room is found inside a thing: all points of a grid through its box lie in matter."""
    triangles = np.concatenate([part.mesh.vertices[part.mesh.faces] for part in asset.parts])
    low, high = asset.bounds_m
    shares = (np.arange(_PROBES) + 0.5) / _PROBES
    return all(is_matter(low + (high - low) * (x, y, z), triangles) for x in shares for y in shares for z in shares)
