"""Numbers with their nouns, and names that differ."""

from __future__ import annotations


def counted(count: int, noun: str, plural: str = "") -> str:
    """Return how many there are of something: `1 frame`, `2 frames`, `12,345 classes`.

    Args:
        count: How many.
        noun: What one of them is called.
        plural: What several are called; the noun with an s if empty.
    """
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def by(width: int, height: int) -> str:
    """Return the size of a picture: `640 × 480`, with the sign that typesetters use."""
    return f"{width} \N{MULTIPLICATION SIGN} {height}"


def percent(share: float) -> str:
    """Return a share as a whole number of percent: `53 %`, with a space that doesn't end a line."""
    return f"{100 * share:.0f}\N{NO-BREAK SPACE}%"


def three_digits(value: float) -> str:
    """Return a number in three significant digits, zeros at its end included: `5.90`, `12.0`, `-120`."""
    text = f"{value:#.3g}".rstrip(".")
    return text.replace("-", "\N{MINUS SIGN}", 1) if text.startswith("-") else text


def untaken(name: str, taken: set[str]) -> str:
    """Return a name, with the first of _2, _3 … behind it that makes it differ from those taken; and take it."""
    unique, ordinal = name, 1
    while unique in taken:
        ordinal += 1
        unique = f"{name}_{ordinal}"
    taken.add(unique)
    return unique
