"""The distributions a recipe may write wherever a value may stand, spelt as Replicator spells them.

A distribution is a mapping with one of `uniform`, `uniform_int`, `normal`, `log_uniform`, `choice`, `sequence`,
`combine`, and beside it `every` (and `weights` for a choice, `min` and `max` for a normal).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

Plain: TypeAlias = Any  # a plain YAML value: None, bool, int, float, str, list, dict
Every: TypeAlias = int | Literal["dataset"]
Number: TypeAlias = float | tuple[float, ...]  # a number, or a list of the field's length

DISTRIBUTION_KEYS = ("uniform", "uniform_int", "normal", "log_uniform", "choice", "sequence", "combine")


@dataclass(frozen=True)
class Uniform:
    """Evenly from [lower, upper), elementwise for lists."""

    lower: Number
    upper: Number
    every: Every = 1


@dataclass(frozen=True)
class UniformInt:
    """An integer from lower to upper, both included."""

    lower: int
    upper: int
    every: Every = 1


@dataclass(frozen=True)
class Normal:
    """Normal with mean and std; redrawn until within [minimum, maximum] where those are given."""

    mean: Number
    std: Number
    minimum: Number | None = None
    maximum: Number | None = None
    every: Every = 1


@dataclass(frozen=True)
class LogUniform:
    """exp of an even draw from [log lower, log upper)."""

    lower: Number
    upper: Number
    every: Every = 1


@dataclass(frozen=True)
class Choice:
    """One of the choices; a choice may itself hold distributions. Weights are relative; None weighs all alike."""

    choices: tuple[Plain, ...]
    weights: tuple[float, ...] | None = None
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


Distribution: TypeAlias = Uniform | UniformInt | Normal | LogUniform | Choice | Sequence | Combine


def is_distribution(value: Plain) -> bool:
    """Return whether a plain value is written as a distribution (which may still be a faulty one)."""
    return isinstance(value, Mapping) and any(key in value for key in DISTRIBUTION_KEYS)


def is_variable(value: Plain) -> bool:
    """Return whether a plain value refers to an entry of `vars:`, such as `$hour`."""
    return isinstance(value, str) and value.startswith("$")
