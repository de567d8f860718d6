"""Lenses from the numbers that people know them by: the parameters of a recipe's lens block."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from sdg.camera.double_sphere import LensDoubleSphere
from sdg.camera.equirectangular import LensEquirectangular
from sdg.camera.ftheta import LensFTheta
from sdg.camera.lens import Lens
from sdg.camera.omnidir import LensOmnidir
from sdg.camera.opencv_fisheye import LensOpenCvFisheye
from sdg.camera.orthographic import LensOrthographic
from sdg.camera.pinhole import focal_lengths, pinhole_lens, principal_point
from sdg.camera.window import Pixels, windowed_lens

PixelOrigin = Literal["corner", "center"]
Resolution = tuple[int, int]
_PIXELS = Pixels()


def lens_of_kind(kind: str, resolution: Resolution, parameters: Mapping[str, Any], pixels: Pixels = _PIXELS) -> Lens:
    """Return the lens that a lens block describes.

    Its numbers are of the picture, unless `calibrated_at` says of which array: the picture is the middle of that, its
    pixels binned as the sensor's are. A focal length in millimetres without a sensor's width goes by the pitch.

    Args:
        kind: The block's key, one of `LENS_KINDS`.
        resolution: (width, height) [px].
        parameters: The block's values; those left out, or None, have their defaults.
        pixels: Of the camera's sensor.

    Raises:
        ValueError: They describe no lens, or more than one; the message says why.
    """
    given = {key: value for key, value in parameters.items() if value is not None}
    written = given.pop("calibrated_at", None)
    array = resolution if written is None else (int(written[0]), int(written[1]))
    if "focal_length_mm" in given and "sensor_width_mm" not in given and pixels.pitch_um is not None:
        pitch_um = pixels.pitch_um * (pixels.binning if written is None else 1)
        given["sensor_width_mm"] = array[0] * pitch_um * 1e-3
    lens = _BUILDERS[kind](array, **given)
    return lens if written is None else windowed_lens(lens, resolution, pixels.binning)


def fisheye_lens(
    resolution: Resolution,
    *,
    fx: float | None = None,
    fy: float | None = None,
    cx: float | None = None,
    cy: float | None = None,
    focal_length_mm: float | None = None,
    sensor_width_mm: float | None = None,
    pixel_origin: PixelOrigin = "corner",
    max_angle_deg: float = 180.0,
    **coefficients: float,
) -> LensOpenCvFisheye:
    """Return an OpenCV fisheye; focal length and principal point as `pinhole_lens` takes them.

    Raises:
        ValueError: The focal length is given twice, or not at all.
    """
    focal = focal_lengths(resolution, fx, fy, focal_length_mm, sensor_width_mm)
    center = principal_point(resolution, cx, cy, pixel_origin)
    return LensOpenCvFisheye(resolution, *focal, *center, **coefficients, max_angle=math.radians(max_angle_deg))


def omnidir_lens(
    resolution: Resolution,
    *,
    fx: float,
    xi: float,
    fy: float | None = None,
    cx: float | None = None,
    cy: float | None = None,
    pixel_origin: PixelOrigin = "corner",
    **others: float,
) -> LensOmnidir:
    """Return an omnidirectional lens after Mei."""
    center = principal_point(resolution, cx, cy, pixel_origin)
    return LensOmnidir(resolution, fx, fx if fy is None else fy, *center, xi, **others)


def double_sphere_lens(
    resolution: Resolution,
    *,
    fx: float,
    xi: float,
    alpha: float,
    fy: float | None = None,
    cx: float | None = None,
    cy: float | None = None,
    pixel_origin: PixelOrigin = "corner",
) -> LensDoubleSphere:
    """Return a double-sphere lens."""
    center = principal_point(resolution, cx, cy, pixel_origin)
    return LensDoubleSphere(resolution, fx, fx if fy is None else fy, *center, xi, alpha)


def ftheta_lens(
    resolution: Resolution,
    *,
    angle_to_pixeldist: Sequence[float] | None = None,
    pixeldist_to_angle: Sequence[float] | None = None,
    linear_cde: Sequence[float] = (1.0, 0.0, 0.0),
    max_angle_deg: float = 180.0,
    cx: float | None = None,
    cy: float | None = None,
    pixel_origin: PixelOrigin = "corner",
) -> LensFTheta:
    """Return an f-theta lens; c, d and e all zero mean none, as DriveWorks reads them.

    Raises:
        ValueError: There are two polynomials or none, or c d e mirror the picture.
    """
    given = [polynomial for polynomial in (angle_to_pixeldist, pixeldist_to_angle) if polynomial is not None]
    if len(given) != 1:
        raise ValueError("f-theta is given by two polynomials" if given else "f-theta is given by no polynomial")
    c, d, e = linear_cde if any(linear_cde) else (1.0, 0.0, 0.0)
    if c - d * e <= 0:
        raise ValueError("linear_cde mirrors the picture, or flattens it")
    return LensFTheta(
        resolution,
        *principal_point(resolution, cx, cy, pixel_origin),
        tuple(given[0]),
        to_angle=pixeldist_to_angle is not None,
        linear=(c, d, e),
        max_angle=math.radians(max_angle_deg),
    )


_BUILDERS: Mapping[str, Callable[..., Lens]] = {
    "pinhole": pinhole_lens,
    "opencv_pinhole": pinhole_lens,
    "opencv_fisheye": fisheye_lens,
    "omnidir": omnidir_lens,
    "double_sphere": double_sphere_lens,
    "ftheta": ftheta_lens,
    "equirectangular": LensEquirectangular,
    "orthographic": LensOrthographic,
}
LENS_KINDS = tuple(_BUILDERS)
