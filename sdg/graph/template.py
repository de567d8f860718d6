"""Values with their distributions taken out: every draw becomes a node, and a `Ref` stands where it was written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from sdg.errors import RecipeError
from sdg.graph.ir import Node, Ref
from sdg.recipe.distributions import DISTRIBUTION_KEYS, Every, Plain, is_distribution, is_variable
from sdg.recipe.faults import diagnose
from sdg.recipe.model import PathKey, Recipe

Template: TypeAlias = Any  # a plain value in which a `Ref` may stand anywhere

# Replicator's parameter names, in the order in which a recipe writes them; `uniform_int` is ours.
_PARAMETERS: Mapping[str, tuple[str, ...]] = {
    "uniform": ("lower", "upper"),
    "uniform_int": ("lower", "upper"),
    "log_uniform": ("lower", "upper"),
    "normal": ("mean", "std"),
}
_LIST_PARAMETER: Mapping[str, str] = {"choice": "choices", "sequence": "items", "combine": "distributions"}
_BESIDE: tuple[str, ...] = ("weights", "min", "max")


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
        self._open: list[str] = []
        self.nodes: list[Node] = []

    def template(self, value: Plain, place: Place) -> Template:
        """Return `value` with a `Ref` in place of every distribution, and variables resolved."""
        if is_variable(value):
            return self.variable(value[1:], place.path)
        if is_distribution(value):
            return self._distribution(value, place)
        if isinstance(value, Mapping):
            return {key: self.template(item, place.key(str(key))) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.template(item, place.item(index)) for index, item in enumerate(value)]
        return value

    def variable(self, name: str, used_at: PathKey) -> Template:
        """Return the template of an entry of `vars:`, whose draws are shared by all who use it.

        Raises:
            RecipeError: There is no such entry (G001), or it needs itself (G002).
        """
        if name in self._variables:
            return self._variables[name]
        entries = self._recipe.tree.get("vars") or {}
        if name not in entries:
            known = ", ".join(f"${key}" for key in entries) or "none"
            raise RecipeError(
                [
                    diagnose(
                        self._recipe, used_at, "G001", f"there is no variable ${name}", expected=f"one of: {known}",
                        found=f"${name}", hint="define it under `vars:`",
                    )
                ]
            )  # fmt: skip
        if name in self._open:
            ring = " -> ".join(f"${key}" for key in [*self._open[self._open.index(name) :], name])
            raise RecipeError(
                [
                    diagnose(
                        self._recipe, used_at, "G002", "variables need each other", found=ring,
                        hint="give one of them a value of its own",
                    )
                ]
            )  # fmt: skip
        self._open.append(name)
        self._variables[name] = self.template(entries[name], Place(f"vars.{name}", ("vars", name)))
        self._open.pop()
        return self._variables[name]

    def _distribution(self, value: Mapping[str, Plain], place: Place) -> Ref:
        kind = next(key for key in DISTRIBUTION_KEYS if key in value)
        # What is drawn inside a draw that is kept is kept with it, unless it says otherwise.
        every = value.get("every", place.every)
        inner = place.key(kind, every)
        inputs: dict[str, Template] = {}
        if kind in _PARAMETERS:
            for index, (parameter, bound) in enumerate(zip(_PARAMETERS[kind], value[kind], strict=True)):
                inputs[parameter] = self.template(bound, inner.item(index))
        else:
            inputs[_LIST_PARAMETER[kind]] = self.template(value[kind], inner)
        inputs |= {key: self.template(value[key], place.key(key)) for key in _BESIDE if key in value}
        if every != 1:
            inputs["every"] = every
        self.add(Node(place.name, f"distribution.{kind}", inputs, place.path, self._recipe.span(place.path)))
        return Ref(place.name)

    def add(self, node: Node) -> None:
        self.nodes.append(node)


def references(template: Template) -> Iterator[str]:
    """Yield the names of the nodes that a template needs directly."""
    if isinstance(template, Ref):
        yield template.node
    elif isinstance(template, Mapping):
        for item in template.values():
            yield from references(item)
    elif isinstance(template, list | tuple):
        for item in template:
            yield from references(item)


def is_drawn(template: Template) -> bool:
    """Return whether a template needs any draw."""
    return next(references(template), None) is not None
