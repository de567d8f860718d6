"""Normal distributions: their parts in either spelling, and how far they reach."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping

from sdg.recipe.distributions import Plain, is_distribution
from sdg.recipe.document import Document, Place
from sdg.recipe.model import PathKey
from sdg.recipe.variables import walk

# The inverse of the normal distribution at 2^-53, the least step of the draws, lies 8.2 deviations out.
NORMAL_REACH = 8.3


def spell_normals_alike(document: Document) -> None:
    """Rewrite `normal: {mean: m, std: s, min: a}` as `normal: [m, s], min: a` throughout a sound document."""
    for path, value in list(walk(document.tree)):
        if not is_distribution(value) or not isinstance(value.get("normal"), dict):
            continue
        parts: dict[str, Plain] = value["normal"]
        value["normal"] = [parts["mean"], parts["std"]]
        inner = (*path, "normal")
        _move(document, (*inner, "mean"), (*inner, 0))
        _move(document, (*inner, "std"), (*inner, 1))
        for bound in ("min", "max"):
            if bound in parts:
                value[bound] = parts[bound]
                _move(document, (*inner, bound), (*path, bound))


def _move(document: Document, old: PathKey, new: PathKey) -> None:
    """Give a place to another path, and those of its items."""
    for places in (document.spans, document.key_spans, document.definitions):
        for known in [known for known in places if known[: len(old)] == old]:
            places[(*new, *known[len(old) :])] = places.pop(known)
    if isinstance(new[-1], int):
        document.key_spans.pop(new, None)


def normal_parts(value: Mapping[str, Plain], place: Place) -> Iterator[tuple[str, tuple[Plain, Place]]]:
    """Yield mean, std, min and max of a normal distribution as far as they are given, each with its place."""
    inner = value["normal"]
    if isinstance(inner, list) and len(inner) == 2:
        yield "mean", (inner[0], place / "normal" / 0)
        yield "std", (inner[1], place / "normal" / 1)
    elif isinstance(inner, Mapping):
        for name in ("mean", "std", "min", "max"):
            if name in inner:
                yield name, (inner[name], place / "normal" / name)
    for name in ("min", "max"):
        if name in value and not (isinstance(inner, Mapping) and name in inner):
            yield name, (value[name], place / name)


def normal_ends(value: Mapping[str, Plain], place: Place) -> list[tuple[Plain, Place, bool]]:
    """Return the least and the greatest value of a sound normal, what sets it, and whether a bound does."""
    parts = dict(normal_parts(value, place))
    mean, deviation = parts["mean"][0], parts["std"][0]
    low = _elementwise(_reach_below, mean, deviation)
    high = _elementwise(_reach_above, mean, deviation)
    ends = []
    for name, reach, inner in (("min", low, max), ("max", high, min)):
        if name in parts:
            bound, at = parts[name]
            ends.append((_elementwise(inner, bound, reach), at, True))
        else:
            ends.append((reach, place / "normal", False))
    return ends


def _reach_below(mean: float, deviation: float) -> float:
    return mean - NORMAL_REACH * deviation


def _reach_above(mean: float, deviation: float) -> float:
    return mean + NORMAL_REACH * deviation


def _elementwise(function: Callable[[float, float], float], first: Plain, second: Plain) -> Plain:
    if isinstance(first, list):
        return [function(a, b) for a, b in zip(first, second, strict=True)]
    return function(first, second)


def share_within(mean: float, std: float, low: float, high: float) -> float:
    """Return the probability that a normal draw lies from low to high."""
    if std == 0:
        return 1.0 if low <= mean <= high else 0.0
    root = std * math.sqrt(2)
    # erfc keeps its precision in the tails, where erf would round to 1.
    if mean < low:
        return 0.5 * (math.erfc((low - mean) / root) - math.erfc((high - mean) / root))
    return 0.5 * (math.erfc((mean - high) / root) - math.erfc((mean - low) / root))
