"""Forms of what lies in a workshop's bins, and of the bins."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sdg.recipe.families.form import Form
from sdg.recipe.values import Block


class HexBoltForm(Form):
    """A bolt: nominal diameter, length below the head, and how much of that is thread."""

    diameter_m: Annotated[float, Field(ge=0.005, le=0.03)] = 0.016
    length_m: Annotated[float, Field(ge=0.015, le=0.15)] = 0.065
    thread_share: Annotated[float, Field(ge=0.1, le=1.0)] = 0.6


class HexNutForm(Form):
    """A hexagon nut: nominal diameter, height and width across flats as shares of it, and its kind.

    A `flange` nut has a collar below, a `cap` nut a closed dome, a `castle` nut slots for a pin.
    """

    kind: Literal["plain", "flange", "cap", "castle"] = "plain"
    diameter_m: Annotated[float, Field(ge=0.003, le=0.1)] = 0.02
    height_share: Annotated[float, Field(ge=0.4, le=1.6)] = 0.8
    across_share: Annotated[float, Field(ge=1.3, le=2.2)] = 1.5


class PipeElbowForm(Form):
    """A bend of pipe: its angle, the radius of its middle line, and how its ends are joined."""

    angle_deg: Annotated[float, Field(ge=30.0, le=90.0)] = 90.0
    bend_m: Annotated[float, Field(ge=0.02, le=0.08)] = 0.026
    ends: Literal["collar", "hexagon", "flange", "thread"] = "collar"


class PipeTeeForm(Form):
    """A tee: its length, the branch's length and width (as a share of the run's), how its ends are joined.

    With two `branches` it is a cross.
    """

    run_m: Annotated[float, Field(ge=0.07, le=0.16)] = 0.09
    branch_m: Annotated[float, Field(ge=0.035, le=0.1)] = 0.043
    branch_share: Annotated[float, Field(ge=0.6, le=1.0)] = 1.0
    branches: Annotated[int, Field(ge=1, le=2)] = 1
    ends: Literal["collar", "hexagon", "flange", "thread"] = "collar"


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
    hex_nut: HexNutForm | None = None
    gear: GearForm | None = None
    flange: FlangeForm | None = None
    bracket: BracketForm | None = None
    parts_bin: PartsBinForm | None = None
    pipe_elbow: PipeElbowForm | None = None
    pipe_tee: PipeTeeForm | None = None
