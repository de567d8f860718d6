"""The blocks of a camera that say what becomes of light: `sensor:`, `optics:` and `noise:`."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from sdg.camera.sensors.model import ColorFilter
from sdg.recipe.values import FIXED, Block, Unit

Efficiency: TypeAlias = Annotated[
    float, Field(gt=0, le=1, description="a photon frees one electron at most, and a sensor that frees none is blind")
]
Electrons: TypeAlias = Annotated[
    float, Field(ge=0, le=1e7, description="a standard deviation or a mean number of electrons is never negative")
]
Percent: TypeAlias = Annotated[
    float, Field(ge=0, le=100, description="a standard deviation in percent of the signal is never negative")
]
Current: TypeAlias = Annotated[
    float, Field(ge=0, le=1e9, description="heat only adds electrons: a dark current is never negative")
]
Temperature: TypeAlias = Annotated[float, Field(ge=-200, le=200, description="in degrees Celsius, of the sensor")]
Factor: TypeAlias = Annotated[
    float, Field(gt=0, le=1000, description="a factor of 0 or less would leave no light in the channel")
]
Weight: TypeAlias = Annotated[float, Field(ge=-100, le=100, allow_inf_nan=False)]
Row: TypeAlias = tuple[Weight, Weight, Weight]
Share: TypeAlias = Annotated[float, Field(ge=0, le=1, description="a share lies between none and all")]
ShareRow: TypeAlias = tuple[Share, Share, Share]
Side: TypeAlias = Annotated[int, Field(ge=1, le=65536)]
Enlargement: TypeAlias = Annotated[
    float, Field(ge=0.95, le=1.05, description="a real lens's colours differ in size by a thousandth or two")
]


class PercentParts(Block):
    """A nonuniformity in percent, split into rows, columns and single pixels (EMVA 1288 R4.0)."""

    row: Percent = 0.0
    column: Percent = 0.0
    pixel: Percent = 0.0


class ElectronParts(Block):
    """A nonuniformity in electrons, split into rows, columns and single pixels (EMVA 1288 R4.0)."""

    row: Electrons = 0.0
    column: Electrons = 0.0
    pixel: Electrons = 0.0


class JpegBlock(Block):
    """JPEG compression of the picture, before it is written."""

    quality: Annotated[int, Field(ge=1, le=100)] = 90


class SensorBlock(Block):
    """A sensor after EMVA 1288: a preset, numbers of one's own in place of the preset's, and how to develop.

    Without a preset, `pixel_pitch_um`, `quantum_efficiency` and `full_well_e` are needed. `sdg assets list` names the
    presets; `ideal` has no noise, no filters and no steps, as a camera without `sensor:`.
    """

    preset: str | None = None
    serial: Annotated[int, Field(ge=0, lt=2**53)] | None = None
    temperature_c: Temperature | None = None
    pixel_pitch_um: Annotated[float, Field(gt=0, le=1000, description="a pixel has a size")] | None = None
    array_size: tuple[Side, Side] | None = None
    binning: Annotated[int, Field(ge=1, le=16)] = 1
    color_filter: ColorFilter | None = None
    quantum_efficiency: Efficiency | tuple[Efficiency, Efficiency, Efficiency] | None = None
    full_well_e: Annotated[float, Field(gt=0, le=1e9, description="a pixel must hold some electrons")] | None = None
    gain_dn_per_e: (
        Annotated[
            float, Field(gt=0, le=1e4, description="no light would change a number, or less light would raise it")
        ]
        | None
    ) = None
    bit_depth: Annotated[int, Field(ge=1, le=16)] | None = None
    black_level_dn: Annotated[float, Field(ge=0, le=65535)] | None = None
    read_noise_e: Electrons | None = None
    adc_noise_e: Electrons | None = None
    dark_current_e_per_s: Current | None = None
    dark_reference_c: Temperature | None = None
    dark_doubling_c: (
        Annotated[float, Field(ge=1, le=100, description="silicon's dark current doubles every 5 to 10 K")] | None
    ) = None
    prnu_percent: Percent | PercentParts | None = None
    dsnu_e: Electrons | ElectronParts | None = None
    hot_pixel_share: Share | None = None
    hot_pixel_e_per_s: Current | None = None
    color_response: tuple[ShareRow, ShareRow, ShareRow] | None = None
    demosaic: Literal["bilinear", "edge_aware"] = "bilinear"
    white_balance: Literal["neutral", "grey_world"] | tuple[Factor, Factor, Factor] = "neutral"
    color_matrix: tuple[Row, Row, Row] | None = None
    tone_curve: Literal["srgb", "rec709", "linear"] | Annotated[float, Field(ge=0.2, le=5)] = "srgb"
    jpeg: JpegBlock | None = None
    raw: bool = Field(default=False, json_schema_extra=FIXED)


class VignettingBlock(Block):
    """Fall-off to the corners: `natural` as geometry has it, times 1 + k1 r^2 + k2 r^4 + k3 r^6, r = 1 in a corner."""

    natural: bool = False
    k1: Weight = 0.0
    k2: Weight = 0.0
    k3: Weight = 0.0


class OpticsBlock(Block):
    """What the lens does to brightness and sharpness.

    `lateral_color` is how much larger than green's the pictures of red and blue are, such as [1.0005, 0.9995].
    """

    vignetting: VignettingBlock | None = None
    diffraction: bool = False
    blur_px: Annotated[float, Field(ge=0, le=10, description="a standard deviation is never negative")] = 0.0
    veiling_glare: Annotated[
        float, Field(ge=0, lt=1, description="the share of all light that is scattered; some must make the picture")
    ] = 0.0
    lateral_color: tuple[Enlargement, Enlargement] = (1.0, 1.0)
    probability: Unit = 1.0


class GaussianNoise(Block):
    """Noise on the picture, for every pixel and channel on its own, in shares of white."""

    mean: Annotated[float, Field(ge=-1, le=1)] = 0.0
    std: Annotated[float, Field(ge=0, le=10, description="a standard deviation is never negative")]


class NoiseBlock(Block):
    """Noise on the developed picture, as augmentation tools add it; `sensor:` makes it as a sensor does."""

    gaussian: GaussianNoise
    probability: Unit = 1.0
