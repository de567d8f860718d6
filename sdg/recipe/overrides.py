"""`--set key.path=value`: a value from the command line in place of one in the file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NoReturn

from sdg.foundation.span import Span
from sdg.recipe.distributions import Plain, is_distribution
from sdg.recipe.document import OVERRIDES_FILE, Document, lookup
from sdg.recipe.expand import Expander, TooLarge
from sdg.recipe.faults import dotted
from sdg.recipe.model import PathKey
from sdg.recipe.reporting import Faults
from sdg.recipe.source import locate_in_override, parse_yaml
from sdg.recipe.wording import describe, nearest

_KEY_PATH = re.compile(r"[A-Za-z0-9_]+(\[[0-9]+\])*(\.[A-Za-z0-9_]+(\[[0-9]+\])*)*")
_STEP = re.compile(r"[A-Za-z0-9_]+|\[[0-9]+\]")


class _NoSuchPlace(Exception):
    """An override names nothing; the fault is recorded."""


def apply_overrides(document: Document, overrides: Sequence[str], faults: Faults) -> None:
    """Put the values of overrides into a document, the later ones over the earlier.

    Mappings on the way that are missing are made; list items must exist, and are named by index, by their `name`,
    or (in `lighting`) by kind and ordinal as in `rect[1]`.
    """
    document.sources.add(OVERRIDES_FILE, "")
    # Kept on one line each, whatever breaks they hold, so that a span's line is the override's ordinal.
    document.sources.lines[OVERRIDES_FILE] = [re.sub("[\n\r\x85\u2028\u2029]", " ", text) for text in overrides]
    for ordinal, text in enumerate(overrides, start=1):
        try:
            _Override(document, faults, text, ordinal).apply()
        except (_NoSuchPlace, TooLarge):
            continue


class _Override:
    def __init__(self, document: Document, faults: Faults, text: str, ordinal: int) -> None:
        self._document = document
        self._faults = faults
        self._ordinal = ordinal
        self._text = text
        self._key, self._equals, self._value = text.partition("=")

    def apply(self) -> None:
        if not self._equals or not _KEY_PATH.fullmatch(self._key.strip()):
            self._refuse("an override reads key.path=value", 0, len(self._text), found=self._text)
        offset = len(self._key) + 1
        locate = locate_in_override(OVERRIDES_FILE, self._ordinal, offset)
        node = parse_yaml(self._value, locate, self._faults, self._document.sources)
        if node is None:
            raise _NoSuchPlace
        path = self._resolve()
        parent = self._make_parents(path)
        self._forget(path)
        parent[path[-1]] = Expander(self._document, self._faults).expand(node, path)
        key_span = self._span(0, len(self._key))
        if isinstance(path[-1], str):
            self._document.key_spans[path] = key_span
        if not self._value.strip():
            self._document.spans[path] = key_span

    def _resolve(self) -> PathKey:
        """Return the path that the key means, names of list items replaced by their indices."""
        steps = [(match[0], match.start(), match.end()) for match in _STEP.finditer(self._key)]
        path: PathKey = ()
        position = 0
        while position < len(steps):
            word, start, end = steps[position]
            here = lookup(self._document.tree, path)
            index = int(word.strip("[]")) if word.strip("[]").isdigit() else None
            if isinstance(here, list):
                if index is not None:
                    path = (*path, self._in_range(here, index, path, start, end))
                else:
                    ordinal = self._ordinal_after(steps, position)
                    path, took_ordinal = self._item_named(here, word, ordinal, path, start, end)
                    position += took_ordinal
            elif word.startswith("["):
                self._refuse(f"{dotted(path)} is no list", start, end, found=describe(here))
            elif here is None or isinstance(here, Mapping):
                path = (*path, word)
            else:
                self._refuse(
                    f"{dotted(path)} has no parts",
                    start,
                    end,
                    found=describe(here),
                    hint=f"set {dotted(path)} as a whole",
                )
            position += 1
        return path

    @staticmethod
    def _ordinal_after(steps: list[tuple[str, int, int]], position: int) -> int | None:
        following = steps[position + 1][0] if position + 1 < len(steps) else ""
        return int(following[1:-1]) if following.startswith("[") else None

    def _in_range(self, items: list[Plain], index: int, path: PathKey, start: int, end: int) -> int:
        if index >= len(items):
            self._refuse(
                f"{dotted(path)} has no item {index}",
                start,
                end,
                expected=f"an index from 0 to {len(items) - 1}" if items else "nothing: the list is empty",
                found=str(index),
            )
        return index

    def _item_named(
        self, items: list[Plain], word: str, ordinal: int | None, path: PathKey, start: int, end: int
    ) -> tuple[PathKey, bool]:
        """Return the item that a name or kind means, and whether the ordinal behind it was needed to tell which."""
        names: dict[str, PathKey] = {}
        kinds: dict[str, list[PathKey]] = {}
        for index, item in enumerate(items):
            if not isinstance(item, Mapping) or is_distribution(item):
                continue
            if isinstance(item.get("name"), str):
                names.setdefault(item["name"], (*path, index))
            elif path == ("lighting",) and len(item) == 1:
                kind, block = next(iter(item.items()))
                kinds.setdefault(kind, []).append((*path, index, kind))
                if isinstance(block, Mapping) and isinstance(block.get("name"), str):
                    names.setdefault(block["name"], (*path, index, kind))
        if word in names:
            return names[word], False
        if word not in kinds:
            self._refuse(
                f"{dotted(path)} has no item named {word}", start, end, found=word, hint=nearest(word, [*names, *kinds])
            )
        places = kinds[word]
        if ordinal is None and len(places) == 1:
            return places[0], False
        if ordinal is None or ordinal >= len(places):
            self._refuse(
                f"{dotted(path)} has {len(places)} of {word}",
                start,
                end,
                expected=f"{word}[0] to {word}[{len(places) - 1}]",
                found=word if ordinal is None else f"{word}[{ordinal}]",
            )
        return places[ordinal], True

    def _make_parents(self, path: PathKey) -> dict[str | int, Plain]:
        here: Plain = self._document.tree
        for depth, step in enumerate(path[:-1], start=1):
            inside = lookup(self._document.tree, path[:depth])
            if inside is None:
                here[step] = inside = {}
                self._document.spans[path[:depth]] = self._span(0, len(self._key))
                self._document.key_spans[path[:depth]] = self._span(0, len(self._key))
            here = inside
        assert isinstance(here, dict | list)
        return here  # type: ignore[return-value]

    def _forget(self, path: PathKey) -> None:
        """Drop the places of everything at and below a path."""
        for places in (self._document.spans, self._document.key_spans, self._document.definitions):
            for known in [known for known in places if known[: len(path)] == path]:
                del places[known]

    def _span(self, start: int, end: int) -> Span:
        return Span(OVERRIDES_FILE, self._ordinal, start + 1, self._ordinal, max(end, start + 1) + 1)

    def _refuse(
        self, message: str, start: int, end: int, *, expected: str = "", found: str = "", hint: str = ""
    ) -> NoReturn:
        self._faults.add(
            "R011",
            message,
            self._span(start, end),
            expected=expected,
            found=found,
            hint=hint or ("" if expected else "for example cameras.main.resolution=[640,480]"),
        )
        raise _NoSuchPlace
