"""Procedural textures kept on disk between runs: making them takes two seconds, reading them a tenth.

A cache only: files that are missing, damaged, or of other code are made anew, and where nothing can be written nothing
is. What is read has the digest that it was written with.
"""

from __future__ import annotations

import contextlib
import io
import os
import zipfile
from collections.abc import Callable
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from sdg.foundation.digest import digest_bytes
from sdg.stage.asset import ColorSpace, Texture
from sdg.stage.builtin.textures.model import TextureSet

_FIELDS: dict[str, ColorSpace] = {"color": "srgb", "roughness": "linear", "metallic": "linear", "normal": "linear"}


def cached_textures(name: str, make: Callable[[], TextureSet]) -> TextureSet:
    """Return the textures of a builtin material, read if they can be, else made and kept.

    Args:
        name: Of the material.
        make: Makes them; must depend on nothing but this package's code.
    """
    path = cache_folder() / _maker() / f"{name}.npz"
    kept = _read(path)
    if kept is None:
        kept = make()
        _write(path, kept)
    return kept


def cache_folder() -> Path:
    """Return where textures are kept: under `XDG_CACHE_HOME`, or `~/.cache`."""
    chosen = os.environ.get("XDG_CACHE_HOME", "")
    base = Path(chosen) if Path(chosen).is_absolute() else Path("~/.cache").expanduser()
    return base / "sdg" / "textures"


@cache
def _maker() -> str:
    """Return a name for all that decides a texture's pixels: our code, NumPy and SciPy."""
    here = Path(__file__).parent
    modules = [here / name for name in ("noise.py", "cells.py", "texture_cache.py")]
    parts = [module.read_bytes() for module in [*modules, *sorted((here / "textures").glob("*.py"))]]
    parts += [f"{package} {version(package)}".encode() for package in ("numpy", "scipy")]
    return digest_bytes(b"\0".join(parts))[:16]


def _read(path: Path) -> TextureSet | None:
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as archive:
            textures = {}
            for field, color_space in _FIELDS.items():
                if field in archive:
                    textures[field] = Texture(archive[field], color_space)
                    if textures[field].key != str(archive[f"{field}_key"]):
                        return None
            across, along = archive["size_m"].tolist()
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    return TextureSet((across, along), **textures)


def _write(path: Path, textures: TextureSet) -> None:
    arrays: dict[str, Any] = {"size_m": np.array(textures.size_m)}
    for field in _FIELDS:
        texture: Texture | None = getattr(textures, field)
        if texture is not None:
            arrays[field] = texture.pixels
            arrays[f"{field}_key"] = np.array(texture.key)
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_bytes(buffer.getvalue())
        unfinished.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            unfinished.unlink()
