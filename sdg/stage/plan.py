"""What bounds every frame of a recipe, so that a renderer sets up once.

Lights are counted at their most. Values that only change numbers stand as one specimen. Things and their materials are
not listed: they come and go from frame to frame, and building every form that a recipe may draw would take seconds.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from sdg.graph.build import build_program
from sdg.graph.ir import Graph
from sdg.graph.passes import options, possible_values, upper_bounds
from sdg.graph.program import BlockTemplate, Program
from sdg.recipe.model import CameraBlock, FileTexture, Recipe, eyes
from sdg.stage.catalog import Catalog, catalog_of
from sdg.stage.categories import environment_assets
from sdg.stage.lenses import build_lens
from sdg.stage.lights_from_file import asset_lights
from sdg.stage.model import Camera, Exposure, Light, LightKind, StagePlan
from sdg.stage.prims import camera_path, prim_name
from sdg.stage.quality import render_settings


def build_plan(recipe: Recipe, graph: Graph) -> StagePlan:
    """Return the bounds of a recipe's frames.

    Raises:
        AssetError: An environment or a light's texture can't be used; `check_assets` says where.
    """
    program = build_program(recipe)
    catalog = catalog_of(recipe)
    lit = itertools.chain.from_iterable(_lights(block, graph, catalog) for block in program.lights)
    lights = (*_environment_lights(program, catalog), *lit)
    cameras = tuple(_camera(eye, catalog) for block in recipe.specimen.cameras for eye in eyes(block))
    return StagePlan(lights, cameras, render_settings(recipe.specimen))


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
