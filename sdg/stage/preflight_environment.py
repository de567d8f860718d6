"""What a recipe says of the inside of its files: patterns over names, lights and cameras."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sdg.errors import AssetError
from sdg.recipe.model import CameraBlock, PathKey, Recipe
from sdg.stage.asset import Asset
from sdg.stage.cameras_from_file import find_camera, with_file_lens
from sdg.stage.catalog import Catalog
from sdg.stage.lights_from_file import check_light_count, unusable_lights
from sdg.stage.options import written_options
from sdg.stage.patterns import first_match, near_names


@dataclass(frozen=True)
class Misread:
    """A fault or warning about a file's inside, and where the recipe names it."""

    path: PathKey
    code: str
    message: str
    found: str = ""
    hint: str = ""
    severity: Literal["error", "warning"] = "error"
    at_key: bool = False


def pattern_faults(
    patterns: Mapping[str, object], path: PathKey, assets: Sequence[Asset], who: str, *, of_materials: bool
) -> Iterator[Misread]:
    """Yield a fault for each pattern that fits nothing, in any of the assets that a block may be."""
    parts = [part for asset in assets for part in asset.parts]
    if not parts:
        return
    for pattern in patterns:
        if any(first_match((pattern,), part, or_material=of_materials) is not None for part in parts):
            continue
        near = ", ".join(near_names(pattern, parts, or_material=of_materials))
        what = "part or material" if of_materials else "part"
        message = f"{pattern} fits no {what} of {who}"
        yield Misread((*path, pattern), "S080", message, pattern, f"it has {near}; case counts", at_key=True)


def light_faults(recipe: Recipe, assets: Sequence[Asset], catalog: Catalog) -> Iterator[Misread]:
    """Yield what is amiss with the lights of the environments, if the recipe may light them."""
    path: PathKey = ("scene", "environment", "lights")
    if not assets or not any(lit for lit, _ in written_options(recipe, path)):
        return
    if not any(asset.lights for asset in assets):
        hint = "lights are read from USD files; write them under lighting"
        yield Misread(path, "S081", "the environment has no lights", "true", hint)
    for asset in assets:
        try:
            check_light_count(asset)
        except AssetError as error:
            yield Misread(path, "S081", unusable_lights(error), "true", error.hint)
        for note in asset.light_notes:
            yield Misread(path, "S082", note, hint="correct it in the file, or add a light", severity="warning")
        yield from _picture_faults(asset, path, catalog)


def _picture_faults(asset: Asset, path: PathKey, catalog: Catalog) -> Iterator[Misread]:
    for light in asset.lights:
        if light.texture_file is not None:
            try:
                catalog.picture_of_light(light)
            except AssetError as error:
                yield Misread(path, "S002", f"/{light.name}: {error.message}", hint=error.hint)


def camera_faults(recipe: Recipe, block: CameraBlock, index: int, assets: Sequence[Asset]) -> Iterator[Misread]:
    """Yield what is amiss with the camera of the environments that a camera of the recipe stands for."""
    path: PathKey = ("cameras", index, "pose", "from_file")
    for name, where in written_options(recipe, path):
        if recipe.specimen.scene.environment is None:
            hint = "add scene.environment with a USD file, or write the pose yourself"
            yield Misread(where, "S083", f"{block.name}: the scene has no environment", str(name), hint)
        for asset in assets:
            try:
                with_file_lens(block, find_camera(asset, str(name)))
            except AssetError as error:
                yield Misread(where, "S083", f"{block.name}: {error.message}", str(name), error.hint)
