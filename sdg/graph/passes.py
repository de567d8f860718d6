"""What holds of every graph, and what its choices may come to."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping

from sdg.graph.ir import Graph, Ref
from sdg.graph.template import Template


def check_graph(graph: Graph) -> None:
    """Assert that names are unique, references lead to nodes, and draws come after those that they need.

    A sound recipe has no circles, so a failure is a bug of the compiler.
    """
    if len(graph.by_name) != len(graph.nodes):
        names = sorted(node.name for node in graph.nodes)
        raise AssertionError(f"nodes share a name: {[a for a, b in itertools.pairwise(names) if a == b]}")
    drawn: set[str] = set()
    for node in graph.nodes:
        for key, source in node.references():
            if source not in graph.by_name:
                raise AssertionError(f"{node.name}: input {key} refers to {source}, which is no node")
            if node.op.startswith("distribution.") and source not in drawn:
                raise AssertionError(f"{node.name} is drawn before {source}, which it needs")
        if node.op.startswith("distribution."):
            drawn.add(node.name)


def options(template: Template, graph: Graph) -> Iterator[Template]:
    """Yield what choices and sequences may put in a template's place; what is drawn inside of that stays a `Ref`."""
    if isinstance(template, Ref):
        inputs = graph.by_name[template.node].inputs
        found = inputs.get("choices", inputs.get("items"))
        if found is not None:
            for option in found:
                yield from options(option, graph)
            return
    yield template


def possible_values(template: Template, graph: Graph) -> list[Template]:
    """Return every value that choices and sequences may give a template, each once; a continuous draw stays a `Ref`.

    Keys of a mapping are combined as if they were drawn apart, so ask it of names and files rather than of blocks.
    """
    return _distinct(_possible(template, graph))


def _possible(template: Template, graph: Graph) -> Iterator[Template]:
    for option in options(template, graph):
        if isinstance(option, Ref) and graph.by_name[option.node].op == "distribution.combine":
            yield from _possible(graph.by_name[option.node].inputs["distributions"], graph)
        elif isinstance(option, Mapping):
            for row in itertools.product(*(possible_values(value, graph) for value in option.values())):
                yield dict(zip(option, row, strict=True))
        elif isinstance(option, list | tuple):
            yield from map(list, itertools.product(*(possible_values(value, graph) for value in option)))
        else:
            yield option


def _distinct(values: Iterable[Template]) -> list[Template]:
    return list({repr(value): value for value in values}.values())


def upper_bound(template: Template, graph: Graph) -> int:
    """Return the greatest count that a template may yield; a sound recipe draws counts as whole numbers only."""
    return max(_greatest(option, graph) for option in options(template, graph))


def _greatest(count: Template, graph: Graph) -> int:
    if not isinstance(count, Ref):
        return int(count)
    inputs = graph.by_name[count.node].inputs
    return _greatest(inputs["upper"], graph) if "upper" in inputs else int(max(inputs["start"], inputs["end"]))


def upper_bounds(template: Template, graph: Graph) -> tuple[int, ...]:
    """Return the greatest of each of several counts, such as a grid's columns and rows; () if there never are any."""
    rows = []
    for option in options(template, graph):
        # Of whole lists, only `combine` is a draw of counts.
        counts = graph.by_name[option.node].inputs["distributions"] if isinstance(option, Ref) else option
        rows += [] if counts is None else [[upper_bound(count, graph) for count in counts]]
    return tuple(max(column) for column in zip(*rows, strict=True))
