"""Distributions whose parts are ramps: what they were in one frame, and its draws on a scale that does not move."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from sdg.validate.declared import has_reference, wrong_inputs
from sdg.validate.goodness import normal_cumulative

RAMPS = ("distribution.ramp", "distribution.ramp_int")

_Graph = Mapping[str, tuple[str, Mapping[str, Any]]]


def ramp_at(op: str, inputs: Mapping[str, Any], frame_index: int) -> Any:
    """Return the value of a ramp in a frame: a number, or a list of them.

    Args:
        op: One of `RAMPS`.
        inputs: Its `start`, `end`, `over` and `frames`, as they should be.
        frame_index: Of the frame.
    """
    every, frames, (first, last) = inputs.get("every", 1), inputs["frames"], inputs["over"]
    index = 0 if every == "dataset" else frame_index // every * every
    share = index / (frames - 1) if frames > 1 else float(index > 0)
    place = min(1.0, max(0.0, (share - first) / (last - first)))

    def one(start: float, end: float) -> float:
        value: float = min(max(start * (1.0 - place) + end * place, min(start, end)), max(start, end))
        return math.floor(value + 0.5) if op == "distribution.ramp_int" else value

    start, end = inputs["start"], inputs["end"]
    return [one(a, b) for a, b in zip(start, end, strict=True)] if isinstance(start, list) else one(start, end)


def still_inputs(op: str, inputs: Mapping[str, Any], graph: _Graph, frame_index: int) -> dict[str, Any] | None:
    """Return a distribution's inputs in a frame, ramps replaced by their values.

    None if something else in them is drawn, or if they are not as they should be.
    """
    found: dict[str, Any] = {}
    for key, value in inputs.items():
        source = value.get("ref") if isinstance(value, dict) else None
        ramp, its_inputs = graph.get(source, ("", {})) if isinstance(source, str) else ("", {})
        found[key] = ramp_at(ramp, its_inputs, frame_index) if ramp in RAMPS else value
    return None if has_reference(found) or wrong_inputs(op, found) else found


def standing(op: str, inputs: Mapping[str, Any], value: Any) -> list[float] | None:
    """Return where in its distribution a draw lies, 0 to 1, for each element; even, whatever the distribution was.

    None if that is not known, or if the distribution was a single value in this frame.
    """
    elements = value if isinstance(value, list) else [value]
    keys = ("mean", "std", "min", "max") if op == "distribution.normal" else ("lower", "upper")
    rows = [[_at(inputs.get(key), index) for key in keys] for index in range(len(elements))]
    places = [_standing(op, row, float(element)) for row, element in zip(rows, elements, strict=True)]
    return None if any(place is None for place in places) else [place for place in places if place is not None]


def _at(parameter: Any, index: int) -> float | None:
    value = parameter[index] if isinstance(parameter, list) else parameter
    return None if value is None else float(value)


def _standing(op: str, row: list[float | None], value: float) -> float | None:
    first, second, *limits = row
    if first is None or second is None:
        return None
    if op == "distribution.normal":
        low, high = (end if limit is None else limit for limit, end in zip(limits, (-math.inf, math.inf), strict=True))
        if second <= 0 or low >= high:
            return None
        return float(normal_cumulative(first, second, low, high)(np.array([value]))[0])
    if first >= second:
        return None
    if op == "distribution.log_uniform":
        first, second, value = math.log(first), math.log(second), math.log(value)
    return (value - first) / (second - first)
