"""The blocks of `lighting:`, in physical units."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sdg.recipe.scene import FileTexture
from sdg.recipe.values import (
    FIXED,
    Angle,
    Angles,
    Block,
    Cells,
    Length,
    Name,
    Point,
    Unit,
)


class LightBase(Block):
    """What all lights share. Radiant colour is color x temperature, with luminance kept."""

    name: Name | None = Field(default=None, json_schema_extra=FIXED)
    probability: Unit = 1.0
    color: tuple[Unit, Unit, Unit] = (1.0, 1.0, 1.0)
    temperature_k: Annotated[float, Field(ge=1000, le=40_000)] | None = None


class AreaLightBase(LightBase):
    """Lights with an extent; `intensity` in nits, times 2^exposure. They shine along their own -Z.

    Without `grid`, at `position_m`; with it, spread evenly over `surface` of the environment.
    """

    intensity: Annotated[float, Field(ge=0, le=1e10)] = 10_000.0
    exposure: Annotated[float, Field(ge=-30, le=30)] = 0.0
    position_m: Point = (0.0, 0.0, 0.0)
    rotation_deg: Angles = (0.0, 0.0, 0.0)
    target_m: Point | None = None
    grid: tuple[Cells, Cells] | None = None
    surface: str = "ceiling"
    visible: bool = True


class RectLight(AreaLightBase):
    """A rectangle, (width, height) along its X and Y."""

    size_m: tuple[Length, Length] = (1.0, 1.0)


class SphereLight(AreaLightBase):
    """A ball."""

    radius_m: Length = 0.1


class DiskLight(AreaLightBase):
    """A disk in its XY plane."""

    radius_m: Length = 0.5


class CylinderLight(AreaLightBase):
    """A tube along its X axis, without caps."""

    radius_m: Length = 0.02
    length_m: Length = 1.2


class DistantLight(LightBase):
    """Light from infinitely far, such as the sun, along its own -Z; illuminance on a surface that faces it."""

    illuminance_lx: Annotated[float, Field(ge=0, le=1e9)] = 100_000.0
    exposure: Annotated[float, Field(ge=-30, le=30)] = 0.0
    angle_deg: Annotated[float, Field(ge=0, le=60)] = 0.53
    rotation_deg: Angles = (0.0, 0.0, 0.0)


class DomeLight(LightBase):
    """Light from all around: uniform, or an equirectangular picture (top row up, nits times its values)."""

    intensity: Annotated[float, Field(ge=0, le=1e10)] = 1_000.0
    exposure: Annotated[float, Field(ge=-30, le=30)] = 0.0
    texture: FileTexture | None = None
    normalize_hdri: bool = False
    yaw_deg: Angle = 0.0


class SunSkyLight(LightBase):
    """A clear sky with its sun. North is world +Y, east +X.

    `hour` is solar time: the sun is highest at 12. In its place, `clock` is what a clock shows, `"14:30"` or hours,
    `utc_offset_h` ahead of UTC, at `longitude_deg` (positive to the east). `date` is YYYY-MM-DD, in place of `day`.
    """

    hour: Annotated[float, Field(ge=0, le=24)] = 12.0
    day: Annotated[int, Field(ge=1, le=366)] = 172
    date: str | None = None
    clock: Annotated[float, Field(ge=0, le=24)] | str | None = None
    utc_offset_h: Annotated[float, Field(ge=-14, le=14)] | None = None
    latitude_deg: Annotated[float, Field(ge=-90, le=90)] = 48.0
    longitude_deg: Annotated[float, Field(ge=-180, le=180)] | None = None
    turbidity: Annotated[float, Field(ge=1, le=10)] = 3.0
    ground_albedo: Unit = 0.2
    exposure: Annotated[float, Field(ge=-30, le=30)] = 0.0
    yaw_deg: Angle = 0.0


class LightBlock(Block):
    """One entry of `lighting:`; exactly one key."""

    dome: DomeLight | None = None
    sun_sky: SunSkyLight | None = None
    rect: RectLight | None = None
    sphere: SphereLight | None = None
    disk: DiskLight | None = None
    cylinder: CylinderLight | None = None
    distant: DistantLight | None = None
