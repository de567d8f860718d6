"""The two spellings of a normal distribution, made one."""

from __future__ import annotations

from sdg.recipe.distributions import Plain, is_distribution
from sdg.recipe.document import Document
from sdg.recipe.model import PathKey
from sdg.recipe.variables import walk


def spell_normals_alike(document: Document) -> None:
    """Rewrite `normal: {mean: m, std: s, min: a}` as `normal: [m, s], min: a` throughout a sound document."""
    for path, value in list(walk(document.tree)):
        if not is_distribution(value) or not isinstance(value.get("normal"), dict):
            continue
        parts: dict[str, Plain] = value["normal"]
        value["normal"] = [parts["mean"], parts["std"]]
        inner = (*path, "normal")
        _move(document, (*inner, "mean"), (*inner, 0))
        _move(document, (*inner, "std"), (*inner, 1))
        for bound in ("min", "max"):
            if bound in parts:
                value[bound] = parts[bound]
                _move(document, (*inner, bound), (*path, bound))


def _move(document: Document, old: PathKey, new: PathKey) -> None:
    """Give a place to another path, and those of its items."""
    for places in (document.spans, document.key_spans, document.definitions):
        for known in [known for known in places if known[: len(old)] == old]:
            places[(*new, *known[len(old) :])] = places.pop(known)
    if isinstance(new[-1], int):
        document.key_spans.pop(new, None)
