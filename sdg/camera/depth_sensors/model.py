"""What describes a depth sensor, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal, TypeAlias

from sdg.foundation.arrays import Vec2, Vec3

Side: TypeAlias = Literal["right", "left"]
Fill: TypeAlias = Literal["none", "left", "background"]

_EVERYWHERE: Vec2 = (0.0, float("inf"))


@dataclass(frozen=True)
class StereoDepth:
    """Two eyes side by side; depth is focal length times baseline over disparity.

    Attributes:
        name: Of the preset it was made from; empty if none.
        baseline_m: From the first eye, at the camera, to the second [m].
        focal_length_px: Of the pictures in which disparity is measured [px].
        disparity_noise_px: Root mean square error of disparity, rounding included [px].
        disparity_step_px: To which disparity is rounded [px]; 0 rounds nothing.
        disparity_range_px: The largest disparity that is searched for [px]: nearer things are not measured.
        range_m: Depths that are reported [m].
        max_angle_deg: Between a surface's normal and the ray; beyond, nothing is measured.
        second_eye: On which side of the camera it is.
        fill: What becomes of pixels that are not measured: nothing, the value to the left, or the farther of the
            values left and right.
    """

    kind: ClassVar[str] = "stereo"

    name: str
    baseline_m: float
    focal_length_px: float
    disparity_noise_px: float
    disparity_step_px: float = 0.0
    disparity_range_px: float = float("inf")
    range_m: Vec2 = _EVERYWHERE
    max_angle_deg: float = 90.0
    second_eye: Side = "right"
    fill: Fill = "none"

    @property
    def second_eye_m(self) -> Vec3:
        """Where the second eye is, camera frame [m]."""
        return _beside(self.baseline_m, self.second_eye)


@dataclass(frozen=True)
class StructuredLightDepth:
    """A projector beside the camera; noise after Nguyen, Izadi and Lovell 2012, measured on a Kinect v1.

    Attributes:
        name: Of the preset it was made from; empty if none.
        baseline_m: From the camera to the projector [m].
        focal_length_px: Of the picture in which the pattern's shift is measured [px].
        axial_noise: a, b, c of the standard deviation of depth z, a + b (z - c)^2 [m, 1/m, m], rounding included.
        oblique_noise: o of what is added to it above 60 degrees: o / sqrt(z) * t^2 / (pi/2 - t), with the angle t
            between normal and ray in radians.
        lateral_noise_px: a, b of the standard deviation of the place that is measured, a + b t / (pi/2 - t) [px];
            it frays edges.
        disparity_step_px: To which the pattern's shift is rounded [px]; 0 rounds nothing.
        range_m, max_angle_deg, fill: As of `StereoDepth`.
        second_eye: On which side of the camera the projector is.
    """

    kind: ClassVar[str] = "structured_light"

    name: str
    baseline_m: float
    focal_length_px: float
    axial_noise: Vec3
    oblique_noise: float = 0.0
    lateral_noise_px: Vec2 = (0.0, 0.0)
    disparity_step_px: float = 0.0
    range_m: Vec2 = _EVERYWHERE
    max_angle_deg: float = 90.0
    second_eye: Side = "right"
    fill: Fill = "none"

    @property
    def second_eye_m(self) -> Vec3:
        """Where the projector is, camera frame [m]."""
        return _beside(self.baseline_m, self.second_eye)


@dataclass(frozen=True)
class TimeOfFlightDepth:
    """A lamp at the camera whose light is modulated; its phase on return tells the distance.

    Attributes:
        name: Of the preset it was made from; empty if none.
        modulation_mhz: Frequency that the noise follows from [MHz].
        signal_e: Electrons per measurement from a white surface that faces the camera one metre away.
        modulation_contrast: Share of them that the pixel tells apart by phase.
        reflectivity: Of the surfaces, at the lamp's wavelength.
        ambient_e_per_nit: Electrons per measurement from the other light of the scene, per cd/m2.
        full_well_e: A pixel with more electrons is not measured; infinite if there is no limit.
        ambiguity_m: Distances are told modulo this [m]; infinite for a sensor that knows better by several
            frequencies.
        mixed: Whether pixels on which two surfaces fall are kept, between the two, or dropped.
        range_m, max_angle_deg: As of `StereoDepth`.
    """

    kind: ClassVar[str] = "time_of_flight"

    name: str
    modulation_mhz: float
    signal_e: float
    modulation_contrast: float = 1.0
    reflectivity: float = 0.5
    ambient_e_per_nit: float = 0.0
    full_well_e: float = float("inf")
    ambiguity_m: float = float("inf")
    mixed: Literal["keep", "drop"] = "keep"
    range_m: Vec2 = _EVERYWHERE
    max_angle_deg: float = 90.0

    @property
    def second_eye_m(self) -> None:
        """None: lamp and camera are taken to be at one place."""
        return


DepthSensor: TypeAlias = StereoDepth | StructuredLightDepth | TimeOfFlightDepth


@dataclass(frozen=True)
class DepthNoise:
    """Noise on what a depth sensor gives: Gaussian, and nothing outside a range [m]."""

    mean_m: float = 0.0
    std_m: float = 0.0
    range_m: Vec2 = _EVERYWHERE


def _beside(baseline_m: float, side: Side) -> Vec3:
    return (baseline_m if side == "right" else -baseline_m, 0.0, 0.0)
