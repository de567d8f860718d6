"""Ways to find a place that go by other things: in them, beside them, along a path, or a least distance apart."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from sdg.recipe.values import Block, Coordinate, Length

Side: TypeAlias = Literal["any", "left", "right", "front", "back"]
Clearance: TypeAlias = Annotated[float, Field(ge=0, le=100)]
_ROUNDING = 1e-9
# What least distances give for a number of things ends here, far above the most that a scene may hold.
_COUNTLESS = 10**9
Region: TypeAlias = tuple[Coordinate, Coordinate, Coordinate, Coordinate]

# By way of placing: the key that names what a thing is placed by. Where it may stand for the block, `on: table`, the
# text is what that key would be.
NAMED_BY: Mapping[str, str] = {
    "scatter_2d": "surface",
    "on": "surface",
    "in": "object",
    "beside": "object",
    "grid": "surface",
    "drop_on": "surface",
    "drop_in": "object",
    "stack": "surface",
    "heap": "surface",
    "along": "surface",
    "poisson_disc": "surface",
}
# Ways whose names are of surfaces.
ON_SURFACES = tuple(kind for kind, key in NAMED_BY.items() if key == "surface")
# Ways that are drawn once for all instances; without `count` they say how many there are.
COUNTED = ("grid", "along", "poisson_disc", "heap")
# Ways after which physics has the last word.
FALLING = ("drop_on", "drop_in", "stack", "heap")


class InBlock(Block):
    """A random free place inside an object, `bin`, or over one of its surfaces, `rack.shelf_1`; it hovers there.

    `in_turn` takes one object after another, instead of a random one each time.
    """

    object: str
    clearance_m: Clearance = 0.0
    in_turn: bool = False


class BesideBlock(Block):
    """A random free place next to an object, on what that stands on; `distance_m` is the gap between outlines.

    Sides are the object's own: its front is +X, its left +Y. `offset_m` is where along the side the middle of the
    thing is, counted from the middle of the side to its left as one looks outwards; without it that is drawn. Yaw
    counts from the object's. `in_turn` takes one object after another, instead of a random one each time.
    """

    object: str
    distance_m: Annotated[float, Field(ge=0, le=1000)] = 0.1
    side: Side = "any"
    offset_m: Coordinate | None = None
    clearance_m: Clearance = 0.0
    in_turn: bool = False


class AlongBlock(Block):
    """One after another along a path of straight pieces, on a surface of the environment, in its frame.

    Things stand `spacing_m` apart along the path, or without that `count` of them evenly from its start to its end.
    `offset_m` is to the left of the path. With `turn` their +X points along it.
    """

    path_m: tuple[tuple[Coordinate, Coordinate], ...] = Field(min_length=2, max_length=1000)
    spacing_m: Length | None = None
    offset_m: Coordinate = 0.0
    jitter_m: Annotated[float, Field(ge=0, le=10)] = 0.0
    turn: bool = True
    surface: str = "floor"
    avoid_collisions: bool = True
    clearance_m: Clearance = 0.0

    @property
    def length_m(self) -> float:
        """The length of the path."""
        return sum(math.dist(start, end) for start, end in itertools.pairwise(self.path_m))

    @property
    def most(self) -> int:
        """How many things stand along it without `count`; 0 where nothing says so."""
        return 0 if self.spacing_m is None else _whole(self.length_m / self.spacing_m + _ROUNDING) + 1


class PoissonDiscBlock(Block):
    """Random free places whose origins are at least `radius_m` apart; without `count`, as many as fit `region_m`."""

    radius_m: Length
    surface: str = "floor"
    clearance_m: Clearance = 0.0
    region_m: Region | None = None

    @property
    def most(self) -> int:
        """How many points so far apart its region can hold at most; 0 where it has no region.

        N. Oler, "An inequality in the geometry of numbers", Acta Mathematica 105 (1961).
        """
        if self.region_m is None:
            return 0
        x_min, y_min, x_max, y_max = self.region_m
        width, depth = max(0.0, x_max - x_min) / self.radius_m, max(0.0, y_max - y_min) / self.radius_m
        return _whole(2 / math.sqrt(3) * width * depth + width + depth + 1 + _ROUNDING)


def _whole(number: float) -> int:
    return math.floor(min(_COUNTLESS, number))  # in this order, so that NaN gives way
