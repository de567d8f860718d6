"""glTF's metallic-roughness materials to `Material` (glTF 2.0, section 3.9)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sdg.errors import AssetError
from sdg.stage.asset import ColorSpace, Material, Texture
from sdg.stage.files.pictures import channel, decode_texture
from sdg.stage.files.trimesh_scene import vec3

_GREEN, _BLUE = 1, 2
# Of the specular 1 of a `principled` surface.
_REFLECTANCE_AT_ONE = 0.08


def read_materials(path: Path, header: dict[str, Any], pictures: list[bytes]) -> list[Material]:
    """Return the materials of a glTF header, in its order; `pictures` are its encoded images.

    Raises:
        AssetError: A picture is damaged, or a texture uses what can't be represented.
    """
    decoded: dict[tuple[int, ColorSpace], Texture] = {}

    def texture(entry: dict[str, Any] | None, color_space: ColorSpace) -> Texture | None:
        if entry is None:
            return None
        if entry.get("texCoord", 0) != 0:
            raise AssetError(f"{path}: a texture uses a second set of coordinates", "bake it to the first")
        if "KHR_texture_transform" in entry.get("extensions", {}):
            raise AssetError(f"{path}: a texture is moved by KHR_texture_transform", "apply it to the coordinates")
        declared = header["textures"][entry["index"]]
        webp = declared.get("extensions", {}).get("EXT_texture_webp", {})
        source = webp.get("source", declared.get("source"))
        if source is None:
            raise AssetError(f"{path}: texture {entry['index']} has no PNG, JPEG or WebP picture", "export it as PNG")
        key = (source, color_space)
        if key not in decoded:
            decoded[key] = decode_texture(pictures[source], color_space, f"{path}: image {source}")
        return decoded[key]

    materials = []
    for index, declared in enumerate(header.get("materials", [])):
        surface = declared.get("pbrMetallicRoughness", {})
        both = texture(surface.get("metallicRoughnessTexture"), "linear")
        materials.append(
            Material(
                str(declared.get("name", f"material_{index}")),
                base_color=vec3(surface.get("baseColorFactor", (1.0, 1.0, 1.0))),
                roughness=_unit(surface.get("roughnessFactor", 1.0)),
                metallic=_unit(surface.get("metallicFactor", 1.0)),
                specular=_specular(declared.get("extensions", {})),
                base_color_texture=texture(surface.get("baseColorTexture"), "srgb"),
                roughness_texture=None if both is None else channel(both, _GREEN),
                metallic_texture=None if both is None else channel(both, _BLUE),
                normal_texture=texture(declared.get("normalTexture"), "linear"),
            )
        )
    return materials


def _specular(extensions: dict[str, Any]) -> float:
    """Return the reflectance that KHR_materials_ior and KHR_materials_specular give; 0.5 is an index of 1.5."""
    index = float(extensions.get("KHR_materials_ior", {}).get("ior", 1.5))
    factor = float(extensions.get("KHR_materials_specular", {}).get("specularFactor", 1.0))
    if index < 1.0:
        # By that extension 0 stands for an index without end.
        return _unit(factor)
    return _unit(factor * ((index - 1.0) / (index + 1.0)) ** 2 / _REFLECTANCE_AT_ONE)


def _unit(value: Any) -> float:
    return min(max(float(value), 0.0), 1.0)
