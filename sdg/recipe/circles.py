"""Circles among things that carry each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sdg.recipe.document import Place


def find_circles(carriers: Mapping[str, Sequence[tuple[str, Place]]]) -> Iterator[tuple[list[str], Place]]:
    """Yield each circle once, its first name again at its end, and where the link that closes it is written.

    Args:
        carriers: By name, what may carry it, and where that is written. Names without an entry are carried by nothing.
    """
    done: set[str] = set()
    for start in carriers:
        trail = [start]
        stack = [iter(carriers[start])]
        while stack:
            carrier, place = next(stack[-1], (None, None))
            if carrier is None or place is None or trail[-1] in done:
                done.add(trail.pop())
                stack.pop()
            elif carrier in trail:
                yield [*trail[trail.index(carrier) :], carrier], place
            elif carrier not in done:
                trail.append(carrier)
                stack.append(iter(carriers.get(carrier, ())))
