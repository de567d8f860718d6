"""Annotated synthetic image datasets from YAML recipes.

In Python, `sdg.load(path, overrides)` gives a recipe, `sdg.sample(recipe, index)` the values drawn for one frame, and
`sdg.frames(recipe, start, stop)` iterates over annotated frames as NumPy arrays.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from sdg.version import __version__

if TYPE_CHECKING:
    from sdg.pipeline import frames, sample
    from sdg.recipe.load import load_recipe as load

__all__ = ["__version__", "frames", "load", "sample"]

# Imported when first asked for, so that `import sdg` and `sdg --help` load nothing heavy.
_LAZY = {
    "frames": ("sdg.pipeline", "frames"),
    "load": ("sdg.recipe.load", "load_recipe"),
    "sample": ("sdg.pipeline", "sample"),
}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, attribute = _LAZY[name]
    return getattr(importlib.import_module(module), attribute)


def __dir__() -> list[str]:
    return sorted([*globals(), *_LAZY])
