"""The emitted graph in sections, one per block of the recipe: which prims it drives, and what of them.

A section lists calls of the script's own small functions, `pose`, `visible`, `material` and `attribute`, that play
baked values back; in native sampling, calls of Replicator's distributions stand before them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sdg.graph.program import Program
from sdg.replicator.samples import Samples
from sdg.replicator.usd.layout import LOOKS
from sdg.replicator.usd.pose import XFORM_OPS
from sdg.stage.prims import camera_path, prim_name

# The script's words for the parts of a pose.
POSE_WORDS = dict(zip(XFORM_OPS, ("position", "rotation", "scale"), strict=True))
# A section is indented by eight.
_LINE_WIDTH = 108
_NUMBERED = re.compile(r"(.+)_([0-9]+)")


@dataclass(frozen=True)
class Owner:
    """A block of the recipe with its prims on the stage.

    Attributes:
        node: Its node's name: `scene.objects.pallet`.
        paths: Its own prims, in order of their ordinals.
    """

    node: str
    paths: tuple[str, ...]

    def holds(self, path: str) -> bool:
        """Return whether a prim is one of its own, or below one."""
        return any(path == own or path.startswith(f"{own}/") for own in self.paths)


def owners(program: Program, paths: Iterable[str]) -> tuple[Owner, ...]:
    """Return the blocks of a recipe that have prims among `paths`, in recipe order."""
    known = tuple(sorted({above for path in paths for above in _lineage(path)}))
    found = []
    if program.environment is not None:
        found.append(Owner("scene.environment", _below("/World/Environment", known)))
    for block in program.objects:
        found.append(Owner(block.node, _instances(f"/World/{block.name}", known, alone=False)))
    for block in program.lights:
        found.append(Owner(block.node, _instances(f"/World/Lights/{prim_name(block.name)}", known)))
    for block in program.materials:
        found.append(Owner(block.node, _instances(f"{LOOKS}/{prim_name(block.name)}", known)))
    for block in program.cameras:
        eyes = [path for name in (block.name, f"{block.name}_right") if (path := camera_path(name)) in known]
        found.append(Owner(block.node, tuple(eyes)))
    return tuple(owner for owner in found if owner.paths)


def _lineage(path: str) -> Iterator[str]:
    """Yield a path and those above it."""
    while path:
        yield path
        path = path.rpartition("/")[0]


def _below(root: str, paths: Sequence[str]) -> tuple[str, ...]:
    return tuple(path for path in paths if path.startswith(f"{root}/") and "/" not in path[len(root) + 1 :])


def _instances(base: str, paths: Sequence[str], *, alone: bool = True) -> tuple[str, ...]:
    """Return `base` itself and `base_0`, `base_1` ... in order."""
    numbered = []
    for path in paths:
        match = _NUMBERED.fullmatch(path)
        if match is not None and match[1] == base:
            numbered.append((int(match[2]), path))
    return (*((base,) if alone and base in paths else ()), *(path for _, path in sorted(numbered)))


def driven(samples: Samples, taken: frozenset[tuple[str, str]]) -> Mapping[str, tuple[str, ...]]:
    """Return the attributes that are to be played back, by prim: those that vary, without what is `taken`."""
    kept = {path: tuple(name for name in names if (path, name) not in taken) for path, names in samples.varying.items()}
    return {path: names for path, names in kept.items() if names}


def playback(owner: Owner, left: Mapping[str, tuple[str, ...]], varying: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Yield the lines that play an owner's attributes back.

    Args:
        owner: The block.
        left: Attributes to play, by prim.
        varying: All that vary, by prim.
    """
    calls = {path: tuple(_calls(path, left, varying)) for path in owner.paths}
    if len(owner.paths) == 1:
        (path,) = owner.paths
        yield from (_of_one(call, path) for call in calls[path])
        return
    # All instances take the same calls: the functions leave alone what does not vary.
    union = dict.fromkeys(call for own in sorted(calls.values(), key=len, reverse=True) for call in own)
    if union:
        line = f"for path in {paths_expression(owner.paths)}:"
        if len(line) <= _LINE_WIDTH:
            yield line
        else:
            yield from ["for path in [", *(f"    {_quoted(path)}," for path in owner.paths), "]:"]
        yield from (f"    {call}" for call in _in_order(tuple(union)))


def _in_order(calls: Sequence[str]) -> tuple[str, ...]:
    """Return calls by what they do, what is nearer to the root first."""
    words = ("pose", "visible", "material", "attribute")
    return tuple(sorted(calls, key=lambda call: (words.index(call.partition("(")[0]), call.count("/"), call)))


def _calls(path: str, left: Mapping[str, tuple[str, ...]], varying: Mapping[str, Sequence[str]]) -> Iterator[str]:
    for prim, names in left.items():
        if prim != path and not prim.startswith(f"{path}/"):
            continue
        below = prim[len(path) :]
        who = f'path + "{below}"' if below else "path"
        parts = [POSE_WORDS[name] for name in XFORM_OPS if name in names]
        if parts:
            whole = all(name in names for name in XFORM_OPS if name in varying[prim])
            yield f"pose({who})" if whole else f"pose({', '.join([who, *(_quoted(part) for part in parts)])})"
        if "visibility" in names:
            yield f"visible({who})"
        if "material:binding" in names:
            yield f"material({who})"
        for name in names:
            if name not in (*XFORM_OPS, "visibility", "material:binding"):
                yield f'attribute({who}, "{name}")'


def _of_one(call: str, path: str) -> str:
    """Return a call with the path itself in place of the loop's variable."""
    return call.replace('(path + "', f'("{path}', 1).replace("(path", f'("{path}"', 1)


def _quoted(text: str) -> str:
    return f'"{text}"'


def paths_expression(paths: Sequence[str]) -> str:
    """Return paths as the script writes them: `numbered("/World/pallet", 6)`, or a list."""
    matches = [_NUMBERED.fullmatch(path) for path in paths]
    bases = {match[1] for match in matches if match is not None}
    ordinals = sorted(int(match[2]) for match in matches if match is not None)
    if len(paths) > 1 and len(bases) == 1 and all(matches) and ordinals == list(range(len(paths))):
        return f'numbered("{bases.pop()}", {len(paths)})'
    return "[" + ", ".join(_quoted(path) for path in paths) + "]"
