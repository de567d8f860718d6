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
    `grass_density` is the share of the most blades. `woods` is how many trees stand round the lawn, in the colours of a
    `season`.
    """

    relief_m: Annotated[float, Field(ge=0.0, le=3.0)] = 0.8
    paths: Annotated[int, Field(ge=1, le=2)] = 1
    path_width_m: Annotated[float, Field(ge=1.2, le=4.5)] = 2.2
    paving: Literal["gravel", "asphalt", "slabs"] = "gravel"
    winding: Annotated[float, Field(ge=0.0, le=1.0)] = 0.5
    edging: Literal["none", "stone", "timber"] = "stone"
    grass_height_m: Annotated[float, Field(ge=0.02, le=0.3)] = 0.07
    grass_density: Annotated[float, Field(ge=0.05, le=1.0)] = 0.6
    woods: Annotated[int, Field(ge=20, le=200)] = 140
    season: Literal["summer", "autumn"] = "summer"


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


class ShrubForm(Form):
    """A shrub: `round`, `spreading` or a clipped `hedge`, `height_m` tall and `width` times as wide as tall.

    `leaf_density` is the share of the most leaves, `flowers` how many blossoms it bears, as a share of the most.
    """

    habit: Literal["round", "spreading", "hedge"] = "round"
    height_m: Annotated[float, Field(ge=0.4, le=2.5)] = 1.1
    width: Annotated[float, Field(ge=0.7, le=2.0)] = 1.2
    leaf_density: Annotated[float, Field(ge=0.3, le=1.0)] = 0.8
    flowers: Annotated[float, Field(ge=0.0, le=1.0)] = 0.0


class BenchForm(Form):
    """A bench `length_m` long, of slats on `legs` of one kind.

    `seat_slats` make the seat, `back_slats` the back, which leans by `back_angle_deg`; 0 slats leave it out. `arms` is
    how many armrests it has.
    """

    legs: Literal["cast", "tube", "concrete", "timber"] = "cast"
    length_m: Annotated[float, Field(ge=1.1, le=2.6)] = 1.8
    seat_slats: Annotated[int, Field(ge=3, le=9)] = 6
    back_slats: Annotated[int, Field(ge=0, le=6)] = 4
    back_angle_deg: Annotated[float, Field(ge=4.0, le=24.0)] = 14.0
    arms: Annotated[int, Field(ge=0, le=3)] = 2


class ParkBinForm(Form):
    """A litter bin with a wall of `slats`, `steel` or `mesh` round its liner, or on a `post`.

    `slats` stand round it (of `mesh`, bars); it is `taper` times as wide at its foot as at its rim; `lid` covers it.
    """

    wall: Literal["slats", "steel", "mesh", "post"] = "slats"
    slats: Annotated[int, Field(ge=10, le=32)] = 18
    taper: Annotated[float, Field(ge=0.7, le=1.1)] = 0.9
    lid: Literal["none", "dome", "roof", "ring"] = "ring"


class LampPostForm(Form):
    """A lamp post `height_m` tall with one to three `heads` of one kind, `arm_m` from the middle if several.

    `base_m` is how high its thicker foot reaches.
    """

    head: Literal["globe", "lantern", "disc", "cone"] = "lantern"
    heads: Annotated[int, Field(ge=1, le=3)] = 1
    height_m: Annotated[float, Field(ge=2.5, le=6.0)] = 3.8
    arm_m: Annotated[float, Field(ge=0.3, le=0.7)] = 0.4
    base_m: Annotated[float, Field(ge=0.15, le=1.2)] = 0.6


class BollardForm(Form):
    """A bollard of `steel`, `timber`, `concrete` or `cast` iron with a `cap`, `bands` round it and a given taper."""

    kind: Literal["steel", "timber", "concrete", "cast"] = "steel"
    cap: Literal["flat", "dome", "ball", "slant"] = "dome"
    bands: Annotated[int, Field(ge=0, le=3)] = 1
    taper: Annotated[float, Field(ge=0.6, le=1.0)] = 0.9


class RockForm(Form):
    """A rock: `roughness` of its outline, how `angular` it is broken, and `flat`, its height as a share of its length.

    `length_m` is its longest side.
    """

    length_m: Annotated[float, Field(ge=0.15, le=2.0)] = 0.7
    flat: Annotated[float, Field(ge=0.3, le=0.95)] = 0.6
    angular: Annotated[float, Field(ge=0.0, le=1.0)] = 0.5
    roughness: Annotated[float, Field(ge=0.0, le=1.0)] = 0.5


class FenceForm(Form):
    """A fence along x between `bays` + 1 posts: pickets, boards on both sides, rails of logs, a steel railing, or mesh.

    `per_m` is how many pickets, boards or bars a metre has; `rails` run between posts. `top` is how pickets, or the
    posts of logs, end; bars of a railing end under the upper rail, above it, or in bows.
    """

    kind: Literal["pickets", "boards", "rails", "railing", "mesh"] = "pickets"
    length_m: Annotated[float, Field(ge=1.2, le=6.0)] = 2.4
    height_m: Annotated[float, Field(ge=0.5, le=2.0)] = 1.0
    bays: Annotated[int, Field(ge=1, le=4)] = 2
    per_m: Annotated[float, Field(ge=5.0, le=12.0)] = 8.0
    rails: Annotated[int, Field(ge=2, le=4)] = 2
    top: Literal["flat", "pointed", "round"] = "pointed"


class PicnicTableForm(Form):
    """A table with fixed seats: on timber A-frames, on steel tubes, square with seats all round, or of concrete.

    `top_boards` make the top and `seat_boards` each seat; at `sides` of the table there are seats. The top stands out
    by `overhang_m` at its +x end, for a wheelchair.
    """

    frame: Literal["timber", "tube", "square", "concrete"] = "timber"
    length_m: Annotated[float, Field(ge=1.3, le=2.4)] = 1.8
    height_m: Annotated[float, Field(ge=0.66, le=0.8)] = 0.74
    top_boards: Annotated[int, Field(ge=3, le=9)] = 5
    seat_boards: Annotated[int, Field(ge=1, le=3)] = 2
    sides: Annotated[int, Field(ge=1, le=2)] = 2
    overhang_m: Annotated[float, Field(ge=0.0, le=0.5)] = 0.0


class FlowerBedForm(Form):
    """A bed of soil with flowers, `length_m` long and `width` times as wide, within an edging.

    `planting` is how many plants stand in it, as a share of the most; they are up to `height_m` tall, and their
    `blossom` is of one kind in three `colors`, mixed or in rings from the middle outwards. `leafy` is how much of a
    plant is leaves.
    """

    outline: Literal["round", "oblong", "kidney"] = "round"
    edging: Literal["none", "stone", "timber", "brick"] = "stone"
    length_m: Annotated[float, Field(ge=0.8, le=4.0)] = 2.0
    width: Annotated[float, Field(ge=0.45, le=1.0)] = 0.7
    height_m: Annotated[float, Field(ge=0.18, le=0.7)] = 0.36
    planting: Annotated[float, Field(ge=0.3, le=1.0)] = 0.7
    blossom: Literal["daisy", "tulip", "ball"] = "daisy"
    colors: Literal["warm", "cool", "pale"] = "warm"
    pattern: Literal["mixed", "rings"] = "mixed"
    leafy: Annotated[float, Field(ge=0.3, le=1.0)] = 0.7


class ParkFamilies(Block):
    """Families of outdoor assets."""

    park_terrain: ParkTerrainForm | None = None
    tree: TreeForm | None = None
    shrub: ShrubForm | None = None
    bench: BenchForm | None = None
    park_bin: ParkBinForm | None = None
    lamp_post: LampPostForm | None = None
    bollard: BollardForm | None = None
    rock: RockForm | None = None
    fence: FenceForm | None = None
    picnic_table: PicnicTableForm | None = None
    flower_bed: FlowerBedForm | None = None
