"""Numbers with their nouns."""

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
