"""A distribution as it is written to the dataclass that describes it."""

from __future__ import annotations

from collections.abc import Mapping

from sdg.recipe.check_distribution import distribution_key
from sdg.recipe.distributions import (
    Choice,
    Combine,
    Distribution,
    LogUniform,
    Normal,
    Number,
    Plain,
    Sequence,
    Uniform,
    UniformInt,
)
from sdg.recipe.document import Place
from sdg.recipe.normals import normal_parts


def parse_distribution(value: Mapping[str, Plain]) -> Distribution:
    """Return what a distribution of a sound recipe describes; what it holds inside stays as written.

    Args:
        value: A mapping for which `is_distribution` is true, out of `Recipe.tree`.
    """
    name = distribution_key(value)
    inner = value[name]
    every = value.get("every", 1)
    if name == "normal":
        parts = {key: part for key, (part, _) in normal_parts(value, Place(()))}
        return Normal(
            mean=_number(parts["mean"]),
            std=_number(parts["std"]),
            minimum=_number(parts["min"]) if "min" in parts else None,
            maximum=_number(parts["max"]) if "max" in parts else None,
            every=every,
        )
    if name == "choice":
        weights = tuple(float(weight) for weight in value["weights"]) if "weights" in value else None
        return Choice(tuple(inner), weights, every)
    if name == "sequence":
        return Sequence(tuple(inner), every)
    if name == "combine":
        return Combine(tuple(inner), every)
    low, high = inner
    if name == "uniform_int":
        return UniformInt(low, high, every)
    if name == "log_uniform":
        return LogUniform(_number(low), _number(high), every)
    return Uniform(_number(low), _number(high), every)


def _number(value: Plain) -> Number:
    if isinstance(value, list):
        return tuple(float(item) for item in value)
    return float(value)
