"""What bounds every frame of a recipe, so that a renderer sets up once.

Counts are taken at their greatest, and every combination of asset, material, base and texture that choices and
sequences allow is listed. Values that only change numbers stand as one specimen.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from pydantic import TypeAdapter

from sdg.graph.build import build_program
from sdg.graph.frame_sample import FrameSample
from sdg.graph.ir import Graph, Ref
from sdg.graph.passes import possible_values, upper_bound
from sdg.graph.program import BlockTemplate, Program
from sdg.graph.template import Template, is_drawn
from sdg.recipe.model import AssetRef, CameraBlock, FileAsset, FileTexture, MaterialBlock, Recipe
from sdg.stage.catalog import Catalog, catalog_of
from sdg.stage.categories import environment_assets
from sdg.stage.lenses import build_lens
from sdg.stage.materials import MaterialTable
from sdg.stage.model import Asset, Camera, Exposure, Light, LightKind, Part, StagePlan
from sdg.stage.placement import World
from sdg.stage.prims import prim_name
from sdg.stage.quality import render_settings

_ASSET_REF: TypeAdapter[AssetRef] = TypeAdapter(AssetRef)
_MOST_COMBINATIONS = 4096
_TEXTURE_KEYS = ("base", "color_texture", "roughness_texture", "metallic_texture", "normal_texture")

Alternatives = tuple[tuple[Part, ...], ...]


def build_plan(recipe: Recipe, graph: Graph) -> StagePlan:
    """Return the bounds of a recipe's frames.

    Raises:
        AssetError: Something that the recipe names can't be used; `check_assets` says where.
        RecipeError: The same, of materials.
    """
    program = build_program(recipe)
    materials = _Materials(program)
    slots: dict[tuple[str, int], Alternatives] = {}
    for asset in environment_assets(recipe):
        for ordinal in range(len(asset.parts)):
            found = tuple((parts[ordinal],) for parts in materials.alternatives(asset, None))
            slots["environment", ordinal] = slots.get(("environment", ordinal), ()) + found
    for block in program.objects:
        alternatives = tuple(
            itertools.chain.from_iterable(
                materials.alternatives(asset, material)
                for asset in object_assets(program, block, catalog_of(recipe))
                for material in possible_values(block.fields.get("material"), graph)
            )
        )
        slots |= {(block.name, ordinal): alternatives for ordinal in range(greatest_count(program, block))}
    lights = tuple(itertools.chain.from_iterable(_lights(block, graph, catalog_of(recipe)) for block in program.lights))
    cameras = tuple(_camera(block) for block in recipe.specimen.cameras)
    return StagePlan(slots, lights, cameras, render_settings(recipe.specimen.render))


def object_assets(program: Program, block: BlockTemplate, catalog: Catalog) -> Iterator[Asset]:
    """Yield every asset that an object may be; where its size is drawn, in its usual size."""
    size = block.fields.get("size_m")
    size_m = None if size is None or is_drawn(size) else tuple(size)
    for value in possible_values(block.fields["asset"], program.graph):
        reference = _ASSET_REF.validate_python(value)
        yield catalog.asset(reference, None if isinstance(reference, FileAsset) else size_m)


def greatest_count(program: Program, block: BlockTemplate) -> int:
    """Return how many instances of an object a frame may hold."""
    count = block.fields.get("count")
    limit = None if count is None else upper_bound(count, program.graph)
    cells = 0
    for place in possible_values(block.fields.get("place"), program.graph):
        grid = (place or {}).get("grid")
        if grid is None:
            cells = max(cells, 1 if limit is None else limit)
            continue
        owner = str(grid.get("surface", "floor")).split(".")[0]
        carrier = next((other for other in program.objects if other.name == owner), None)
        carriers = 1 if carrier is None else greatest_count(program, carrier)
        product = int(np.prod([upper_bound(number, program.graph) for number in grid["count"]]))
        cells = max(cells, product * carriers if limit is None else min(product * carriers, limit))
    return cells


class _Materials:
    """Every look that an asset may have."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._variants = {block.name: self._block_variants(block) for block in program.materials}

    def alternatives(self, asset: Asset, body_material: str | None) -> Iterator[tuple[Part, ...]]:
        """Yield the asset's parts once for each combination of the materials that it uses."""
        used = [
            name
            for name in self._variants
            if name == body_material or any(part.material.name == name for part in asset.parts)
        ]
        rows = itertools.product(*(self._variants[name] for name in used))
        for row in itertools.islice(rows, _MOST_COMBINATIONS):
            yield self._table(dict(zip(used, row, strict=True))).parts(asset, body_material, ("scene", "objects"))

    def _table(self, materials: Mapping[str, MaterialBlock]) -> MaterialTable:
        recipe = self._program.recipe
        sample = FrameSample(0, recipe.specimen.seed, None, (), (), materials, (), {})
        return MaterialTable(World(recipe, sample, catalog_of(recipe), None, np.eye(4), None))

    def _block_variants(self, block: BlockTemplate) -> list[MaterialBlock]:
        """Return a block for each combination of base and textures; its numbers are those of the specimen."""
        specimen = self._program.recipe.specimen.materials[block.name]
        fields = {key: value for key, value in block.fields.items() if key in _TEXTURE_KEYS}
        numbers = specimen.model_dump(exclude=set(_TEXTURE_KEYS), exclude_none=True)
        variants: dict[str, MaterialBlock] = {}
        for value in possible_values(fields, self._program.graph):
            variant = MaterialBlock.model_validate({**numbers, **value})
            variants[variant.model_dump_json()] = variant
        return list(variants.values())


def _lights(block: BlockTemplate, graph: Graph, catalog: Catalog) -> Iterator[Light]:
    kind: Any = block.kind
    grid = block.fields.get("grid")
    count = 1 if grid is None else int(np.prod([upper_bound(number, graph) for number in _pair(grid, graph)]))
    visible = all(possible_values(block.fields.get("visible", True), graph))
    textures = [
        catalog.hdri(FileTexture.model_validate(value))
        for value in possible_values(block.fields.get("texture"), graph)
        if value is not None
    ]
    for ordinal in range(count):
        name = block.name if grid is None else f"{block.name}[{ordinal}]"
        yield _specimen(name, kind, visible, textures)


def _pair(grid: Template, graph: Graph) -> tuple[Template, Template]:
    """Return the greatest columns and rows of a grid of lights."""
    pairs = [pair for pair in possible_values(grid, graph) if not isinstance(pair, Ref) and pair is not None]
    columns, rows = zip(*((upper_bound(pair[0], graph), upper_bound(pair[1], graph)) for pair in pairs), strict=True)
    return max(columns), max(rows)


def _specimen(name: str, kind: LightKind, visible: bool, textures: list[tuple[Any, str]]) -> Light:
    texture, key = textures[0] if textures else (None, "")
    path = f"/World/Lights/{prim_name(name)}"
    return Light(name, path, kind, np.eye(4), texture=texture, texture_key=key, visible=visible)


def _camera(block: CameraBlock) -> Camera:
    path = f"/World/Cameras/{prim_name(block.name)}"
    return Camera(block.name, path, build_lens(block), np.eye(4), block.clip_m, Exposure())
