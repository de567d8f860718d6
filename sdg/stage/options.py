"""Everything that a recipe's text may come to name, each with the place where it is written."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping

from sdg.recipe.distributions import Plain, is_distribution, is_variable
from sdg.recipe.model import PathKey, Recipe

_MOST_COMBINATIONS = 4096


def written_options(recipe: Recipe, path: PathKey) -> Iterator[tuple[Plain, PathKey]]:
    """Yield every plain value that the value at `path` of the tree may take, by choices, sequences and variables.

    Continuous draws have no such values, and yield none; neither does a path that isn't written.
    """
    value: Plain = recipe.tree
    for key in path:
        if isinstance(value, Mapping):
            value = value.get(key)
        elif isinstance(value, list | tuple) and isinstance(key, int) and key < len(value):
            value = value[key]
        else:
            return
    if value is not None:
        yield from itertools.islice(_options(recipe, value, path), _MOST_COMBINATIONS)


def _options(recipe: Recipe, value: Plain, path: PathKey) -> Iterator[tuple[Plain, PathKey]]:
    if is_variable(value):
        name = value[1:]
        yield from _options(recipe, recipe.tree["vars"][name], ("vars", name))
    elif is_distribution(value):
        for kind in ("choice", "sequence"):
            for index, item in enumerate(value.get(kind, ())):
                yield from _options(recipe, item, (*path, kind, index))
    elif isinstance(value, Mapping):
        columns = [list(_options(recipe, item, (*path, key))) for key, item in value.items()]
        for row in itertools.product(*columns):
            yield {key: item for key, (item, _) in zip(value, row, strict=True)}, path
    else:
        yield value, path
