"""Builtin assets and materials, made by procedure.

Takes names and sizes. Gives `Asset` and `Material` values. Promises equal bytes for equal arguments, metres, and
the stated size exactly. Never reads a file and never imports a renderer.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from importlib import import_module
from types import ModuleType

from sdg.errors import AssetError
from sdg.foundation.arrays import Vec3
from sdg.recipe.families import Form, default_form
from sdg.stage.asset import Asset, Material
from sdg.stage.builtin import names
from sdg.stage.builtin.entry import AssetEntry


def asset_names() -> tuple[str, ...]:
    """Return the names of all builtin assets, sorted."""
    return tuple(sorted(names.ASSETS))


def asset_doc(name: str) -> str:
    """Return one line on a builtin asset.

    Raises:
        AssetError: There is none of this name.
    """
    return names.require_asset(name).doc


def asset_size_m(name: str) -> Vec3:
    """Return the size (x, y, z) that a builtin asset has if none is asked for [m].

    Raises:
        AssetError: There is none of this name.
    """
    return names.require_asset(name).size_m


def asset_is_environment(name: str) -> bool:
    """Return whether a builtin asset is a place, whose parts carry labels, rather than a thing.

    Raises:
        AssetError: There is none of this name.
    """
    return names.require_asset(name).is_environment


def asset_goes_by_form(name: str) -> bool:
    """Return whether the size of a builtin asset follows from its form, where none is asked for.

    Raises:
        AssetError: There is none of this name.
    """
    return hasattr(_module(names.require_asset(name)), "usual_size_m")


def build_asset(name: str, size_m: tuple[float, float, float] | None = None, form: Form | None = None) -> Asset:
    """Return a builtin asset, standing on z = 0 over the origin (an environment: floor at z = 0).

    Args:
        name: One of `asset_names()`.
        size_m: (x, y, z) [m]; its box is exactly that, except that what is flat stays flat, whatever is said along
            that axis. None is the size that goes with the form.
        form: Of its family; None is the usual one, and all that an asset without a family has.

    Raises:
        AssetError: Unknown name, or a size at which it would not be that thing.
    """
    entry = names.require_asset(name)
    if form is None:
        form = default_form(name)
    if size_m is None:
        return _build(entry)(name, _usual_size_m(entry, form), form)
    # A recipe has no size of 0, and a file's flat mesh is not thickened either.
    x, y, z = (0.0 if high == 0.0 else float(value) for value, high in zip(size_m, entry.largest_m, strict=True))
    size = (x, y, z)
    for axis, value, low, high in zip("xyz", size, entry.smallest_m, entry.largest_m, strict=True):
        if not low <= value <= high:
            raise AssetError(
                f"{name} can't be {value:g} m along {axis}",
                f"{axis} may be {low:g} to {high:g} m; the usual size is {list(entry.size_m)}",
            )
    return _build(entry)(name, size, form)


def _build(entry: AssetEntry) -> Callable[[str, Vec3, Form | None], Asset]:
    return _built_place if entry.is_environment else _built


# Bounded, because a recipe may draw a new size in every frame.
@lru_cache(maxsize=64)
def _built(name: str, size_m: Vec3, form: Form | None) -> Asset:
    build = getattr(_module(names.ASSETS[name]), f"build_{name}")
    asset: Asset = build(size_m) if form is None else build(size_m, form)
    return asset


# Places are large, and few.
@lru_cache(maxsize=6)
def _built_place(name: str, size_m: Vec3, form: Form | None) -> Asset:
    return _built.__wrapped__(name, size_m, form)


def _usual_size_m(entry: AssetEntry, form: Form | None) -> Vec3:
    usual = None if form is None else getattr(_module(entry), "usual_size_m", None)
    size_m: Vec3 = entry.size_m if usual is None else usual(form)
    return size_m


def _module(entry: AssetEntry) -> ModuleType:
    # Imported when first asked for, so that listing names stays light.
    return import_module(f"{__name__}.{entry.module}")


def material_names() -> tuple[str, ...]:
    """Return the names of all builtin materials, sorted."""
    return tuple(sorted(names.MATERIALS))


def material_doc(name: str) -> str:
    """Return one line on a builtin material.

    Raises:
        AssetError: There is none of this name.
    """
    return names.require_material(name)


def build_material(name: str) -> Material:
    """Return a builtin material with its textures; equal names give the same object.

    Raises:
        AssetError: There is none of this name.
    """
    names.require_material(name)
    from sdg.stage.builtin import materials

    return materials.build_material(name)
