"""The blocks under `lens:`, one for each model; several share their first keys."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from sdg.recipe.values import Block, Finite, Length, Unit

Pixels: TypeAlias = Annotated[float, Field(ge=-1e6, le=1e6, allow_inf_nan=False)]
FocalPixels: TypeAlias = Annotated[float, Field(gt=0, le=1e6, allow_inf_nan=False)]
Coefficient: TypeAlias = Annotated[float, Field(ge=-1e4, le=1e4, allow_inf_nan=False)]
Tilt: TypeAlias = Annotated[float, Field(gt=-1.5, lt=1.5, allow_inf_nan=False)]
ArraySide: TypeAlias = Annotated[int, Field(ge=1, le=65536)]
LensAngle: TypeAlias = Annotated[float, Field(gt=0, le=180, allow_inf_nan=False)]
Polynomial: TypeAlias = tuple[Finite, Finite, Finite, Finite, Finite, Finite]


class CenteredLens(Block):
    """A lens with a principal point, in the picture's middle unless cx and cy say where.

    Pixels are the picture's; with `calibrated_at` they are those of an array, of which the picture is the middle.
    """

    cx: Pixels | None = None
    cy: Pixels | None = None
    pixel_origin: Literal["corner", "center"] = "corner"
    calibrated_at: tuple[ArraySide, ArraySide] | None = None


class PinholeLens(CenteredLens):
    """An ideal pinhole, by focal length and sensor width, or by fx, fy, cx, cy in pixels.

    The sensor's height follows from the resolution (square pixels). cx and cy default to the centre. Where the
    camera's `sensor:` has a pixel pitch, `sensor_width_mm` may be left out.
    """

    focal_length_mm: Length | None = None
    sensor_width_mm: Length | None = None
    fx: FocalPixels | None = None
    fy: FocalPixels | None = None


class OpenCvPinholeLens(PinholeLens):
    """A pinhole with OpenCV's distortion: Brown-Conrady, rational, thin prism, and a tilted sensor (radians)."""

    k1: Coefficient = 0.0
    k2: Coefficient = 0.0
    p1: Coefficient = 0.0
    p2: Coefficient = 0.0
    k3: Coefficient = 0.0
    k4: Coefficient = 0.0
    k5: Coefficient = 0.0
    k6: Coefficient = 0.0
    s1: Coefficient = 0.0
    s2: Coefficient = 0.0
    s3: Coefficient = 0.0
    s4: Coefficient = 0.0
    tau_x: Tilt = 0.0
    tau_y: Tilt = 0.0


class OpenCvFisheyeLens(PinholeLens):
    """OpenCV's fisheye (Kannala-Brandt), on the whole sphere; `max_angle_deg` counts from the axis."""

    k1: Coefficient = 0.0
    k2: Coefficient = 0.0
    k3: Coefficient = 0.0
    k4: Coefficient = 0.0
    alpha: Annotated[float, Field(ge=-1, le=1, allow_inf_nan=False)] = 0.0
    max_angle_deg: LensAngle = 180.0


class FocalLens(CenteredLens):
    """A lens by its focal lengths in pixels; `fy` is `fx` where it isn't given."""

    fx: FocalPixels
    fy: FocalPixels | None = None


class OmnidirLens(FocalLens):
    """OpenCV's omnidirectional model (Mei), with its distortion."""

    xi: Annotated[float, Field(ge=0, le=100)]
    skew: Annotated[float, Field(ge=-1e4, le=1e4)] = 0.0
    k1: Coefficient = 0.0
    k2: Coefficient = 0.0
    p1: Coefficient = 0.0
    p2: Coefficient = 0.0


class DoubleSphereLens(FocalLens):
    """The double-sphere model (Usenko 2018)."""

    xi: Annotated[float, Field(ge=-1, le=1)]
    alpha: Annotated[float, Field(ge=0, le=1)]


class FThetaLens(CenteredLens):
    """NVIDIA's f-theta, by the polynomial that its calibration names as the reference: exactly one of the two.

    Coefficients ascend from the constant; pixels and radians. `max_angle_deg` counts from the axis.
    """

    angle_to_pixeldist: Polynomial | None = None
    pixeldist_to_angle: Polynomial | None = None
    linear_cde: tuple[Finite, Finite, Finite] = (1.0, 0.0, 0.0)
    max_angle_deg: LensAngle = 180.0


class EquirectangularLens(Block):
    """A panorama of 360 by 180 degrees; nothing else to say."""


class OrthographicLens(Block):
    """Parallel rays and square pixels; `width_m` is what the picture's width spans."""

    width_m: Length


class CalibrationFile(Block):
    """A calibration file of OpenCV, ROS or Kalibr; `camera` names one of a Kalibr chain of several."""

    file: str
    camera: str | None = None


class DistortionBlock(Block):
    """Distortion in few words: OpenCV's first five coefficients, which bend a `pinhole` lens."""

    k1: Coefficient = 0.0
    k2: Coefficient = 0.0
    p1: Coefficient = 0.0
    p2: Coefficient = 0.0
    k3: Coefficient = 0.0
    probability: Unit = 1.0


class LensBlock(Block):
    """The lens; exactly one key."""

    pinhole: PinholeLens | None = None
    opencv_pinhole: OpenCvPinholeLens | None = None
    opencv_fisheye: OpenCvFisheyeLens | None = None
    omnidir: OmnidirLens | None = None
    double_sphere: DoubleSphereLens | None = None
    ftheta: FThetaLens | None = None
    equirectangular: EquirectangularLens | None = None
    orthographic: OrthographicLens | None = None
    calibration: str | CalibrationFile | None = None
