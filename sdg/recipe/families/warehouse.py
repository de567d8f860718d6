"""Forms of what stands in a warehouse."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sdg.recipe.families.form import Form
from sdg.recipe.values import Block


class PalletRackForm(Form):
    """Pallet racking: `bays` side by side, and shelves `level_height_m` apart as far as the height allows."""

    bays: Annotated[int, Field(ge=1, le=6)] = 1
    level_height_m: Annotated[float, Field(ge=0.4, le=3.0)] = 1.25
    lowest_level_m: Annotated[float, Field(ge=0.1, le=1.5)] = 0.2


class WarehouseFamilies(Block):
    """Families of warehouse assets."""

    pallet_rack: PalletRackForm | None = None
