"""The distributions a recipe may write wherever a value may stand, spelt as Replicator spells them.

A distribution is a mapping with one of `uniform`, `uniform_int`, `normal`, `log_uniform`, `choice`, `sequence`,
`combine`, `ramp`, `ramp_int`, and beside it `every` (and `weights` for a choice, `min` and `max` for a normal).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

Plain: TypeAlias = Any  # a plain YAML value: None, bool, int, float, str, list, dict
Every: TypeAlias = int | Literal["dataset"]
Number: TypeAlias = float | tuple[float, ...]  # a number, or a list of the field's length

DISTRIBUTION_KEYS = (
    "uniform",
    "uniform_int",
    "normal",
    "log_uniform",
    "choice",
    "sequence",
    "combine",
    "ramp",
    "ramp_int",
)


@dataclass(frozen=True)
class Ramp:
    """From `start` to `end` while the run goes through `over`, shares of it; drawn from nothing."""

    start: Number
    end: Number
    over: tuple[float, float] = (0.0, 1.0)
    whole: bool = False
    every: Every = 1


End: TypeAlias = Number | Ramp


@dataclass(frozen=True)
class Uniform:
    """Evenly from [lower, upper), elementwise for lists."""

    lower: End
    upper: End
    every: Every = 1


@dataclass(frozen=True)
class UniformInt:
    """An integer from lower to upper, both included."""

    lower: int | Ramp
    upper: int | Ramp
    every: Every = 1


@dataclass(frozen=True)
class Normal:
    """Normal with mean and std; redrawn until within [minimum, maximum] where those are given."""

    mean: End
    std: End
    minimum: End | None = None
    maximum: End | None = None
    every: Every = 1


@dataclass(frozen=True)
class LogUniform:
    """exp of an even draw from [log lower, log upper)."""

    lower: End
    upper: End
    every: Every = 1


@dataclass(frozen=True)
class Choice:
    """One of the choices; a choice may itself hold distributions. Weights are relative; None weighs all alike."""

    choices: tuple[Plain, ...]
    weights: tuple[float, ...] | Ramp | None = None
    every: Every = 1


@dataclass(frozen=True)
class Sequence:
    """Item (frame index // every) modulo the number of items."""

    items: tuple[Plain, ...]
    every: Every = 1


@dataclass(frozen=True)
class Combine:
    """A list whose elements are each a value or a distribution."""

    distributions: tuple[Plain, ...]
    every: Every = 1


Distribution: TypeAlias = Uniform | UniformInt | Normal | LogUniform | Choice | Sequence | Combine | Ramp


def is_distribution(value: Plain) -> bool:
    """Return whether a plain value is written as a distribution (which may still be a faulty one)."""
    return isinstance(value, Mapping) and any(key in value for key in DISTRIBUTION_KEYS)


def is_variable(value: Plain) -> bool:
    """Return whether a plain value refers to an entry of `vars:`, such as `$hour`."""
    return isinstance(value, str) and value.startswith("$")
