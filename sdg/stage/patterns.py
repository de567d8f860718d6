"""Parts of an asset by patterns over their names: `*` is anything, `?` one character, `[abc]` one of these.

A pattern with a slash is held against paths from the root of the file, `/World/Floor*`, and one without against single
names. What it says of a thing holds for everything in it. Case counts. Of several patterns, the first that fits counts.
"""

from __future__ import annotations

import fnmatch
import functools
import re
from collections.abc import Iterable, Iterator, Sequence

from sdg.foundation.spelling import similar
from sdg.stage.asset import Part

_SHOWN = 3


def first_match(patterns: Iterable[str], part: Part, *, or_material: bool = False) -> str | None:
    """Return the first pattern that fits a part, what it lies in or, if asked, its material; None if none does."""
    paths, names = _paths(part.name), _names(part.name)
    if or_material:
        names = (*names, part.material.name)
    for pattern in patterns:
        fits = _compiled(pattern)
        if any(fits.match(text) for text in (paths if "/" in pattern else names)):
            return pattern
    return None


def near_names(pattern: str, parts: Sequence[Part], *, or_material: bool = False) -> list[str]:
    """Return a few names of parts, and of what they lie in, that are most like a pattern which fits none of them."""
    known: dict[str, None] = {}
    for part in parts:
        known |= dict.fromkeys(_paths(part.name) if "/" in pattern else _names(part.name))
        if or_material and "/" not in pattern:
            known[part.material.name] = None
    plain = re.sub(r"[*?\[\]]", "", pattern)
    return similar(plain, known, _SHOWN) or list(known)[:_SHOWN]


@functools.lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(fnmatch.translate(pattern))


@functools.lru_cache(maxsize=65536)
def _paths(name: str) -> tuple[str, ...]:
    """Return the paths of a part and of all that it lies in, from the root."""
    steps = name.strip("/").split("/")
    return tuple("/" + "/".join(steps[:count]) for count in range(1, len(steps) + 1))


@functools.lru_cache(maxsize=65536)
def _names(name: str) -> tuple[str, ...]:
    """Return the names of a part and of all that it lies in; a material subset's is behind a colon."""
    return tuple(_split(name))


def _split(name: str) -> Iterator[str]:
    for step in name.strip("/").split("/"):
        yield step
        if ":" in step:
            yield from step.split(":")
