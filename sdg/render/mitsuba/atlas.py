"""All textures of a scene in one array, and the numbers of each material beside them; knows no Mitsuba type.

One BSDF serves every face: what differs is data. With a BSDF per texture set, neighbouring rays would run different
code in turn; on a warehouse that took six times as long to compile and three times as long to run. A texel is two
words, so that a material's four textures cost one read per tap:

* colour: the square root of each linear channel, in 11, 11 and 10 bits (finer than 8-bit sRGB everywhere, and
  decoded by one multiplication);
* roughness, metallic, and x and y of the normal, 8 bits each.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from sdg.foundation.arrays import Float32Array, FloatArray, UInt32Array
from sdg.stage.asset import Material, Texture

ROW_LENGTH = 8
_LARGEST_SIDE = 65535
TextureSet = tuple[str, str, str, str]


def texture_set(material: Material) -> TextureSet:
    """Return the keys of a material's textures, "" for none: colour, roughness, metallic, normal."""
    color, roughness, metallic, normal = (texture.key if texture is not None else "" for texture in _textures(material))
    return (color, roughness, metallic, normal)


class Atlas:
    """Texels of every texture set seen so far; a set's place never moves."""

    def __init__(self, materials: Iterable[Material] = ()) -> None:
        self._places: dict[TextureSet, tuple[int, int, int]] = {}
        self._chunks: list[UInt32Array] = []
        self._texels = 0
        self.is_new = True
        for material in materials:
            self.place(material)

    def place(self, material: Material) -> tuple[int, int, int]:
        """Return (first texel, width, height) of a material's textures; adds them if they are new."""
        key = texture_set(material)
        if key not in self._places:
            packed = pack_textures(material)
            height, width = packed.shape[:2]
            self._places[key] = (self._texels, width, height)
            self._chunks.append(packed.reshape(-1))
            self._texels += width * height
            self.is_new = True
        return self._places[key]

    def words(self) -> UInt32Array:
        """Return all texels, shape (2 T,), uint32; what was new is no longer."""
        self.is_new = False
        self._chunks = [np.concatenate(self._chunks)] if self._chunks else [np.zeros(2, np.uint32)]
        return self._chunks[0]

    def row(self, material: Material) -> Float32Array:
        """Return a material's numbers, shape (ROW_LENGTH,), float32.

        Base colour, roughness, metallic, specular, then the bits of the first texel's index and of
        width + 65536 height.
        """
        first, width, height = self.place(material)
        row = np.zeros(ROW_LENGTH, np.float32)
        row[:6] = (*material.base_color, material.roughness, material.metallic, material.specular)
        row.view(np.uint32)[6:] = (first, width | height << 16)
        return row


def pack_textures(material: Material) -> UInt32Array:
    """Return a material's texels, shape (H, W, 2), uint32, bottom row first; one neutral texel where it has none.

    Textures of different sizes are brought to the largest width and height by repeating texels.
    """
    textures = [texture for texture in _textures(material) if texture is not None]
    height = max([texture.pixels.shape[0] for texture in textures], default=1)
    width = max([texture.pixels.shape[1] for texture in textures], default=1)
    if max(height, width) > _LARGEST_SIDE:
        raise ValueError(f"textures are limited to {_LARGEST_SIDE} texels a side, got {width} x {height}")
    color, roughness, metallic, normal = (
        None if texture is None else _stretched(texture, height, width) for texture in _textures(material)
    )
    packed = np.zeros((height, width, 2), np.uint32)
    root = np.ones((height, width, 3)) if color is None else np.sqrt(_linear(color, material.base_color_texture))
    red, green, blue = (np.rint(root[..., channel] * top) for channel, top in enumerate((2047, 2047, 1023)))
    packed[..., 0] = red.astype(np.uint32) | green.astype(np.uint32) << 11 | blue.astype(np.uint32) << 22
    full = np.full((height, width), 255, np.uint32)
    rough = full if roughness is None else roughness[..., 0].astype(np.uint32)
    metal = full if metallic is None else metallic[..., 0].astype(np.uint32)
    # 0 in both marks "no normal texture": the undisturbed normal lies between two 8-bit values.
    x, y = (
        (0 * full, 0 * full)
        if normal is None
        else (np.maximum(normal[..., axis], 1).astype(np.uint32) for axis in (0, 1))
    )
    packed[..., 1] = rough | metal << 8 | x << 16 | y << 24
    return packed


def _textures(material: Material) -> tuple[Texture | None, Texture | None, Texture | None, Texture | None]:
    return (
        material.base_color_texture,
        material.roughness_texture,
        material.metallic_texture,
        material.normal_texture,
    )


def _stretched(texture: Texture, height: int, width: int) -> np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]:
    """Return the pixels at this size, bottom row first."""
    rows = np.arange(height) * texture.pixels.shape[0] // height
    columns = np.arange(width) * texture.pixels.shape[1] // width
    return np.ascontiguousarray(texture.pixels[::-1][rows][:, columns])


def _linear(pixels: np.ndarray[tuple[int, int, int], np.dtype[np.uint8]], texture: Texture | None) -> FloatArray:
    """Return linear colour, shape (H, W, 3), in [0, 1]; sRGB by IEC 61966-2-1."""
    levels = np.arange(256) / 255.0
    if texture is not None and texture.color_space == "srgb":
        levels = np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4)
    linear = levels[pixels]
    return np.broadcast_to(linear, (*linear.shape[:2], 3))
