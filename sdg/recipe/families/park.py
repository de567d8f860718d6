"""Forms of what stands and grows outdoors."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sdg.recipe.families.form import Form
from sdg.recipe.values import Block


class ParkTerrainForm(Form):
    """A park: rolling lawn with woods round it and paths across it.

    `relief_m` is how far the lawn's lowest and highest places differ in height. `paths` of `paving` are `path_width_m`
    wide and level across; `winding` 0 is straight. `edging` borders them. `grass_height_m` is a usual blade's;
    `grass_density` is the share of the most blades. `woods` is how many trees stand round the lawn.
    """

    relief_m: Annotated[float, Field(ge=0.0, le=3.0)] = 0.8
    paths: Annotated[int, Field(ge=1, le=2)] = 1
    path_width_m: Annotated[float, Field(ge=1.2, le=4.5)] = 2.2
    paving: Literal["gravel", "asphalt", "slabs"] = "gravel"
    winding: Annotated[float, Field(ge=0.0, le=1.0)] = 0.5
    edging: Literal["none", "stone", "timber"] = "stone"
    grass_height_m: Annotated[float, Field(ge=0.02, le=0.3)] = 0.07
    grass_density: Annotated[float, Field(ge=0.05, le=1.0)] = 0.6
    woods: Annotated[int, Field(ge=20, le=200)] = 110


class TreeForm(Form):
    """A tree of a `species`, `height_m` tall, whose crown is `crown` times as wide as is usual for that height.

    `stem` is the share of the height up to the lowest branches, `lean_deg` how far the trunk leans. `leaf_density` is
    the share of the most leaves that it may bear, in the colours of a `season`; in winter only conifers bear any.
    """

    species: Literal["broadleaf", "birch", "poplar", "conifer"] = "broadleaf"
    season: Literal["summer", "autumn", "winter"] = "summer"
    height_m: Annotated[float, Field(ge=2.5, le=16.0)] = 8.0
    crown: Annotated[float, Field(ge=0.6, le=1.3)] = 1.0
    stem: Annotated[float, Field(ge=0.05, le=0.5)] = 0.25
    lean_deg: Annotated[float, Field(ge=0.0, le=14.0)] = 2.0
    leaf_density: Annotated[float, Field(ge=0.15, le=1.0)] = 0.8


class ParkFamilies(Block):
    """Families of outdoor assets."""

    park_terrain: ParkTerrainForm | None = None
    tree: TreeForm | None = None
