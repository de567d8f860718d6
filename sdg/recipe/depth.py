"""The blocks of a camera that say how depth is measured: `depth_sensor:` and `depth_noise:`."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from sdg.recipe.values import Block, Length, Unit

Distance: TypeAlias = Annotated[float, Field(ge=0, le=100_000, description="depth counts from the camera forwards")]
Range: TypeAlias = tuple[Distance, Distance]
Deviation: TypeAlias = Annotated[
    float, Field(ge=0, le=1000, description="a standard deviation is never negative", allow_inf_nan=False)
]
Frequency: TypeAlias = Annotated[float, Field(gt=0, le=10_000, description="light must be modulated to tell a phase")]
Signal: TypeAlias = Annotated[float, Field(gt=0, le=1e12, description="a distance is told from light that returns")]
Share: TypeAlias = Annotated[float, Field(gt=0, le=1, description="a share above none, and at most all")]


class DepthSensorBlock(Block):
    """A depth sensor: a preset, or numbers of one's own, or some in place of the preset's.

    Without a preset, `kind` says which: `stereo` needs `baseline_m` and `disparity_noise_px`, `structured_light`
    `baseline_m` and `axial_noise`, `time_of_flight` `modulation_mhz` and `signal_e`. `sdg assets list` names the
    presets.
    """

    preset: str | None = None
    kind: Literal["stereo", "structured_light", "time_of_flight"] | None = None
    range_m: Range | None = None
    max_angle_deg: Annotated[float, Field(gt=0, le=90)] | None = None
    baseline_m: Annotated[float, Field(gt=0, le=10, description="both eyes at one place see no disparity")] | None = (
        None
    )
    second_eye: Literal["right", "left"] | None = None
    focal_length_px: Annotated[float, Field(gt=0, le=1e6)] | None = None
    disparity_noise_px: Deviation | None = None
    disparity_step_px: Annotated[float, Field(ge=0, le=10)] | None = None
    disparity_range_px: Annotated[float, Field(gt=0, le=1e6)] | None = None
    fill: Literal["none", "left", "background"] | None = None
    axial_noise: tuple[Deviation, Deviation, Distance] | None = None
    oblique_noise: Deviation | None = None
    lateral_noise_px: tuple[Deviation, Deviation] | None = None
    modulation_mhz: Frequency | None = None
    modulation_contrast: Share | None = None
    signal_e: Signal | None = None
    reflectivity: Share | None = None
    ambient_e_per_nit: Annotated[float, Field(ge=0, le=1e9)] | None = None
    full_well_e: Signal | None = None
    ambiguity_m: Literal["none"] | Length | None = None
    mixed: Literal["keep", "drop"] | None = None


class GaussianDepthNoise(Block):
    """Noise on depth, for every pixel on its own [m]."""

    mean_m: Annotated[float, Field(ge=-1000, le=1000)] = 0.0
    std_m: Deviation


class DepthNoiseBlock(Block):
    """Noise on depth, and a range outside of which there is none; `depth_sensor:` measures as a sensor does."""

    gaussian: GaussianDepthNoise | None = None
    range_m: Range | None = None
    probability: Unit = 1.0
