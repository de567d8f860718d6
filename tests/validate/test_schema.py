"""The schema checker against the jsonschema package."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import sdg.write
from sdg.validate.schema import compile_schema, record_schema

SCHEMA = json.loads((Path(sdg.write.__file__).parent / "frame_record.schema.json").read_text())
STRANGE = [None, True, -1, 0, 1.5, "", "text", [], [1], {}, {"a": 1}]


def parts(schema: Any, value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, Any, tuple[Any, ...]]]:
    """Yield what a document is made of, of lists only the first two: the schema of each part, the part, its path."""
    while "$ref" in schema:
        schema = SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]]
    yield schema, value, path
    if isinstance(value, dict):
        for key, item in value.items():
            below = schema.get("properties", {}).get(key, schema.get("additionalProperties"))
            if isinstance(below, dict):
                yield from parts(below, item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value[:2]):
            prefix = schema.get("prefixItems", [])
            below = prefix[index] if index < len(prefix) else schema.get("items")
            if isinstance(below, dict):
                yield from parts(below, item, (*path, index))


def test_both_agree_on_every_change_of_a_record(generated: Path) -> None:
    """Each part is held to its own schema, with each of its values changed: what is right of every part and of how
    parts are reached is right of the whole, which takes jsonschema a hundred times as long."""
    record = json.loads((generated / "frames/000000.json").read_text())
    check = record_schema()
    assert jsonschema.Draft202012Validator(SCHEMA).is_valid(record)
    assert list(check(record, "")) == []
    refused, seen = 0, set()
    for index, (schema, value, path) in enumerate(parts(SCHEMA, record)):
        whole = {**schema, "$defs": SCHEMA["$defs"]}
        reference, part = jsonschema.Draft202012Validator(whole), compile_schema(whole)
        seen.add(json.dumps(schema, sort_keys=True))
        for spoilt in changes(value, index):
            found = next(part(spoilt, ""), None)
            assert (found is None) == reference.is_valid(spoilt), (path, spoilt, found)
            refused += found is not None
    assert refused > 300
    assert len(seen) > 50


def changes(value: Any, index: int) -> Iterator[Any]:
    """Yield other values in place of one, and it with each of its own, of lists the first two, changed or gone."""
    yield from (STRANGE[(index * step + step) % len(STRANGE)] for step in (1, 7))
    keys = list(value) if isinstance(value, dict) else range(min(2, len(value))) if isinstance(value, list) else ()
    for number, key in enumerate(keys):
        spoilt = copy.copy(value)
        spoilt[key] = STRANGE[(index + 5 * number) % len(STRANGE)]
        yield spoilt
        if isinstance(value, dict):
            yield {other: item for other, item in value.items() if other != key}


def test_a_change_anywhere_in_a_record_is_found_where_it_is(generated: Path) -> None:
    """That every part is reached: a list in place of any text or number, but where the schema leaves all open."""
    record = json.loads((generated / "frames/000000.json").read_text())
    check, missed = record_schema(), []
    for schema, value, path in parts(SCHEMA, record):
        if path and isinstance(value, str | int | float):
            holder = record
            for key in path[:-1]:
                holder = holder[key]
            holder[path[-1]] = [value]
            if schema and next(check(record, ""), None) is None:
                missed.append(path)
            holder[path[-1]] = value
    assert missed == []


def test_a_whole_number_is_none_with_a_point_in_it(generated: Path) -> None:
    """Unlike JSON Schema, which knows no difference; what reads records does."""
    record = json.loads((generated / "frames/000000.json").read_text())
    assert [where for where, _, _ in record_schema()({**record, "frame_index": 0.0}, "")] == ["frame_index"]


def test_a_keyword_that_is_not_checked_is_refused() -> None:
    with pytest.raises(ValueError, match="contains"):
        compile_schema({"contains": {"type": "string"}})
