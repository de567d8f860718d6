"""What bounds every frame of a recipe, so that a renderer sets up once.

Lights are counted at their most, and the materials that choices and sequences allow are listed. Values that only
change numbers stand as one specimen.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from sdg.graph.build import build_program
from sdg.graph.frame_sample import FrameSample
from sdg.graph.ir import Graph, Ref
from sdg.graph.passes import options, possible_values, upper_bounds
from sdg.graph.program import BlockTemplate, Program
from sdg.recipe.model import CameraBlock, FileTexture, MaterialBlock, PathKey, Recipe, eyes
from sdg.stage.asset import Asset, Material
from sdg.stage.catalog import Catalog, catalog_of
from sdg.stage.categories import environment_assets, object_assets
from sdg.stage.lenses import build_lens
from sdg.stage.lights_from_file import asset_lights
from sdg.stage.materials import Dress, MaterialTable, bearing
from sdg.stage.model import Camera, Exposure, Light, LightKind, StagePlan
from sdg.stage.prims import camera_path, prim_name
from sdg.stage.quality import render_settings
from sdg.stage.wear import WEAR_LEVELS
from sdg.stage.world import World

_TEXTURE_KEYS = ("base", "color_texture", "roughness_texture", "metallic_texture", "normal_texture", "wear")
# Textures chosen independently multiply; what is prepared ahead must fit in memory (8 bytes a texel, half a GiB).
_MOST_LOOKS_PREPARED = 4096
_MOST_TEXELS_PREPARED = 1 << 26


def build_plan(recipe: Recipe, graph: Graph) -> StagePlan:
    """Return the bounds of a recipe's frames.

    Raises:
        AssetError: Something that the recipe names can't be used; `check_assets` says where.
        RecipeError: The same, of materials.
    """
    program = build_program(recipe)
    catalog = catalog_of(recipe)
    lit = itertools.chain.from_iterable(_lights(block, graph, catalog) for block in program.lights)
    lights = (*_environment_lights(program, catalog), *lit)
    cameras = tuple(_camera(eye, catalog) for block in recipe.specimen.cameras for eye in eyes(block))
    materials = tuple(_within_memory(_materials(program)))
    return StagePlan(materials, lights, cameras, render_settings(recipe.specimen))


def _materials(program: Program) -> Iterator[Material]:
    """Yield every material that a part may bear, environment first, then objects, in recipe order."""
    recipe, graph = program.recipe, program.graph
    looks = _Looks(program)
    environment = program.environment
    for asset in environment_assets(recipe):
        assert environment is not None
        for dress in _dresses(environment, ("scene", "environment"), graph):
            yield from looks.of(asset, dress)
    for index, block in enumerate(program.objects):
        for asset in object_assets(recipe, index):
            for dress in _dresses(block, ("scene", "objects", index), graph):
                yield from looks.of(asset, dress)


def _dresses(block: BlockTemplate, path: PathKey, graph: Graph) -> Iterator[Dress]:
    """Yield what a block may say of its asset's materials, so that each of its patterns takes each of its values."""
    columns = {
        pattern: possible_values(value, graph) for pattern, value in (block.fields.get("materials") or {}).items()
    }
    for body_material in possible_values(block.fields.get("material"), graph):
        for turn in range(max(map(len, columns.values()), default=1)):
            by_pattern = {pattern: values[min(turn, len(values) - 1)] for pattern, values in columns.items()}
            yield Dress(path, body_material, by_pattern)


def _within_memory(materials: Iterable[Material]) -> Iterator[Material]:
    """Yield one material of each set of textures, until together they have too many texels."""
    texels = 0
    known: set[tuple[str, ...]] = set()
    for material in materials:
        textures = [texture for texture in material.textures if texture is not None]
        key = tuple("" if texture is None else texture.key for texture in material.textures)
        if key in known:
            continue
        known.add(key)
        height, width = (max([texture.pixels.shape[axis] for texture in textures], default=1) for axis in (0, 1))
        texels += height * width
        if texels > _MOST_TEXELS_PREPARED or len(known) > _MOST_LOOKS_PREPARED:
            return
        yield material


class _Looks:
    """The materials that parts may bear. Each part bears one, whichever the others bear."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._blocks = {block.name: block for block in program.materials}
        self._known: set[tuple[Material, str]] = set()

    def of(self, asset: Asset, dress: Dress) -> Iterator[Material]:
        """Yield every material of an asset's parts, given what its block says, unless it was yielded before."""
        for part in asset.parts:
            name = bearing(asset, part, dress)
            if (part.material, name) in self._known:
                continue
            self._known.add((part.material, name))
            alone = replace(asset, parts=(part,))
            for variant in self._variants(name):
                (borne,) = self._table(variant).parts(alone, dress)
                yield borne.material

    def _table(self, materials: Mapping[str, MaterialBlock]) -> MaterialTable:
        recipe = self._program.recipe
        sample = FrameSample(0, recipe.specimen.seed, None, (), (), materials, (), {})
        return MaterialTable(World(recipe, sample, catalog_of(recipe), None, np.eye(4), None))

    def _variants(self, name: str) -> Iterator[Mapping[str, MaterialBlock]]:
        """Yield `materials:` with each combination of base, textures and wear of one entry, if that is one."""
        if name not in self._blocks:
            yield {}
            return
        specimen = self._program.recipe.specimen.materials[name]
        numbers = specimen.model_dump(exclude=set(_TEXTURE_KEYS), exclude_none=True)
        fields = {key: value for key, value in self._blocks[name].fields.items() if key in _TEXTURE_KEYS}
        columns = [_possible_levels(possible_values(value, self._program.graph)) for value in fields.values()]
        for row in itertools.product(*columns):
            yield {name: MaterialBlock.model_validate({**numbers, **dict(zip(fields, row, strict=True))})}


def _possible_levels(values: Iterable[Any]) -> list[Any]:
    """Return values with every level of wear in the place of a continuous draw: nothing else here is one."""
    return [level for value in values for level in (WEAR_LEVELS if isinstance(value, Ref) else (value,))]


def _environment_lights(program: Program, catalog: Catalog) -> Iterator[Light]:
    """Yield the lights of every environment that may be drawn and lit; of one name and kind, once."""
    block = program.environment
    if block is None or not any(possible_values(block.fields.get("lights", False), program.graph)):
        return
    known: set[tuple[str, LightKind, bool]] = set()
    for asset in environment_assets(program.recipe):
        for light in asset_lights(asset, np.eye(4), catalog):
            slot = (light.prim_path, light.kind, light.texture is not None)
            if slot not in known:
                known.add(slot)
                yield light


def _lights(block: BlockTemplate, graph: Graph, catalog: Catalog) -> Iterator[Light]:
    kind: Any = block.kind
    grid = block.fields.get("grid")
    visible = all(possible_values(block.fields.get("visible", True), graph))
    textures = [
        catalog.hdri(FileTexture.model_validate(value))
        for value in possible_values(block.fields.get("texture"), graph)
        if value is not None
    ]
    names = [block.name] if any(option is None for option in options(grid, graph)) else []
    names += [f"{block.name}[{ordinal}]" for ordinal in range(math.prod(upper_bounds(grid, graph) or (0,)))]
    for name in names:
        yield _specimen(name, kind, visible, textures)


def _specimen(name: str, kind: LightKind, visible: bool, textures: list[tuple[Any, str]]) -> Light:
    texture, key = textures[0] if textures else (None, "")
    path = f"/World/Lights/{prim_name(name)}"
    return Light(name, path, kind, np.eye(4), texture=texture, texture_key=key, visible=visible)


def _camera(block: CameraBlock, catalog: Catalog) -> Camera:
    return Camera(block.name, camera_path(block.name), build_lens(block, catalog), np.eye(4), block.clip_m, Exposure())
