"""Does a single number, word or text fit its place?"""

from __future__ import annotations

import math
from typing import Protocol

from sdg.recipe.document import Place
from sdg.recipe.hints import name_hint
from sdg.recipe.kinds import NumberKind, TextKind, WordKind
from sdg.recipe.not_yet import ANNOTATORS
from sdg.recipe.wording import describe, label, nearest


class Fault(Protocol):
    """Reports a fault at a place."""

    def __call__(
        self, code: str, message: str, place: Place, expected: str = "", found: str = "", hint: str = ""
    ) -> None: ...


def check_number(kind: NumberKind, value: int | float, place: Place, fault: Fault) -> None:
    """Report a number that its kind does not admit."""
    if kind.whole and not isinstance(value, int):
        hint = f"write {describe(int(value))}" if value.is_integer() else "write a whole number"
        fault("R022", f"{label(place.use)} must be a whole number", place, kind.describe(), describe(value), hint)
    elif not -math.inf < value < math.inf:
        fault("R023", f"{label(place.use)} is not a finite number", place, kind.describe(), describe(value))
    elif not kind.admits(value):
        expected = kind.describe()
        fault("R023", f"{label(place.use)} is out of range", place, expected, describe(value), kind.reason)


def check_word(kind: WordKind, value: str | int, place: Place, fault: Fault) -> None:
    """Report a word that is none of those known."""
    if value in kind.values:
        return
    if place.use == ("sdg",):
        fault(
            "R031",
            "a recipe of another version of the language",
            place,
            "sdg: 1",
            describe(value),
            "this program reads version 1",
        )
    elif isinstance(value, str) and value in ANNOTATORS:
        fault("R029", f"{value} is not yet supported", place, kind.describe(), describe(value), "remove it for now")
    else:
        words = [word for word in kind.values if isinstance(word, str)]
        hint = nearest(value, words) if isinstance(value, str) else ""
        fault("R025", f"{label(place.use)} is not a word known here", place, kind.describe(), describe(value), hint)


def check_text(kind: TextKind, value: str, place: Place, fault: Fault) -> None:
    """Report a text that is too long, empty, or no name where one is wanted."""
    if kind.max_length is not None and len(value) > kind.max_length:
        found = f"{len(value)} characters"
        fault("R026", f"{label(place.use)} is too long", place, kind.describe(), found, "shorten it")
    elif not kind.admits(value):
        fault("R026", f"{label(place.use)} is not a name", place, kind.describe(), describe(value), name_hint(value))
    elif not (value.strip() or kind.may_be_blank):
        fault("R026", f"{label(place.use)} is empty", place, kind.describe(), describe(value), "write a name")
