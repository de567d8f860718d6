"""Pictures made small: photographs and depth as JPEG, ids as PNG, all as text that a page can hold."""

from __future__ import annotations

import base64
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from sdg.foundation.arrays import FloatArray, UInt8Array
from sdg.foundation.palette import VOID, class_color, depth_colors, thing_color

PHOTO_SIDE_PX, LABEL_SIDE_PX = 640, 480
_PHOTO_QUALITY, _DEPTH_QUALITY = 82, 80
# Larger files than any photograph, and larger pictures than any camera takes.
_MOST_BYTES, _MOST_PX = 200_000_000, 150_000_000
_PNG = b"\x89PNG\r\n\x1a\n"
_DEPTH_STEP = 7


@dataclass(frozen=True)
class DepthPicture:
    """Depth in colours.

    Attributes:
        uri: The picture.
        range_m: Depth of the bright and the dark end of the scale, which is logarithmic; nearer and farther has the
            same colour.
        sample_m: Every seventh pixel of every seventh row that has a depth.
    """

    uri: str
    range_m: tuple[float, float]
    sample_m: FloatArray


def photograph(path: Path, resolution: tuple[int, int]) -> str | None:
    """Return a photograph as a small JPEG; None if it can't be read.

    Args:
        path: Anything that OpenCV reads.
        resolution: (width, height) that annotations count in [px]; decides whether a note of the camera on how it was
            held is followed.
    """
    import cv2

    picture = _decode(path, cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION)
    if picture is None:
        return None
    if picture.shape[:2] == resolution and resolution[0] != resolution[1]:  # (height, width) against (width, height)
        turned = _decode(path, cv2.IMREAD_COLOR)
        picture = picture if turned is None else turned
    return _jpeg(_shrunk(picture, PHOTO_SIDE_PX, cv2.INTER_AREA), _PHOTO_QUALITY)


def depth_picture(path: Path) -> DepthPicture | None:
    """Return depth in colours, near bright and far dark, and nothing nearly black; None if it can't be read.

    Args:
        path: 16-bit PNG in millimetres, 0 is none; or `.npy` in metres, inf is none.
    """
    import cv2

    depth_m = _read_depth_m(path)
    if depth_m is None:
        return None
    depth_m = _shrunk(depth_m, LABEL_SIDE_PX, cv2.INTER_NEAREST)
    there = np.isfinite(depth_m) & (depth_m > 0)
    sample_m = depth_m[::_DEPTH_STEP, ::_DEPTH_STEP][there[::_DEPTH_STEP, ::_DEPTH_STEP]].astype(np.float64)
    near, far = (float(end) for end in np.percentile(sample_m, [1, 99])) if len(sample_m) else (0.0, 1.0)
    colored = depth_colors(depth_m, near, far)[..., ::-1]
    return DepthPicture(_jpeg(colored, _DEPTH_QUALITY), (near, far), sample_m)


@dataclass(frozen=True)
class IdPicture:
    """Ids in colours: the picture, and which ids it has, ascending."""

    uri: str
    ids: list[int]


def id_picture(path: Path, colors: Callable[[npt.NDArray[Any]], UInt8Array]) -> IdPicture | None:
    """Return a picture of ids in colours, as a small PNG; None if it can't be read.

    Args:
        path: PNG of 8 or 16 bits.
        colors: Gives the colour of each of some ids, shape (N, 3), RGB.
    """
    import cv2

    ids = _decode(path, cv2.IMREAD_UNCHANGED)
    if ids is None or ids.ndim != 2 or ids.dtype.kind != "u":
        return None
    ids = _shrunk(ids, LABEL_SIDE_PX, cv2.INTER_NEAREST)
    there = np.flatnonzero(np.bincount(ids.reshape(-1)))
    table = np.zeros((int(there[-1]) + 1, 3), np.uint8)
    table[there] = colors(there)[:, ::-1]
    uri = _uri("png", cv2.imencode(".png", table[ids], [cv2.IMWRITE_PNG_COMPRESSION, 6])[1])
    return IdPicture(uri, [int(each) for each in there])


def semantic_colors(things: Container[int]) -> Callable[[npt.NDArray[Any]], UInt8Array]:
    """Return what gives categories their colours, shape (N, 3); 0 is nearly black.

    Args:
        things: Ids of the categories of things; the others are muted.
    """

    def colors(category_ids: npt.NDArray[Any]) -> UInt8Array:
        rows = [class_color(int(each), is_thing=int(each) in things) if each else VOID for each in category_ids]
        return np.array(rows, dtype=np.uint8)

    return colors


def instance_colors(instance_ids: npt.NDArray[Any]) -> UInt8Array:
    """Return a colour for each instance, shape (N, 3); neighbours in number differ in hue, and 0 is nearly black."""
    return np.array([thing_color(int(each)) if each else VOID for each in instance_ids], dtype=np.uint8)


def _read_depth_m(path: Path) -> npt.NDArray[Any] | None:
    import cv2

    if path.suffix != ".npy":
        depth = _decode(path, cv2.IMREAD_UNCHANGED)
        return None if depth is None or depth.ndim != 2 else depth.astype(np.float32) / np.float32(1000)
    try:
        depth = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    if depth.ndim != 2 or not 0 < depth.size <= _MOST_PX or depth.dtype.kind != "f":
        return None
    return np.asarray(depth, dtype=np.float32)


def _decode(path: Path, how: int) -> npt.NDArray[Any] | None:
    """Return a picture; None if it is none, or larger than pictures are."""
    import cv2

    try:
        if not path.is_file() or not 0 < path.stat().st_size <= _MOST_BYTES:
            return None
        content = path.read_bytes()
    except (OSError, ValueError):  # a name may be no name of a file
        return None
    if content.startswith(_PNG):  # whose few bytes may stand for any number of pixels
        width, height = (int.from_bytes(content[first : first + 4]) for first in (16, 20))
        if not 0 < width * height <= _MOST_PX:
            return None
    try:
        picture = cv2.imdecode(np.frombuffer(content, dtype=np.uint8), how)
    except cv2.error:
        return None
    return None if picture is None or not picture.size else np.asarray(picture)


def _shrunk(picture: npt.NDArray[Any], side_px: int, how: int) -> npt.NDArray[Any]:
    import cv2

    height, width = picture.shape[:2]
    scale = side_px / max(height, width)
    if scale >= 1:
        return picture
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(picture, size, interpolation=how))


def _jpeg(picture: npt.NDArray[Any], quality: int) -> str:
    import cv2

    return _uri("jpeg", cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1])


def _uri(kind: str, content: npt.NDArray[np.uint8]) -> str:
    return f"data:image/{kind};base64,{base64.b64encode(content.tobytes()).decode('ascii')}"


RASTERS: Mapping[str, tuple[str, ...]] = {
    "depth": ("depth", "distance_to_image_plane", "distance_to_camera"),
    "semantic": ("semantic_segmentation",),
    "instance": ("instance_segmentation",),
}
