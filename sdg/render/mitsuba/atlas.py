"""All textures of a scene in one array, and the numbers of each material beside them; knows no Mitsuba type.

One BSDF serves every face: what differs is data. With a BSDF per texture set, neighbouring rays would run different
code in turn; on a warehouse that took six times as long to compile and three times as long to run. A texel is two
words, so that a material's four textures cost one read per tap:

* colour: the square root of each linear channel, in 11, 11 and 10 bits (finer than 8-bit sRGB everywhere, and
  decoded by one multiplication);
* roughness, metallic, and x and y of the normal, 8 bits each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from sdg.foundation.arrays import Float32Array, FloatArray, UInt8Array, UInt32Array
from sdg.render.mitsuba.upload import aligned_space
from sdg.stage.asset import Material, Texture

ROW_LENGTH = 8
_LARGEST_SIDE = 65535
# Textures that frames draw independently multiply. With more texels than these (8 bytes each) a frame starts anew.
_MOST_TEXELS = 1 << 26
# Largest value and first bit of red, green and blue.
_COLOR_BITS = ((2047, 0), (2047, 11), (1023, 22))
_WHITE = 0xFFFFFFFF
# So many fit a core's cache.
_ROWS_AT_ONCE = 32
TextureSet = tuple[str, str, str, str]


def texture_set(material: Material) -> TextureSet:
    """Return the keys of a material's textures, "" for none: colour, roughness, metallic, normal."""
    color, roughness, metallic, normal = (texture.key if texture is not None else "" for texture in _textures(material))
    return (color, roughness, metallic, normal)


class Atlas:
    """Texels of the texture sets seen so far; the place of one never moves, unless there are too many.

    Attributes:
        words: All texels, shape (2 T,), uint32, in `aligned_space`; never changed in place.
    """

    def __init__(self) -> None:
        self.words: UInt32Array = aligned_space(0, np.uint32)
        self._places: dict[TextureSet, tuple[int, int, int]] = {}

    def rows(self, materials: Sequence[Material]) -> Float32Array:
        """Return a frame's materials as numbers, shape (M, ROW_LENGTH), float32; adds textures that are new.

        Base colour, roughness, metallic, specular, then the bits of the first texel's index and of
        width + 65536 height.
        """
        self._add({texture_set(material): material for material in materials})
        rows = np.zeros((len(materials), ROW_LENGTH), np.float32)
        for row, material in zip(rows, materials, strict=True):
            first, width, height = self._places[texture_set(material)]
            row[:6] = (*material.base_color, material.roughness, material.metallic, material.specular)
            row.view(np.uint32)[6:] = (first, width | height << 16)
        return rows

    def _add(self, materials: Mapping[TextureSet, Material]) -> None:
        if len(self.words) > 2 * _MOST_TEXELS and not materials.keys() <= self._places.keys():
            self.words, self._places = aligned_space(0, np.uint32), {}
        added = {key: (material, *_size(material)) for key, material in materials.items() if key not in self._places}
        if not added:
            return
        end = len(self.words)
        words = aligned_space(end + 2 * sum(width * height for _, width, height in added.values()), np.uint32)
        words[:end] = self.words
        for key, (material, width, height) in added.items():
            self._places[key] = (end // 2, width, height)
            start, end = end, end + 2 * width * height
            pack_textures(material, words[start:end].reshape(height, width, 2))
        self.words = words


def pack_textures(material: Material, packed: UInt32Array) -> None:
    """Write a material's texels; one neutral texel where it has no texture.

    Textures of different sizes are brought to the largest width and height by repeating texels.

    Args:
        material: Whose.
        packed: Where to, shape (H, W, 2), bottom row first.
    """
    height, width = packed.shape[:2]
    textures = [None if texture is None else _stretched(texture, height, width) for texture in _textures(material)]
    levels = _color_words(material.base_color_texture)
    for top in range(0, height, _ROWS_AT_ONCE):
        rows = slice(top, top + _ROWS_AT_ONCE)
        color, roughness, metallic, normal = (None if pixels is None else pixels[rows] for pixels in textures)
        _pack_rows(packed[rows], levels, color, roughness, metallic, normal)


def _pack_rows(
    packed: UInt32Array,
    levels: Sequence[UInt32Array],
    color: UInt8Array | None,
    roughness: UInt8Array | None,
    metallic: UInt8Array | None,
    normal: UInt8Array | None,
) -> None:
    first = np.full(packed.shape[:2], _WHITE, np.uint32)
    if color is not None:
        # Of one channel all three are made.
        channels = (color[..., 0], color[..., color.shape[2] // 2], color[..., -1])
        red, green, blue = (np.take(level, channel) for level, channel in zip(levels, channels, strict=True))
        first = red | green | blue
    # 0 in both bytes of the normal marks that there is none: the undisturbed one lies between two 8-bit values.
    second = np.full(packed.shape[:2], 0xFF, np.uint32) if roughness is None else roughness[..., 0].astype(np.uint32)
    second |= np.uint32(0xFF00) if metallic is None else metallic[..., 0].astype(np.uint32) << 8
    if normal is not None:
        across, up = (np.maximum(normal[..., axis], 1).astype(np.uint32) for axis in (0, 1))
        second |= across << 16 | up << 24
    packed[..., 0], packed[..., 1] = first, second


def _size(material: Material) -> tuple[int, int]:
    """Return width and height of a material's texels."""
    textures = [texture for texture in _textures(material) if texture is not None]
    height = max([texture.pixels.shape[0] for texture in textures], default=1)
    width = max([texture.pixels.shape[1] for texture in textures], default=1)
    if max(height, width) > _LARGEST_SIDE:
        raise ValueError(f"textures are limited to {_LARGEST_SIDE} texels a side, got {width} x {height}")
    return width, height


def _textures(material: Material) -> tuple[Texture | None, Texture | None, Texture | None, Texture | None]:
    return (
        material.base_color_texture,
        material.roughness_texture,
        material.metallic_texture,
        material.normal_texture,
    )


def _stretched(texture: Texture, height: int, width: int) -> UInt8Array:
    """Return the pixels at this size, bottom row first."""
    pixels = texture.pixels[::-1]
    if pixels.shape[:2] == (height, width):
        return pixels
    rows = np.arange(height) * pixels.shape[0] // height
    columns = np.arange(width) * pixels.shape[1] // width
    stretched: UInt8Array = pixels[rows][:, columns]
    return stretched


def _color_words(texture: Texture | None) -> tuple[UInt32Array, ...]:
    """Return what each 8-bit value of red, green and blue adds to the first word of a texel, shape (256,) each."""
    root = np.sqrt(_linear_levels(texture))
    return tuple(np.rint(root * top).astype(np.uint32) << shift for top, shift in _COLOR_BITS)


def _linear_levels(texture: Texture | None) -> FloatArray:
    """Return the linear value of each 8-bit one, shape (256,), in [0, 1]; sRGB by IEC 61966-2-1."""
    levels = np.arange(256) / 255.0
    if texture is not None and texture.color_space == "srgb":
        levels = np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4)
    return levels
