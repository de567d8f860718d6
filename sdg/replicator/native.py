"""Which nodes of a recipe's graph Replicator has itself, and the calls that make them.

A node that Replicator lacks, or has with another meaning, is *baked*: its values are played back, and a comment in the
script gives the reason. So is the whole placement of whatever something else stands on or is aimed at, since that
something was placed by its baked values.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sdg.graph.ir import Node
from sdg.graph.program import Program
from sdg.replicator.native_targets import Target, Targets
from sdg.replicator.overview import Overview
from sdg.replicator.samples import Samples
from sdg.replicator.sections import owners, paths_expression
from sdg.replicator.seeds import replicator_seed
from sdg.replicator.usd.layout import UsdLayout

# Of a line within a group of the graph, which is indented by twelve.
_WIDTH = 108
_NO_NODE: Mapping[str, str] = {
    "distribution.uniform_int": "Replicator draws no whole numbers",
    "distribution.bernoulli": "its probability is drawn too",
    "distribution.combine": "its elements are draws of their own",
    "distribution.sequence": "it follows the frame's index, which Replicator's sequences don't know",
    "distribution.ramp": "it follows the frame's index",
    "distribution.ramp_int": "it follows the frame's index",
}
_NO_PLACE_NAMES = {
    "grid": "grids",
    "in": "places in volumes",
    "beside": "places beside things",
    "along": "places along paths",
    "poisson_disc": "Poisson-disc sampling",
    "stack": "stacks",
    "heap": "heaps",
}
_NO_PLACE = tuple(f":{kind}" for kind in _NO_PLACE_NAMES)


@dataclass(frozen=True)
class NativePlan:
    """What is left to Replicator.

    Attributes:
        calls: Lines of script by the node of the block that they act on.
        notes: What is baked and why, as (node, reason), by the same; under `vars` what no block owns.
        taken: (prim, attribute) pairs that a native node sets, so that nothing is played back for them.
    """

    calls: Mapping[str, Sequence[str]] = field(default_factory=dict)
    notes: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)
    taken: frozenset[tuple[str, str]] = frozenset()

    def lines(self, owner: str) -> Sequence[str]:
        """Return a block's native calls."""
        return self.calls.get(owner, ())

    def comments(self, owner: str) -> Iterator[str]:
        """Yield what a block's baked draws are, and why, as comments."""
        for node, reason in self.notes.get(owner, ()):
            line = f"# baked: {node}: {reason}"
            yield from [line] if len(line) <= _WIDTH else [f"# baked: {node}:", f"#   {reason}"]


def plan_natives(program: Program, overview: Overview, layout: UsdLayout, samples: Samples) -> NativePlan:
    """Decide for each node whether Replicator can have it.

    Args:
        program: The recipe and its graph.
        overview: Its frames, in a few words.
        layout: Their stage.
        samples: What they set on it.
    """
    by_node = {owner.node: owner for owner in owners(program, samples.paths)}
    targets = Targets(program, overview, layout, samples, by_node)
    # By block, and in it by the line that says which prims: what acts on the same ones stands together.
    calls: dict[str, dict[str, list[str]]] = {}
    notes: dict[str, list[tuple[str, str]]] = {}
    taken: set[tuple[str, str]] = set()
    for node in program.graph.nodes:
        if not node.op.startswith(("distribution.", "randomizer.scatter_2d")) and not node.name.endswith(_NO_PLACE):
            continue
        owner = targets.owner_of(node)
        found = _judge(node, targets)
        if isinstance(found, str):
            if node.op.startswith("distribution.") or targets.moves(node):
                notes.setdefault(owner, []).append((node.name, found))
            continue
        acted_on = next(name for name, own in by_node.items() if own.holds(found.paths[0]))
        prims = f"with {found.prims or f'rep.create.group({paths_expression(found.paths)})'}:"
        lines = calls.setdefault(acted_on, {}).setdefault(prims, [])
        lines.extend(f"    {line}" for line in _call(node, found, program.recipe.specimen.seed))
        taken |= {(path, name) for path in found.paths for name in found.attributes}
    blocks = {owner: [line for prims in groups for line in (prims, *groups[prims])] for owner, groups in calls.items()}
    return NativePlan(blocks, notes, frozenset(taken))


def _judge(node: Node, targets: Targets) -> Target | str:
    """Return what a node drives, or why it is baked."""
    if node.name.endswith(_NO_PLACE):
        return f"Replicator has no {_NO_PLACE_NAMES[node.name.rpartition(':')[2]]}"
    if node.op == "randomizer.scatter_2d":
        return targets.scattered(node)
    if node.op in _NO_NODE:
        return _NO_NODE[node.op]
    if "every" in node.inputs:
        return "its values are kept over frames"
    if node.op == "distribution.normal" and ("min" in node.inputs or "max" in node.inputs):
        return "it is cut off, which Replicator's normal is not"
    if any(True for _ in node.references()):
        return "it holds further draws"
    return targets.driven_by(node)


def _call(node: Node, target: Target, seed: int) -> Iterator[str]:
    """Yield the lines that act on the prims of a group."""
    last = [f"seed={replicator_seed(seed, node.name)}", f"name={_text(node.name)}"]
    if node.op == "randomizer.scatter_2d":
        arguments = [f"{name}={value}" for name, value in target.arguments.items()]
        yield from _nested("rep.randomizer.scatter_2d(", [*arguments, *last], ")")
        return
    for name, value in target.arguments.items():
        yield f"rep.modify.attribute({_text(name)}, {value})"
    before, after = target.call.split("%")
    parameters = [*_parameters(node, target), *last]
    line = f"rep.modify.{before}rep.{node.op}({', '.join(parameters)}){after}"
    if len(line) <= _WIDTH:
        yield line
        return
    call, _, first = before.rpartition("(")
    opening, _, keyword = first.rpartition(", ")
    yield f"rep.modify.{call}("
    yield from (f"    {argument}," for argument in [opening] if argument)
    yield from (f"    {line}" for line in _nested(f"{keyword}rep.{node.op}(", parameters, "),"))
    yield after


def _nested(before: str, arguments: Sequence[str], after: str) -> Iterator[str]:
    """Yield a call on one line, or with an argument on each."""
    line = f"{before}{', '.join(arguments)}{after}"
    if len(line) <= _WIDTH - 12:
        yield line
        return
    yield before
    yield from (f"    {argument}," for argument in arguments)
    yield after


def _parameters(node: Node, target: Target) -> Iterator[str]:
    if "choices" in node.inputs:
        choices = [target.meaning.get(repr(item), item) for item in node.inputs["choices"]]
        yield _value([tuple(item) if isinstance(item, list) else item for item in choices])
        if node.inputs.get("weights") is not None:
            yield f"weights={_value(list(node.inputs['weights']))}"
        return
    for value in node.inputs.values():
        yield _value(tuple(value) if isinstance(value, list) else value)


def _value(value: object) -> str:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list | tuple):
        nested = all(isinstance(item, int | float) and not isinstance(item, bool) for item in value)
        inside = ", ".join(_value(item) for item in value)
        # Vectors are tuples to Replicator, lists of alternatives are lists.
        return f"({inside})" if nested and isinstance(value, tuple) else f"[{inside}]"
    return repr(value)


def _text(text: str) -> str:
    return f'"{text}"'
