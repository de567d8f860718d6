"""A pinhole lens from the numbers that people know it by."""

from __future__ import annotations

from typing import Literal

from sdg.camera.brown_conrady import BrownConrady
from sdg.camera.lens import LensOpenCvPinhole


def pinhole_lens(
    resolution: tuple[int, int],
    *,
    fx: float | None = None,
    fy: float | None = None,
    cx: float | None = None,
    cy: float | None = None,
    focal_length_mm: float | None = None,
    sensor_width_mm: float | None = None,
    pixel_origin: Literal["corner", "center"] = "corner",
    k1: float = 0.0,
    k2: float = 0.0,
    p1: float = 0.0,
    p2: float = 0.0,
    k3: float = 0.0,
) -> LensOpenCvPinhole:
    """Return the lens that these parameters describe; square pixels and a centred principal point unless they say so.

    `resolution` is (width, height). `fx` and `fy` are focal lengths and `cx` and `cy` the principal point, in pixels;
    without `fy`, `fx` stands for both, and `focal_length_mm` over `sensor_width_mm` may stand for either. With the
    `pixel_origin` at the centre of the top-left pixel, `cx` and `cy` count from half a pixel further. k1 k2 p1 p2 k3
    distort as OpenCV defines them.

    Raises:
        ValueError: The focal length is given twice, or not at all.
    """
    metric = [length for length in (focal_length_mm, sensor_width_mm) if length is not None]
    if metric and (fx is not None or fy is not None):
        raise ValueError("the focal length is given in millimetres and in pixels")
    width, height = resolution
    if focal_length_mm is not None and sensor_width_mm is not None:
        fx = focal_length_mm / sensor_width_mm * width
    if fx is None:
        raise ValueError("the focal length is missing, or half of it")
    shift = 0.5 if pixel_origin == "center" else 0.0
    return LensOpenCvPinhole(
        resolution,
        fx,
        fx if fy is None else fy,
        width / 2 if cx is None else cx + shift,
        height / 2 if cy is None else cy + shift,
        BrownConrady(k1, k2, p1, p2, k3),
    )
