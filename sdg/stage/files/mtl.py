"""Wavefront MTL to `Material`: Kd, Ns, Pr, Pm and their maps."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from sdg.errors import AssetError
from sdg.stage.asset import ColorSpace, Material, Texture
from sdg.stage.files.pictures import channel, decode_texture
from sdg.stage.files.references import mtl_texture_name
from sdg.stage.files.source import read_bytes, resolve_reference
from sdg.stage.files.trimesh_scene import vec3

_MAPS: dict[str, ColorSpace] = {"map_kd": "srgb", "map_pr": "linear", "map_pm": "linear", "norm": "linear"}
_NUMBERS = ("kd", "ns", "pr", "pm")


def read_mtl(path: Path, referrer: Path) -> dict[str, Material]:
    """Return the materials of an MTL file by name. Bump maps, opacity and emission are left out.

    Ns becomes the roughness whose GGX lobe is as wide: alpha² = 2 / (Ns + 2) (Walter et al. 2007, Microfacet
    Models for Refraction, section 5.2), and roughness is the root of alpha. Pr and Pm are the roughness and
    metallic of the common PBR extension.

    Raises:
        AssetError: The file or a texture is missing, or a number is not one.
    """
    text = read_bytes(path, referrer).decode("utf-8", "replace")
    declared: dict[str, dict[str, str]] = {}
    current: dict[str, str] = {}
    for line in text.splitlines():
        keyword, _, arguments = line.strip().partition(" ")
        if keyword == "newmtl":
            # trimesh joins the words of a name by single spaces.
            current = declared.setdefault(" ".join(arguments.split()), {})
        elif keyword.lower() in _MAPS or keyword.lower() in _NUMBERS:
            current[keyword.lower()] = arguments.strip()
    return {name: _material(path, name, entries) for name, entries in declared.items()}


def _material(path: Path, name: str, entries: dict[str, str]) -> Material:
    maps: dict[str, Texture | None] = {
        key: _texture(path, entries[key], color_space) if entries.get(key) else None
        for key, color_space in _MAPS.items()
    }
    roughness_map, metallic_map = maps["map_pr"], maps["map_pm"]
    roughness = 0.5
    if "ns" in entries:
        roughness = (2.0 / (2.0 + max(_numbers(path, name, "Ns", entries["ns"])[0], 0.0))) ** 0.25
    if "pr" in entries:
        roughness = _numbers(path, name, "Pr", entries["pr"])[0]
    color = _numbers(path, name, "Kd", entries.get("kd", "0.5 0.5 0.5"))
    metallic = _numbers(path, name, "Pm", entries.get("pm", "0"))[0]
    return Material(
        name,
        base_color=vec3(color if len(color) >= 3 else [color[0]] * 3),
        roughness=1.0 if roughness_map is not None else min(max(roughness, 0.0), 1.0),
        metallic=1.0 if metallic_map is not None else min(max(metallic, 0.0), 1.0),
        base_color_texture=maps["map_kd"],
        roughness_texture=None if roughness_map is None else channel(roughness_map, 0),
        metallic_texture=None if metallic_map is None else channel(metallic_map, 0),
        normal_texture=maps["norm"],
    )


def _texture(path: Path, arguments: str, color_space: ColorSpace) -> Texture:
    target = resolve_reference(mtl_texture_name(arguments), path)
    return decode_texture(read_bytes(target, path), color_space, str(target))


def _numbers(path: Path, name: str, key: str, text: str) -> list[Any]:
    try:
        values = [float(word) for word in text.split()]
    except ValueError:
        values = []
    if not values or not all(math.isfinite(value) for value in values):
        raise AssetError(f"{path}: {key} of {name!r} is {text!r}", "give numbers, such as 0.8 0.8 0.8")
    return values
