"""One value from one distribution: a function of the seed, the frame and the node's name.

The streams are Philox (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011), keyed by name; see
`sdg.foundation.seeds`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from sdg.foundation.seeds import RandomStream
from sdg.recipe.distributions import Every
from sdg.recipe.ramps import nearest_whole, ramp_value

_NORMAL_TRIES = 10_000


class DrawError(ValueError):
    """A distribution whose parameters, as drawn, yield no value; whoever knows its place reports it."""


def frame_key(frame_index: int, every: Every) -> int | str:
    """Return what stands for the frame in a stream's key; draws that are kept share it."""
    if every == "dataset":
        return "dataset"
    return frame_index if every == 1 else f"every:{every}:{frame_index // every}"


def draw(
    op: str, inputs: Mapping[str, Any], stream: RandomStream, frame_index: int, resolve: Callable[[Any], Any]
) -> Any:
    """Draw one value.

    Args:
        op: `distribution.uniform` and so on.
        inputs: The node's inputs; they may hold references.
        stream: The node's own stream.
        frame_index: Which item a sequence is at.
        resolve: Replaces references by their values. Of a choice only the option taken is resolved.

    Raises:
        DrawError: No value can come from these parameters.
    """
    return _DRAW[op](inputs, stream, frame_index, resolve)


def _uniform(inputs: Mapping[str, Any], stream: RandomStream, _: int, resolve: Callable[[Any], Any]) -> Any:
    return _elementwise(stream.uniform, resolve(inputs["lower"]), resolve(inputs["upper"]))


def _log_uniform(inputs: Mapping[str, Any], stream: RandomStream, _: int, resolve: Callable[[Any], Any]) -> Any:
    def one(lower: float, upper: float) -> float:
        if lower <= 0 or upper <= 0:
            raise DrawError(f"log_uniform needs positive bounds, got {lower} and {upper}")
        # exp(log x) may miss x by a rounding; the promise is [lower, upper].
        return min(max(math.exp(stream.uniform(math.log(lower), math.log(upper))), lower), upper)

    return _elementwise(one, resolve(inputs["lower"]), resolve(inputs["upper"]))


def _uniform_int(inputs: Mapping[str, Any], stream: RandomStream, _: int, resolve: Callable[[Any], Any]) -> Any:
    lower, upper = resolve(inputs["lower"]), resolve(inputs["upper"])
    if not (isinstance(lower, int) and isinstance(upper, int) and lower <= upper):
        raise DrawError(f"uniform_int needs whole numbers in rising order, got {lower} and {upper}")
    return stream.integer(lower, upper)


def _normal(inputs: Mapping[str, Any], stream: RandomStream, _: int, resolve: Callable[[Any], Any]) -> Any:
    def one(mean: float, std: float, low: float, high: float) -> float:
        for _try in range(_NORMAL_TRIES):
            value = stream.normal(mean, std)
            if low <= value <= high:
                return value
        raise DrawError(f"normal with mean {mean} and std {std} hit [{low}, {high}] in none of {_NORMAL_TRIES} tries")

    low, high = resolve(inputs.get("min")), resolve(inputs.get("max"))
    return _elementwise(
        one,
        resolve(inputs["mean"]),
        resolve(inputs["std"]),
        -math.inf if low is None else low,
        math.inf if high is None else high,
    )


def _choice(inputs: Mapping[str, Any], stream: RandomStream, _: int, resolve: Callable[[Any], Any]) -> Any:
    options = inputs["choices"]
    weights = resolve(inputs.get("weights"))
    if weights is None:
        return resolve(options[stream.integer(0, len(options) - 1)])
    if len(weights) != len(options) or min(weights) < 0 or not 0 < sum(weights) < math.inf:
        raise DrawError(f"weights must be one per choice, none negative, not all zero; got {weights}")
    return resolve(options[stream.choice(weights)])


def _bernoulli(inputs: Mapping[str, Any], stream: RandomStream, _: int, resolve: Callable[[Any], Any]) -> Any:
    probability = resolve(inputs["probability"])
    if not 0 <= probability <= 1:
        raise DrawError(f"a probability lies between 0 and 1, got {probability}")
    return stream.unit() < probability


def _sequence(inputs: Mapping[str, Any], _: RandomStream, frame_index: int, resolve: Callable[[Any], Any]) -> Any:
    every = inputs.get("every", 1)
    items = inputs["items"]
    return resolve(items[0 if every == "dataset" else (frame_index // every) % len(items)])


def _combine(inputs: Mapping[str, Any], _: RandomStream, __: int, resolve: Callable[[Any], Any]) -> Any:
    return resolve(inputs["distributions"])


def _ramp(inputs: Mapping[str, Any], _: RandomStream, frame_index: int, __: Callable[[Any], Any]) -> Any:
    every, length = inputs.get("every", 1), inputs["frames"]
    index = 0 if every == "dataset" else frame_index // every * every
    # The last frame of the run is at its end; those that extend it stay there.
    share = index / (length - 1) if length > 1 else float(index > 0)
    first, last = inputs["over"]
    return _elementwise(lambda start, end: ramp_value(start, end, (first, last), share), inputs["start"], inputs["end"])


def _ramp_int(inputs: Mapping[str, Any], stream: RandomStream, frame_index: int, resolve: Callable[[Any], Any]) -> Any:
    return _elementwise(nearest_whole, _ramp(inputs, stream, frame_index, resolve))


_DRAW: Mapping[str, Callable[[Mapping[str, Any], RandomStream, int, Callable[[Any], Any]], Any]] = {
    "distribution.uniform": _uniform,
    "distribution.uniform_int": _uniform_int,
    "distribution.log_uniform": _log_uniform,
    "distribution.normal": _normal,
    "distribution.choice": _choice,
    "distribution.bernoulli": _bernoulli,
    "distribution.sequence": _sequence,
    "distribution.combine": _combine,
    "distribution.ramp": _ramp,
    "distribution.ramp_int": _ramp_int,
}


def _elementwise(one: Callable[..., float], *parameters: Any) -> Any:
    """Apply `one` to numbers, or to lists element by element; a number beside a list serves for every element."""
    length = next((len(value) for value in parameters if isinstance(value, list | tuple)), None)
    if length is None:
        return one(*parameters)
    columns = [value if isinstance(value, list | tuple) else [value] * length for value in parameters]
    if any(len(column) != length for column in columns):
        raise DrawError(f"lists of one length are needed, got {list(parameters)}")
    return [one(*row) for row in zip(*columns, strict=True)]
