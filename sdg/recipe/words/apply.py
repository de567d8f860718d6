"""A sound recipe with a word, written out: ordinary distributions in the places that the tables name."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sdg.recipe.check import check_document
from sdg.recipe.distractors import write_distractors
from sdg.recipe.distributions import Plain, is_variable
from sdg.recipe.document import Document, lookup
from sdg.recipe.faults import dotted
from sdg.recipe.kinds import BlockKind, Field, block_kind, options
from sdg.recipe.model import Block, PathKey
from sdg.recipe.randomize import Word
from sdg.recipe.reporting import Faults
from sdg.recipe.rules import check_rules
from sdg.recipe.specimens import extremes
from sdg.recipe.variables import variables_of
from sdg.recipe.words import cameras, lighting, materials, scene
from sdg.recipe.words.row import Row, Section, Spot, is_plain_block
from sdg.recipe.words.spread import Cell, Plus, PlusShare, Times, spread

SECTIONS: tuple[Section, ...] = (
    scene.SECTION,
    scene.DISTRACTORS,
    lighting.SECTION,
    materials.SECTION,
    cameras.SECTION,
)
KEY = "randomize"

_OUT = 0.01  # of a lamp's brightness, while it is out: its diffuser is lit by the others
_NAME_LENGTH = 64


def apply_words(document: Document) -> None:
    """Put what `randomize:` stands for into a sound document, and take the word out.

    A part of a block, such as a camera's lens, of which a rule would refuse the outcome stays as written.
    """
    if KEY not in document.tree:
        return
    written = document.tree.pop(KEY)
    words = {section.name: _word(written, section.name) for section in SECTIONS}
    left: set[PathKey] = set()
    while True:
        attempt = _Attempt(document, words, left)
        attempt.run()
        refused = attempt.refused()
        if not refused:
            break
        left |= refused
    document.tree = attempt.tree
    for path, section in attempt.added.items():
        word = document.spans.get((KEY, section), document.spans[(KEY,)])
        document.spans.setdefault(path, word)


def _word(written: Plain, section: str) -> Word | None:
    word: Word | None = written.get(section) if isinstance(written, Mapping) else written
    return word


@dataclass
class _Attempt:
    """The document with words in all blocks but some.

    Attributes:
        document: What the author wrote; stays as it is.
        words: By section.
        left: Paths of parts of blocks that stay as written.
        tree: The outcome.
        added: Paths of values that the author did not write, and the section whose word did.
        touched: Paths of the parts of blocks that were changed, such as a camera's lens.
    """

    document: Document
    words: Mapping[str, Word | None]
    left: set[PathKey]
    tree: dict[str, Plain] = field(default_factory=dict)
    added: dict[PathKey, str] = field(default_factory=dict)
    touched: set[PathKey] = field(default_factory=set)
    _now: str = ""

    def run(self) -> None:
        """Write the tree."""
        self.tree = copy.deepcopy(self.document.tree)
        for section in SECTIONS:
            word = self.words[section.name]
            if word is not None:
                self._now = section.name
                self._section(section, word)
        write_distractors(self.tree)

    def refused(self) -> set[PathKey]:
        """Return the parts of blocks that can't have what they got; whole blocks, or all, if it isn't clear which."""
        faults = Faults(self.document.sources)
        judged = replace(self.document, tree=copy.deepcopy(self.tree))
        check_document(judged, faults)
        check_rules(judged, faults)
        if not faults:
            return set()
        told = [fault.path for fault in faults.diagnostics()]
        parts = {path for path in self.touched if any(_lies_in(place, path) for place in told)}
        blocks = {path for path in self.touched if any(_lies_in(place, path[:-1]) for place in told)}
        return parts or blocks or self.touched

    def _section(self, section: Section, word: Word) -> None:
        for path, block in list(section.prepare(self.tree)):
            self._put(path, block)
        # What stood there already decides, not what other blocks have got meanwhile.
        before = copy.deepcopy(self.tree)
        for spot in list(section.spots(before)):
            for row in section.rows:
                if word in row.cells:
                    for steps in list(row.places(spot)):
                        self._fill(spot, steps, row, row.cells[word])

    def _fill(self, spot: Spot, within: tuple[str, ...], row: Row, cell: Cell) -> None:
        *blocks, key = (*within, *row.key.split("."))
        part = (*spot.path, [*blocks, key][0])
        if part in self.left:
            return
        path = spot.path
        for depth, step in enumerate(blocks):
            parent, path = lookup(self.tree, path), (*path, step)
            if depth >= len(within) and step in (parent or {}) and not is_plain_block(lookup(self.tree, path)):
                return
        here = lookup(self.tree, path)
        is_written = here is not None and key in here
        old = here[key] if is_written else _default(_entry(spot.model, (*blocks, key)))
        rule = cell.written if is_written else cell.absent
        if rule is None or (is_written and not _is_plain(old)):
            return
        if isinstance(rule, PlusShare):
            rule = rule.of_length(_least(lookup(spot.tree, (*path, rule.of)), spot.tree))
        if not isinstance(rule, Times | Plus):
            value = copy.deepcopy(rule)
        elif old is None or (value := spread(rule, old, _entry(spot.model, (*blocks, key)).kind)) == old:
            return
        self.touched.add(part)
        if cell.shared:
            value = self._shared(f"{spot.name}_{key}", value)
        if cell.out:
            value = {"choice": [value, _OUT * old], "weights": [1.0 - cell.out, cell.out]}
        self._put((*path, key), value)

    def _shared(self, name: str, value: Plain) -> str:
        """Make a variable of a value, and return what refers to it."""
        variables = self.tree.setdefault("vars", {})
        name = name[:_NAME_LENGTH]
        while name in variables:
            name = f"{name[: _NAME_LENGTH - 1]}_"
        self._put(("vars", name), value)
        return f"${name}"

    def _put(self, path: PathKey, value: Plain) -> None:
        """Write a value, and the blocks round it that are missing."""
        here: Any = self.tree
        for depth, step in enumerate(path[:-1], start=1):
            if isinstance(here, dict) and here.get(step) is None:
                here[step] = {}
                self.added[path[:depth]] = self._now
            here = here[step]
        here[path[-1]] = value
        self.added[path] = self._now


def _lies_in(place: str, block: PathKey) -> bool:
    name = dotted(block)
    return place.startswith(name) and place[len(name) :][:1] in ("", ".", "[")


def _entry(model: type[Block], steps: tuple[str, ...]) -> Field:
    """Return the field of a key, by the keys that lead to it."""
    entry = block_kind(model).fields[steps[0]]
    if len(steps) == 1:
        return entry
    inner = (kind for kind in options(entry.kind) if isinstance(kind, BlockKind) and steps[1] in kind.fields)
    return _entry(next(inner).model, steps[1:])


def _default(entry: Field) -> Plain:
    return list(entry.default) if isinstance(entry.default, tuple) else entry.default


def _is_plain(value: Plain) -> bool:
    """Return whether a value is written out, with nothing drawn and nothing left out."""
    if isinstance(value, list):
        return all(_is_plain(item) for item in value)
    return value is not None and not isinstance(value, Mapping) and not is_variable(value)


def _least(value: Plain, tree: Mapping[str, Plain]) -> float:
    return float(min(extremes(value, variables_of(tree))))
