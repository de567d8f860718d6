"""Everything that a recipe's text may come to name, each with the place where it is written."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, TypeAlias

from pydantic import TypeAdapter

from sdg.graph.ir import Graph, Ref
from sdg.graph.passes import options, possible_values
from sdg.graph.template import Template
from sdg.recipe.distribution_syntax import parse_distribution
from sdg.recipe.distributions import (
    Choice,
    Combine,
    LogUniform,
    Normal,
    Number,
    Plain,
    Ramp,
    Sequence,
    Uniform,
    UniformInt,
    is_distribution,
    is_variable,
)
from sdg.recipe.distributions import End as DistributionEnd
from sdg.recipe.document import Place, lookup
from sdg.recipe.model import AssetRef, PathKey, Recipe
from sdg.recipe.specimens import extremes, possibilities

End: TypeAlias = Literal["lower", "upper"] | None

_ASSET_REF: TypeAdapter[AssetRef] = TypeAdapter(AssetRef)


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


def written_assets(recipe: Recipe, path: PathKey) -> Iterator[tuple[AssetRef, PathKey]]:
    """Yield assets that the value at `path` may be: files and names all; of a family, what its form's ends show.

    A form has too many combinations to try them all: all keys go to their first ends and to their last, and each takes
    its other values alone.
    """
    variables = recipe.tree.get("vars") or {}
    for option, place in possibilities(lookup(recipe.tree, path), Place(path), variables):
        if isinstance(option, Mapping) and "file" not in option:
            ((family, written),) = option.items()
            for form, _ in possibilities(written, place / family, variables):
                ends = {key: extremes(value, variables) for key, value in form.items()}
                for row in _one_by_one(ends):
                    yield _ASSET_REF.validate_python({family: row}), place.path
        else:
            for row, _ in _options(recipe, option, place.path, None):
                yield _ASSET_REF.validate_python(row), place.path


def possible_assets(template: Template, graph: Graph) -> Iterator[AssetRef]:
    """Yield assets that a template may be: files and names all; of a family, with each value of its form once."""
    for option in options(template, graph):
        if isinstance(option, Mapping) and "file" not in option:
            ((family, form),) = option.items()
            for row in _forms(form, graph):
                yield _ASSET_REF.validate_python({family: row})
        else:
            for value in possible_values(option, graph):
                yield _ASSET_REF.validate_python(value)


def _forms(template: Template, graph: Graph) -> Iterator[Mapping[str, Plain]]:
    for form in options(template, graph):
        values = {key: [_settled(value, graph) for value in possible_values(form[key], graph)] for key in form}
        yield from _one_by_one(values)


def _one_by_one(columns: Mapping[str, list[Plain]]) -> Iterator[dict[str, Plain]]:
    """Yield all first values, all last values, and between them each other value among the first ones."""
    first = {key: column[0] for key, column in columns.items()}
    last = {key: column[-1] for key, column in columns.items()}
    others = ({**first, key: value} for key, column in columns.items() for value in column[1:])
    yield from _distinct([first, *others, last])


def _distinct(rows: Iterable[dict[str, Plain]]) -> list[dict[str, Plain]]:
    return list({repr(row): row for row in rows}.values())


def _settled(template: Template, graph: Graph) -> Plain:
    """Return a template with the lower end, or the mean, in place of each number to be drawn."""
    if isinstance(template, Ref):
        inputs = graph.by_name[template.node].inputs
        if "start" in inputs:
            return inputs["start"]
        if "lower" in inputs:
            return _settled(inputs["lower"], graph)
        mean = _settled(inputs["mean"], graph)
        return max(mean, _settled(inputs.get("min", mean), graph))
    if isinstance(template, list | tuple):
        return [_settled(item, graph) for item in template]
    return template


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


def _end(distribution: Uniform | UniformInt | LogUniform | Normal | Ramp, end: str) -> Number:
    """Return the least or greatest value that a draw may yield; the mean stands for a normal without that bound."""
    if isinstance(distribution, Ramp):
        return _outermost(distribution, end)
    if not isinstance(distribution, Normal):
        return _outermost(distribution.lower if end == "lower" else distribution.upper, end)
    bound = distribution.minimum if end == "lower" else distribution.maximum
    return _outermost(distribution.mean if bound is None else bound, end)


def _outermost(number: DistributionEnd, end: str) -> Number:
    """Return a number, or the least or greatest that a ramp comes to, in each place of a list."""
    if not isinstance(number, Ramp):
        return number
    choose = min if end == "lower" else max
    if isinstance(number.start, tuple) and isinstance(number.end, tuple):
        return tuple(choose(pair) for pair in zip(number.start, number.end, strict=True))
    return choose(number.start, number.end)
