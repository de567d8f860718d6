"""What was drawn, against the distributions that the recipe declares, which `graph.json` holds."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import NormalDist
from typing import Any

BINS = 24
# A normal without limits is shown this many standard deviations far.
_NORMAL_REACH = 4.0
_MOST_ELEMENTS = 4
_MOST_VALUES = 2_000
_CONTINUOUS = ("uniform", "log_uniform", "normal")
_ORDINAL = re.compile(r"\[\d+\]")
# A camera's pose is drawn anew until it stands free and sees its target, a robot's until no link touches another: such
# values need not fit the declared ones.
_REJECTED = re.compile(r"cameras\.[^.]+\.pose\.|scene\.objects\.[^.]+\.joints(_m)?\.")


@dataclass
class DrawnNumbers:
    """Numbers from a distribution over an interval, in bins of equal width (of equal ratio, if `is_log`).

    Attributes:
        low, high: Ends of the interval that is shown; values beyond count in the first and last bin.
        declared: Share that each bin should get.
        least, most: What the distribution can give at all.
        outside: How many values it can't.
    """

    low: float
    high: float
    is_log: bool
    declared: list[float]
    least: float
    most: float
    counts: list[int] = field(default_factory=lambda: [0] * BINS)
    outside: int = 0

    def add(self, value: Any) -> None:
        """Take in one value."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.outside += 1
            return
        slack = 1e-9 * max(abs(self.low), abs(self.high))
        if not self.least - slack <= value <= self.most + slack:
            self.outside += 1
            return
        low, high, at = self.low, self.high, float(value)
        if self.is_log:
            low, high, at = math.log(low), math.log(high), math.log(max(at, low))
        share = (at - low) / (high - low) if high > low else 0.0
        self.counts[max(0, min(int(share * BINS), BINS - 1))] += 1


@dataclass
class DrawnChoices:
    """Values that can be counted one by one.

    Attributes:
        declared: Share that each value should get, by its text; empty where that isn't known.
        counts: How often each came, by its text.
    """

    declared: dict[str, float]
    counts: Counter[str] = field(default_factory=Counter)
    strict: bool = True

    @property
    def outside(self) -> int:
        """How many values the distribution can't give."""
        if not self.declared or not self.strict:
            return 0
        return sum(count for text, count in self.counts.items() if text not in self.declared)

    def add(self, value: Any) -> None:
        """Take in one value."""
        text = _text(value)
        if text in self.counts or len(self.counts) < _MOST_VALUES:
            self.counts[text] += 1


@dataclass
class DrawnNode:
    """A distribution of the recipe, and what came of it.

    Attributes:
        name: The node's, as in `graph.json`.
        said: The distribution as the recipe says it.
        rejected: Whether values were drawn anew until they suited.
        elements: One for each element of the value.
    """

    name: str
    kind: str
    inputs: Mapping[str, Any]
    said: str
    rejected: bool
    elements: list[DrawnNumbers | DrawnChoices] = field(default_factory=list)
    count: int = 0
    periods: dict[str, int] = field(default_factory=dict)

    def add(self, key: str, value: Any, frame_index: int) -> None:
        """Take in the value that a key of `scene_info.drawn` had in a frame; frames come in ascending order."""
        every = self.inputs.get("every", 1)
        if every != 1:
            period = frame_index // every if isinstance(every, int) and every > 0 else 0
            if self.periods.get(key) == period:
                return
            self.periods[key] = period
        self.count += 1
        if not self.elements:
            self.elements = _elements(self.kind, self.inputs, value)
        values = value if isinstance(value, list) and len(self.elements) > 1 else [value]
        for element, each in zip(self.elements, values, strict=False):
            element.add(each)


class Draws:
    """Takes in the draws of one recipe's frames."""

    def __init__(self, graph: Any) -> None:
        """Read the declared distributions; what is no graph declares none."""
        self.nodes: dict[str, DrawnNode] = {}
        nodes = graph.get("nodes") if isinstance(graph, Mapping) else None
        for node in nodes if isinstance(nodes, list) else ():
            if not isinstance(node, Mapping) or not isinstance(inputs := node.get("inputs"), Mapping):
                continue
            name, kind = str(node.get("name")), str(node.get("op")).removeprefix("distribution.")
            # What a combination holds has nodes of its own.
            if str(node.get("op")).startswith("distribution.") and kind != "combine":
                self.nodes[name] = DrawnNode(name, kind, inputs, _said(kind, inputs), bool(_REJECTED.match(name)))

    def add(self, drawn: Any, frame_index: int) -> None:
        """Take in `scene_info.drawn` of one frame."""
        for key, value in drawn.items() if isinstance(drawn, Mapping) else ():
            node = self._node(key)
            if node is not None:
                node.add(key, value, frame_index)

    def _node(self, key: str) -> DrawnNode | None:
        """Return the node that a draw belongs to: its instance's ordinal and its carrier are not part of the name."""
        name = key.partition("@")[0]
        if name in self.nodes:
            return self.nodes[name]
        shorter = (name[: ordinal.start()] + name[ordinal.end() :] for ordinal in _ORDINAL.finditer(name))
        return next((self.nodes[each] for each in shorter if each in self.nodes), None)


def _elements(kind: str, inputs: Mapping[str, Any], value: Any) -> list[DrawnNumbers | DrawnChoices]:
    if kind in _CONTINUOUS and not _is_drawn(inputs):
        count = len(value) if isinstance(value, list) else 1
        return [_numbers(kind, inputs, index) for index in range(min(count, _MOST_ELEMENTS))]
    if kind == "uniform_int" and not _is_drawn(inputs) and (numbers := _many_whole_numbers(inputs)) is not None:
        return [numbers]
    return [DrawnChoices(_shares(kind, inputs), strict=kind != "sequence")]


def _many_whole_numbers(inputs: Mapping[str, Any]) -> DrawnNumbers | None:
    """Return bins of whole numbers, where there are too many to be counted one by one."""
    lower, upper = inputs.get("lower"), inputs.get("upper")
    if type(lower) is not int or type(upper) is not int or upper - lower < _MOST_VALUES:
        return None
    try:
        return DrawnNumbers(lower - 0.5, upper + 0.5, False, [1 / BINS] * BINS, lower, upper)
    except OverflowError:
        return None


def _numbers(kind: str, inputs: Mapping[str, Any], index: int) -> DrawnNumbers | DrawnChoices:
    try:
        if kind == "normal":
            return _normal(inputs, index)
        low, high = sorted((_at(inputs["lower"], index), _at(inputs["upper"], index)))
        is_log = kind == "log_uniform" and low > 0
        return DrawnNumbers(low, high, is_log, [1 / BINS] * BINS, low, high)
    except (KeyError, IndexError, TypeError, ValueError):
        return DrawnChoices({})


def _normal(inputs: Mapping[str, Any], index: int) -> DrawnNumbers | DrawnChoices:
    mean, std = _at(inputs["mean"], index), _at(inputs["std"], index)
    if std <= 0:
        return DrawnChoices({_text(mean): 1.0})
    least = -math.inf if inputs.get("min") is None else _at(inputs["min"], index)
    most = math.inf if inputs.get("max") is None else _at(inputs["max"], index)
    low, high = max(mean - _NORMAL_REACH * std, least), min(mean + _NORMAL_REACH * std, most)
    if not low < high:
        raise ValueError("limits far from the mean")
    cumulative = [NormalDist(mean, std).cdf(low + (high - low) * step / BINS) for step in range(BINS + 1)]
    whole = cumulative[-1] - cumulative[0]
    declared = [(above - below) / whole for below, above in pairwise(cumulative)]
    # Beyond the reach of the picture, values are rare and count at its ends.
    return DrawnNumbers(low, high, False, declared, least, most)


def _shares(kind: str, inputs: Mapping[str, Any]) -> dict[str, float]:
    """Return the share that each value should get, by its text; empty where it depends on other draws."""
    if _is_drawn(inputs):
        return {}
    shares: dict[str, float] = {}
    try:
        if kind == "uniform_int":
            values: list[Any] = list(range(inputs["lower"], inputs["upper"] + 1)[:_MOST_VALUES])
            weights = [1.0] * len(values)
        elif kind == "choice":
            values = inputs["choices"]
            weights = inputs.get("weights") or [1.0] * len(values)
        elif kind == "sequence":
            values, weights = inputs["items"], [1.0] * len(inputs["items"])
        elif kind == "bernoulli":
            values, weights = [True, False], [inputs["probability"], 1 - inputs["probability"]]
        else:
            return {}
        for value, weight in zip(values, weights, strict=False):
            shares[_text(value)] = shares.get(_text(value), 0.0) + float(weight) / sum(weights)
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return {}
    return shares


def _at(parameter: Any, index: int) -> float:
    value = float(parameter[index] if isinstance(parameter, list) else parameter)
    if not math.isfinite(value):
        raise ValueError("not a number")
    return value


def _is_drawn(inputs: Any) -> bool:
    """Return whether a parameter is itself drawn."""
    return any(True for _ in _references(inputs))


def _references(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        if "ref" in value:
            yield value
        for item in value.values():
            yield from _references(item)
    elif isinstance(value, list):
        for item in value:
            yield from _references(item)


def _said(kind: str, inputs: Mapping[str, Any]) -> str:
    """Return a distribution in the recipe's words."""
    shown = {key: value for key, value in inputs.items() if key not in ("choices", "items", "weights")}
    if kind in ("uniform", "uniform_int", "log_uniform"):
        shown = {"": [shown.pop("lower", None), shown.pop("upper", None)], **shown}
    parts = [f"{key} {_plain(value)}".strip() for key, value in shown.items()]
    return f"{kind} {', '.join(parts)}".strip()


def _plain(value: Any) -> str:
    if isinstance(value, Mapping) and "ref" in value:
        return f"${value['ref']}"
    if isinstance(value, list):
        return f"[{', '.join(_plain(item) for item in value)}]"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        return f"{value:.6g}"
    return json.dumps(value, sort_keys=True)
