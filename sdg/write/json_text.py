"""JSON as the dataset's files have it: readable at the top, compact below, numbers that read back exactly."""

from __future__ import annotations

import json
from typing import Any


def compact_json(value: Any) -> str:
    """Return `value` on one line, keys in their order; NaN and infinities are refused."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def readable_json(value: Any, levels: int) -> str:
    """Return `value` with one item per line down to `levels` levels of nesting, and compact below.

    Keys keep their order; NaN and infinities are refused.
    """
    return _open(value, levels, "") + "\n"


def _open(value: Any, levels: int, indent: str) -> str:
    if levels == 0 or not isinstance(value, dict | list) or not value:
        return compact_json(value)
    inner = indent + " "
    if isinstance(value, dict):
        lines = [f"{compact_json(key)}: {_open(item, levels - 1, inner)}" for key, item in value.items()]
        head, tail = "{", "}"
    else:
        lines = [_open(item, levels - 1, inner) for item in value]
        head, tail = "[", "]"
    body = f",\n{inner}".join(lines)
    return f"{head}\n{inner}{body}\n{indent}{tail}"
