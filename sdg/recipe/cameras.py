"""The blocks of `cameras:`: lens, exposure and pose."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from sdg.recipe.values import (
    FIXED,
    Angle,
    Angles,
    Block,
    Finite,
    Length,
    Name,
    Point,
)

Pixels: TypeAlias = Annotated[float, Field(ge=-1e6, le=1e6, allow_inf_nan=False)]
FocalPixels: TypeAlias = Annotated[float, Field(gt=0, le=1e6, allow_inf_nan=False)]
Coefficient: TypeAlias = Annotated[float, Field(ge=-1e4, le=1e4, allow_inf_nan=False)]


class PinholeLens(Block):
    """An ideal pinhole, by focal length and sensor width, or by fx, fy, cx, cy in pixels.

    The sensor's height follows from the resolution (square pixels). cx and cy default to the centre.
    """

    focal_length_mm: Length | None = None
    sensor_width_mm: Length | None = None
    fx: FocalPixels | None = None
    fy: FocalPixels | None = None
    cx: Pixels | None = None
    cy: Pixels | None = None
    pixel_origin: Literal["corner", "center"] = "corner"


class OpenCvPinholeLens(PinholeLens):
    """A pinhole with Brown-Conrady distortion in OpenCV's terms."""

    k1: Coefficient = 0.0
    k2: Coefficient = 0.0
    p1: Coefficient = 0.0
    p2: Coefficient = 0.0
    k3: Coefficient = 0.0


class LensBlock(Block):
    """The lens; exactly one key."""

    pinhole: PinholeLens | None = None
    opencv_pinhole: OpenCvPinholeLens | None = None


class ManualExposure(Block):
    """Exposure as set on a camera; saturation-based ISO speed (ISO 12232)."""

    f_number: Annotated[float, Field(ge=0.5, le=128)]
    shutter_s: Annotated[float, Field(gt=0, le=3600)]
    iso: Annotated[float, Field(ge=1, le=10_000_000)]


class LookAtPose(Block):
    """Stand at `eye_m` and look at a point, or at an object by name."""

    eye_m: Point
    target: Point | str
    up: Point = (0.0, 0.0, 1.0)


class OrbitPose(Block):
    """Circle round a point or an object. Azimuth counts from world +X, counter-clockwise; elevation from level."""

    target: Point | str
    distance_m: Length
    azimuth_deg: Angle = 0.0
    elevation_deg: Annotated[float, Field(ge=-90, le=90)] = 20.0
    target_offset_m: Point = (0.0, 0.0, 0.0)


class TransformPose(Block):
    """`world_from_camera` by position and rotation of the OpenCV camera frame, or as a 4x4 matrix, row by row."""

    position_m: Point = (0.0, 0.0, 0.0)
    rotation_deg: Angles = (0.0, 0.0, 0.0)
    matrix: tuple[tuple[Finite, Finite, Finite, Finite], ...] | None = Field(default=None, min_length=4, max_length=4)


class PoseBlock(Block):
    """Where the camera is; exactly one key."""

    look_at: LookAtPose | None = None
    orbit: OrbitPose | None = None
    transform: TransformPose | None = None


class CameraBlock(Block):
    """One camera."""

    name: Name = Field(json_schema_extra=FIXED)
    resolution: tuple[Annotated[int, Field(ge=1, le=16384)], Annotated[int, Field(ge=1, le=16384)]] = Field(
        default=(640, 480), json_schema_extra=FIXED
    )
    clip_m: tuple[Length, Length] = (0.05, 1000.0)
    lens: LensBlock = LensBlock(pinhole=PinholeLens(focal_length_mm=24.0, sensor_width_mm=36.0))
    exposure: Literal["auto"] | ManualExposure = "auto"
    pose: PoseBlock
