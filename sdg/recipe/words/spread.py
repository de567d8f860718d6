"""How a plain value becomes a distribution round it, within the bounds of its place."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from sdg.recipe.distributions import Plain
from sdg.recipe.kinds import Kind, ListKind, NumberKind, options


@dataclass(frozen=True)
class Times:
    """From `low` to `high` times the value, evenly in the logarithm; of whole and negative numbers evenly."""

    low: float
    high: float

    def ends(self, value: float) -> tuple[float, float]:
        low, high = sorted((value * self.low, value * self.high))
        return low, high


@dataclass(frozen=True)
class Plus:
    """Evenly, at most `by` away from the value. A value within `keep` stays within it."""

    by: float
    keep: tuple[float, float] = (-math.inf, math.inf)

    def ends(self, value: float) -> tuple[float, float]:
        low, high = self.keep
        return max(value - self.by, min(low, value)), min(value + self.by, max(high, value))


@dataclass(frozen=True)
class PlusShare:
    """Evenly, at most `by` of another length of the block away from the value; `of` is the key of that length."""

    by: float
    of: str

    def of_length(self, length: float) -> Plus:
        """Return the rule for a length."""
        return Plus(self.by * length)


Rule: TypeAlias = Times | Plus


@dataclass(frozen=True)
class Cell:
    """What one word puts in one place.

    Attributes:
        written: What becomes of a plain value that the author wrote: a rule, or what takes its place. None leaves it.
        absent: What stands where the author wrote nothing; a rule is about the default. None leaves it out.
        shared: Whether one draw a frame is for all instances of the block: it becomes a variable.
        out: Share of the instances that have a hundredth of it instead: lamps that are out.
    """

    written: Rule | PlusShare | Plain = None
    absent: Rule | PlusShare | Plain = None
    shared: bool = False
    out: float = 0.0


def spread(rule: Rule, value: Plain, kind: Kind) -> Plain:
    """Return the distribution round a plain number, or round each of a list of them, within what its place admits.

    What can't be spread (text, a list in which something is drawn, a value at its bound) is returned as it is.
    """
    if isinstance(value, list):
        items = _item_kinds(kind, len(value))
        return [_one(rule, item, item_kind) for item, item_kind in zip(value, items, strict=True)] if items else value
    numbers = [option for option in options(kind) if isinstance(option, NumberKind)]
    return _one(rule, value, numbers[0]) if numbers else value


def _item_kinds(kind: Kind, length: int) -> tuple[NumberKind, ...]:
    for option in options(kind):
        if isinstance(option, ListKind) and len(option.items) == length:
            return tuple(item for item in option.items if isinstance(item, NumberKind))
    return ()


def _one(rule: Rule, value: Plain, kind: NumberKind) -> Plain:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    low, high = rule.ends(float(value))
    low = max(low, -math.inf if kind.minimum is None else kind.minimum)
    high = min(high, math.inf if kind.maximum is None else kind.maximum)
    tidy: Callable[[float], float] = math.ceil if kind.whole else _tidy
    low, high = tidy(low), tidy(high)
    if not (low < high and kind.admits(low) and kind.admits(high)):
        return value
    if kind.whole:
        return {"uniform_int": [low, high]}
    return {"log_uniform" if isinstance(rule, Times) and low > 0 else "uniform": [low, high]}


def _tidy(number: float) -> float:
    return float(f"{number:.6g}")
