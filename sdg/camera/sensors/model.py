"""What describes an image sensor and the development of its signal, as plain values."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from sdg.foundation.arrays import Vec3

# Colours by row and column of the 2 x 2 cell at the top left of the array; `mono` has no filters, `none` measures
# three colours at every pixel.
ColorFilter: TypeAlias = Literal["mono", "none", "rggb", "bggr", "grbg", "gbrg"]
Matrix3: TypeAlias = tuple[Vec3, Vec3, Vec3]

IDENTITY: Matrix3 = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))


@dataclass(frozen=True)
class Nonuniformity:
    """Standard deviations of a fixed pattern that is the sum of a row, a column and a pixel part (EMVA 1288 R4.0)."""

    row: float = 0.0
    column: float = 0.0
    pixel: float = 0.0

    @property
    def total(self) -> float:
        return float((self.row**2 + self.column**2 + self.pixel**2) ** 0.5)


@dataclass(frozen=True)
class Sensor:
    """A sensor after the linear model of EMVA 1288.

    Attributes:
        name: Of the preset it was made from; empty if none.
        pixel_pitch_um: Side of a (square) pixel [um].
        array_size: (width, height) of the whole array; None: as large as the picture.
        quantum_efficiency: Electrons per photon of a red, green and blue channel; a `mono` sensor has these in the
            red, green and blue third of the spectrum.
        full_well_e: Electrons that a pixel holds.
        gain_dn_per_e: System gain K without amplification (0 dB) [DN/e].
        black_level_dn: What is added so that noise round zero survives [DN].
        read_noise_e: Temporal noise before the amplifier, standard deviation [e].
        adc_noise_e: Temporal noise behind the amplifier, in electrons at 0 dB; amplification g divides it by g.
        dark_current_e_per_s: At `dark_reference_c` [e/s]; doubles every `dark_doubling_c`.
        temperature_c: Of the sensor in use.
        prnu: Of the response, as shares of the signal.
        dsnu_e: Of the dark signal [e].
        hot_pixel_share: Share of pixels with additional dark current.
        hot_pixel_e_per_s: Mean of that additional current at `dark_reference_c`, exponentially distributed [e/s].
        color_response: What share of each spectral third (columns: red, green, blue) each channel's filter (rows)
            lets through, beside its quantum efficiency. Not used by `mono`.
        serial: Fixed patterns depend on it.
        binning: Pixels whose values are averaged into one, along each axis.
    """

    name: str
    pixel_pitch_um: float
    array_size: tuple[int, int] | None
    color_filter: ColorFilter
    quantum_efficiency: Vec3
    full_well_e: float
    gain_dn_per_e: float
    bit_depth: int
    black_level_dn: float
    read_noise_e: float
    adc_noise_e: float = 0.0
    dark_current_e_per_s: float = 0.0
    dark_reference_c: float = 20.0
    dark_doubling_c: float = 7.0
    temperature_c: float = 20.0
    prnu: Nonuniformity = Nonuniformity()
    dsnu_e: Nonuniformity = Nonuniformity()
    hot_pixel_share: float = 0.0
    hot_pixel_e_per_s: float = 0.0
    color_response: Matrix3 = IDENTITY
    serial: str = "0"
    binning: int = 1

    @property
    def white_dn(self) -> int:
        """The largest digital number."""
        return int((1 << self.bit_depth) - 1)

    @property
    def dark_factor(self) -> float:
        """Dark current at the sensor's temperature over that at the reference temperature."""
        return float(2.0 ** ((self.temperature_c - self.dark_reference_c) / self.dark_doubling_c))

    def read_noise_at(self, gain: float) -> float:
        """Return the temporal noise of reading under an amplification (1 is 0 dB), in electrons."""
        return float((self.read_noise_e**2 + (self.adc_noise_e / gain) ** 2) ** 0.5)

    def binned(self) -> Sensor:
        """Return a sensor of larger pixels that measures as this one does when `binning` of its pixels are averaged.

        Per large pixel n^2 wells are emptied and read on their own: electrons add up, the gain is K / n^2, and read
        noise grows by n. Averaging weakens the pixel part of a pattern by n, and its row and column parts by sqrt(n).
        """
        n = self.binning
        if n == 1:
            return self
        size = None if self.array_size is None else (self.array_size[0] // n, self.array_size[1] // n)
        line, pixel = n**0.5, float(n)
        area = n * n
        return replace(
            self,
            binning=1,
            pixel_pitch_um=self.pixel_pitch_um * n,
            array_size=size,
            full_well_e=self.full_well_e * area,
            gain_dn_per_e=self.gain_dn_per_e / area,
            read_noise_e=self.read_noise_e * n,
            adc_noise_e=self.adc_noise_e * n,
            dark_current_e_per_s=self.dark_current_e_per_s * area,
            prnu=Nonuniformity(self.prnu.row / line, self.prnu.column / line, self.prnu.pixel / pixel),
            dsnu_e=Nonuniformity(
                self.dsnu_e.row * area / line, self.dsnu_e.column * area / line, self.dsnu_e.pixel * area / pixel
            ),
            hot_pixel_share=min(1.0, self.hot_pixel_share * area),
        )


@dataclass(frozen=True)
class PictureNoise:
    """Gaussian noise on the developed picture, in shares of white, for every pixel and channel on its own."""

    mean: float = 0.0
    std: float = 0.0


@dataclass(frozen=True)
class Development:
    """From linear values to the picture.

    Attributes:
        demosaic: How colours between the filters are found.
        white_balance: `neutral` makes the renderer's white (equal red, green and blue) grey; `grey_world` makes the
            picture's mean grey; or factors of red, green and blue.
        color_matrix: Linear sRGB from white-balanced channels; None undoes the sensor's `color_response`.
        tone_curve: `srgb`, `rec709`, `linear`, or an exponent g for value^(1/g).
        jpeg_quality: Compress with JPEG, 1 to 100; None leaves it.
        noise: Added to the picture before it is rounded.
        raw: Whether the mosaic is recorded too.
    """

    demosaic: Literal["bilinear", "edge_aware"] = "bilinear"
    white_balance: Literal["neutral", "grey_world"] | Vec3 = "neutral"
    color_matrix: Matrix3 | None = None
    tone_curve: Literal["srgb", "rec709", "linear"] | float = "srgb"
    jpeg_quality: int | None = None
    noise: PictureNoise | None = None
    raw: bool = False
