"""JSON Schema, as much of draft 2020-12 as the schema of frame records uses, compiled for speed.

An unknown keyword is refused, so that a schema can't promise what isn't checked. Stricter in one thing: 3.0 is no
integer here, because it is none to what reads records, and nothing writes it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from importlib.resources import files
from typing import Any

_PASSED_OVER = {"$schema", "$defs", "title", "then"}
_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "number": (int, float),
    "integer": (int,),
    "boolean": (bool,),
    "null": (type(None),),
}

Problem = tuple[str, str, str]
Check = Callable[[Any, str], Iterator[Problem]]


@cache
def record_schema() -> Check:
    """Return the check of a frame record; it yields (where, expected, found)."""
    # The schema is a published file, and only by its place in the package belongs to the writer.
    text = files("sdg").joinpath("write/frame_record.schema.json").read_text(encoding="utf-8")
    return compile_schema(json.loads(text))


def compile_schema(schema: Any) -> Check:
    """Return a function that yields what is wrong with a value: (where, expected, found).

    Raises:
        ValueError: The schema uses a keyword that isn't known here.
    """
    return _Compiler(schema).check(schema)


class _Compiler:
    def __init__(self, root: Any) -> None:
        self._root = root
        self._defined: dict[str, Check] = {}

    def check(self, schema: Any) -> Check:
        if schema is True:
            return lambda value, where: iter(())
        checks = [self._maker(key)(argument, schema) for key, argument in schema.items() if key not in _PASSED_OVER]

        def run(value: Any, where: str) -> Iterator[Problem]:
            for one in checks:
                yield from one(value, where)

        return run

    def _maker(self, key: str) -> Callable[[Any, Any], Check]:
        maker: Callable[[Any, Any], Check] | None = getattr(self, f"_{key.lstrip('$')}", None)
        if maker is None:
            raise ValueError(f"the keyword {key} is not known")
        return maker

    def _ref(self, name: str, _: Any) -> Check:
        def run(value: Any, where: str) -> Iterator[Problem]:
            if name not in self._defined:
                self._defined[name] = self.check(self._root["$defs"][name.rpartition("/")[2]])
            return self._defined[name](value, where)

        return run

    def _type(self, names: Any, _: Any) -> Check:
        wanted = names if isinstance(names, list) else [names]
        kinds = tuple(kind for name in wanted for kind in _TYPES[name])
        boolean = "boolean" in wanted

        def fits(value: Any) -> bool:
            return boolean if isinstance(value, bool) else isinstance(value, kinds)

        return _simple(fits, " or ".join(wanted))

    def _const(self, wanted: Any, _: Any) -> Check:
        return _simple(lambda value: type(value) is type(wanted) and bool(value == wanted), repr(wanted))

    def _enum(self, wanted: Any, _: Any) -> Check:
        return _simple(lambda value: value in wanted, f"one of {wanted}")

    def _minimum(self, limit: float, _: Any) -> Check:
        return _simple(lambda value: not _number(value) or value >= limit, f"at least {limit}")

    def _maximum(self, limit: float, _: Any) -> Check:
        return _simple(lambda value: not _number(value) or value <= limit, f"at most {limit}")

    def _exclusiveMinimum(self, limit: float, _: Any) -> Check:
        return _simple(lambda value: not _number(value) or value > limit, f"more than {limit}")

    def _exclusiveMaximum(self, limit: float, _: Any) -> Check:
        return _simple(lambda value: not _number(value) or value < limit, f"less than {limit}")

    def _pattern(self, pattern: str, _: Any) -> Check:
        compiled = re.compile(pattern)
        return _simple(lambda value: not isinstance(value, str) or bool(compiled.search(value)), f"text like {pattern}")

    def _minLength(self, least: int, _: Any) -> Check:
        return _simple(lambda value: not isinstance(value, str) or len(value) >= least, f"{least} characters or more")

    def _minItems(self, least: int, _: Any) -> Check:
        return _simple(lambda value: not isinstance(value, list) or len(value) >= least, f"{least} items or more")

    def _maxItems(self, most: int, _: Any) -> Check:
        return _simple(lambda value: not isinstance(value, list) or len(value) <= most, f"{most} items or fewer")

    def _uniqueItems(self, _: bool, __: Any) -> Check:
        def different(value: Any) -> bool:
            return not isinstance(value, list) or len({json.dumps(item, sort_keys=True) for item in value}) == len(
                value
            )

        return _simple(different, "items that differ")

    def _items(self, schema: Any, whole: Any) -> Check:
        check, skipped = self.check(schema), len(whole.get("prefixItems", ()))

        def run(value: Any, where: str) -> Iterator[Problem]:
            if isinstance(value, list):
                for index in range(skipped, len(value)):
                    yield from check(value[index], f"{where}[{index}]")

        return run

    def _prefixItems(self, schemas: list[Any], _: Any) -> Check:
        checks = [self.check(schema) for schema in schemas]

        def run(value: Any, where: str) -> Iterator[Problem]:
            if isinstance(value, list):
                for index, (check, item) in enumerate(zip(checks, value, strict=False)):
                    yield from check(item, f"{where}[{index}]")

        return run

    def _properties(self, schemas: dict[str, Any], _: Any) -> Check:
        checks = {key: self.check(schema) for key, schema in schemas.items()}

        def run(value: Any, where: str) -> Iterator[Problem]:
            if isinstance(value, dict):
                for key, check in checks.items():
                    if key in value:
                        yield from check(value[key], f"{where}.{key}" if where else key)

        return run

    def _additionalProperties(self, schema: Any, whole: Any) -> Check:
        named = set(whole.get("properties", ()))
        check = None if schema is False else self.check(schema)

        def run(value: Any, where: str) -> Iterator[Problem]:
            if isinstance(value, dict):
                for key in value:
                    if key not in named:
                        if check is None:
                            yield where, f"none but {', '.join(sorted(named))}", key
                        else:
                            yield from check(value[key], f"{where}.{key}" if where else key)

        return run

    def _propertyNames(self, schema: Any, _: Any) -> Check:
        check = self.check(schema)

        def run(value: Any, where: str) -> Iterator[Problem]:
            if isinstance(value, dict):
                for key in value:
                    yield from check(key, where)

        return run

    def _required(self, keys: list[str], _: Any) -> Check:
        def run(value: Any, where: str) -> Iterator[Problem]:
            if isinstance(value, dict):
                for key in keys:
                    if key not in value:
                        yield where, key, "nothing"

        return run

    def _dependentRequired(self, needs: dict[str, list[str]], _: Any) -> Check:
        def run(value: Any, where: str) -> Iterator[Problem]:
            if isinstance(value, dict):
                for key, wanted in needs.items():
                    for other in wanted if key in value else ():
                        if other not in value:
                            yield where, f"{other} beside {key}", "nothing"

        return run

    def _oneOf(self, schemas: list[Any], _: Any) -> Check:
        checks = [self.check(schema) for schema in schemas]

        def run(value: Any, where: str) -> Iterator[Problem]:
            if sum(next(check(value, where), None) is None for check in checks) != 1:
                yield where, "exactly one of its forms", repr(value)[:80]

        return run

    def _if(self, schema: Any, whole: Any) -> Check:
        condition, then = self.check(schema), self.check(whole.get("then", True))

        def run(value: Any, where: str) -> Iterator[Problem]:
            if next(condition(value, where), None) is None:
                yield from then(value, where)

        return run


def _simple(fits: Callable[[Any], bool], expected: str) -> Check:
    def run(value: Any, where: str) -> Iterator[Problem]:
        if not fits(value):
            yield where, expected, repr(value)[:80]

    return run


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
