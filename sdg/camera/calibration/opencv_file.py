"""OpenCV's FileStorage calibrations, as its calibration sample writes them, YAML or XML.

`image_width`, `image_height`, `camera_matrix`, `distortion_coefficients`; `fisheye_model: 1` for the fisheye, `xi`
for the omnidirectional model.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from sdg.camera.calibration.values import (
    CENTER_TO_CORNER,
    Document,
    camera_matrix,
    decimal,
    numbers,
    opencv_pinhole,
    require,
    resolution,
)
from sdg.camera.lens import Lens, LensOpenCvPinhole
from sdg.camera.omnidir import LensOmnidir
from sdg.camera.opencv_fisheye import LensOpenCvFisheye
from sdg.errors import AssetError


def read_opencv(path: Path) -> Document:
    """Return the top-level entries of a FileStorage file, matrices as lists.

    Raises:
        AssetError: OpenCV can't read it.
    """
    import cv2

    try:
        storage = cv2.FileStorage(str(path), cv2.FILE_STORAGE_READ)
        try:
            root = storage.root()
            return {name: _value(root.getNode(name)) for name in root.keys()}  # noqa: SIM118  # a node, not a dict
        finally:
            storage.release()
    except (cv2.error, SystemError) as error:
        raise AssetError(
            f"OpenCV can't read {path.name} as a calibration", str(error).strip().splitlines()[-1]
        ) from None


def opencv_lens(document: Document) -> Lens:
    """Return the lens of a FileStorage file's entries.

    Raises:
        AssetError: Something is missing or impossible.
    """
    size = resolution(
        require(document, "image_width", "image_Width"), require(document, "image_height", "image_Height")
    )
    fx, fy, cx, cy, skew = camera_matrix(numbers(document, "camera_matrix", "cameraMatrix", "K", count=9))
    coefficients = numbers(document, "distortion_coefficients", "distCoeffs", "D")
    if document.get("xi") is not None:
        xi = numbers(document, "xi", count=1)[0] if isinstance(document["xi"], list) else float(document["xi"])
        k1, k2, p1, p2 = _four(coefficients)
        if xi < 0:
            raise AssetError(f"xi of the calibration is {xi:g}, below 0", "the calibration failed: repeat it")
        return LensOmnidir(size, fx, fy, cx, cy, xi, skew, k1, k2, p1, p2)
    if document.get("fisheye_model"):
        k1, k2, k3, k4 = _four(coefficients)
        return LensOpenCvFisheye(size, fx, fy, cx, cy, k1, k2, k3, k4, skew / fx)
    return opencv_pinhole(size, (fx, fy), (cx, cy), coefficients)


def opencv_text(lens: Lens) -> str | None:
    """Return a lens as a FileStorage YAML file; None if OpenCV has no such model."""
    more = ""
    if isinstance(lens, LensOpenCvPinhole):
        skew, coefficients = 0.0, lens.distortion.coefficients()
    elif isinstance(lens, LensOpenCvFisheye):
        skew, coefficients = lens.alpha * lens.fx, [lens.k1, lens.k2, lens.k3, lens.k4]
        more = "fisheye_model: 1\n"
    elif isinstance(lens, LensOmnidir):
        skew, coefficients = lens.skew, [lens.k1, lens.k2, lens.p1, lens.p2]
        more = f"xi: {decimal(lens.xi)}\n"
    else:
        return None
    width, height = lens.resolution
    cx, cy = lens.cx - CENTER_TO_CORNER, lens.cy - CENTER_TO_CORNER
    matrix = [lens.fx, skew, cx, 0.0, lens.fy, cy, 0.0, 0.0, 1.0]
    return (
        f"%YAML:1.0\n---\nimage_width: {width}\nimage_height: {height}\n{more}"
        f"{_matrix('camera_matrix', matrix, 3)}{_matrix('distortion_coefficients', coefficients, 1)}"
    )


def _matrix(name: str, values: list[float], columns: int) -> str:
    entries = ", ".join(decimal(value) for value in values)
    rows = len(values) // columns
    return f"{name}: !!opencv-matrix\n   rows: {rows}\n   cols: {columns}\n   dt: d\n   data: [ {entries} ]\n"


def _four(coefficients: list[float]) -> list[float]:
    if len(coefficients) != 4:
        raise AssetError(
            f"the calibration has {len(coefficients)} distortion coefficients, its model has 4",
            "look at fisheye_model and xi of the file",
        )
    return coefficients


def _value(node: Any) -> Any:
    """Return a node as a number, text, or a matrix's list of numbers; None for anything else."""
    if node.isInt():
        return int(node.real())
    if node.isReal():
        return float(node.real())
    if node.isString():
        return node.string()
    if node.isMap():
        matrix = node.mat()
        return None if matrix is None else np.asarray(matrix, dtype=np.float64).ravel().tolist()
    if node.isSeq():
        items = [node.at(index) for index in range(node.size())]
        return [item.real() for item in items] if all(item.isInt() or item.isReal() for item in items) else None
    return None
