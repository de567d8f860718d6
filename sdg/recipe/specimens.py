"""What a value written with distributions may turn out to be: one specimen, all extremes, every text."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

from sdg.recipe.check_distribution import distribution_key
from sdg.recipe.distributions import Plain, is_distribution, is_variable
from sdg.recipe.document import BROKEN, Place, lookup
from sdg.recipe.normals import normal_ends, normal_parts
from sdg.recipe.ramps import frozen
from sdg.recipe.values import PathKey
from sdg.recipe.variables import variable_name

Variables = Mapping[str, Plain]

_EXTREMES_LIMIT = 128


def one_specimen(value: Plain, variables: Variables) -> Plain:
    """Return a sound value with every distribution replaced by one value that it may yield."""
    if is_variable(value):
        return one_specimen(variables[variable_name(value)], variables)
    if is_distribution(value):
        name = distribution_key(value)
        inner = value[name]
        if name == "combine":
            return [one_specimen(item, variables) for item in inner]
        if name == "normal":
            return _normal_specimen(value)
        return one_specimen(inner[0], variables)
    if isinstance(value, Mapping):
        return {key: one_specimen(item, variables) for key, item in value.items()}
    if isinstance(value, list):
        return [one_specimen(item, variables) for item in value]
    return value


def document_specimen(tree: Mapping[str, Plain]) -> dict[str, Plain]:
    """Return a specimen of a whole sound recipe; the names under `vars:` and `materials:` are never distributions."""
    variables = tree.get("vars", {})
    specimen: dict[str, Plain] = {}
    for section, value in tree.items():
        if section in ("vars", "materials"):
            specimen[section] = {name: one_specimen(item, variables) for name, item in value.items()}
        else:
            specimen[section] = one_specimen(value, variables)
    return specimen


def _normal_specimen(value: Mapping[str, Plain]) -> Plain:
    value = frozen(value)[0]
    parts = dict(normal_parts(value, Place(())))
    mean = parts["mean"][0]
    low, high = (end for end, _, _ in normal_ends(value, Place(())))
    if isinstance(mean, list):
        return [float(min(max(m, a), b)) for m, a, b in zip(mean, low, high, strict=True)]
    return float(min(max(mean, low), high))


def possibilities(value: Plain, place: Place, variables: Variables) -> Iterator[tuple[Plain, Place]]:
    """Yield every plain value that choices, sequences and variables may put in a place, and where it is written.

    Numeric distributions are yielded as they are written.
    """
    if is_variable(value):
        name = variable_name(value)
        if name in variables:
            yield from possibilities(variables[name], Place(("vars", name), place.use), variables)
    elif is_distribution(value) and distribution_key(value) in ("choice", "sequence"):
        name = distribution_key(value)
        if isinstance(value[name], list):
            for index, item in enumerate(value[name]):
                yield from possibilities(item, place / name / index, variables)
    elif value is not BROKEN:
        yield value, place


def options_at(value: Plain, place: Place, steps: PathKey, variables: Variables) -> Iterator[tuple[Plain, Place]]:
    """Yield what the value at the end of some steps may be, past choices and variables on the way, and where."""
    for option, at in possibilities(value, place, variables):
        if not steps:
            yield option, at
        elif (part := lookup(option, steps[:1])) is not None:
            yield from options_at(part, at / steps[0], steps[1:], variables)


def extremes(value: Plain, variables: Variables) -> list[Plain]:
    """Return plain values at the ends of what a value may yield: all combinations, or enough of them.

    A variable used twice has the same value at both places. Nothing is returned for what can't be judged.
    """
    names = sorted({variable_name(item) for item in _variables_in(value) if variable_name(item) in variables})
    axes = [_ends(variables[name], variables) for name in names]
    found: list[Plain] = []
    for picked in itertools.islice(itertools.product(*axes), _EXTREMES_LIMIT):
        fixed = dict(zip(names, picked, strict=True))
        found += itertools.islice(_ends(value, fixed), _EXTREMES_LIMIT)
        if len(found) >= _EXTREMES_LIMIT:
            break
    return found


def _variables_in(value: Plain) -> Iterator[str]:
    if is_variable(value):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _variables_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from _variables_in(item)


def _ends(value: Plain, variables: Variables) -> list[Plain]:
    """Return the extreme plain values of a value, at most `_EXTREMES_LIMIT` of them."""
    if value is BROKEN:
        return []
    if is_variable(value):
        name = variable_name(value)
        return _ends(variables[name], variables) if name in variables else []
    if is_distribution(value):
        return _distribution_ends(value, variables)
    if isinstance(value, Mapping):
        return [dict(zip(value, combination, strict=True)) for combination in _product(list(value.values()), variables)]
    if isinstance(value, list):
        return [list(combination) for combination in _product(value, variables)]
    return [value]


def _distribution_ends(value: Mapping[str, Plain], variables: Variables) -> list[Plain]:
    name = distribution_key(value)
    inner = value[name]
    if name == "normal":
        return [end for still in frozen(value) for end, _, _ in normal_ends(still, Place(()))]
    if name == "combine":
        return [list(combination) for combination in _product(inner, variables)]
    if name in ("choice", "sequence"):
        return [end for item in inner for end in _ends(item, variables)][:_EXTREMES_LIMIT]
    return [end for still in frozen(value) for end in still[name]]


def _product(items: list[Plain], variables: Variables) -> list[tuple[Any, ...]]:
    axes = [_ends(item, variables) for item in items]
    total = 1
    for axis in axes:
        total *= len(axis)
    if total <= _EXTREMES_LIMIT:
        return list(itertools.product(*axes))
    # Too many: all first ends, all last ends, and each axis moved alone between them.
    if not all(axes):
        return []
    first, last = tuple(axis[0] for axis in axes), tuple(axis[-1] for axis in axes)
    found = [first, last]
    for index, axis in enumerate(axes):
        for end in axis:
            found += [(*base[:index], end, *base[index + 1 :]) for base in (first, last)]
    return found[:_EXTREMES_LIMIT]


def strict_tuples(value: Plain) -> Plain:
    """Return a value with tuples for lists, as the models hold them."""
    if isinstance(value, Mapping):
        return {key: strict_tuples(item) for key, item in value.items()}
    if isinstance(value, list):
        return tuple(strict_tuples(item) for item in value)
    return value
