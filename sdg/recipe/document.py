"""A recipe between text and model: plain values, and where each was written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sdg.foundation.span import Span
from sdg.recipe.distributions import Plain
from sdg.recipe.model import PathKey

OVERRIDES_FILE = "--set"

# The parser counts all of these as line breaks, so excerpts must too.
LINE_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")


class _Broken:
    """Stands where a value could not be read; its fault is known already, so nothing more is said about it."""

    def __repr__(self) -> str:
        return "BROKEN"


BROKEN = _Broken()


@dataclass
class Sources:
    """The lines of everything that values come from: the file, and the overrides."""

    lines: dict[str, list[str]] = field(default_factory=dict)

    def add(self, file: str, text: str) -> None:
        self.lines[file] = LINE_BREAK.split(text)

    def line(self, span: Span) -> str:
        """Return the source line where a span starts; empty if it is not known."""
        lines = self.lines.get(span.file, [])
        return lines[span.line - 1] if 0 < span.line <= len(lines) else ""

    def clamp(self, file: str, line: int, column: int) -> Span:
        """Return a span of one character in the file, as near as possible to a place that may lie past its end."""
        lines = self.lines[file]
        line = max(1, min(line, len(lines)))
        while line > 1 and not lines[line - 1].strip():
            line -= 1
            column = len(lines[line - 1]) + 1
        column = max(1, min(column, len(lines[line - 1]) + 1))
        return Span(file, line, column, line, column + 1)


@dataclass
class Document:
    """A recipe's plain values and where each was written.

    Attributes:
        path: The recipe file.
        text: Its text.
        tree: Plain values; `BROKEN` where a value could not be read.
        spans: Where each value was written, or the alias that brought it here.
        key_spans: Where each key was written, by the path of its value.
        definitions: Where a value that an alias brought here was written.
        sources: The lines of all the files that spans name.
    """

    path: Path
    text: str
    tree: dict[str, Plain]
    spans: dict[PathKey, Span]
    key_spans: dict[PathKey, Span]
    definitions: dict[PathKey, Span]
    sources: Sources

    def value_span(self, path: PathKey) -> Span | None:
        """Return the place of a value, or of the nearest value round it."""
        while path and path not in self.spans:
            path = path[:-1]
        return self.spans.get(path)

    def head_span(self, path: PathKey) -> Span | None:
        """Return a place that stands for a whole block: its key, or the first key in it."""
        if path in self.key_spans:
            return self.key_spans[path]
        value = lookup(self.tree, path)
        if isinstance(value, Mapping) and value:
            first = (*path, next(iter(value)))
            if first in self.key_spans:
                return self.key_spans[first]
        return self.value_span(path)

    def replace(self, path: PathKey, value: Plain) -> None:
        """Put a value in place of the one at a path; nothing happens where there is none."""
        parent = lookup(self.tree, path[:-1])
        if path and isinstance(parent, dict | list):
            parent[path[-1]] = value  # type: ignore[index]


@dataclass(frozen=True)
class Place:
    """A value's path in the document, and the path where a `$variable` brought it in, if one did."""

    path: PathKey
    via: PathKey | None = None

    def __truediv__(self, step: str | int) -> Place:
        return Place((*self.path, step), self.via)

    @property
    def use(self) -> PathKey:
        """The path where the value has its effect."""
        return self.path if self.via is None else self.via


def lookup(tree: Plain, path: PathKey) -> Plain:
    """Return the value at a path, or None where there is none."""
    for step in path:
        if isinstance(tree, Mapping):
            tree = tree.get(step)
        elif isinstance(tree, list) and isinstance(step, int) and 0 <= step < len(tree):
            tree = tree[step]
        else:
            return None
    return tree
