"""The builtin materials: albedo, roughness and metalness, over procedural textures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

from sdg.foundation.arrays import Vec3
from sdg.stage.asset import Material
from sdg.stage.builtin.names import require_material
from sdg.stage.builtin.texture_cache import cached_textures
from sdg.stage.builtin.textures import cloth, coating, concrete, ground, masonry, metal, paper, plant, polymer, wood
from sdg.stage.builtin.textures.model import TextureSet


@dataclass(frozen=True)
class _Recipe:
    """Numbers beside the textures; `base_color` is the albedo where the texture is 1."""

    base_color: Vec3
    roughness: float
    metallic: float = 0.0
    textures: Callable[[], TextureSet] | None = None
    specular: float = 0.5


# Loops, blades and crumbs throw shadows on each other, which a flat surface has not: at grazing angles light that would
# be reflected is caught. A third of the reflectance is what looks alike.
_CAVITIES = 0.17

_RECIPES: dict[str, _Recipe] = {
    "aluminium": _Recipe((0.90, 0.905, 0.915), 0.38, 1.0, lambda: metal.cast("aluminium")),
    "asphalt": _Recipe(ground.ASPHALT_BASE, 0.97, 0.0, ground.asphalt),
    "bark": _Recipe(plant.BARK_BASE, 0.97, 0.0, plant.bark, _CAVITIES),
    "block_wall": _Recipe((0.74, 0.74, 0.72), 0.8, 0.0, masonry.block_wall),
    "brass": _Recipe((0.887, 0.789, 0.434), 0.42, 1.0, lambda: metal.tarnished("brass", (0.52, 0.48, 0.42))),
    "brick": _Recipe(masonry.BRICK_BASE, 0.95, 0.0, masonry.brick),
    "cardboard": _Recipe((0.46, 0.30, 0.165), 0.9, 0.0, lambda: paper.cardboard(worn=False)),
    "cardboard_worn": _Recipe((0.43, 0.285, 0.16), 0.95, 0.0, lambda: paper.cardboard(worn=True)),
    "carpet": _Recipe((0.20, 0.215, 0.24), 0.98, 0.0, cloth.carpet, _CAVITIES),
    "ceramic_tile": _Recipe((0.78, 0.775, 0.75), 1.0, 0.0, masonry.ceramic_tile),
    "concrete": _Recipe((0.50, 0.485, 0.455), 0.9, 0.0, lambda: concrete.concrete(traffic=False)),
    "concrete_floor": _Recipe((0.46, 0.45, 0.425), 0.55, 0.0, lambda: concrete.concrete(traffic=True)),
    "concrete_rough": _Recipe((0.48, 0.465, 0.43), 0.95, 0.0, concrete.rough_concrete),
    "copper": _Recipe((0.926, 0.721, 0.504), 0.40, 1.0, lambda: metal.tarnished("copper", (0.42, 0.34, 0.32))),
    "fabric": _Recipe((0.34, 0.36, 0.40), 0.95, 0.0, cloth.woven, _CAVITIES),
    "felt": _Recipe((0.24, 0.25, 0.27), 0.97, 0.0, cloth.felt, _CAVITIES),
    "floor_paint": _Recipe((0.80, 0.50, 0.03), 0.6, 0.0, coating.floor_paint),
    "foliage": _Recipe(plant.LEAF_BASE, 0.55, 0.0, plant.foliage, _CAVITIES),
    "galvanised_metal": _Recipe((0.72, 0.73, 0.74), 0.5, 1.0, metal.galvanised),
    "glass": _Recipe((0.036, 0.042, 0.040), 0.25, 0.0, polymer.glass),
    "grass": _Recipe(plant.GRASS_BASE, 0.75, 0.0, plant.grass, _CAVITIES),
    "gravel": _Recipe(ground.GRAVEL_BASE, 0.95, 0.0, ground.gravel, _CAVITIES),
    "grey": _Recipe((0.5, 0.5, 0.5), 0.6),
    "hardwood_floor": _Recipe((0.52, 0.36, 0.215), 0.5, 0.0, wood.hardwood_floor),
    "leaf": _Recipe(plant.LEAF_BASE, 0.5, 0.0, plant.leaf),
    "leather": _Recipe((0.115, 0.062, 0.038), 0.55, 0.0, cloth.leather),
    "matte_paint": _Recipe((0.74, 0.74, 0.72), 0.9, 0.0, coating.matte_paint),
    "packing_tape": _Recipe((0.36, 0.20, 0.075), 0.22, 0.0, paper.tape),
    "painted_metal": _Recipe((0.55, 0.56, 0.57), 0.42, 0.0, lambda: coating.paint(worn=False)),
    "painted_metal_worn": _Recipe((0.55, 0.56, 0.57), 0.5, 1.0, lambda: coating.paint(worn=True)),
    "paper": _Recipe((0.80, 0.82, 0.84), 0.9, 0.0, paper.paper),
    "plaster": _Recipe((0.70, 0.67, 0.61), 0.95, 0.0, coating.plaster),
    "plastic": _Recipe((0.25, 0.27, 0.30), 0.45, 0.0, polymer.plastic),
    "plastic_recycled": _Recipe((0.085, 0.085, 0.087), 0.62, 0.0, polymer.recycled_plastic),
    "plastic_smooth": _Recipe((0.04, 0.14, 0.38), 0.32, 0.0, polymer.smooth_plastic),
    "plastic_textured": _Recipe((0.17, 0.175, 0.18), 0.65, 0.0, polymer.textured_plastic),
    "plywood": _Recipe((0.68, 0.53, 0.35), 0.75, 0.0, wood.plywood),
    "rubber": _Recipe((0.045, 0.043, 0.042), 0.85, 0.0, polymer.rubber),
    "rusted_metal": _Recipe(metal.RUST_BASE, 0.95, 1.0, metal.rust),
    "sand": _Recipe(ground.SAND_BASE, 0.97, 0.0, ground.sand, _CAVITIES),
    "soil": _Recipe(ground.SOIL_BASE, 0.98, 0.0, ground.soil, _CAVITIES),
    "stainless_steel": _Recipe((0.66, 0.65, 0.63), 0.36, 1.0, lambda: metal.brushed("stainless")),
    "steel": _Recipe((0.58, 0.57, 0.55), 0.45, 1.0, metal.steel),
    "stone_slab": _Recipe(masonry.SLAB_BASE, 0.95, 0.0, masonry.stone_slab),
    "terrazzo": _Recipe(masonry.TERRAZZO_BASE, 0.9, 0.0, masonry.terrazzo),
    "wood": _Recipe((0.66, 0.47, 0.28), 0.85, 0.0, wood.wood),
    "wood_varnished": _Recipe((0.30, 0.165, 0.09), 0.3, 0.0, wood.varnished),
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
        specular=recipe.specular,
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
