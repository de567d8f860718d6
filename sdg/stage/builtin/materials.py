"""The builtin materials: albedo, roughness and metalness of what a warehouse is made of, over procedural textures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

from sdg.foundation.arrays import Vec3
from sdg.stage.asset import Material
from sdg.stage.builtin import textures
from sdg.stage.builtin.names import require_material
from sdg.stage.builtin.texture_cache import cached_textures
from sdg.stage.builtin.textures import TextureSet


@dataclass(frozen=True)
class _Recipe:
    """Numbers beside the textures; `base_color` is the albedo where the texture is 1."""

    base_color: Vec3
    roughness: float
    metallic: float = 0.0
    textures: Callable[[], TextureSet] | None = None


_RECIPES: dict[str, _Recipe] = {
    "block_wall": _Recipe((0.74, 0.74, 0.72), 0.8, 0.0, textures.block_wall),
    "cardboard": _Recipe((0.46, 0.30, 0.165), 0.9, 0.0, lambda: textures.cardboard(worn=False)),
    "cardboard_worn": _Recipe((0.43, 0.285, 0.16), 0.95, 0.0, lambda: textures.cardboard(worn=True)),
    "concrete": _Recipe((0.50, 0.485, 0.455), 0.9, 0.0, lambda: textures.concrete(traffic=False)),
    "concrete_floor": _Recipe((0.46, 0.45, 0.425), 0.55, 0.0, lambda: textures.concrete(traffic=True)),
    "floor_paint": _Recipe((0.80, 0.50, 0.03), 0.6, 0.0, textures.floor_paint),
    "galvanised_metal": _Recipe((0.72, 0.73, 0.74), 0.5, 1.0, textures.galvanised),
    "grey": _Recipe((0.5, 0.5, 0.5), 0.6),
    "matte_paint": _Recipe((0.74, 0.74, 0.72), 0.9, 0.0, textures.matte_paint),
    "packing_tape": _Recipe((0.36, 0.20, 0.075), 0.22, 0.0, textures.tape),
    "painted_metal": _Recipe((0.55, 0.56, 0.57), 0.42, 0.0, lambda: textures.paint(worn=False)),
    "painted_metal_worn": _Recipe((0.55, 0.56, 0.57), 0.5, 1.0, lambda: textures.paint(worn=True)),
    "plastic": _Recipe((0.25, 0.27, 0.30), 0.45, 0.0, textures.plastic),
    "rubber": _Recipe((0.045, 0.043, 0.042), 0.85, 0.0, textures.rubber),
    "steel": _Recipe((0.58, 0.57, 0.55), 0.45, 1.0, textures.steel),
    "wood": _Recipe((0.66, 0.47, 0.28), 0.85, 0.0, textures.wood),
}


@cache
def build_material(name: str) -> Material:
    """Return a builtin material; see `sdg.stage.builtin.build_material`."""
    require_material(name)
    recipe = _RECIPES[name]
    maps = TextureSet((1.0, 1.0)) if recipe.textures is None else cached_textures(name, recipe.textures)
    return Material(
        name=name,
        base_color=recipe.base_color,
        roughness=recipe.roughness,
        metallic=recipe.metallic,
        base_color_texture=maps.color,
        roughness_texture=maps.roughness,
        metallic_texture=maps.metallic,
        normal_texture=maps.normal,
        texture_size_m=maps.size_m,
    )


def slot(name: str, base: str, color: Vec3 | None = None, roughness: float | None = None) -> Material:
    """Return a builtin material under the slot name that a recipe may override, with a colour of its own."""
    material = replace(build_material(base), name=name)
    if color is not None:
        material = replace(material, base_color=color)
    if roughness is not None:
        material = replace(material, roughness=roughness)
    return material
