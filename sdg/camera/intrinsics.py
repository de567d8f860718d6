"""Lenses from the intrinsics that camera records hold: the way back from `Lens.intrinsics`."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from sdg.camera.double_sphere import LensDoubleSphere
from sdg.camera.equirectangular import LensEquirectangular
from sdg.camera.ftheta import LensFTheta
from sdg.camera.lens import Lens, LensOpenCvPinhole
from sdg.camera.omnidir import LensOmnidir
from sdg.camera.opencv_distortion import OpenCvDistortion
from sdg.camera.opencv_fisheye import LensOpenCvFisheye
from sdg.camera.orthographic import LensOrthographic
from sdg.camera.pinhole import distortion_of


def lens_of_intrinsics(intrinsics: Mapping[str, Any]) -> Lens:
    """Return the lens that `Lens.intrinsics` described.

    Raises:
        ValueError: The model is unknown.
    """
    model, (width, height) = intrinsics["model"], intrinsics["resolution"]
    size = (int(width), int(height))
    if model == "equirectangular":
        return LensEquirectangular(size)
    if model == "orthographic":
        return LensOrthographic(size, intrinsics["width_m"])
    if model == "ftheta":
        to_angle = "pixeldist_to_angle" in intrinsics
        polynomial = tuple(intrinsics["pixeldist_to_angle" if to_angle else "angle_to_pixeldist"])
        c, d, e = intrinsics["linear_cde"]
        cx, cy = intrinsics["principal_point"]
        return LensFTheta(size, cx, cy, polynomial, to_angle, (c, d, e), math.radians(intrinsics["angle_limit_deg"]))
    (fx, skew, cx), (_, fy, cy), _ = intrinsics["K"]
    if model == "opencv_pinhole":
        return LensOpenCvPinhole(size, fx, fy, cx, cy, distortion_of(OpenCvDistortion(*intrinsics["distortion"])))
    if model == "opencv_fisheye":
        k1, k2, k3, k4 = intrinsics["distortion"]
        limit = math.radians(intrinsics["angle_limit_deg"])
        return LensOpenCvFisheye(size, fx, fy, cx, cy, k1, k2, k3, k4, skew / fx, limit)
    if model == "omnidir":
        return LensOmnidir(size, fx, fy, cx, cy, intrinsics["xi"], skew, *intrinsics["distortion"])
    if model == "double_sphere":
        return LensDoubleSphere(size, fx, fy, cx, cy, intrinsics["xi"], intrinsics["alpha"])
    raise ValueError(f"unknown lens model {model}")
