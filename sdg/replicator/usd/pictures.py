"""Pictures beside the stage: PNG for textures, OpenEXR for radiance and tables. Equal arrays give equal files."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from sdg.errors import storage_error
from sdg.replicator.usd.names import Names
from sdg.stage.asset import Texture

TEXTURES = "./assets/textures"


class Pictures:
    """The pictures of a stage, each with a file name of its own."""

    def __init__(self) -> None:
        self.made: dict[str, Callable[[], npt.NDArray[Any]]] = {}
        self._names = Names()
        self._known: dict[tuple[str, bool], str] = {}

    def add(self, name: str, suffix: str, make: Callable[[], npt.NDArray[Any]]) -> str:
        """Return the file, from the stage's folder, of a picture that `make` makes once it is written."""
        file = f"{TEXTURES}/{self._names.unique(name)}.{suffix}"
        self.made[file] = make
        return file

    def texture(self, name: str, texture: Texture | None, *, in_color: bool) -> str:
        """Return the file of a texture, which several looks may share; colours and normals get three channels."""
        if texture is None:
            return ""
        key = (texture.key, in_color)
        if key not in self._known:
            pixels = texture.pixels
            if in_color and pixels.shape[2] == 1:
                pixels = np.repeat(pixels, 3, axis=2)
            self._known[key] = self.add(name, "png", partial(np.asarray, pixels))
        return self._known[key]


def write_picture(path: Path, pixels: npt.NDArray[Any]) -> None:
    """Write a picture, top row first: uint8 with 1 or 3 channels as PNG, float32 with 3 channels as OpenEXR.

    Raises:
        DatasetError: The file can't be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_png(pixels) if pixels.dtype == np.uint8 else _exr(pixels.astype(np.float32)))
    except OSError as error:
        raise storage_error(path, error) from error


def _png(pixels: npt.NDArray[Any]) -> bytes:
    import cv2

    # OpenCV stores blue first.
    ordered = np.ascontiguousarray(pixels[:, :, ::-1])
    done, data = cv2.imencode(".png", ordered, [cv2.IMWRITE_PNG_COMPRESSION, 1])
    assert done, pixels.shape
    return bytes(data.tobytes())


def _exr(pixels: npt.NDArray[np.float32]) -> bytes:
    import OpenEXR

    header = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage}
    # The library writes to files alone, and doesn't notice a disk that is full when it closes one; memory never is.
    with os.fdopen(os.memfd_create("exr"), "rb") as memory:
        with OpenEXR.File(header, {"RGB": np.ascontiguousarray(pixels)}) as file:
            file.write(f"/proc/self/fd/{memory.fileno()}")
        return memory.read()
