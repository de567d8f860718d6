"""The frozen API as checks: whether a call has the names, types, exclusions and enumerations of `signatures.json`."""

from __future__ import annotations

import functools
import inspect
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TABLE: Mapping[str, Any] = json.loads((Path(__file__).parent / "signatures.json").read_text())


class Refused(TypeError):
    """A call that omni.replicator.core 1.12.27 does not have, or takes for something else."""


@dataclass(frozen=True, eq=False)
class Item:
    """What a call gives: a distribution or a group of prims.

    Attributes:
        function: Which call.
        arguments: All that it was given, by name.
        paths: Of a group.
    """

    function: str
    arguments: Mapping[str, Any]
    paths: tuple[str, ...] = ()


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_vector(value: object) -> bool:
    return isinstance(value, tuple) and len(value) > 1 and all(_is_number(part) for part in value)


def _is_path(value: object) -> bool:
    return isinstance(value, str) and value.startswith("/")


def _is_alike(value: object) -> bool:
    if not isinstance(value, list) or not value:
        return False
    kinds = {len(item) if isinstance(item, tuple) else type(item) is str for item in value}
    plain = all(isinstance(item, str | bool) or _is_number(item) or _is_vector(item) for item in value)
    return plain and len(kinds) == 1


KINDS: Mapping[str, Callable[[Any], bool]] = {
    "int": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "seed": lambda value: isinstance(value, int) and 0 < value < 2**31,
    "number": _is_number,
    "numbers": lambda value: isinstance(value, list) and all(map(_is_number, value)),
    "vector": _is_vector,
    "vector3": lambda value: _is_vector(value) and len(value) == 3,
    "size": lambda value: isinstance(value, tuple) and len(value) == 2 and all(isinstance(n, int) for n in value),
    "corner": lambda value: isinstance(value, tuple) and len(value) == 3,
    "class": lambda value: isinstance(value, type),
    "mapping": lambda value: isinstance(value, dict) and all(isinstance(key, str) for key in value),
    "bool": lambda value: isinstance(value, bool),
    "bools": lambda value: isinstance(value, list) and all(isinstance(item, bool) for item in value),
    "str": lambda value: isinstance(value, str) and bool(value),
    "strings": lambda value: isinstance(value, list) and all(isinstance(item, str) for item in value),
    "path": _is_path,
    "paths": lambda value: isinstance(value, list) and bool(value) and all(map(_is_path, value)),
    "alike": _is_alike,
    "item": lambda value: isinstance(value, Item) and value.function.startswith("distribution."),
    "group": lambda value: isinstance(value, Item) and bool(value.paths),
}


@functools.cache
def signature(function: str) -> inspect.Signature:
    """Return a function's parameters."""
    found: inspect.Signature = inspect.signature(eval(f"lambda {TABLE['functions'][function]}: None"))
    return found


def checked(function: str, arguments: tuple[Any, ...], keywords: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a call was given, by name.

    Raises:
        Refused: It can't be called like that.
    """
    try:
        given = dict(signature(function).bind(*arguments, **keywords).arguments)
    except TypeError as error:
        raise Refused(f"{function}: {error}") from None
    types = TABLE["types"].get(function, {})
    for name, value in given.items():
        if value is None:
            continue
        if name not in types and name not in TABLE["enumerations"].get(function, {}):
            raise Refused(f"{function}: no type is frozen for {name}")
        if name in types and not any(KINDS[kind](value) for kind in types[name].split("|")):
            raise Refused(f"{function}: {name} takes {types[name]}, not {value!r}")
    for name, allowed in TABLE["enumerations"].get(function, {}).items():
        if name in given and given[name] not in allowed:
            raise Refused(f"{function}: {name} is one of {allowed}, not {given[name]!r}")
    for one, other in TABLE["exclusive"].get(function, ()):
        if any(given.get(name) is not None for name in one) and any(given.get(name) is not None for name in other):
            raise Refused(f"{function}: {one} and {other} exclude each other")
    return given
