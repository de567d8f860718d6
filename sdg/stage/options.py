"""Everything that a recipe's text may come to name, each with the place where it is written."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Literal, TypeAlias

from sdg.recipe.distribution_syntax import parse_distribution
from sdg.recipe.distributions import (
    Choice,
    Combine,
    LogUniform,
    Normal,
    Number,
    Plain,
    Sequence,
    Uniform,
    UniformInt,
    is_distribution,
    is_variable,
)
from sdg.recipe.document import lookup
from sdg.recipe.model import PathKey, Recipe

End: TypeAlias = Literal["lower", "upper"] | None


def written_options(recipe: Recipe, path: PathKey, end: End = None) -> Iterator[tuple[Plain, PathKey]]:
    """Yield every plain value that the value at `path` of the tree may take, by choices, sequences and variables.

    Args:
        recipe: Whose tree.
        path: Of a name, a file or a size; a path that isn't written yields nothing.
        end: Which end stands for a drawn number, and which of several numbers for them all: a list of numbers yields
            its least or its greatest in each place. None yields no drawn numbers and no lists.
    """
    value = lookup(recipe.tree, path)
    if value is not None:
        yield from _options(recipe, value, path, end)


def _options(recipe: Recipe, value: Plain, path: PathKey, end: End) -> Iterator[tuple[Plain, PathKey]]:
    if is_variable(value):
        name = value[1:]
        yield from _options(recipe, recipe.tree["vars"][name], ("vars", name), end)
    elif is_distribution(value):
        distribution = parse_distribution(value)
        if isinstance(distribution, Choice | Sequence):
            kind = "choice" if isinstance(distribution, Choice) else "sequence"
            for index, item in enumerate(value[kind]):
                yield from _options(recipe, item, (*path, kind, index), end)
        elif isinstance(distribution, Combine):
            yield from _options(recipe, list(distribution.distributions), (*path, "combine"), end)
        elif end is not None:
            yield _end(distribution, end), path
    elif isinstance(value, Mapping):
        # Keys such as `unit` have few words, however often a recipe lists them.
        words = [dict.fromkeys(item for item, _ in _options(recipe, value[key], (*path, key), end)) for key in value]
        for row in itertools.product(*words):
            yield dict(zip(value, row, strict=True)), path
    elif isinstance(value, list | tuple):
        if end is not None:
            choose = min if end == "lower" else max
            numbers = [_options(recipe, item, (*path, index), end) for index, item in enumerate(value)]
            yield [choose(number for number, _ in column) for column in numbers], path
    else:
        yield value, path


def _end(distribution: Uniform | UniformInt | LogUniform | Normal, end: str) -> Number:
    """Return the least or greatest value that a draw may yield; the mean stands for a normal without that bound."""
    if not isinstance(distribution, Normal):
        return distribution.lower if end == "lower" else distribution.upper
    bound = distribution.minimum if end == "lower" else distribution.maximum
    return distribution.mean if bound is None else bound
