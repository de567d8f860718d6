"""The blocks of `materials:`."""

from __future__ import annotations

from sdg.recipe.scene import FileTexture
from sdg.recipe.values import (
    Block,
    Color,
    Length,
    Unit,
)


class MaterialBlock(Block):
    """A surface: a builtin `base`, and what differs from it. Numbers multiply the texture beside them."""

    base: str | None = None
    color: Color | None = None
    roughness: Unit | None = None
    metallic: Unit | None = None
    specular: Unit | None = None
    color_texture: FileTexture | None = None
    roughness_texture: FileTexture | None = None
    metallic_texture: FileTexture | None = None
    normal_texture: FileTexture | None = None
    texture_size_m: tuple[Length, Length] | None = None
