"""The blocks of `materials:`."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import Field

from sdg.recipe.scene import FileTexture
from sdg.recipe.values import (
    Block,
    Color,
    Length,
    Unit,
)

Factor: TypeAlias = Annotated[float, Field(ge=0, le=10, allow_inf_nan=False)]
HueTurn: TypeAlias = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]


class PerturbBlock(Block):
    """The same surface in another shade: its mean colour's hue is turned, the rest multiplied."""

    probability: Unit = 1.0
    hue_deg: HueTurn = 0.0
    saturation: Factor = 1.0
    brightness: Factor = 1.0
    roughness: Factor = 1.0


class MaterialBlock(Block):
    """A surface: a builtin `base`, and what differs from it. Numbers multiply the texture beside them.

    `wear` lays grime and scratches over it, from 0 to 1 in steps of a quarter.
    """

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
    wear: Unit | None = None
    perturb: PerturbBlock | None = None
