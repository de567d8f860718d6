"""How light and how rough each builtin material may be on average, and who says so.

Ranges of albedo are of the mean luminance of linear colour; for metals, of what they reflect at normal incidence.
Published albedos of the ground and of buildings are mostly for all sunlight, near infrared included, where plants
reflect most; ours are for what a camera sees. Nobody publishes GGX roughness of such surfaces: those ranges are ours,
set by how they look.
"""

from __future__ import annotations

from dataclasses import dataclass

from sdg.foundation.arrays import Vec2

_DATABASE = "physicallybased.info"
_OKE = "Oke, Boundary Layer Climates, 2nd ed. 1987, tables 1.1 and 8.2"
_GATES = "Gates et al., Spectral properties of plants, Applied Optics 4 (1965)"
_ESTIMATE = "estimate"


@dataclass(frozen=True)
class Measured:
    """What the mean over a material's textures must lie within.

    Attributes:
        albedo: Least and most mean luminance.
        roughness: Least and most mean perceptual roughness.
        source: Of the albedo.
    """

    albedo: Vec2
    roughness: Vec2
    source: str


MEASURED: dict[str, Measured] = {
    "aluminium": Measured((0.78, 0.92), (0.2, 0.45), f"{_DATABASE}: aluminium 0.91, dulled"),
    "asphalt": Measured((0.05, 0.12), (0.8, 1.0), f"{_OKE}: asphalt 0.05 to 0.20"),
    "bark": Measured((0.08, 0.20), (0.85, 1.0), _ESTIMATE),
    "block_wall": Measured((0.50, 0.75), (0.65, 0.9), f"{_OKE}: white paint 0.50 to 0.90"),
    "brass": Measured((0.60, 0.79), (0.2, 0.45), f"{_DATABASE}: brass 0.79, tarnished"),
    "brick": Measured((0.12, 0.30), (0.75, 0.95), f"{_DATABASE}: brick 0.13; {_OKE}: walls of brick 0.20 to 0.40"),
    "cardboard": Measured((0.24, 0.33), (0.75, 0.95), _ESTIMATE),
    "cardboard_worn": Measured((0.20, 0.31), (0.8, 1.0), _ESTIMATE),
    "carpet": Measured((0.08, 0.20), (0.9, 1.0), _ESTIMATE),
    "ceramic_tile": Measured((0.60, 0.80), (0.1, 0.3), _ESTIMATE),
    "concrete": Measured((0.30, 0.51), (0.7, 0.9), f"{_DATABASE}: concrete 0.51; {_OKE}: concrete 0.10 to 0.35"),
    "concrete_floor": Measured((0.28, 0.51), (0.35, 0.6), f"{_DATABASE}: concrete 0.51; {_OKE}: concrete 0.10 to 0.35"),
    "concrete_rough": Measured((0.28, 0.51), (0.8, 1.0), f"{_DATABASE}: concrete 0.51; {_OKE}: concrete 0.10 to 0.35"),
    "copper": Measured((0.58, 0.75), (0.2, 0.45), f"{_DATABASE}: copper 0.75, tarnished"),
    "fabric": Measured((0.15, 0.35), (0.85, 1.0), _ESTIMATE),
    "felt": Measured((0.12, 0.28), (0.85, 1.0), _ESTIMATE),
    "floor_paint": Measured((0.35, 0.60), (0.4, 0.65), _ESTIMATE),
    "foliage": Measured((0.04, 0.10), (0.4, 0.6), f"{_GATES}: leaves 0.05 to 0.12 of visible light, less shade"),
    "galvanised_metal": Measured((0.55, 0.84), (0.3, 0.5), f"{_DATABASE}: zinc 0.84, weathered"),
    "glass": Measured((0.01, 0.04), (0.02, 0.1), "estimate, of the dark room behind it"),
    "grass": Measured((0.05, 0.12), (0.6, 0.8), f"{_GATES}: leaves 0.05 to 0.12 of visible light"),
    "gravel": Measured((0.15, 0.35), (0.7, 0.95), f"{_OKE}: stone 0.20 to 0.35"),
    "grey": Measured((0.50, 0.50), (0.6, 0.6), "by definition"),
    "hardwood_floor": Measured((0.20, 0.35), (0.3, 0.5), _ESTIMATE),
    "leaf": Measured((0.05, 0.12), (0.35, 0.5), f"{_GATES}: leaves 0.05 to 0.12 of visible light"),
    "leather": Measured((0.03, 0.10), (0.4, 0.6), _ESTIMATE),
    "matte_paint": Measured((0.60, 0.75), (0.8, 0.95), f"{_OKE}: white paint 0.50 to 0.90"),
    "packing_tape": Measured((0.15, 0.27), (0.1, 0.25), _ESTIMATE),
    "painted_metal": Measured((0.45, 0.60), (0.25, 0.45), _ESTIMATE),
    "painted_metal_worn": Measured((0.40, 0.60), (0.35, 0.5), _ESTIMATE),
    "paper": Measured((0.75, 0.85), (0.75, 0.95), f"{_DATABASE}: office paper 0.83"),
    "plaster": Measured((0.50, 0.70), (0.85, 1.0), f"{_OKE}: white paint 0.50 to 0.90"),
    "plastic": Measured((0.20, 0.30), (0.3, 0.5), _ESTIMATE),
    "plastic_recycled": Measured((0.02, 0.06), (0.4, 0.6), _ESTIMATE),
    "plastic_smooth": Measured((0.10, 0.16), (0.1, 0.25), _ESTIMATE),
    "plastic_textured": Measured((0.12, 0.20), (0.5, 0.7), _ESTIMATE),
    "plywood": Measured((0.40, 0.55), (0.55, 0.8), _ESTIMATE),
    "rubber": Measured((0.02, 0.06), (0.7, 0.9), f"{_DATABASE}: tyre 0.023"),
    "rusted_metal": Measured((0.06, 0.15), (0.8, 1.0), _ESTIMATE),
    "sand": Measured((0.25, 0.42), (0.85, 1.0), f"{_DATABASE}: sand 0.39; {_OKE}: deserts 0.20 to 0.45"),
    "soil": Measured((0.05, 0.17), (0.85, 1.0), f"{_OKE}: soils 0.05 (dark and wet) to 0.40 (light and dry)"),
    "stainless_steel": Measured((0.55, 0.66), (0.2, 0.4), f"{_DATABASE}: iron 0.51, chromium 0.65"),
    "steel": Measured((0.45, 0.58), (0.25, 0.45), f"{_DATABASE}: iron 0.51"),
    "stone_slab": Measured((0.20, 0.35), (0.7, 0.9), f"{_OKE}: stone 0.20 to 0.35"),
    "terrazzo": Measured((0.30, 0.55), (0.15, 0.35), _ESTIMATE),
    "wood": Measured((0.28, 0.45), (0.65, 0.9), _ESTIMATE),
    "wood_varnished": Measured((0.08, 0.18), (0.15, 0.35), _ESTIMATE),
}
