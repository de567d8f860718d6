"""Forms of what lies in a workshop's bins, and of the bins."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sdg.recipe.families.form import Form
from sdg.recipe.values import Block


class HexBoltForm(Form):
    """A bolt: nominal diameter, length below the head, and how much of that is thread."""

    diameter_m: Annotated[float, Field(ge=0.003, le=0.1)] = 0.016
    length_m: Annotated[float, Field(ge=0.004, le=0.6)] = 0.065
    thread_share: Annotated[float, Field(ge=0.1, le=1.0)] = 0.6


class GearForm(Form):
    """A spur gear: number of teeth, and the radii of its hub and its bore as shares of the gear's own."""

    teeth: Annotated[int, Field(ge=8, le=60)] = 24
    hub_share: Annotated[float, Field(ge=0.2, le=0.7)] = 0.42
    bore_share: Annotated[float, Field(ge=0.05, le=0.6)] = 0.2


class FlangeForm(Form):
    """A flange: number of bolt holes, and the neck's radius and the disc's thickness as shares of the flange's own."""

    holes: Annotated[int, Field(ge=3, le=12)] = 4
    neck_share: Annotated[float, Field(ge=0.25, le=0.55)] = 0.42
    disc_share: Annotated[float, Field(ge=0.15, le=0.8)] = 0.4


class BracketForm(Form):
    """An angle bracket: thickness of the sheet, holes in each leg, and whether a gusset stiffens it."""

    thickness_m: Annotated[float, Field(ge=0.001, le=0.02)] = 0.005
    holes: Annotated[int, Field(ge=1, le=3)] = 1
    gusset: bool = True


class PartsBinForm(Form):
    """An open bin: thickness of its walls, how far they lean outwards, and ribs on each long side."""

    wall_m: Annotated[float, Field(ge=0.002, le=0.02)] = 0.006
    draft_deg: Annotated[float, Field(ge=0.0, le=12.0)] = 3.0
    ribs: Annotated[int, Field(ge=0, le=12)] = 5


class WorkshopFamilies(Block):
    """Families of workshop assets."""

    hex_bolt: HexBoltForm | None = None
    gear: GearForm | None = None
    flange: FlangeForm | None = None
    bracket: BracketForm | None = None
    parts_bin: PartsBinForm | None = None
