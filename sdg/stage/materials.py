"""What the recipe says about surfaces, put on the parts of assets.

An entry of `materials:` replaces the material of the same name wherever an asset uses it. An object's `material:`
names such an entry, or a builtin material, for the asset's body; a pattern in `materials:` of a block does so for the
parts that it fits, and goes first. An entry without `base` starts from what it
replaces. Shade and wear come last, over whatever the entry made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sdg.errors import AssetError
from sdg.recipe.model import FileTexture, MaterialBlock, PathKey
from sdg.stage.asset import Asset, ColorSpace, Material, Part, Texture
from sdg.stage.patterns import first_match
from sdg.stage.remap import in_metres
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


@dataclass(frozen=True)
class Dress:
    """What a block says of the materials of its asset.

    Attributes:
        path: The block.
        body_material: Its `material:`, if any.
        by_pattern: Its `materials:`, by patterns over names of parts and of their materials.
    """

    path: PathKey
    body_material: str | None = None
    by_pattern: Mapping[str, str] = field(default_factory=dict)

    def pattern(self, part: Part) -> str | None:
        """Return the pattern that says what a part bears; None if none does."""
        return first_match(self.by_pattern, part, or_material=True)


def _bearing(asset: Asset, part: Part, dress: Dress) -> str:
    """Return the name of the material that a part bears."""
    pattern, body_material = dress.pattern(part), dress.body_material
    if pattern is not None:
        return dress.by_pattern[pattern]
    is_body = not asset.body or part.name in asset.body
    return body_material if body_material is not None and is_body else part.material.name


class MaterialTable:
    """The materials of one frame."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._blocks = world.sample.materials
        self._made: dict[tuple[int, str], Material] = {}
        self._parts: dict[tuple[str, str | None, tuple[tuple[str, str], ...]], tuple[Part, ...]] = {}

    def parts(self, asset: Asset, dress: Dress) -> tuple[Part, ...]:
        """Return an asset's parts with their materials.

        Raises:
            RecipeError: A material (S003) or texture (S002) can't be used.
        """
        key = (asset.key, dress.body_material, tuple(dress.by_pattern.items()))
        if key not in self._parts:
            self._parts[key] = tuple(self._part(asset, part, dress) for part in asset.parts)
        return self._parts[key]

    def _part(self, asset: Asset, part: Part, dress: Dress) -> Part:
        name, pattern = _bearing(asset, part, dress), dress.pattern(part)
        if name in self._blocks:
            made = replace(part, material=self._made_from(name, part.material))
            # What starts from the file's own material fits the file's own texture coordinates.
            return made if pattern is None or self._blocks[name].base is None else _laid_in_metres(made)
        if name == part.material.name:
            return part
        try:
            made = replace(part, material=self._world.catalog.material(name))
            return made if pattern is None else _laid_in_metres(made)
        except AssetError as error:
            path = (*dress.path, "material") if pattern is None else (*dress.path, "materials", pattern)
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


def _laid_in_metres(part: Part) -> Part:
    """Return a part with textures at their scale, whatever coordinates its file has."""
    is_textured = any(texture is not None for texture in part.material.textures)
    return replace(part, mesh=in_metres(part.mesh)) if is_textured else part
