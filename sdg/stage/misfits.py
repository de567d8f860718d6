"""Things that can't stand where the recipe puts them, and how that is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from sdg.foundation.arrays import FloatArray
from sdg.recipe.model import PathKey
from sdg.stage.surfaces import PlacedSurface


@dataclass(frozen=True)
class Misfit:
    """A thing that can't stand where the recipe puts it."""

    path: PathKey
    code: str
    message: str
    found: str
    hint: str


def outside_region(where: PathKey, name: str, surface_name: str, region: ArrayLike, surface: PlacedSurface) -> Misfit:
    """Return that a region has no part of its surface in it."""
    x_min, y_min, x_max, y_max = np.asarray(region, np.float64)
    found = f"from {_point((x_min, y_min))} to {_point((x_max, y_max))} m, {_extent(surface)}"
    message = f"{name} finds no place: region_m lies outside {surface_name}"
    return Misfit(where, "S008", message, found, "give corners in the surface's own frame, inside it")


def off_surface(
    where: PathKey,
    name: str,
    surface_name: str,
    centres: tuple[ArrayLike, ArrayLike],
    surface: PlacedSurface,
    layout: Literal["grid", "path"] = "grid",
) -> Misfit:
    """Return that centres of a grid's cells or a path, from the least to the greatest, lie past a surface's edge."""
    first, last = centres
    found = f"centres from {_point(first)} to {_point(last)} m, {_extent(surface)}"
    if layout == "path":
        message = f"{name} would fall off {surface_name}: the path leaves the surface"
        return Misfit(where, "S009", message, found, "give points in the surface's own frame, inside it")
    message = f"{name} would fall off {surface_name}: the grid is larger than the surface"
    return Misfit(where, "S009", message, found, "lower `count`, `spacing_m` or `gap_m`")


def centre_off_surface(
    where: PathKey, name: str, surface_name: str, centre: ArrayLike, surface: PlacedSurface
) -> Misfit:
    """Return that the middle of a stack or heap lies so near a surface's edge, or past it, that it would fall off."""
    message = f"{name} would fall off {surface_name}: center_m is too near its edge, or past it"
    found = f"{_point(centre)} m, {_extent(surface)}"
    return Misfit(where, "S009", message, found, "give a point in the surface's own frame, inside it")


def off_path(where: PathKey, name: str, distance_m: float, length_m: float) -> Misfit:
    """Return that a thing's place lies past the end of its path."""
    found = f"{distance_m:.3f} m along a path of {length_m:.3f} m"
    return Misfit(where, "S009", f"{name} comes after the end of its path", found, "lower `count` or `spacing_m`")


def too_large(where: PathKey, name: str, surface_name: str, size_m: FloatArray) -> Misfit:
    """Return that an outline, (width, depth), is larger than where it should stand."""
    found = f"an outline of {size_m[0]:.3f} x {size_m[1]:.3f} m"
    hint = "use a larger surface or region, or a smaller thing"
    return Misfit(where, "S008", f"{name} is too large for {surface_name}", found, hint)


def too_tall(where: PathKey, name: str, surface_name: str, height_m: float, clear_m: float) -> Misfit:
    """Return that a height is more than is free above a surface."""
    found = f"{height_m:.3f} m where {clear_m:.3f} m are free"
    hint = "use another surface, a smaller size or fewer layers"
    return Misfit(where, "S008", f"{name} is too tall for {surface_name}", found, hint)


def _extent(surface: PlacedSurface) -> str:
    return f"the surface from {_point(surface.min_m)} to {_point(surface.max_m)} m"


def _point(point: ArrayLike) -> str:
    x, y = np.asarray(point, np.float64)
    return f"({x:.3f}, {y:.3f})"
