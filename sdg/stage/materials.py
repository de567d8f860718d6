"""What the recipe says about surfaces, put on the parts of assets.

An entry of `materials:` replaces the material of the same name wherever an asset uses it. An object's `material:`
names such an entry, or a builtin material, for the asset's body. An entry without `base` starts from what it
replaces. Shade and wear come last, over whatever the entry made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sdg.errors import AssetError
from sdg.recipe.model import FileTexture, MaterialBlock
from sdg.stage.asset import Asset, ColorSpace, Material, Part, Texture
from sdg.stage.shades import perturbed
from sdg.stage.wear import worn
from sdg.stage.world import World

# Keys of a material block, and the fields of `Material` that they set.
_NUMBERS: Mapping[str, str] = {
    "color": "base_color",
    "roughness": "roughness",
    "metallic": "metallic",
    "specular": "specular",
    "texture_size_m": "texture_size_m",
}
# Texture key -> texture field, the number that multiplies it, and how the picture is encoded.
_TEXTURES: Mapping[str, tuple[str, str, ColorSpace]] = {
    "color_texture": ("base_color_texture", "base_color", "srgb"),
    "roughness_texture": ("roughness_texture", "roughness", "linear"),
    "metallic_texture": ("metallic_texture", "metallic", "linear"),
    "normal_texture": ("normal_texture", "", "linear"),
}


def bearing(asset: Asset, part: Part, body_material: str | None) -> str:
    """Return the name of the material that a part bears, given its object's `material:`."""
    is_body = not asset.body or part.name in asset.body
    return body_material if body_material is not None and is_body else part.material.name


class MaterialTable:
    """The materials of one frame."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._blocks = world.sample.materials
        self._made: dict[tuple[int, str], Material] = {}
        self._parts: dict[tuple[str, str | None], tuple[Part, ...]] = {}

    def parts(self, asset: Asset, body_material: str | None, path: tuple[str | int, ...]) -> tuple[Part, ...]:
        """Return an asset's parts with their materials.

        Args:
            asset: What is placed.
            body_material: The object's `material:`, if any.
            path: Where the recipe names it.

        Raises:
            RecipeError: A material (S003) or texture (S002) can't be used.
        """
        key = (asset.key, body_material)
        if key not in self._parts:
            self._parts[key] = tuple(self._part(asset, part, body_material, path) for part in asset.parts)
        return self._parts[key]

    def _part(self, asset: Asset, part: Part, body_material: str | None, path: tuple[str | int, ...]) -> Part:
        name = bearing(asset, part, body_material)
        if name in self._blocks:
            return replace(part, material=self._made_from(name, part.material))
        if name == part.material.name:
            return part
        try:
            return replace(part, material=self._world.catalog.material(name))
        except AssetError as error:
            raise self._world.fault(path, "S003", error.message, found=name, hint=error.hint) from None

    def _made_from(self, name: str, own: Material) -> Material:
        key = (id(own), name)
        if key not in self._made:
            self._made[key] = self._make(name, self._blocks[name], own)
        return self._made[key]

    def _make(self, name: str, block: MaterialBlock, own: Material) -> Material:
        start = own
        if block.base is not None:
            try:
                start = self._world.catalog.material(block.base)
            except AssetError as error:
                path = ("materials", name, "base")
                raise self._world.fault(path, "S003", error.message, found=block.base, hint=error.hint) from None
        changes: dict[str, Any] = {
            number: getattr(block, key) for key, number in _NUMBERS.items() if getattr(block, key) is not None
        }
        for key, (slot, number, color_space) in _TEXTURES.items():
            texture: FileTexture | None = getattr(block, key)
            if texture is not None:
                changes[slot] = self._texture(name, key, texture, color_space)
                # Without a number of its own, a new texture is taken as it is.
                if number:
                    changes.setdefault(number, (1.0, 1.0, 1.0) if number == "base_color" else 1.0)
        made = replace(start, name=name, **changes)
        if block.perturb is not None:
            made = perturbed(made, block.perturb)
        return made if block.wear is None else worn(made, block.wear)

    def _texture(self, name: str, key: str, texture: FileTexture, color_space: ColorSpace) -> Texture:
        try:
            return self._world.catalog.texture(texture, color_space)
        except AssetError as error:
            path = ("materials", name, key, "file")
            raise self._world.fault(path, "S002", f"{name}: {error.message}", hint=error.hint) from None
