"""Omniverse's lens distortion schemas: their names and attributes, and which of them says what a lens of ours does.

Names after "USD Schemas: omni.usd.schema.omni_lens_distortion" 1.0.0, which also says that angles of view are in
degrees. OpenUSD doesn't know these schemas: they are authored as `apiSchemas` metadata and plain attributes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sdg.camera.ftheta import LensFTheta
from sdg.camera.lens import Lens, LensOpenCvPinhole
from sdg.camera.opencv_distortion import OpenCvDistortion
from sdg.camera.opencv_fisheye import LensOpenCvFisheye
from sdg.replicator.usd.value import UsdType, UsdValue

LensModel = Literal["opencvPinhole", "opencvFisheye", "ftheta", "kannalaBrandtK3", "radTanThinPrism", "lut"]
MODEL_ATTRIBUTE = "omni:lensdistortion:model"

_PINHOLE_TERMS = ("k1", "k2", "p1", "p2", "k3", "k4", "k5", "k6", "s1", "s2", "s3", "s4")
_OPENCV: dict[str, UsdType] = {"cx": "float", "cy": "float", "fx": "float", "fy": "float", "imageSize": "int2"}
_NOMINAL: dict[str, UsdType] = {"nominalWidth": "float", "nominalHeight": "float", "opticalCenter": "float2"}
_ANGULAR: dict[str, UsdType] = {**_NOMINAL, "maxFov": "float"}


def _floats(*names: str) -> dict[str, UsdType]:
    return dict.fromkeys(names, "float")


# Schema name, and attributes below `omni:lensdistortion:<model>:` with their types. `kannalaBrandtK3` and
# `radTanThinPrism` are named for completeness: lenses that they could hold are held by OpenCV's two, whose numbers
# are ours.
SCHEMAS: Mapping[LensModel, tuple[str, Mapping[str, UsdType]]] = {
    "opencvPinhole": ("OmniLensDistortionOpenCvPinholeAPI", {**_OPENCV, **_floats(*_PINHOLE_TERMS)}),
    "opencvFisheye": ("OmniLensDistortionOpenCvFisheyeAPI", {**_OPENCV, **_floats("k1", "k2", "k3", "k4")}),
    "ftheta": ("OmniLensDistortionFthetaAPI", {**_ANGULAR, **_floats("k0", "k1", "k2", "k3", "k4")}),
    "kannalaBrandtK3": ("OmniLensDistortionKannalaBrandtK3API", {**_ANGULAR, **_floats("k0", "k1", "k2", "k3")}),
    "radTanThinPrism": (
        "OmniLensDistortionRadTanThinPrismAPI",
        {**_ANGULAR, **_floats("k0", "k1", "k2", "k3", "k4", "k5", "p0", "p1", "s0", "s1", "s2", "s3")},
    ),
    "lut": (
        "OmniLensDistortionLutAPI",
        {**_NOMINAL, "rayEnterDirectionTexture": "asset", "rayExitPositionTexture": "asset"},
    ),
}


@dataclass(frozen=True)
class LutTextures:
    """Where the tables of a lens lie, from the stage's folder."""

    ray_enter: str
    ray_exit: str


def lens_model(lenses: Sequence[Lens]) -> LensModel | None:
    """Return the schema that holds a camera's lens in every frame; None where `UsdGeom.Camera` alone does.

    That is the case for parallel rays and for an undistorted, centred pinhole with square pixels.

    Args:
        lenses: One camera's lens in each frame; all of one of our models.
    """
    if all(lens.model == "orthographic" or _is_plain(lens) for lens in lenses):
        return None
    fitting: tuple[LensModel, ...] = ("opencvPinhole", "opencvFisheye", "ftheta")
    return next((model for model in fitting if all(_fits(model, lens) for lens in lenses)), "lut")


def schema_name(model: LensModel) -> str:
    """Return the name of the API schema that is applied for a model."""
    return SCHEMAS[model][0]


def lens_values(model: LensModel, lens: Lens, textures: LutTextures | None = None) -> dict[str, UsdValue]:
    """Return all attributes of a schema for a lens, by name; numbers that a lens lacks are 0.

    Args:
        model: What `lens_model` chose.
        lens: The camera's lens in one frame.
        textures: Its tables, for the `lut` schema.
    """
    given = {**_intrinsics(model, lens), **_tables(textures)}
    values = {MODEL_ATTRIBUTE: UsdValue("token", model)}
    for name, kind in SCHEMAS[model][1].items():
        values[f"omni:lensdistortion:{model}:{name}"] = UsdValue(kind, given.get(name, 0.0))
    return values


def _is_plain(lens: Lens) -> bool:
    if not isinstance(lens, LensOpenCvPinhole):
        return False
    width, height = lens.resolution
    centred = (lens.cx, lens.cy) == (width / 2, height / 2)
    return lens.distortion.is_identity and centred and lens.fx == lens.fy


def _fits(model: LensModel, lens: Lens) -> bool:
    if isinstance(lens, LensOpenCvPinhole):
        distortion = lens.distortion
        tilted = isinstance(distortion, OpenCvDistortion) and any((distortion.tau_x, distortion.tau_y))
        return model == "opencvPinhole" and not tilted
    if isinstance(lens, LensOpenCvFisheye):
        return model == "opencvFisheye" and lens.alpha == 0.0
    if isinstance(lens, LensFTheta):
        # Theirs takes pixels to radians, as the schema's defaults show: 0.00245 times half of 1936 is 136 degrees.
        return model == "ftheta" and lens.to_angle and len(lens.polynomial) <= 5 and lens.linear == (1.0, 0.0, 0.0)
    return False


def _intrinsics(model: LensModel, lens: Lens) -> dict[str, float | tuple[float, ...]]:
    """Return what a lens has of a schema's attributes; positions count from the corner of the top-left pixel."""
    width, height = lens.resolution
    given: dict[str, float | tuple[float, ...]] = {"imageSize": (width, height)}
    given |= {"nominalWidth": width, "nominalHeight": height, "opticalCenter": (width / 2, height / 2)}
    if model == "lut":
        # The tables hold the principal point; to name it here would shift the picture a second time.
        return given
    if isinstance(lens, LensOpenCvPinhole):
        terms = dict(zip(_PINHOLE_TERMS, (*lens.distortion.coefficients(), *[0.0] * 12), strict=False))
        return {**given, **terms, "fx": lens.fx, "fy": lens.fy, "cx": lens.cx, "cy": lens.cy}
    if isinstance(lens, LensOpenCvFisheye):
        terms = {"k1": lens.k1, "k2": lens.k2, "k3": lens.k3, "k4": lens.k4}
        return {**given, **terms, "fx": lens.fx, "fy": lens.fy, "cx": lens.cx, "cy": lens.cy}
    assert isinstance(lens, LensFTheta), lens
    terms = {f"k{power}": coefficient for power, coefficient in enumerate(lens.polynomial)}
    return {**given, **terms, "opticalCenter": (lens.cx, lens.cy), "maxFov": 2 * math.degrees(lens.angle_limit)}


def _tables(textures: LutTextures | None) -> dict[str, str]:
    if textures is None:
        return {}
    return {"rayEnterDirectionTexture": textures.ray_enter, "rayExitPositionTexture": textures.ray_exit}
