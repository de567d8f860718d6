"""A recipe as rules see it: what each value may be, past choices and variables, and without what is broken."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sdg.foundation.span import Span
from sdg.recipe.distributions import Plain
from sdg.recipe.document import BROKEN, Document, Place, lookup
from sdg.recipe.model import PathKey
from sdg.recipe.reporting import Faults
from sdg.recipe.specimens import extremes, possibilities
from sdg.recipe.variables import variables_of

ENVIRONMENT_SURFACES = ("floor", "ceiling")


@dataclass(frozen=True)
class View:
    """Reads a document and reports to a list of faults."""

    document: Document
    faults: Faults

    @property
    def variables(self) -> Mapping[str, Plain]:
        return variables_of(self.document.tree)

    def values(self, *steps: str | int) -> Iterator[tuple[Plain, Place]]:
        """Yield what the value at a path may be, and where each is written."""
        found = [(self.document.tree, Place(()))]
        for step in steps:
            found = [hit for value, place in found for hit in self.inside(value, place, step)]
        yield from found

    def inside(self, value: Plain, place: Place, step: str | int) -> Iterator[tuple[Plain, Place]]:
        """Yield what one part of a value may be."""
        part = lookup(value, (step,))
        if part is not None:
            yield from possibilities(part, place / step, self.variables)

    def texts(self, *steps: str | int) -> Iterator[tuple[str, Place]]:
        """Yield the texts among what a value may be."""
        for value, place in self.values(*steps):
            if isinstance(value, str):
                yield value, place

    def extremes(self, value: Plain) -> list[Plain]:
        """Return plain values at the ends of what a value may yield."""
        return extremes(value, self.variables)

    def entries(self, *steps: str) -> list[tuple[int, Mapping[str, Plain]]]:
        """Return the mappings of a list, with their indices."""
        items = lookup(self.document.tree, steps)
        if not isinstance(items, list):
            return []
        return [(index, item) for index, item in enumerate(items) if isinstance(item, Mapping)]

    def objects(self) -> list[tuple[int, Mapping[str, Plain]]]:
        """Return the blocks of `scene.objects`, with their indices."""
        return self.entries("scene", "objects")

    def object_names(self) -> dict[str, int]:
        """Return the names of objects, with the index of the first that bears it."""
        names: dict[str, int] = {}
        for index, block in self.objects():
            if isinstance(block.get("name"), str):
                names.setdefault(block["name"], index)
        return names

    def lights(self) -> Iterator[tuple[PathKey, str, Mapping[str, Plain]]]:
        """Yield (path of the inner block, kind, inner block) for each light."""
        for index, entry in self.entries("lighting"):
            if len(entry) == 1:
                kind, block = next(iter(entry.items()))
                if isinstance(block, Mapping):
                    yield ("lighting", index, kind), kind, block

    def camera_blocks(self, *steps: str) -> Iterator[tuple[int, Mapping[str, Plain], Place]]:
        """Yield (index of the camera, block, place) for whatever sound block a part of the cameras may be."""
        for index, _ in self.entries("cameras"):
            for block, place in self.values("cameras", index, *steps):
                if isinstance(block, Mapping) and is_sound(block):
                    yield index, block, place

    def owner(self, surface: str) -> str:
        """Return the name of the object that a surface belongs to; empty if it is the environment's."""
        owner = surface.partition(".")[0]
        is_object = owner in self.object_names() and not (owner in ENVIRONMENT_SURFACES and self.has_environment())
        return owner if is_object else ""

    def has_environment(self) -> bool:
        return lookup(self.document.tree, ("scene", "environment")) is not None

    def fault(
        self,
        code: str,
        message: str,
        place: Place | PathKey,
        *,
        head: bool = False,
        expected: str = "",
        found: str = "",
        hint: str = "",
        related: Iterable[tuple[str, Span]] = (),
    ) -> None:
        """Report a fault at a value, or with `head` at its key."""
        if not isinstance(place, Place):
            place = Place(place)
        self.faults.at(
            self.document, code, message, place, head=head, expected=expected, found=found, hint=hint, related=related
        )

    def note(self, label: str, path: PathKey) -> list[tuple[str, Span]]:
        """Return a related place, for a fault about two of them."""
        span = self.document.value_span(path)
        return [] if span is None else [(label, span)]


def is_numeric(value: Plain, length: int) -> bool:
    """Return whether a value is a plain list of so many numbers."""
    return (
        isinstance(value, list)
        and len(value) == length
        and all(isinstance(item, int | float) and not isinstance(item, bool) for item in value)
    )


def is_sound(value: Plain) -> bool:
    """Return whether nothing in a value is broken."""
    if isinstance(value, Mapping):
        return all(is_sound(item) for item in value.values())
    if isinstance(value, list):
        return all(is_sound(item) for item in value)
    return value is not BROKEN
