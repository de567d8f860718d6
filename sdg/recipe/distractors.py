"""`distractors:` written out: objects of random shape, size, turn and material in the air, whose class is stuff."""

from __future__ import annotations

import copy
from collections.abc import Mapping

from sdg.recipe.distributions import Plain
from sdg.recipe.document import Document
from sdg.recipe.model import PathKey
from sdg.recipe.words.surfaces import BUILTIN

CLASS = "distractor"

# What stands where the author says nothing.
_COUNT: Plain = {"uniform_int": [0, 10]}
_PLACE: Plain = {"scatter_2d": {"height_m": {"uniform": [0.0, 3.0]}}}
_ROTATION: Plain = {"uniform": [[0.0, 0.0, 0.0], [360.0, 360.0, 360.0]]}
# Of shapes alone: an asset of the author's has a size and a material.
_SHAPES: Plain = {"choice": ["cube", "cylinder", "sphere"]}
_SIZE: Plain = {"log_uniform": [[0.05, 0.05, 0.05], [0.6, 0.6, 0.6]]}
_MATERIAL: Plain = {"choice": list(BUILTIN)}


def write_distractors(tree: dict[str, Plain], document: Document | None = None) -> None:
    """Put objects in the place of `scene.distractors`, behind all others; nothing happens where there are none.

    Args:
        tree: Whose values are as they should be, but for broken ones.
        document: Whose places are carried over; None if nobody wrote them.
    """
    scene = tree.get("scene")
    if not isinstance(scene, dict) or "distractors" not in scene:
        return
    written = scene.pop("distractors")
    blocks = written if isinstance(written, list) else [written]
    objects = scene.setdefault("objects", [])
    for index, block in enumerate(blocks):
        if isinstance(block, Mapping) and isinstance(objects, list):
            objects.append(_object(block))
            source: PathKey = ("scene", "distractors", *([index] if isinstance(written, list) else []))
            if document is not None:
                _carry_over(document, source, ("scene", "objects", len(objects) - 1))


def _object(block: Mapping[str, Plain]) -> dict[str, Plain]:
    """Return the object that a block of distractors stands for."""
    usual = {"name": CLASS, "asset": _SHAPES, "class": CLASS, "stuff": True, "count": _COUNT, "place": _PLACE}
    usual["rotation_deg"] = _ROTATION
    if block.get("asset") is None:
        usual |= {"size_m": _SIZE, "material": _MATERIAL}
    return copy.deepcopy(usual) | {key: value for key, value in block.items() if value is not None}


def _carry_over(document: Document, source: PathKey, target: PathKey) -> None:
    """Let the object and its keys be written where the block and its keys are."""
    for places in (document.spans, document.key_spans, document.definitions):
        for known in [known for known in places if known[: len(source)] == source]:
            places[(*target, *known[len(source) :])] = places[known]
    document.key_spans.setdefault(target, document.spans[target])
