"""Values, paths and near misses in the words of a message."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from sdg.foundation.spelling import closest
from sdg.recipe.distributions import DISTRIBUTION_KEYS, Plain, is_distribution
from sdg.recipe.faults import dotted
from sdg.recipe.model import PathKey

_TEXT_LIMIT = 60
_LIST_LIMIT = 12
_PARTS = frozenset({*DISTRIBUTION_KEYS, "min", "max"})
_PARTS_OF_NORMAL = ("mean", "std")  # elsewhere they are keys like any other


def label(path: PathKey) -> str:
    """Name a value by the last key of its path that is no part of a distribution, with its index: `size_m[1]`."""
    keys = [index for index, step in enumerate(path) if isinstance(step, str) and not _is_part(path, index)]
    start = end = keys[-1] if keys else 0
    while end + 1 < len(path) and isinstance(path[end + 1], int):
        end += 1
    return dotted(path[start : end + 1]) or "the recipe"


def _is_part(path: PathKey, index: int) -> bool:
    in_normal = path[index] in _PARTS_OF_NORMAL and index > 0 and path[index - 1] == "normal"
    return path[index] in _PARTS or in_normal


def nearest(name: str, known: Iterable[str]) -> str:
    """Return a hint that names the closest known spelling, or all of them if they are few; else nothing."""
    names = list(known)
    if meant := closest(name, names):
        return f"did you mean {meant}?"
    if 0 < len(names) <= _LIST_LIMIT:
        return f"known here: {', '.join(names)}"
    return ""


def describe(value: Plain) -> str:
    """Say what a value is, as people would: `text "abc"`, `1.9`, `a list of 3`."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, str):
        shown = value if len(value) <= _TEXT_LIMIT else value[: _TEXT_LIMIT - 3] + "..."
        return f'text "{" ".join(shown.split())}"'
    if isinstance(value, Mapping):
        if is_distribution(value):
            return f"a {next(key for key in value if is_distribution({key: 0}))} distribution"
        keys = ", ".join(list(value)[:6]) + (", ..." if len(value) > 6 else "")
        return f"a mapping with {keys}" if value else "an empty mapping"
    return f"a list of {len(value)}" if value else "an empty list"


def _number(value: float) -> str:
    if isinstance(value, int):
        text = str(value)
        return text if len(text) <= 24 else f"{text[:20]}... ({len(text)} digits)"
    if math.isnan(value):
        return ".nan"
    if math.isinf(value):
        return ".inf" if value > 0 else "-.inf"
    return f"{value:.10g}"
