"""What holds of every graph, and what its choices may come to."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping

from sdg.graph.ir import Graph, Ref
from sdg.graph.template import Template

_MOST_COMBINATIONS = 4096


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


def possible_values(template: Template, graph: Graph) -> list[Template]:
    """Return every value that choices and sequences may give a template; a continuous draw stays a `Ref`.

    Combinations beyond a few thousand are left out: they arise only from recipes that draw each word of a name.
    """
    return list(itertools.islice(_possible(template, graph), _MOST_COMBINATIONS))


def _possible(template: Template, graph: Graph) -> Iterator[Template]:
    if isinstance(template, Ref):
        node = graph.by_name[template.node]
        if node.op == "distribution.combine":
            yield from _possible(node.inputs["distributions"], graph)
            return
        options = node.inputs.get("choices", node.inputs.get("items"))
        if options is None:
            yield template
            return
        for option in options:
            yield from _possible(option, graph)
    elif isinstance(template, Mapping):
        columns = [list(_possible(value, graph)) for value in template.values()]
        for row in itertools.product(*columns):
            yield dict(zip(template, row, strict=True))
    elif isinstance(template, list | tuple):
        columns = [list(_possible(value, graph)) for value in template]
        for row in itertools.product(*columns):
            yield list(row)
    else:
        yield template


def upper_bound(template: Template, graph: Graph) -> int:
    """Return the greatest count that a template may yield; a sound recipe draws counts as whole numbers only."""
    if not isinstance(template, Ref):
        return int(template)
    inputs = graph.by_name[template.node].inputs
    options = inputs.get("choices", inputs.get("items"))
    return int(inputs["upper"]) if options is None else max(upper_bound(option, graph) for option in options)
