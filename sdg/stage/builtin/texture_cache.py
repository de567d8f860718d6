"""Procedural textures kept on disk between runs: one material takes up to a second to make, and far less to read."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from sdg.foundation.array_cache import Arrays, cached_arrays
from sdg.foundation.digest import digest_bytes
from sdg.stage.asset import ColorSpace, Texture
from sdg.stage.builtin.textures.model import TextureSet

FOLDER = "textures"
_FIELDS: dict[str, ColorSpace] = {"color": "srgb", "roughness": "linear", "metallic": "linear", "normal": "linear"}


def cached_textures(name: str, make: Callable[[], TextureSet]) -> TextureSet:
    """Return the textures of a builtin material, read if they can be, else made and kept.

    Args:
        name: Of the material.
        make: Makes them; must depend on nothing but this package's code.
    """
    kept = cached_arrays(f"{FOLDER}/{_maker()}", name, lambda: _arrays(make()))
    across, along = kept["size_m"].tolist()
    # What is kept has a digest of its own: that of the pixels need not be worked out again.
    textures = {
        field: Texture(kept[field], color_space, str(kept[f"{field}_key"]))
        for field, color_space in _FIELDS.items()
        if field in kept
    }
    return TextureSet((across, along), **textures)


@cache
def _maker() -> str:
    """Return a name for all that decides a texture's pixels: our code, NumPy and SciPy."""
    here = Path(__file__).parent
    modules = [here / name for name in ("noise.py", "cells.py", "texture_cache.py")]
    parts = [module.read_bytes() for module in [*modules, *sorted((here / "textures").glob("*.py"))]]
    parts += [f"{package} {version(package)}".encode() for package in ("numpy", "scipy")]
    return digest_bytes(b"\0".join(parts))[:16]


def _arrays(textures: TextureSet) -> Arrays:
    arrays: dict[str, Any] = {"size_m": np.array(textures.size_m)}
    for field in _FIELDS:
        texture: Texture | None = getattr(textures, field)
        if texture is not None:
            arrays[field] = texture.pixels
            arrays[f"{field}_key"] = np.array(texture.key)
    return arrays
