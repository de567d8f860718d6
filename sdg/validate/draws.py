"""What frame records say was drawn, against the distributions that the recipe declares.

Declared distributions are read from `graph.json`, which holds the recipe's own, overrides applied, in Replicator's
words. So nothing of what reads recipes or draws from them is needed here.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sdg.foundation.arrays import FloatArray
from sdg.foundation.seeds import Branch, RandomStream
from sdg.validate.declared import has_reference, is_number, wrong_inputs
from sdg.validate.findings import Findings
from sdg.validate.goodness import counts_p_value, holm, kolmogorov_smirnov, normal_cumulative
from sdg.validate.moving import RAMPS, ramp_at, standing, still_inputs

LEVEL = 1e-6
_FEWEST = 10
_MOST_KEPT = 200_000
_CONTINUOUS = ("distribution.uniform", "distribution.log_uniform", "distribution.normal")
_ORDINAL = re.compile(r"\[\d+\]")
# A camera's pose is drawn anew until it stands free and sees its target, a robot's until it is possible.
_REJECTED = re.compile(r"cameras\.[^.]+\.pose\.|scene\.objects\.[^.]+\.joints(_m)?\.")


@dataclass
class _Node:
    """A distribution of the graph, and what was drawn from it.

    Attributes:
        columns: Numbers drawn, one list per element of the value; choices are counted by their text.
        seen: Draws that are kept over frames, and have been taken in.
        firsts: Of a node that may be drawn again: how many values are those of the first try, and of how many.
    """

    name: str
    op: str
    inputs: Mapping[str, Any]
    columns: list[list[float]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    seen: set[tuple[str, int]] = field(default_factory=set)
    firsts: list[int] = field(default_factory=lambda: [0, 0])

    @property
    def rejected(self) -> bool:
        return _REJECTED.match(self.name) is not None

    @property
    def constant(self) -> bool:
        """Whether its parameters are plain values, the same in all frames."""
        return not any(has_reference(value) for value in self.inputs.values())


@dataclass(frozen=True)
class Test:
    """The outcome of one test: of what in which graph, by which distribution, its p-value, and for how many values."""

    graph: str
    name: str
    distribution: str
    p: float
    values: int


def judge(draws: Sequence[Draws], findings: Findings) -> dict[str, Any]:
    """Test all distributions of a dataset together, tell of those that don't fit, and return all p-values."""
    tests = [test for each in draws for test in each.tests()]
    for test, rejected in zip(tests, holm([test.p for test in tests], LEVEL), strict=True):
        if rejected:
            expected = f"{test.name}: {test.distribution} as declared"
            findings.add("V812", file=test.graph, expected=expected, found=f"p = {test.p:.2g} for {test.values} values")
    return {
        "tests": [{"graph": test.graph, "name": test.name, "p": test.p, "values": test.values} for test in tests],
        "rejected": [entry for each in draws for entry in each.accepted()],
    }


class Draws:
    """Takes in the draws of one recipe's frames, one after the other.

    Attributes:
        path: Of the graph that declares their distributions.
    """

    def __init__(self, graph: Any, path: str, findings: Findings) -> None:
        self.path = path
        self._findings = findings
        self._nodes: dict[str, _Node] = {}
        self._frames: dict[bytes, str] = {}
        nodes = graph.get("nodes") if isinstance(graph, dict) else None
        if not isinstance(nodes, list):
            findings.add("V814", file=path, expected="a list of nodes", found=type(nodes).__name__)
            return
        for node in nodes:
            if isinstance(node, dict) and str(node.get("op", "")).startswith("distribution."):
                self._take_node(node)

    def _take_node(self, node: Mapping[str, Any]) -> None:
        name, op, inputs = node.get("name"), node["op"], node.get("inputs")
        if not isinstance(inputs, dict) or not isinstance(name, str):
            self._findings.add("V814", file=self.path, expected="nodes with name, op and inputs", found=node)
            return
        wanted = wrong_inputs(op, inputs)
        if wanted:
            self._findings.add("V814", file=self.path, expected=f"{name}: {wanted}", found=inputs)
            op, inputs = "", {}  # its draws are known by name, and nothing is asked of them
        self._nodes[name] = _Node(name, op, inputs)

    def add(self, record: Mapping[str, Any], path: str) -> None:
        """Check the values of one frame against their distributions' support, and keep them for the end."""
        # Of a merged dataset, the index that the frame had where it was drawn.
        frame_index, fresh = record.get("merged", record)["frame_index"], []
        for key, value in record["scene_info"]["drawn"].items():
            node = self._node(key)
            if node is None:
                if self._nodes and ":" not in key and not key.endswith("probability"):
                    self._findings.add("V813", file=path, expected="a distribution in graph.json", found=key)
                continue
            if node.op in _CONTINUOUS and node.inputs.get("every", 1) == 1:
                fresh.append((key, value))
            still = node if node.constant else self._still(node, frame_index)
            if still is None:
                continue
            expected = _outside(still, value, frame_index)
            if expected:
                self._findings.add("V811", file=path, expected=f"{key}: {expected}", found=value)
                continue
            if self._is_new(node, key, frame_index):
                _take(node, still, value)
                if node.rejected:
                    self._note_first_try(node, still, key, value, record["seed"], frame_index)
        if fresh:
            digest = hashlib.blake2b(json.dumps(fresh).encode(), digest_size=16).digest()
            if (first := self._frames.setdefault(digest, path)) != path:
                found = f"the {len(fresh)} values of {first}"
                self._findings.add("V806", file=path, expected="draws of its own", found=found)

    def tests(self) -> list[Test]:
        """Test every distribution that can be."""
        return [
            Test(self.path, name, node.op.partition(".")[2], p, count)
            for node in self._nodes.values()
            if not node.rejected
            for name, p, count in _tests(node)
        ]

    def accepted(self) -> list[dict[str, Any]]:
        """Return name, share of first tries that were accepted and number of values of what may be drawn again."""
        return [
            {
                "graph": self.path,
                "name": node.name,
                "accepted": node.firsts[0] / node.firsts[1],
                "values": node.firsts[1],
            }
            for node in self._nodes.values()
            if node.rejected and node.firsts[1]
        ]

    def _node(self, key: str) -> _Node | None:
        """Return the node that a draw belongs to: its instance's ordinal and its carrier are not part of the name."""
        name = key.partition("@")[0]
        if name in self._nodes:
            return self._nodes[name]
        for match in _ORDINAL.finditer(name):
            shorter = name[: match.start()] + name[match.end() :]
            if shorter in self._nodes:
                return self._nodes[shorter]
        return None

    def _still(self, node: _Node, frame_index: int) -> _Node | None:
        """Return a distribution with parts that move as it was in a frame; None if its parts are drawn."""
        graph = {name: (other.op, other.inputs) for name, other in self._nodes.items() if other.op in RAMPS}
        inputs = still_inputs(node.op, node.inputs, graph, frame_index) if graph else None
        return None if inputs is None else _Node(node.name, node.op, inputs)

    def _is_new(self, node: _Node, key: str, frame_index: int) -> bool:
        every = node.inputs.get("every", 1)
        if every == 1:
            return True
        period = (key, 0 if every == "dataset" else frame_index // every if type(every) is int and every > 0 else 0)
        if period in node.seen:
            return False
        node.seen.add(period)
        return True

    def _note_first_try(self, node: _Node, still: _Node, key: str, value: Any, seed: int, frame_index: int) -> None:
        """Count whether a value is the one that the first try gives; known for uniform numbers."""
        if node.op != "distribution.uniform" or not isinstance(value, float) or node.inputs.get("every", 1) != 1:
            return
        low, high = (_element(limit, 0, math.nan) for limit in _limits(still))
        first = RandomStream.named(Branch.DRAW, seed, frame_index, key).uniform(low, high)
        # Where an end moves, its place is known up to rounding.
        node.firsts[0] += math.isclose(first, value, rel_tol=1e-9, abs_tol=1e-12)
        node.firsts[1] += 1


def _outside(node: _Node, value: Any, frame_index: int) -> str:
    """Return what a value should have been, if its distribution can't give it; empty otherwise."""
    inputs = node.inputs
    match node.op:
        case "distribution.uniform" | "distribution.log_uniform" | "distribution.normal":
            elements = value if isinstance(value, list) else [value]
            low, high = _limits(node)
            count = next((len(limit) for limit in _parameters(node) if isinstance(limit, list)), len(elements))
            if not all(map(is_number, elements)) or len(elements) != count:
                return f"{count} finite numbers" if count > 1 else "a finite number"
            for index, element in enumerate(elements):
                least, most = _element(low, index, -math.inf), _element(high, index, math.inf)
                if not min(least, most) <= element <= max(least, most):
                    return f"{least} to {most}"
        case "distribution.uniform_int":
            if type(value) is not int or not inputs["lower"] <= value <= inputs["upper"]:
                return f"a whole number from {inputs['lower']} to {inputs['upper']}"
        case "distribution.choice":
            if value not in inputs["choices"]:
                return f"one of {inputs['choices']}"
        case "distribution.bernoulli":
            if not isinstance(value, bool):
                return "true or false"
        case "distribution.sequence":
            every, items = inputs.get("every", 1), inputs["items"]
            item = items[0 if every == "dataset" else (frame_index // every) % len(items)]
            if value != item:
                return f"{item}, the sequence's next"
        case "distribution.ramp" | "distribution.ramp_int":
            wanted = ramp_at(node.op, inputs, frame_index)
            if not _are_close(value, wanted):
                return f"{wanted}, as far as the run is"
    return ""


def _are_close(value: Any, wanted: Any) -> bool:
    """Return whether a value is a number, or a list of numbers, as wanted up to rounding."""
    values, targets = (each if isinstance(each, list) else [each] for each in (value, wanted))
    return len(values) == len(targets) and all(
        is_number(each) and math.isclose(each, target, rel_tol=1e-9, abs_tol=1e-12)
        for each, target in zip(values, targets, strict=True)
    )


def _limits(node: _Node) -> tuple[Any, Any]:
    if node.op == "distribution.normal":
        return node.inputs.get("min"), node.inputs.get("max")
    return node.inputs["lower"], node.inputs["upper"]


def _parameters(node: _Node) -> list[Any]:
    """Return all parameters of a continuous distribution that may have one number per element."""
    keys = ("mean", "std", "min", "max") if node.op == "distribution.normal" else ("lower", "upper")
    return [node.inputs.get(key) for key in keys]


def _element(limit: Any, index: int, fallback: float) -> float:
    value = limit[index] if isinstance(limit, list) else limit
    return fallback if value is None else float(value)


def _take(node: _Node, still: _Node, value: Any) -> None:
    """Keep a value for the end; of a distribution that moves, where in it the value lies."""
    if still is not node:
        value = standing(node.op, still.inputs, value) if node.op in _CONTINUOUS else None
        if value is None:
            return
    if node.op in _CONTINUOUS:
        elements = value if isinstance(value, list) else [value]
        while len(node.columns) < len(elements):
            node.columns.append([])
        for column, element in zip(node.columns, elements, strict=False):
            if len(column) < _MOST_KEPT:
                column.append(float(element))
    else:
        text = json.dumps(value, sort_keys=True)
        node.counts[text] = node.counts.get(text, 0) + 1


def _tests(node: _Node) -> Iterator[tuple[str, float, int]]:
    """Yield name, p-value and number of values for each element of a distribution that can be tested."""
    for index, column in enumerate(node.columns):
        if len(column) < _FEWEST:
            continue
        p = _continuous(node, index, np.array(column))
        if p is not None:
            yield node.name if len(node.columns) == 1 else f"{node.name}#{index}", p, len(column)
    shares = _shares(node)
    if shares and node.counts:
        p = counts_p_value([node.counts.get(text, 0) for text in shares], list(shares.values()))
        if p is not None:
            yield node.name, p, sum(node.counts.values())


def _continuous(node: _Node, index: int, values: FloatArray) -> float | None:
    if not node.constant:
        return kolmogorov_smirnov(values, lambda ordered: np.clip(ordered, 0.0, 1.0))
    if node.op == "distribution.normal":
        mean, std = (_element(node.inputs[key], index, math.nan) for key in ("mean", "std"))
        low, high = (_element(node.inputs.get(key), index, end) for key, end in (("min", -math.inf), ("max", math.inf)))
        return kolmogorov_smirnov(values, normal_cumulative(mean, std, low, high)) if std > 0 and low < high else None
    low, high = (_element(node.inputs[key], index, math.nan) for key in ("lower", "upper"))
    if low == high:
        return None
    if node.op == "distribution.log_uniform":
        values, low, high = np.log(values), math.log(low), math.log(high)
    return kolmogorov_smirnov(values, lambda ordered: np.clip((ordered - min(low, high)) / abs(high - low), 0.0, 1.0))


def _shares(node: _Node) -> dict[str, float]:
    """Return how often each value should come, by its text."""
    inputs = node.inputs
    if not node.constant:
        return {}
    match node.op:
        case "distribution.uniform_int":
            span = inputs["upper"] - inputs["lower"] + 1
            return {str(inputs["lower"] + step): 1 / span for step in range(span)} if span <= 1000 else {}
        case "distribution.choice":
            weights = inputs.get("weights") or [1.0] * len(inputs["choices"])
            shares: dict[str, float] = {}
            for choice, weight in zip(inputs["choices"], weights, strict=True):
                text = json.dumps(choice, sort_keys=True)
                shares[text] = shares.get(text, 0.0) + weight / sum(weights)
            return shares
        case "distribution.bernoulli":
            return {"true": inputs["probability"], "false": 1 - inputs["probability"]}
    return {}
