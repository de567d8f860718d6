"""The recipe's blocks with references in place of draws: what the sampler fills in, frame by frame."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sdg.graph.ir import Graph
from sdg.graph.template import Template
from sdg.recipe.model import PathKey, Recipe


@dataclass(frozen=True, eq=False)
class BlockTemplate:
    """One block of a recipe.

    Attributes:
        name: What a person calls it: `pallet`, or `rect[0]` where the recipe gives no name.
        node: Prefix of its nodes: `scene.objects.pallet`.
        kind: Of a light: `rect`; empty elsewhere.
        path: Where it stands in the recipe's tree.
        fields: Its keys and values.
        present: Whether it is there: True, or a reference to the draw that decides.
    """

    name: str
    node: str
    path: PathKey
    fields: Mapping[str, Template]
    present: Template = True
    kind: str = ""


@dataclass(frozen=True, eq=False)
class Program:
    """A recipe, ready to be sampled."""

    recipe: Recipe
    graph: Graph
    variables: Mapping[str, Template]
    environment: BlockTemplate | None
    objects: tuple[BlockTemplate, ...]
    lights: tuple[BlockTemplate, ...]
    materials: tuple[BlockTemplate, ...]
    cameras: tuple[BlockTemplate, ...]
    physics: BlockTemplate | None = None
