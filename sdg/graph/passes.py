"""What must hold of every graph: names are unique, references lead somewhere earlier, and nothing stands on itself."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping

from sdg.errors import RecipeError
from sdg.foundation.diagnostic import Diagnostic
from sdg.graph.ir import Graph, Ref
from sdg.graph.program import Program
from sdg.graph.template import Template
from sdg.recipe.faults import diagnose
from sdg.recipe.model import PathKey, Recipe

_MOST_COMBINATIONS = 4096
# No draw of 53 bits lies further from the mean, in standard deviations.
_NORMAL_REACH = 8.3


def check_names(recipe: Recipe) -> None:
    """Raise RecipeError (G004) if two objects, two lights or two cameras share a name: draws are keyed by it."""
    tree = recipe.tree
    places: list[tuple[str, object, PathKey]] = []
    for index, block in enumerate((tree.get("scene") or {}).get("objects") or ()):
        places.append(("object", block["name"], ("scene", "objects", index, "name")))
    for index, entry in enumerate(tree.get("lighting") or ()):
        kind, block = next(iter(entry.items()))
        if (block or {}).get("name") is not None:
            places.append(("light", block["name"], ("lighting", index, kind, "name")))
    for index, block in enumerate(tree["cameras"]):
        places.append(("camera", block["name"], ("cameras", index, "name")))
    seen: set[tuple[str, object]] = set()
    faults: list[Diagnostic] = []
    for what, name, path in places:
        if (what, name) in seen:
            faults.append(
                diagnose(recipe, path, "G004", f"two {what}s share a name", found=str(name), hint="rename one of them")
            )
        seen.add((what, name))
    if faults:
        raise RecipeError(faults)


def check_graph(graph: Graph) -> None:
    """Assert that every name is unique and every reference leads to a node; a failure is a bug of the compiler."""
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


def check_supports(program: Program) -> None:
    """Raise RecipeError (G003) if an object may come to stand on itself, directly or by way of others."""
    names = {block.name for block in program.objects}
    carriers: dict[str, list[tuple[str, PathKey]]] = {name: [] for name in names}
    for block in program.objects:
        place = block.fields.get("place")
        for value in possible_values(place, program.graph):
            for kind, inputs in (value or {}).items():
                owner = str((inputs or {}).get("surface", "floor")).split(".")[0]
                if owner in names:
                    carriers[block.name].append((owner, (*block.path, "place", kind, "surface")))
    faults = []
    for block in program.objects:
        ring = _ring(block.name, carriers)
        if ring:
            path = next(path for owner, path in carriers[block.name] if owner == ring[1])
            faults.append(
                diagnose(
                    program.recipe, path, "G003", f"{block.name} would stand on itself", found=" on ".join(ring),
                    hint="place one of them on the environment",
                )
            )  # fmt: skip
    if faults:
        raise RecipeError(faults)


def _ring(start: str, carriers: Mapping[str, list[tuple[str, PathKey]]]) -> list[str]:
    """Return a way from `start` back to itself, or nothing."""
    ways = [[start]]
    seen: set[str] = set()
    while ways:
        way = ways.pop()
        for owner, _ in carriers[way[-1]]:
            if owner == start:
                return [*way, owner]
            if owner not in seen:
                seen.add(owner)
                ways.append([*way, owner])
    return []


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
    """Return the greatest whole number that a template may yield, for counts; continuous draws are rounded up."""
    if isinstance(template, Ref):
        node = graph.by_name[template.node]
        if node.op in ("distribution.uniform_int", "distribution.uniform", "distribution.log_uniform"):
            return upper_bound(node.inputs["upper"], graph)
        if node.op == "distribution.normal":
            mean, std = node.inputs["mean"], node.inputs["std"]
            return upper_bound(node.inputs.get("max", math.ceil(mean + _NORMAL_REACH * std)), graph)
        return max(upper_bound(option, graph) for option in node.inputs.get("choices", node.inputs.get("items", [0])))
    return math.ceil(template)
