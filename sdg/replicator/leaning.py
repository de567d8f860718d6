"""Which objects others lean on: stand on, ride on or are aimed at, so that they were placed by its baked values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sdg.graph.program import Program
from sdg.recipe.model import FALLING, NAMED_BY

_WHERE = {"in": "in", "drop_in": "in", "beside": "beside"}


def leaned_on(program: Program) -> Iterator[tuple[str, str]]:
    """Yield the name of each object by which another block is placed, and what that block does."""
    names = {block.name for block in program.objects}
    for block in program.objects:
        if _falls(block.fields.get("place")):
            # Whatever it may touch decides where it comes to rest, so nothing may move by draws of Replicator's own.
            yield from ((name, f"{block.name} falls, and may come to rest on it") for name in names)
    for block in program.objects:
        place = block.fields.get("place")
        for kind, inputs in place.items() if isinstance(place, Mapping) else ():
            named = inputs.get(NAMED_BY[kind], "floor") if isinstance(inputs, Mapping) else inputs
            for text in _texts(named):
                if text.split(".")[0] in names:
                    yield text.split(".")[0], f"{block.name} stands {_WHERE.get(kind, 'on')} it"
        for text in _texts(block.fields.get("facing")):
            if text in names:
                yield text, f"{block.name} faces it"
        if not isinstance(place, Mapping | None):
            yield from ((name, f"{block.name} may stand on it") for name in names)
    for block in program.cameras:
        for key, verb in (("pose", "is aimed at it"), ("mount", "rides on it")):
            for text in _texts(block.fields.get(key)):
                name = text.split(".")[0].split("[")[0]
                if name in names:
                    yield name, f"{block.name} {verb}"


def _falls(place: object) -> bool:
    return isinstance(place, Mapping) and any(place.get(kind) is not None for kind in FALLING)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)
