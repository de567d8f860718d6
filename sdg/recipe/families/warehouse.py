"""Forms of what stands in a warehouse."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sdg.recipe.families.form import Form
from sdg.recipe.values import Block, Unit


class PalletRackForm(Form):
    """Pallet racking: `bays` side by side, and shelves `level_height_m` apart as far as the height allows."""

    bays: Annotated[int, Field(ge=1, le=6)] = 1
    level_height_m: Annotated[float, Field(ge=0.4, le=3.0)] = 1.25
    lowest_level_m: Annotated[float, Field(ge=0.1, le=1.5)] = 0.2


class CartonForm(Form):
    """A shipping carton. `dents` is how knocked about it is, from 0 to 1; `bulge_m` how far its sides stand out."""

    flaps: Literal["taped", "open", "none"] = "taped"
    label: Literal["none", "small", "large"] = "large"
    print: Literal["none", "arrows", "fragile"] = "arrows"
    dents: Unit = 0.0
    bulge_m: Annotated[float, Field(ge=0.0, le=0.02)] = 0.006


class DrumForm(Form):
    """A steel drum: rolling hoops round it, a lid that is tight (with bungs) or held by a clamp, dents from 0 to 1."""

    hoops: Annotated[int, Field(ge=0, le=5)] = 2
    lid: Literal["tight", "clamped", "none"] = "tight"
    dents: Unit = 0.0
    waist: Annotated[float, Field(ge=0.94, le=1.06)] = 1.0


class PalletForm(Form):
    """A pallet of boards on blocks or on stringers. `wear` from 0 to 1 turns boards askew; some may be missing."""

    support: Literal["blocks", "stringers"] = "blocks"
    top_boards: Annotated[int, Field(ge=3, le=11)] = 5
    missing_boards: Annotated[int, Field(ge=0, le=2)] = 0
    wear: Unit = 0.1


class TrafficConeForm(Form):
    """A traffic cone: reflective `bands`, the outline of its `base`, the width of its tip, a lean of the worn ones."""

    bands: Annotated[int, Field(ge=0, le=3)] = 1
    base: Literal["square", "octagonal", "round"] = "square"
    tip: Annotated[float, Field(ge=0.1, le=0.5)] = 0.2
    lean_deg: Annotated[float, Field(ge=0, le=8)] = 0.0


class ForkliftForm(Form):
    """A counterbalanced truck. `fork_height_m` is how far the forks are raised, as far as the mast allows."""

    mast_height_m: Annotated[float, Field(ge=1.9, le=2.8)] = 2.2
    fork_height_m: Annotated[float, Field(ge=0.0, le=3.0)] = 0.05
    fork_length_m: Annotated[float, Field(ge=0.8, le=1.8)] = 1.15
    fork_spread_m: Annotated[float, Field(ge=0.25, le=0.85)] = 0.5
    capacity_t: Annotated[float, Field(ge=1.5, le=3.5)] = 2.0
    cab: Literal["open", "closed"] = "open"
    load_backrest: bool = True
    gas: bool = False
    beacon: bool = True


class PalletJackForm(Form):
    """A hand pallet truck. `handle_deg` leans the drawbar back from upright, `steer_deg` turns it with its wheels."""

    fork_length_m: Annotated[float, Field(ge=0.8, le=1.6)] = 1.15
    fork_spread_m: Annotated[float, Field(ge=0.45, le=0.69)] = 0.54
    raised_m: Annotated[float, Field(ge=0.0, le=0.12)] = 0.0
    handle_deg: Annotated[float, Field(ge=0, le=70)] = 12.0
    steer_deg: Annotated[float, Field(ge=-85, le=85)] = 0.0
    rollers: Literal["single", "tandem"] = "tandem"


class WarehouseHallForm(Form):
    """A hall whose docks are in the wall towards +y; columns stand along both long walls.

    There are `docks` of them as far as they fit, and one every 5 m if not said; `open_docks` is the share whose doors
    are raised before a lorry. `levellers` are the ramps in the floor before them, with lights and switches on the wall.
    `wall` is what stands on the plinth. `column_rows` more rows of columns stand in the hall. `skylights` and `windows`
    are holes without panes: how many a bay of the roof, and of the long walls, has. `marking` is what is painted on the
    floor: the aisle's edges, lanes with a crossing and a footway, or bays for pallets; `marking_wear` is the share of
    it that is worn off.
    """

    docks: Annotated[int, Field(ge=0, le=8)] | None = None
    open_docks: Unit = 0.0
    levellers: bool = False
    wall: Literal["ribbed", "panels", "blocks"] = "ribbed"
    plinth_m: Annotated[float, Field(ge=0.2, le=3.0)] = 1.2
    column_rows: Annotated[int, Field(ge=0, le=3)] = 0
    skylights: Annotated[int, Field(ge=0, le=4)] = 0
    windows: Annotated[int, Field(ge=0, le=3)] = 0
    marking: Literal["none", "aisle", "lanes", "bays"] = "aisle"
    marking_wear: Annotated[float, Field(ge=0.0, le=0.8)] = 0.0


class WarehouseFamilies(Block):
    """Families of warehouse assets."""

    carton: CartonForm | None = None
    drum: DrumForm | None = None
    forklift: ForkliftForm | None = None
    pallet: PalletForm | None = None
    pallet_jack: PalletJackForm | None = None
    pallet_rack: PalletRackForm | None = None
    traffic_cone: TrafficConeForm | None = None
    warehouse_hall: WarehouseHallForm | None = None
