"""Textures and environment maps from picture files.

Pillow reads the header, so that an absurd size is refused before anything is decoded; OpenCV decodes. OpenCV 5's
wheels have no OpenEXR inside, so `.exr` goes through the format's own library, `OpenEXR`.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from sdg.errors import AssetError
from sdg.foundation.arrays import Float32Array, Vec3
from sdg.foundation.color import linear_from_srgb
from sdg.foundation.digest import digest_bytes
from sdg.stage.asset import ColorSpace, Texture
from sdg.stage.files.source import read_bytes

LARGEST_SIDE_PX = 16384
LARGEST_AREA_PX = 64 * 1024 * 1024

_HINT_FORMATS = "use a PNG or JPEG"


def load_texture(path: Path, color_space: ColorSpace) -> Texture:
    """Read a picture as a texture; alpha is dropped, and more than 8 bits are reduced to 8.

    Args:
        path: PNG, JPEG, TIFF, BMP, WebP or whatever else OpenCV reads.
        color_space: `srgb` for colours; `linear` for roughness, metallic and normals.

    Raises:
        AssetError: It is not a picture, is damaged, or is larger than 16384 pixels or 64 Mpx.
    """
    return decode_texture(read_bytes(path), color_space, str(path))


def load_hdri(path: Path) -> tuple[Float32Array, str]:
    """Read an equirectangular environment map.

    Args:
        path: `.hdr` or `.exr`, whose values are taken as they are; or an 8- or 16-bit picture, taken as sRGB.

    Returns:
        Radiance in the file's own scale, shape (H, W, 3), float32, linear sRGB primaries, top row is up; and the
        digest of the file.

    Raises:
        AssetError: It is not a picture, is damaged or too large, or holds negative or non-finite values.
    """
    data = read_bytes(path)
    if data[:4] == b"\x76\x2f\x31\x01":
        radiance = _decode_exr(path)
    elif data[:2] == b"#?":
        _check_size(*_hdr_size(data, str(path)), str(path))
        radiance = _as_rgb(_decode(data, str(path))).astype(np.float32)
    else:
        _check_header(data, str(path))
        pixels = _as_rgb(_decode(data, str(path)))
        if pixels.dtype.kind == "f":
            radiance = pixels.astype(np.float32)
        else:
            radiance = linear_from_srgb(pixels / float(np.iinfo(pixels.dtype).max)).astype(np.float32)
    if not np.all(np.isfinite(radiance)):
        raise AssetError(f"{path}: a pixel is not a finite number", "repair the picture; light must be finite")
    if radiance.min() < 0:
        raise AssetError(f"{path}: a pixel is negative", "clip the picture at 0; light can't be negative")
    return np.ascontiguousarray(radiance), digest_bytes(data)


def decode_texture(data: bytes, color_space: ColorSpace, name: str) -> Texture:
    """Decode an encoded picture; `name` is what messages call it. See `load_texture`."""
    _check_header(data, name)
    pixels = _as_rgb(_decode(data, name))
    if pixels.dtype == np.uint16:
        # Exactly round(value / 257): 65535 becomes 255.
        pixels = ((pixels.astype(np.uint32) + 128) // 257).astype(np.uint8)
    elif pixels.dtype != np.uint8:
        raise AssetError(f"{name}: a texture of {pixels.dtype} values can't be used", _HINT_FORMATS)
    return Texture(pixels=np.ascontiguousarray(pixels), color_space=color_space)


def channel(texture: Texture, index: int) -> Texture:
    """Return one channel of a texture as a linear texture of its own."""
    at = min(index, texture.pixels.shape[2] - 1)
    return Texture(pixels=np.ascontiguousarray(texture.pixels[:, :, at : at + 1]), color_space="linear")


def mean_color(texture: Texture) -> Vec3:
    """Return the mean of a texture, as linear RGB."""
    levels = np.arange(256) / 255.0
    table = linear_from_srgb(levels) if texture.color_space == "srgb" else levels
    mean = [
        float(np.bincount(texture.pixels[:, :, c].ravel(), minlength=256) @ table) / texture.pixels[:, :, c].size
        for c in range(texture.pixels.shape[2])
    ]
    return (mean[0], mean[1], mean[2]) if len(mean) == 3 else (mean[0], mean[0], mean[0])


def _check_header(data: bytes, name: str) -> None:
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data)) as picture:
                width, height = picture.size
                if picture.format == "PNG":
                    # Checks the chunks' sums without decoding: libpng would report a cut file on stderr.
                    picture.verify()
    except UnidentifiedImageError as error:
        raise AssetError(f"{name} is not a picture that can be read", _HINT_FORMATS) from error
    except Image.DecompressionBombError as error:
        raise AssetError(f"{name} has far too many pixels", _size_hint()) from error
    except Exception as error:  # Pillow's plug-ins raise whatever a damaged header makes them raise.
        raise AssetError(f"{name} is damaged: {error}", "export the picture again") from error
    _check_size(width, height, name)


def _check_size(width: int, height: int, name: str) -> None:
    if max(width, height) > LARGEST_SIDE_PX or width * height > LARGEST_AREA_PX:
        raise AssetError(f"{name} is {width} x {height} pixels", _size_hint())
    if width < 1 or height < 1:
        raise AssetError(f"{name} has no pixels", "export the picture again")


def _size_hint() -> str:
    return f"scale it down: at most {LARGEST_SIDE_PX} pixels a side and {LARGEST_AREA_PX >> 20} Mpx in all"


def _decode(data: bytes, name: str) -> npt.NDArray[Any]:
    import cv2
    import cv2.utils.logging

    level = cv2.utils.logging.getLogLevel()
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    try:
        pixels: npt.NDArray[Any] | None = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    except cv2.error as error:
        raise AssetError(f"{name} is damaged: {error}", "export the picture again") from error
    finally:
        cv2.utils.logging.setLogLevel(level)
    if pixels is None or pixels.size == 0:
        raise AssetError(f"{name} is damaged or of an unknown kind", _HINT_FORMATS)
    return pixels


def _as_rgb(pixels: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return OpenCV's grey, grey and alpha, BGR or BGRA as (H, W, 3) RGB."""
    if pixels.ndim == 2 or pixels.shape[2] <= 2:
        grey = pixels if pixels.ndim == 2 else pixels[:, :, 0]
        return np.repeat(grey[:, :, None], 3, axis=2)
    return pixels[:, :, 2::-1]


def _hdr_size(data: bytes, name: str) -> tuple[int, int]:
    """Return width and height from a Radiance header, whose last line reads `-Y height +X width`."""
    for line in data[:65536].split(b"\n")[:256]:
        words = line.split()
        if (
            len(words) == 4
            and words[0][1:] == b"Y"
            and words[2][1:] == b"X"
            and words[1].isdigit()
            and words[3].isdigit()
        ):
            return int(words[3]), int(words[1])
    raise AssetError(f"{name} is damaged: its header gives no size", "export the picture again")


def _decode_exr(path: Path) -> Float32Array:
    import OpenEXR

    said = io.StringIO()
    try:
        with _quiet_stderr(), contextlib.redirect_stdout(said):
            with OpenEXR.File(str(path), header_only=True) as header:
                (left, top), (right, bottom) = header.header()["dataWindow"]
            _check_size(int(right) - int(left) + 1, int(bottom) - int(top) + 1, str(path))
            with OpenEXR.File(str(path), separate_channels=True) as file:
                planes = {name: np.asarray(plane.pixels) for name, plane in file.channels().items()}
    except AssetError:
        raise
    except Exception as error:  # The library raises RuntimeError, TypeError or ValueError by the kind of damage.
        raise AssetError(f"{path} is damaged: {error}", "export the picture again") from error
    if said.getvalue():
        # Pixels that can't be read are a printed warning to the library, not an error.
        raise AssetError(f"{path} is damaged: {said.getvalue().splitlines()[0]}", "export the picture again")
    names = ["R", "G", "B"] if "R" in planes else ["Y", "Y", "Y"]
    if any(name not in planes for name in names):
        found = ", ".join(sorted(planes))
        raise AssetError(f"{path} has the channels {found}", "export it with the channels R, G and B")
    return np.stack([planes[name].astype(np.float32) for name in names], axis=-1)


@contextlib.contextmanager
def _quiet_stderr() -> Iterator[None]:
    """Close off the process's stderr for a moment: OpenEXR's core writes there, past Python."""
    sys.stderr.flush()
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
