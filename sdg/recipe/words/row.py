"""One row of a word's table: which key of which blocks, and what the words put there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from sdg.recipe.distributions import Plain, is_distribution, is_variable
from sdg.recipe.document import lookup
from sdg.recipe.model import Block, PathKey
from sdg.recipe.randomize import Word
from sdg.recipe.words.spread import Cell


@dataclass(frozen=True)
class Spot:
    """A block that rows are about.

    Attributes:
        tree: The whole recipe.
        path: Of the block in it.
        model: What the block is.
        name: What variables of it are called after.
    """

    tree: Mapping[str, Plain]
    path: PathKey
    model: type[Block]
    name: str

    def get(self, *steps: str) -> Plain:
        """Return a value of the block as it is written; None if it isn't."""
        return lookup(self.tree, (*self.path, *steps))

    def has(self, *steps: str) -> bool:
        """Return whether the author wrote a value, null included."""
        parent = self.get(*steps[:-1])
        return isinstance(parent, Mapping) and steps[-1] in parent


@dataclass(frozen=True)
class Condition:
    """When a row holds: in words, and as a test of the block."""

    text: str
    holds: Callable[[Spot], bool]


@dataclass(frozen=True)
class Row:
    """One key, and what each word puts there.

    Attributes:
        within: Paths of blocks that must be written for the key to be looked for, dotted; "" is the whole block.
        key: The key, dotted; blocks on the way are made where they are missing.
        cells: By word; a word that isn't there leaves the key.
        when: What must hold besides.
    """

    within: tuple[str, ...]
    key: str
    cells: Mapping[Word, Cell]
    when: Condition | None = None

    def places(self, spot: Spot) -> Iterator[tuple[str, ...]]:
        """Yield the paths of the blocks in which the key is to be looked for, from the spot on."""
        if self.when is not None and not self.when.holds(spot):
            return
        for dotted in self.within:
            steps = tuple(dotted.split(".")) if dotted else ()
            if all(is_plain_block(spot.get(*steps[:depth])) for depth in range(len(steps) + 1)):
                yield steps


@dataclass(frozen=True)
class Section:
    """A section of the recipe, and the table of its words.

    Attributes:
        name: Its key in the recipe.
        rows: The table.
        spots: Yields the blocks of the section.
        prepare: Yields paths and blocks that rows need to be there, which change nothing by themselves.
    """

    name: str
    rows: tuple[Row, ...]
    spots: Callable[[Mapping[str, Plain]], Iterator[Spot]]
    prepare: Callable[[Mapping[str, Plain]], Iterator[tuple[PathKey, Plain]]] = lambda _: iter(())


def is_plain_block(value: Plain) -> bool:
    """Return whether a value is a mapping, and neither drawn nor a variable."""
    return isinstance(value, Mapping) and not is_distribution(value) and not is_variable(value)
