"""Materials as UsdPreviewSurface: one `Material` prim, a *look*, for each set of textures.

A look's numbers are attributes that a frame may set: on the surface itself, or as the scale of the texture that they
multiply. `UsdTransform2d` brings texture coordinates in metres to repeats of the texture.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sdg.replicator.usd.value import UsdValue, UsdValues, color, number, token
from sdg.stage.asset import Material, Part, Texture

Channel = Literal["base_color", "roughness", "metallic", "normal"]
CHANNELS: tuple[Channel, ...] = ("base_color", "roughness", "metallic", "normal")
SURFACE, COORDINATES, PLACEMENT = "surface", "st", "placement"
# The inputs of UsdPreviewSurface, the texture output that feeds each, and the type of both.
INPUTS = {
    "base_color": ("diffuseColor", "rgb", "color3f", "float3"),
    "roughness": ("roughness", "r", "float", "float"),
    "metallic": ("metallic", "r", "float", "float"),
    "normal": ("normal", "rgb", "normal3f", "float3"),
}
# A dielectric's reflectance at normal incidence, for a `specular` of 1.
_F0_OF_SPECULAR = 0.08


@dataclass(frozen=True)
class LookKind:
    """What makes two materials one look with other numbers.

    Attributes:
        name: Of the material.
        textures: Keys of its textures; empty where it has none.
        uv_unit: Unit of the texture coordinates that it is used with.
    """

    name: str
    textures: tuple[str, ...]
    uv_unit: str


@dataclass(frozen=True)
class Look:
    """A material's place on the stage.

    Attributes:
        path: Its prim.
        files: Its textures by channel, from the stage's folder; empty where it has none.
        encodings: How each is encoded, as UsdUVTexture names it.
        has_placement: Whether texture coordinates are in metres.
    """

    path: str
    files: tuple[str, str, str, str]
    encodings: tuple[str, str, str, str]
    has_placement: bool

    @property
    def surface(self) -> str:
        """Path of its UsdPreviewSurface."""
        return f"{self.path}/{SURFACE}"

    def shader(self, name: str) -> str:
        """Return the path of one of its shaders."""
        return f"{self.path}/{name}"


def look_kind(part: Part) -> LookKind:
    """Return which look a part needs."""
    keys = tuple("" if texture is None else texture.key for texture in part.material.textures)
    return LookKind(part.material.name, keys, part.mesh.uv_unit if any(keys) else "tile")


def encoding(texture: Texture | None) -> str:
    """Return how UsdUVTexture calls a texture's colour space."""
    return "sRGB" if texture is not None and texture.color_space == "srgb" else "raw"


def look_values(look: Look, material: Material) -> UsdValues:
    """Return the attributes that a material's numbers set, by path."""
    base, rough, metal, _ = look.files
    values: UsdValues = {f"{look.surface}.inputs:ior": number(index_of_refraction(material.specular))}
    red, green, blue = (float(part) for part in material.base_color)
    if base:
        values[f"{look.shader('base_color')}.inputs:scale"] = UsdValue("float4", (red, green, blue, 1.0))
    else:
        values[f"{look.surface}.inputs:diffuseColor"] = color((red, green, blue))
    single: Sequence[tuple[str, str, float]] = (
        ("roughness", rough, material.roughness),
        ("metallic", metal, material.metallic),
    )
    for channel, file, value in single:
        if file:
            values[f"{look.shader(channel)}.inputs:scale"] = UsdValue("float4", (*[float(value)] * 3, 1.0))
        else:
            values[f"{look.surface}.inputs:{channel}"] = number(value)
    if look.has_placement:
        across, up = material.texture_size_m
        values[f"{look.shader(PLACEMENT)}.inputs:scale"] = UsdValue("float2", (1.0 / across, 1.0 / up))
    return values


def fixed_values(look: Look) -> UsdValues:
    """Return the attributes of a look's shaders that no frame changes, by path; connections are not among them."""
    values: UsdValues = {}
    if any(look.files):
        values[f"{look.shader(COORDINATES)}.inputs:varname"] = UsdValue("string", "st")
    for channel, file, space in zip(CHANNELS, look.files, look.encodings, strict=True):
        if not file:
            continue
        shader = look.shader(channel)
        values[f"{shader}.inputs:file"] = UsdValue("asset", file)
        values[f"{shader}.inputs:sourceColorSpace"] = token(space)
        values[f"{shader}.inputs:wrapS"] = token("repeat")
        values[f"{shader}.inputs:wrapT"] = token("repeat")
        if channel == "normal":
            # From [0, 1] to [-1, 1], as UsdPreviewSurface asks of 8-bit normal maps.
            values[f"{shader}.inputs:scale"] = UsdValue("float4", (2.0, 2.0, 2.0, 1.0))
            values[f"{shader}.inputs:bias"] = UsdValue("float4", (-1.0, -1.0, -1.0, 0.0))
    return values


def index_of_refraction(specular: float) -> float:
    """Return the index whose Fresnel reflectance at normal incidence is 0.08 specular; 1.5 for 0.5."""
    root = math.sqrt(_F0_OF_SPECULAR * specular)
    return (1.0 + root) / (1.0 - root)
