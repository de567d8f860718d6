"""Numbers out of a parsed calibration file, each checked and named in what goes wrong."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from sdg.camera.lens import LensOpenCvPinhole
from sdg.camera.opencv_distortion import OpenCvDistortion
from sdg.camera.pinhole import distortion_of
from sdg.errors import AssetError

Document = Mapping[str, Any]
CENTER_TO_CORNER = 0.5  # these files count pixels from the centre of the top-left one
_AGAIN = "the file is damaged, or the calibration failed: write it again"
OPENCV_LENGTHS = (0, 4, 5, 8, 12, 14)


def require(document: Document, *names: str) -> Any:
    """Return the first of these entries that is there.

    Raises:
        AssetError: None is.
    """
    for name in names:
        if document.get(name) is not None:
            return document[name]
    raise AssetError(f"the calibration has no {names[0]}", f"it has {', '.join(map(str, document)) or 'nothing'}")


def numbers(document: Document, *names: str, count: int | None = None) -> list[float]:
    """Return a list of finite numbers: a list, or the `data` of a matrix.

    Raises:
        AssetError: It is missing, of another length, or holds anything else.
    """
    value = require(document, *names)
    if isinstance(value, Mapping):
        value = value.get("data")
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise AssetError(f"{names[0]} of the calibration is no list of numbers", _AGAIN)
    found = [_number(item) for item in value]
    if not all(math.isfinite(item) for item in found):
        raise AssetError(f"{names[0]} of the calibration holds something that is no finite number", _AGAIN)
    if count is not None and len(value) != count:
        raise AssetError(f"{names[0]} of the calibration has {len(value)} numbers, not {count}", _AGAIN)
    return found


def decimal(value: float) -> str:
    """Return a number as text that reads back as the same, in YAML 1.1 too, where 1e-05 is a word."""
    text = repr(float(value))
    return text.replace("e", ".0e") if "e" in text and "." not in text else text


def resolution(width: Any, height: Any) -> tuple[int, int]:
    """Return (width, height) [px].

    Raises:
        AssetError: They are no positive whole numbers.
    """
    if not all(isinstance(size, int) and not isinstance(size, bool) and 0 < size <= 16384 for size in (width, height)):
        raise AssetError(f"the calibration is of an impossible image size, {width} x {height}", _AGAIN)
    return int(width), int(height)


def check_focal(fx: float, fy: float) -> None:
    """Raise AssetError unless both focal lengths are positive."""
    if fx <= 0 or fy <= 0:
        raise AssetError(f"the calibration's focal lengths are {fx:g} and {fy:g} pixels, not positive", _AGAIN)


def camera_matrix(entries: Sequence[float]) -> tuple[float, float, float, float, float]:
    """Return fx, fy, cx, cy (corner origin) and the skew of a camera matrix, given row by row.

    Raises:
        AssetError: It is none.
    """
    fx, skew, cx, below, fy, cy, *last = entries
    if below != 0 or list(last) != [0.0, 0.0, 1.0]:
        raise AssetError("the camera matrix is not [fx, s, cx; 0, fy, cy; 0, 0, 1]", _AGAIN)
    check_focal(fx, fy)
    return fx, fy, cx + CENTER_TO_CORNER, cy + CENTER_TO_CORNER, skew


def opencv_pinhole(
    size: tuple[int, int], focal: tuple[float, float], center: tuple[float, float], coefficients: Sequence[float]
) -> LensOpenCvPinhole:
    """Return a pinhole lens with OpenCV's distortion in OpenCV's order.

    Raises:
        AssetError: There are not 0, 4, 5, 8, 12 or 14 coefficients.
    """
    if len(coefficients) not in OPENCV_LENGTHS:
        raise AssetError(
            f"the calibration has {len(coefficients)} distortion coefficients", "OpenCV's are 4, 5, 8, 12 or 14"
        )
    return LensOpenCvPinhole(size, *focal, *center, distortion_of(OpenCvDistortion(*coefficients)))


def _number(item: Any) -> float:
    """Return a number, or one that YAML 1.1 takes for a word (1e-05); NaN for anything else."""
    if isinstance(item, bool):
        return math.nan
    try:
        return float(item)
    except (TypeError, ValueError):
        return math.nan
