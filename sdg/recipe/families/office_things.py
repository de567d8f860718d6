"""Forms of what stands on desks, on shelves and beside them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sdg.recipe.families.form import Form
from sdg.recipe.values import Block


class ShelfUnitForm(Form):
    """Shelving that opens towards -y: `bays` side by side, `shelves` above each other, doors before the lowest ones."""

    frame: Literal["panel", "steel", "ladder"] = "panel"
    bays: Annotated[int, Field(ge=1, le=4)] = 1
    shelves: Annotated[int, Field(ge=2, le=7)] = 5
    doors: Annotated[int, Field(ge=0, le=3)] = 0
    back: bool = True


class CabinetForm(Form):
    """A cabinet that opens towards -y, with drawers or doors in `columns` and `rows`."""

    front: Literal["drawers", "doors", "slats"] = "drawers"
    columns: Annotated[int, Field(ge=1, le=3)] = 1
    rows: Annotated[int, Field(ge=1, le=5)] = 4
    foot: Literal["plinth", "legs", "castors"] = "plinth"
    handle: Literal["bar", "knob", "groove"] = "bar"


class PottedPlantForm(Form):
    """A plant in its pot; `spread` is its width against its height."""

    pot: Literal["round", "square", "bowl"] = "round"
    leaf: Literal["broad", "strap", "palm", "small"] = "broad"
    height_m: Annotated[float, Field(ge=0.2, le=2.2)] = 0.9
    spread: Annotated[float, Field(ge=0.3, le=1.0)] = 0.65
    leaves: Annotated[int, Field(ge=8, le=60)] = 22
    pot_share: Annotated[float, Field(ge=0.14, le=0.4)] = 0.26


class BottleForm(Form):
    """A bottle; `shoulder` and `neck` are shares of its height, `waist` how far it is drawn in."""

    height_m: Annotated[float, Field(ge=0.15, le=0.34)] = 0.23
    radius_m: Annotated[float, Field(ge=0.025, le=0.05)] = 0.034
    shoulder: Annotated[float, Field(ge=0.05, le=0.35)] = 0.16
    neck: Annotated[float, Field(ge=0.04, le=0.3)] = 0.1
    waist: Annotated[float, Field(ge=0.0, le=0.25)] = 0.0
    cap: Literal["screw", "sport", "cork", "loop"] = "screw"
    label: bool = True


class CupForm(Form):
    """A cup; `taper` is its foot's radius against its rim's, `fill` how full it is."""

    height_m: Annotated[float, Field(ge=0.06, le=0.16)] = 0.095
    radius_m: Annotated[float, Field(ge=0.03, le=0.052)] = 0.041
    taper: Annotated[float, Field(ge=0.6, le=1.1)] = 0.95
    belly: Annotated[float, Field(ge=0.0, le=0.2)] = 0.03
    handle: Literal["none", "loop", "square"] = "loop"
    fill: Annotated[float, Field(ge=0.0, le=0.95)] = 0.75


class KeyboardForm(Form):
    """A keyboard whose user sits towards -y; `rows` with function keys are 6, without 5."""

    keypad: bool = True
    rows: Annotated[int, Field(ge=5, le=6)] = 6
    tilt_deg: Annotated[float, Field(ge=0.0, le=9.0)] = 4.0
    key_height_m: Annotated[float, Field(ge=0.002, le=0.009)] = 0.005
    margin_m: Annotated[float, Field(ge=0.003, le=0.02)] = 0.007


class BookForm(Form):
    """Books: `count` of them upright in a row with their spines towards -y, or lying in a stack."""

    pose: Literal["row", "stack", "leaning"] = "row"
    count: Annotated[int, Field(ge=1, le=14)] = 7
    height_m: Annotated[float, Field(ge=0.17, le=0.32)] = 0.24
    thickness_m: Annotated[float, Field(ge=0.01, le=0.07)] = 0.028
    kind: Literal["book", "binder"] = "book"


class BinWasteForm(Form):
    """A waste bin; `taper` is its foot's width against its rim's."""

    outline: Literal["round", "square", "oblong"] = "round"
    height_m: Annotated[float, Field(ge=0.25, le=0.75)] = 0.33
    width_m: Annotated[float, Field(ge=0.2, le=0.42)] = 0.28
    taper: Annotated[float, Field(ge=0.65, le=1.0)] = 0.8
    lid: Literal["none", "flap", "dome"] = "none"
    liner: bool = False


class WhiteboardForm(Form):
    """A whiteboard on its stand that faces -y; `board_share` is the board's height against that of the whole."""

    stand: Literal["mobile", "easel", "columns"] = "mobile"
    board_share: Annotated[float, Field(ge=0.4, le=0.75)] = 0.6
    lean_deg: Annotated[float, Field(ge=0.0, le=12.0)] = 0.0
    tray: bool = True
    picture: Literal["clean", "diagram", "notes"] = "diagram"


class OfficeThingFamilies(Block):
    """Families of what stands on desks, on shelves and beside them."""

    bin_waste: BinWasteForm | None = None
    book: BookForm | None = None
    bottle: BottleForm | None = None
    cabinet: CabinetForm | None = None
    cup: CupForm | None = None
    keyboard: KeyboardForm | None = None
    potted_plant: PottedPlantForm | None = None
    shelf_unit: ShelfUnitForm | None = None
    whiteboard: WhiteboardForm | None = None
