"""What the nodes of a graph must say for their draws to be checked."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

_Fits = Callable[[Mapping[str, Any]], bool]


def wrong_inputs(op: str, inputs: Mapping[str, Any]) -> str:
    """Return what a distribution's inputs should have been; empty if they are, or are drawn themselves."""
    every = inputs.get("every", 1)
    if every != "dataset" and not (type(every) is int and every > 0):
        return "every: a whole number from 1, or dataset"
    if op not in _WANTED or has_reference(inputs):
        return ""
    expected, fits = _WANTED[op]
    return "" if fits(inputs) else expected


def has_reference(value: Any) -> bool:
    """Whether a value is drawn, or holds one that is."""
    if isinstance(value, dict):
        return "ref" in value or any(has_reference(item) for item in value.values())
    return isinstance(value, list) and any(has_reference(item) for item in value)


def is_number(value: Any) -> bool:
    """Whether a value is a number that a float can hold."""
    return isinstance(value, int | float) and not isinstance(value, bool) and -1e308 < value < 1e308


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _are_numbers(inputs: Mapping[str, Any], *keys: str) -> bool:
    """Whether each is a number, or a list of as many as the other lists have."""
    lengths = {len(inputs[key]) for key in keys if isinstance(inputs.get(key), list)}
    return len(lengths) <= 1 and all(is_number(number) for key in keys for number in _listed(inputs.get(key)))


def _uniform(inputs: Mapping[str, Any]) -> bool:
    return _are_numbers(inputs, "lower", "upper")


def _log_uniform(inputs: Mapping[str, Any]) -> bool:
    return _uniform(inputs) and all(end > 0 for key in ("lower", "upper") for end in _listed(inputs[key]))


def _normal(inputs: Mapping[str, Any]) -> bool:
    limits = [key for key in ("min", "max") if inputs.get(key) is not None]
    return _are_numbers(inputs, "mean", "std", *limits) and all(std >= 0 for std in _listed(inputs["std"]))


def _uniform_int(inputs: Mapping[str, Any]) -> bool:
    lower, upper = inputs.get("lower"), inputs.get("upper")
    return type(lower) is int and type(upper) is int and lower <= upper


def _choice(inputs: Mapping[str, Any]) -> bool:
    choices, weights = inputs.get("choices"), inputs.get("weights")
    if not isinstance(choices, list) or not choices:
        return False
    if weights is None:
        return True
    return (
        isinstance(weights, list)
        and len(weights) == len(choices)
        and all(is_number(weight) and weight >= 0 for weight in weights)
        and 0 < sum(weights) < math.inf
    )


def _bernoulli(inputs: Mapping[str, Any]) -> bool:
    return is_number(inputs.get("probability")) and 0 <= inputs["probability"] <= 1


def _sequence(inputs: Mapping[str, Any]) -> bool:
    return isinstance(inputs.get("items"), list) and len(inputs["items"]) > 0


def _ramp(inputs: Mapping[str, Any]) -> bool:
    over, frames = inputs.get("over"), inputs.get("frames")
    return (
        _are_numbers(inputs, "start", "end")
        and isinstance(inputs.get("start"), list) == isinstance(inputs.get("end"), list)
        and isinstance(over, list)
        and len(over) == 2
        and all(map(is_number, over))
        and over[0] < over[1]
        and type(frames) is int
        and frames > 0
    )


_WANTED: dict[str, tuple[str, _Fits]] = {
    "distribution.uniform": ("lower and upper: numbers, or lists of equal length", _uniform),
    "distribution.log_uniform": ("lower and upper: numbers above 0, or lists of equal length", _log_uniform),
    "distribution.normal": ("mean, std, min and max: numbers, or lists of equal length", _normal),
    "distribution.uniform_int": ("lower and upper: whole numbers", _uniform_int),
    "distribution.choice": ("choices, and as many weights, or none", _choice),
    "distribution.bernoulli": ("probability: 0 to 1", _bernoulli),
    "distribution.sequence": ("items", _sequence),
    "distribution.ramp": ("start, end, over and frames of a ramp", _ramp),
    "distribution.ramp_int": ("start, end, over and frames of a ramp", _ramp),
}
