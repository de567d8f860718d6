"""The graph as data: nodes with inputs that are constants or references, serialisable and without behaviour."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sdg.foundation.span import Span
from sdg.recipe.model import PathKey

GRAPH_VERSION = 1


@dataclass(frozen=True)
class Ref:
    """An input that another node's output feeds."""

    node: str


@dataclass(frozen=True, eq=False)
class Node:
    """One call in Replicator's vocabulary.

    Attributes:
        name: Unique, made of names rather than positions: `scene.objects.pallet.yaw_deg`.
        op: `trigger.on_frame`, `distribution.uniform`, `create.from_usd`, `modify.pose`, `randomizer.scatter_2d` ...
        inputs: Plain values, in which a `Ref` may stand anywhere.
        path: Where in the recipe's tree it comes from.
        span: The same as a place in the file; None for defaults.
    """

    name: str
    op: str
    inputs: Mapping[str, Any]
    path: PathKey = ()
    span: Span | None = None

    def references(self) -> Iterator[tuple[str, str]]:
        """Yield (input, node name) for every reference among the inputs."""
        for key, value in self.inputs.items():
            for name in references(value):
                yield key, name


@dataclass(frozen=True, eq=False)
class Graph:
    """The nodes of a recipe, in recipe order."""

    nodes: tuple[Node, ...]

    @cached_property
    def by_name(self) -> Mapping[str, Node]:
        return {node.name: node for node in self.nodes}

    def to_json(self) -> dict[str, Any]:
        """Return the graph as plain JSON values: `nodes`, and `edges` as [from, to, input]."""
        nodes = [{"name": node.name, "op": node.op, "inputs": _plain(node.inputs)} for node in self.nodes]
        edges = [[source, node.name, key] for node in self.nodes for key, source in node.references()]
        return {"version": GRAPH_VERSION, "nodes": nodes, "edges": edges}


def references(value: Any) -> Iterator[str]:
    """Yield the names of the nodes that a value, in which a `Ref` may stand anywhere, needs directly."""
    if isinstance(value, Ref):
        yield value.node
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from references(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from references(item)


def _plain(value: Any) -> Any:
    if isinstance(value, Ref):
        return {"ref": value.node}
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
