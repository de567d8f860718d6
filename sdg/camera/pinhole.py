"""A pinhole lens from the numbers that people know it by."""

from __future__ import annotations

from typing import Literal

from sdg.camera.brown_conrady import BrownConrady
from sdg.camera.lens import LensOpenCvPinhole
from sdg.camera.opencv_distortion import OpenCvDistortion


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
    **coefficients: float,
) -> LensOpenCvPinhole:
    """Return the lens that these parameters describe; square pixels and a centred principal point unless they say so.

    `resolution` is (width, height). `fx` and `fy` are focal lengths and `cx` and `cy` the principal point, in pixels;
    without `fy`, `fx` stands for both, and `focal_length_mm` over `sensor_width_mm` may stand for either. With the
    `pixel_origin` at the centre of the top-left pixel, `cx` and `cy` count from half a pixel further. The
    coefficients k1 to k6, p1, p2, s1 to s4, tau_x and tau_y distort as OpenCV defines them.

    Raises:
        ValueError: The focal length is given twice, or not at all.
    """
    focal = focal_lengths(resolution, fx, fy, focal_length_mm, sensor_width_mm)
    center = principal_point(resolution, cx, cy, pixel_origin)
    return LensOpenCvPinhole(resolution, *focal, *center, distortion_of(OpenCvDistortion(**coefficients)))


def distortion_of(distortion: OpenCvDistortion) -> BrownConrady | OpenCvDistortion:
    """Return the quicker class for a distortion of three radial terms at most; any other as it is."""
    k1, k2, p1, p2, k3, *others = distortion.coefficients()
    return distortion if p1 or p2 or others else BrownConrady(k1, k2, 0.0, 0.0, k3)


def focal_lengths(
    resolution: tuple[int, int],
    fx: float | None,
    fy: float | None,
    focal_length_mm: float | None,
    sensor_width_mm: float | None,
) -> tuple[float, float]:
    """Return fx and fy [px].

    Raises:
        ValueError: They are given twice, or not at all.
    """
    metric = [length for length in (focal_length_mm, sensor_width_mm) if length is not None]
    if metric and (fx is not None or fy is not None):
        raise ValueError("the focal length is given in millimetres and in pixels")
    if focal_length_mm is not None and sensor_width_mm is not None:
        fx = focal_length_mm / sensor_width_mm * resolution[0]
    if fx is None:
        raise ValueError("the focal length is missing, or half of it")
    return fx, fx if fy is None else fy


def principal_point(
    resolution: tuple[int, int], cx: float | None, cy: float | None, pixel_origin: Literal["corner", "center"]
) -> tuple[float, float]:
    """Return the principal point, corner origin [px]; the picture's middle where it isn't given."""
    shift = 0.5 if pixel_origin == "center" else 0.0
    width, height = resolution
    return width / 2 if cx is None else cx + shift, height / 2 if cy is None else cy + shift
