"""Forms of offices and of what stands in them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sdg.recipe.families.form import Form
from sdg.recipe.values import Block


class OfficeRoomForm(Form):
    """A room: windows in the wall towards +y, `side_windows` in that towards +x, doors in that towards -y.

    `blinds` is how far blinds are down, 1 all the way; `partitions` are walls that stand out from the one towards
    -x, `partition_share` of the room's width long. Lamps hang where a light's `grid` of as many columns and rows,
    on the surface `ceiling`, puts its lamps: `panel` is 0.6 x 0.6 m, `troffer` and `pendant` 1.2 x 0.3 m.
    """

    windows: Annotated[int, Field(ge=0, le=6)] = 3
    side_windows: Annotated[int, Field(ge=0, le=6)] = 0
    window_height_m: Annotated[float, Field(ge=0.6, le=2.2)] = 1.5
    sill_height_m: Annotated[float, Field(ge=0.15, le=1.2)] = 0.85
    glazing: Literal["plain", "mullion", "cross", "transom"] = "mullion"
    blinds: Annotated[float, Field(ge=0, le=1)] = 0.0
    radiators: bool = True
    doors: Annotated[int, Field(ge=0, le=3)] = 1
    floor: Literal["carpet", "wood", "terrazzo"] = "carpet"
    walls: Literal["painted", "accent", "brick", "panelled"] = "painted"
    ceiling: Literal["tiles", "plain"] = "tiles"
    lamps: Literal["panel", "troffer", "pendant", "none"] = "panel"
    lamp_columns: Annotated[int, Field(ge=1, le=6)] = 3
    lamp_rows: Annotated[int, Field(ge=1, le=6)] = 2
    partitions: Annotated[int, Field(ge=0, le=3)] = 0
    partition_share: Annotated[float, Field(ge=0.1, le=0.6)] = 0.3


class DeskForm(Form):
    """A desk whose user sits towards -y; `screen_height_m` is that of the screen at its back, 0 for none."""

    frame: Literal["legs", "sit_stand", "panel", "trestle"] = "legs"
    drawers: Annotated[int, Field(ge=0, le=4)] = 3
    drawer_side: Literal["left", "right"] = "right"
    screen_height_m: Annotated[float, Field(ge=0.0, le=0.7)] = 0.0
    top_thickness_m: Annotated[float, Field(ge=0.016, le=0.06)] = 0.025
    corner_radius_m: Annotated[float, Field(ge=0.002, le=0.25)] = 0.006
    modesty_panel: bool = True


class OfficeChairForm(Form):
    """A chair that faces -y."""

    base: Literal["star", "sled", "legs"] = "star"
    back: Literal["padded", "mesh", "shell"] = "padded"
    back_height_m: Annotated[float, Field(ge=0.3, le=0.75)] = 0.55
    armrests: Literal["none", "tee", "loop"] = "tee"
    headrest: bool = False
    seat_height_m: Annotated[float, Field(ge=0.4, le=0.58)] = 0.46
    seat_width_m: Annotated[float, Field(ge=0.42, le=0.56)] = 0.49


class MonitorForm(Form):
    """One screen, or two side by side, that face -y; `lift_m` is how far the lower edge is above the desk."""

    count: Annotated[int, Field(ge=1, le=2)] = 1
    diagonal_m: Annotated[float, Field(ge=0.43, le=0.9)] = 0.61
    aspect: Literal["16:9", "16:10", "5:4", "21:9"] = "16:9"
    stand: Literal["plate", "disc", "feet", "clamp"] = "plate"
    lift_m: Annotated[float, Field(ge=0.04, le=0.22)] = 0.1
    bezel_m: Annotated[float, Field(ge=0.003, le=0.03)] = 0.008
    picture: Literal["off", "document", "code", "chart"] = "off"


class OfficeFamilies(Block):
    """Families of office assets."""

    office_room: OfficeRoomForm | None = None
    desk: DeskForm | None = None
    office_chair: OfficeChairForm | None = None
    monitor: MonitorForm | None = None
