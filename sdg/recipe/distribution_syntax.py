"""A distribution as it is written to the dataclass that describes it."""

from __future__ import annotations

from collections.abc import Mapping

from sdg.recipe.check_distribution import distribution_key
from sdg.recipe.distributions import (
    Choice,
    Combine,
    Distribution,
    End,
    LogUniform,
    Normal,
    Number,
    Plain,
    Ramp,
    Sequence,
    Uniform,
    UniformInt,
)
from sdg.recipe.document import Place
from sdg.recipe.normals import normal_parts
from sdg.recipe.ramps import WHOLE_RUN, is_ramp, ramp_key


def parse_distribution(value: Mapping[str, Plain]) -> Distribution:
    """Return what a distribution of a sound recipe describes; what it holds inside stays as written.

    Args:
        value: A mapping for which `is_distribution` is true, out of `Recipe.tree`.
    """
    if is_ramp(value):
        return _ramp(value)
    name = distribution_key(value)
    inner = value[name]
    every = value.get("every", 1)
    if name == "normal":
        parts = {key: part for key, (part, _) in normal_parts(value, Place(()))}
        return Normal(
            mean=_end(parts["mean"]),
            std=_end(parts["std"]),
            minimum=_end(parts["min"]) if "min" in parts else None,
            maximum=_end(parts["max"]) if "max" in parts else None,
            every=every,
        )
    if name == "choice":
        return Choice(tuple(inner), _weights(value.get("weights")), every)
    if name == "sequence":
        return Sequence(tuple(inner), every)
    if name == "combine":
        return Combine(tuple(inner), every)
    low, high = inner
    if name == "uniform_int":
        return UniformInt(_whole_end(low), _whole_end(high), every)
    if name == "log_uniform":
        return LogUniform(_end(low), _end(high), every)
    return Uniform(_end(low), _end(high), every)


def _ramp(value: Mapping[str, Plain]) -> Ramp:
    key = ramp_key(value)
    start, end = (_number(number) for number in value[key])
    first, last = value.get("over", WHOLE_RUN)
    return Ramp(start, end, (float(first), float(last)), key == "ramp_int")


def _end(value: Plain) -> End:
    return _ramp(value) if is_ramp(value) else _number(value)


def _whole_end(value: Plain) -> int | Ramp:
    return _ramp(value) if is_ramp(value) else int(value)


def _weights(value: Plain) -> tuple[float, ...] | Ramp | None:
    if value is None or is_ramp(value):
        return None if value is None else _ramp(value)
    return tuple(float(weight) for weight in value)


def _number(value: Plain) -> Number:
    if isinstance(value, list):
        return tuple(float(item) for item in value)
    return float(value)
