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


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every value in a document, of lists only the first two."""
    if path:
        yield path
    keys = value.keys() if isinstance(value, dict) else range(min(2, len(value))) if isinstance(value, list) else ()
    for key in keys:
        yield from places(value[key], (*path, key))


def test_both_agree_on_every_change_of_a_record(generated: Path) -> None:
    record = json.loads((generated / "frames/000000.json").read_text())
    reference, check = jsonschema.Draft202012Validator(SCHEMA), record_schema()
    assert reference.is_valid(record)
    assert list(check(record, "")) == []
    refused = 0
    for index, path in enumerate(places(record)):
        spoilt = copy.deepcopy(record)
        holder = spoilt
        for key in path[:-1]:
            holder = holder[key]
        for value in (STRANGE[index % len(STRANGE)], STRANGE[(index * 7 + 3) % len(STRANGE)]):
            holder[path[-1]] = value
            found = next(check(spoilt, ""), None)
            assert (found is None) == reference.is_valid(spoilt), (path, value, found)
            refused += found is not None
        if isinstance(holder, dict):
            del holder[path[-1]]
            assert (next(check(spoilt, ""), None) is None) == reference.is_valid(spoilt), path
    assert refused > 300


def test_a_keyword_that_is_not_checked_is_refused() -> None:
    with pytest.raises(ValueError, match="contains"):
        compile_schema({"contains": {"type": "string"}})
