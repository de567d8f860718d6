"""Near misses: what somebody probably meant by a name that isn't known."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def closest(name: str, known: Iterable[str]) -> str:
    """Return the known spelling that is most like a name; empty if none is."""
    return next(iter(difflib.get_close_matches(name.lower(), list(known), n=1, cutoff=0.6)), "")


def similar(name: str, known: Iterable[str], most: int = 1) -> list[str]:
    """Return a few known spellings that are most like a name, whatever the case of either; the likest first."""
    by_small = {spelling.lower(): spelling for spelling in known}
    return [by_small[small] for small in difflib.get_close_matches(name.lower(), list(by_small), n=most, cutoff=0.5)]
