"""Values with their distributions taken out: every draw becomes a node, and a `Ref` stands where it was written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from sdg.graph.ir import Node, Ref, references
from sdg.recipe.distribution_syntax import parse_distribution
from sdg.recipe.distributions import (
    Choice,
    Combine,
    Distribution,
    End,
    Every,
    LogUniform,
    Normal,
    Number,
    Plain,
    Ramp,
    Sequence,
    Uniform,
    UniformInt,
    is_distribution,
    is_variable,
)
from sdg.recipe.model import PathKey, Recipe

Template: TypeAlias = Any  # a plain value in which a `Ref` may stand anywhere


@dataclass(frozen=True)
class Place:
    """A value on its way into the graph: its node name, its path in the recipe, and the `every` it inherits."""

    name: str
    path: PathKey
    every: Every = 1

    def key(self, key: str, every: Every | None = None) -> Place:
        return Place(f"{self.name}.{key}", (*self.path, key), self.every if every is None else every)

    def item(self, index: int) -> Place:
        return Place(f"{self.name}[{index}]", (*self.path, index), self.every)


class TemplateBuilder:
    """Turns plain values into templates, and collects the nodes of their distributions in evaluation order."""

    def __init__(self, recipe: Recipe) -> None:
        self._recipe = recipe
        self._variables: dict[str, Template] = {}
        self.nodes: list[Node] = []

    def template(self, value: Plain, place: Place) -> Template:
        """Return `value` with a `Ref` in place of every distribution, and variables resolved."""
        if is_variable(value):
            return self.variable(value[1:])
        if is_distribution(value):
            return self._distribution(value, place)
        if isinstance(value, Mapping):
            return {key: self.template(item, place.key(str(key))) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.template(item, place.item(index)) for index, item in enumerate(value)]
        return value

    def variable(self, name: str) -> Template:
        """Return the template of an entry of `vars:`, whose draws are shared by all who use it."""
        if name not in self._variables:
            place = Place(f"vars.{name}", ("vars", name))
            self._variables[name] = self.template(self._recipe.tree["vars"][name], place)
        return self._variables[name]

    def _distribution(self, value: Mapping[str, Plain], place: Place) -> Ref:
        distribution = parse_distribution(value)
        # What is drawn inside a draw that is kept is kept with it, unless it says otherwise.
        every = distribution.every if "every" in value else place.every
        kind, inputs = self._inputs(distribution, place, every)
        if every != 1:
            inputs["every"] = every
        self.add(Node(place.name, f"distribution.{kind}", inputs, place.path, self._recipe.span(place.path)))
        return Ref(place.name)

    def _inputs(self, distribution: Distribution, place: Place, every: Every) -> tuple[str, dict[str, Template]]:
        """Return a distribution's kind and its parameters, under Replicator's names; `uniform_int` is ours."""
        inputs: dict[str, Template]
        match distribution:
            case Uniform(lower, upper):
                return "uniform", self._ends(place.key("uniform", every), lower, upper)
            case UniformInt(lower, upper):
                return "uniform_int", self._ends(place.key("uniform_int", every), lower, upper)
            case LogUniform(lower, upper):
                return "log_uniform", self._ends(place.key("log_uniform", every), lower, upper)
            case Normal(mean, std, minimum, maximum):
                parts, at = place.key("normal", every), place.key
                inputs = {"mean": self._part(mean, parts.item(0)), "std": self._part(std, parts.item(1))}
                inputs |= {} if minimum is None else {"min": self._part(minimum, at("min", every))}
                inputs |= {} if maximum is None else {"max": self._part(maximum, at("max", every))}
                return "normal", inputs
            case Choice(choices, weights):
                inputs = {"choices": self.template(choices, place.key("choice", every))}
                inputs |= {} if weights is None else {"weights": self._part(weights, place.key("weights", every))}
                return "choice", inputs
            case Ramp(start, end, over, whole):
                inputs = {"start": _plain(start), "end": _plain(end), "over": list(over)}
                return "ramp_int" if whole else "ramp", {**inputs, "frames": self._recipe.run_frames}
            case Sequence(items):
                return "sequence", {"items": self.template(items, place.key("sequence", every))}
            case Combine(distributions):
                return "combine", {"distributions": self.template(distributions, place.key("combine", every))}

    def _ends(self, place: Place, lower: End, upper: End) -> dict[str, Template]:
        return {"lower": self._part(lower, place.item(0)), "upper": self._part(upper, place.item(1))}

    def _part(self, part: End, place: Place) -> Template:
        """Return a part of a distribution, with a `Ref` in place of a ramp."""
        if not isinstance(part, Ramp):
            return _plain(part)
        kind, inputs = self._inputs(part, place, place.every)
        if place.every != 1:
            inputs["every"] = place.every
        self.add(Node(place.name, f"distribution.{kind}", inputs, place.path, self._recipe.span(place.path)))
        return Ref(place.name)

    def add(self, node: Node) -> None:
        self.nodes.append(node)


def _plain(number: Number) -> Plain:
    return list(number) if isinstance(number, tuple) else number


def is_drawn(template: Template) -> bool:
    """Return whether a template needs any draw."""
    return next(references(template), None) is not None
