"""UsdUVTexture to `Texture`: files on disk or inside a `.usdz`, scale and bias, colour space, coordinates."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pxr import Ar, Sdf, Usd, UsdShade

from sdg.errors import AssetError
from sdg.foundation.arrays import FloatArray, Vec3
from sdg.foundation.color import linear_from_srgb, srgb_from_linear
from sdg.stage.asset import ColorSpace, Texture
from sdg.stage.files.pictures import channel, decode_texture

_TIME = Usd.TimeCode.EarliestTime()
_CHANNELS = {"r": 0, "g": 1, "b": 2}
# What a file-less texture node gives (UsdPreviewSurface specification, UsdUVTexture, `fallback`).
_FALLBACK = (0.0, 0.0, 0.0, 1.0)


@dataclass(frozen=True, eq=False)
class TextureUse:
    """How a shader input uses a texture.

    Attributes:
        factor: Multiplies the texture, or stands alone if there is none.
        texture: None where the node has no file, and `factor` is its fallback.
        uv_transform: Homogeneous 3x3 on texture coordinates, or None.
    """

    factor: Vec3 | float
    texture: Texture | None
    uv_transform: FloatArray | None


class TextureReader:
    """Reads texture nodes; a picture that several nodes use is decoded once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._decoded: dict[tuple[str, ColorSpace], Texture] = {}

    def read(self, node: Any, output: str, *, is_color: bool, is_normal: bool) -> TextureUse:
        """Return what `output` (rgb, r, g or b) of a UsdUVTexture node gives to a shader input.

        Raises:
            AssetError: The picture is missing, remote, tiled (UDIM) or damaged.
        """
        asset = _value(node, "file", None)
        if not isinstance(asset, Sdf.AssetPath) or not asset.path:
            fallback = _value(node, "fallback", _FALLBACK)
            at = _CHANNELS.get(output)
            return TextureUse(tuple(map(float, fallback[:3])) if at is None else float(fallback[at]), None, None)  # type: ignore[arg-type]
        declared = str(_value(node, "sourceColorSpace", "auto"))
        # `auto` means sRGB for every 8-bit RGB picture, which is never what roughness or normal maps hold.
        is_srgb = declared == "sRGB" or (declared == "auto" and is_color)
        texture = self._decode(asset, "srgb" if is_srgb else "linear")
        scale = np.array(_value(node, "scale", (1.0, 1.0, 1.0, 1.0)), np.float64)[:3]
        bias = np.array(_value(node, "bias", (0.0, 0.0, 0.0, 0.0)), np.float64)[:3]
        factor: Vec3 = (1.0, 1.0, 1.0)
        if is_normal:
            if np.any(scale != 1.0) or np.any(bias != 0.0):
                # From what the node decodes to back to the [0, 255] that stands for [-1, 1].
                texture = _baked(texture, scale / 2, (bias + 1) / 2, "linear")
        elif np.all(bias == 0.0) and np.all((scale >= 0.0) & (scale <= 1.0)):
            factor = (float(scale[0]), float(scale[1]), float(scale[2]))
        else:
            texture = _baked(texture, scale, bias, texture.color_space)
        at = _CHANNELS.get(output)
        if not is_color and not is_normal:
            at = 0 if at is None else at
            # Data in an sRGB picture is decoded first, because a single channel is always linear.
            data = _baked(texture, np.ones(3), np.zeros(3), "linear") if texture.color_space == "srgb" else texture
            return TextureUse(factor[at], channel(data, at), _uv_transform(node))
        return TextureUse(factor, texture, _uv_transform(node))

    def plain(self, asset: Any, *, is_color: bool, is_normal: bool) -> TextureUse:
        """Return a picture that a shader names directly, colours as sRGB and everything else as it is."""
        texture = self._decode(asset, "srgb" if is_color else "linear")
        return TextureUse((1.0, 1.0, 1.0), texture if is_color or is_normal else channel(texture, 0), None)

    def _decode(self, asset: Any, color_space: ColorSpace) -> Texture:
        name, resolved = asset.path, asset.resolvedPath
        if "<UDIM>" in name or "<udim>" in name:
            raise AssetError(f"{self._path}: {name} is a UDIM texture, which can't be read", "bake it into one picture")
        if "://" in name:
            raise AssetError(
                f"{self._path} refers to {name}, and nothing is read from the network", "download it first"
            )
        if not resolved:
            raise AssetError(f"{self._path}: the texture {name} doesn't exist", "put it where the file expects it")
        key = (resolved, color_space)
        if key not in self._decoded:
            self._decoded[key] = decode_texture(self._bytes(name, resolved), color_space, f"{self._path}: {name}")
        return self._decoded[key]

    def _bytes(self, name: str, resolved: str) -> bytes:
        opened = Ar.GetResolver().OpenAsset(Ar.ResolvedPath(resolved))
        if not opened:
            raise AssetError(f"{self._path}: the texture {name} can't be read", "check the file's permissions")
        with opened:
            return bytes(opened.GetBuffer())


def _value(node: Any, name: str, default: Any) -> Any:
    port = node.GetInput(name)
    attributes = port.GetValueProducingAttributes() if port else []
    value = attributes[0].Get(_TIME) if attributes else None
    return default if value is None else value


def _baked(texture: Texture, scale: FloatArray, bias: FloatArray, color_space: ColorSpace) -> Texture:
    """Return the texture with `value * scale + bias` applied to its linear values, clipped to [0, 1]."""
    levels = np.arange(256) / 255.0
    linear = linear_from_srgb(levels) if texture.color_space == "srgb" else levels
    count = texture.pixels.shape[2]
    pixels = np.empty_like(texture.pixels)
    for c in range(count):
        value = np.clip(linear * scale[c] + bias[c], 0.0, 1.0)
        encoded = srgb_from_linear(value) if color_space == "srgb" else value
        pixels[:, :, c] = np.round(encoded * 255.0).astype(np.uint8)[texture.pixels[:, :, c]]
    return Texture(pixels=pixels, color_space=color_space)


def _uv_transform(node: Any) -> FloatArray | None:
    """Return the UsdTransform2d between the coordinates and the node: scale, then rotate, then translate."""
    port = node.GetInput("st")
    attributes = port.GetValueProducingAttributes() if port else []
    source = UsdShade.Shader(attributes[0].GetPrim()) if attributes else None
    if not source or source.GetIdAttr().Get() != "UsdTransform2d":
        return None
    angle = np.radians(float(_value(source, "rotation", 0.0)))
    scale, shift = _value(source, "scale", (1.0, 1.0)), _value(source, "translation", (0.0, 0.0))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    matrix = np.eye(3)
    matrix[:2, :2] = turn @ np.diag([float(scale[0]), float(scale[1])])
    matrix[:2, 2] = [float(shift[0]), float(shift[1])]
    return matrix
