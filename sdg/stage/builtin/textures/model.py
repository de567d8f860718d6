"""What a procedure makes: the textures of one material."""

from __future__ import annotations

from dataclasses import dataclass

from sdg.foundation.arrays import FloatArray, Vec2
from sdg.stage.asset import Texture


@dataclass(frozen=True, eq=False)
class TextureSet:
    """The textures of one material; None leaves the number beside it as it is.

    Attributes:
        size_m: What one repeat covers along u and v [m].
    """

    size_m: Vec2
    color: Texture | None = None
    roughness: Texture | None = None
    metallic: Texture | None = None
    normal: Texture | None = None


def mixed(color: FloatArray, tint: FloatArray, weight: FloatArray) -> FloatArray:
    """Return colours, shape (H, W, 3) or (H, W, 1), drawn towards a relative colour where `weight` is 1."""
    result: FloatArray = color * (1.0 - weight)[:, :, None] + tint * weight[:, :, None]
    return result
