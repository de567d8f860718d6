"""UsdPreviewSurface, and the plainest of MDL's OmniPBR, to `Material`; `displayColor` where nothing is bound."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from pxr import Gf, Sdf, Usd, UsdGeom, UsdShade

from sdg.foundation.arrays import FloatArray, Vec3
from sdg.stage.asset import Material, Texture
from sdg.stage.files.usd_texture import TextureReader, TextureUse

_TIME = Usd.TimeCode.EarliestTime()
_WHITE: Vec3 = (1.0, 1.0, 1.0)
# UsdPreviewSurface specification, version 2.6: diffuseColor and roughness where nothing is said.
_DEFAULT_COLOR: Vec3 = (0.18, 0.18, 0.18)
_DEFAULT_ROUGHNESS = 0.5

BoundMaterial: TypeAlias = tuple[Material, FloatArray | None]


class MaterialReader:
    """Reads each material of a stage once.

    Opacity, emission, clear coat and displacement are left out, as is the specular workflow.
    """

    def __init__(self, path: Path) -> None:
        self._textures = TextureReader(path)
        self._known: dict[str, BoundMaterial] = {}

    def bound_to(self, prim: Any) -> BoundMaterial:
        """Return the material of a prim, and the 3x3 transform that its texture coordinates need, if any.

        Raises:
            AssetError: A texture is missing or damaged.
        """
        material = UsdShade.MaterialBindingAPI(prim).ComputeBoundMaterial()[0]
        if not material:
            return _display_material(prim), None
        name = str(material.GetPath())
        if name not in self._known:
            self._known[name] = self._read(material)
        return self._known[name]

    def _read(self, material: Any) -> BoundMaterial:
        name = material.GetPrim().GetName()
        shader = material.ComputeSurfaceSource()[0]
        if shader and shader.GetIdAttr().Get() == "UsdPreviewSurface":
            return self._preview_surface(name, shader)
        shader = material.ComputeSurfaceSource("mdl")[0]
        if shader:
            return self._omni_pbr(name, shader)
        return Material(name), None

    def _preview_surface(self, name: str, shader: Any) -> BoundMaterial:
        color, color_use = self._input(shader, "diffuseColor", _DEFAULT_COLOR, is_color=True)
        roughness, roughness_use = self._input(shader, "roughness", _DEFAULT_ROUGHNESS)
        metallic, metallic_use = self._input(shader, "metallic", 0.0)
        _, normal_use = self._input(shader, "normal", (0.0, 0.0, 1.0), is_normal=True)
        uses = (color_use, roughness_use, metallic_use, normal_use)
        material = _material(name, color, roughness, metallic, uses)
        transform = next((use.uv_transform for use in uses if use is not None), None)
        return material, transform

    def _input(
        self, shader: Any, name: str, default: Vec3 | float, *, is_color: bool = False, is_normal: bool = False
    ) -> tuple[Any, TextureUse | None]:
        """Return an input's factor and the texture that multiplies it, following it through node graphs."""
        port = shader.GetInput(name)
        attributes = port.GetValueProducingAttributes() if port else []
        if not attributes:
            return default, None
        producer = UsdShade.Shader(attributes[0].GetPrim())
        kind = producer.GetIdAttr().Get() if producer else None
        if kind == "UsdUVTexture":
            output = attributes[0].GetName().rpartition(":")[2]
            use = self._textures.read(producer, output, is_color=is_color, is_normal=is_normal)
            return use.factor, use
        if kind is not None and str(kind).startswith("UsdPrimvarReader"):
            fallback = producer.GetInput("fallback")
            value = fallback.Get(_TIME) if fallback else None
            return (default if value is None else value), None
        value = attributes[0].Get(_TIME)
        return (default if value is None else value), None

    def _omni_pbr(self, name: str, shader: Any) -> BoundMaterial:
        """Read the inputs that OmniPBR.mdl and its kin name; their defaults are the module's own."""

        def value(key: str, default: Any) -> Any:
            found = shader.GetInput(key)
            got = found.Get(_TIME) if found else None
            return default if got is None else got

        def texture(key: str, *, is_color: bool = False, is_normal: bool = False) -> TextureUse | None:
            asset = value(key, None)
            if not isinstance(asset, Sdf.AssetPath) or not asset.path:
                return None
            return self._textures.plain(asset, is_color=is_color, is_normal=is_normal)

        color_use = texture("diffuse_texture", is_color=True)
        color = value("diffuse_tint", _WHITE) if color_use else value("diffuse_color_constant", (0.2, 0.2, 0.2))
        uses = (color_use, None, None, texture("normalmap_texture", is_normal=True))
        roughness, metallic = value("reflection_roughness_constant", 0.5), value("metallic_constant", 0.0)
        return _material(name, color, roughness, metallic, uses), None


def _material(
    name: str,
    color: Any,
    roughness: Any,
    metallic: Any,
    uses: tuple[TextureUse | None, TextureUse | None, TextureUse | None, TextureUse | None],
) -> Material:
    color_texture, roughness_texture, metallic_texture, normal_texture = (_texture(use) for use in uses)
    return Material(
        name,
        base_color=_color(color),
        roughness=_unit(roughness),
        metallic=_unit(metallic),
        base_color_texture=color_texture,
        roughness_texture=roughness_texture,
        metallic_texture=metallic_texture,
        normal_texture=normal_texture,
    )


def _texture(use: TextureUse | None) -> Texture | None:
    return None if use is None else use.texture


def _display_material(prim: Any) -> Material:
    """Return a material of the prim's mean `displayColor`, or the grey that USD viewers show."""
    mesh = prim if prim.IsA(UsdGeom.Gprim) else prim.GetParent()
    primvar = UsdGeom.PrimvarsAPI(mesh).FindPrimvarWithInheritance("displayColor")
    values = primvar.Get(_TIME) if primvar and primvar.HasValue() else None
    if not values:
        return Material("default", base_color=_DEFAULT_COLOR)
    mean = np.array(values, np.float64).reshape(-1, 3).mean(axis=0)
    return Material("displayColor", base_color=_color(mean))


def _color(value: Any) -> Vec3:
    if isinstance(value, Gf.Vec3f | Gf.Vec3d | tuple | list | np.ndarray) and len(value) == 3:
        return (_unit(value[0]), _unit(value[1]), _unit(value[2]))
    return (_unit(value), _unit(value), _unit(value))


def _unit(value: Any) -> float:
    """Return a number clipped to [0, 1]; what is not finite becomes 0."""
    number = float(value) if isinstance(value, int | float) else float(np.asarray(value, np.float64).ravel()[0])
    return min(max(number, 0.0), 1.0) if np.isfinite(number) else 0.0
