"""The blocks that say how things fall and come to rest."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import Field

from sdg.recipe.values import Block, Cells, Coordinate, Length

Gravity: TypeAlias = Annotated[
    float,
    Field(
        ge=-100,
        le=-0.01,
        allow_inf_nan=False,
        description="along Z, so what falls down is negative; with less than 0.01 nothing would come to rest",
    ),
]
Friction: TypeAlias = Annotated[float, Field(ge=0, le=2, allow_inf_nan=False)]
Restitution: TypeAlias = Annotated[float, Field(ge=0, le=0.9, allow_inf_nan=False)]
Mass: TypeAlias = Annotated[float, Field(gt=0, le=1e6, allow_inf_nan=False)]
Centre: TypeAlias = tuple[Coordinate, Coordinate]
Density: TypeAlias = Annotated[float, Field(gt=0, le=25_000, allow_inf_nan=False)]


class DropBlock(Block):
    """Falls from above onto a surface until it rests: `floor`, an object's name, or `object.surface`.

    `region_m` limits where it falls from to (x_min, y_min, x_max, y_max) in the surface's own frame.
    """

    surface: str
    region_m: tuple[Coordinate, Coordinate, Coordinate, Coordinate] | None = None


class StackBlock(Block):
    """One on another, on a free place of a surface: `floor`, an object's name, or `object.surface`; then they settle.

    `height` things make a stack; without it, all do. Where a stack stands is drawn as `scatter_2d` does, unless
    `center_m` says it, in the surface's own frame. Each thing lies up to `jitter_m` off the one below, along x and y,
    and is turned up to `jitter_deg` from the lowest. What the lowest draws of this block, and its yaw, is the stack's.
    """

    surface: str = "floor"
    height: Cells | None = None
    center_m: Centre | None = None
    region_m: tuple[Coordinate, Coordinate, Coordinate, Coordinate] | None = None
    clearance_m: Annotated[float, Field(ge=0, le=100)] = 0.0
    in_turn: bool = False
    jitter_m: Annotated[float, Field(ge=0, le=10)] = 0.0
    jitter_deg: Annotated[float, Field(ge=0, le=180)] = 0.0


class HeapBlock(Block):
    """All fall round one spot of a surface, within `radius_m` of it, so that they pile up.

    Where the spot is is drawn, unless `center_m` says it, in the surface's own frame. Without a radius it is half that
    of a cone of all of them with sides of 30 degrees.
    """

    surface: str = "floor"
    center_m: Centre | None = None
    radius_m: Length | None = None


class PhysicsBlock(Block):
    """What holds for everything that falls. Of two things that touch, the larger friction and restitution count.

    `gravity_mps2` points along Z. `density_kgpm3` is for things that say nothing about their own mass.
    """

    gravity_mps2: Gravity = -9.81
    friction: Friction = 0.5
    restitution: Restitution = 0.1
    density_kgpm3: Density = 1000.0


class ThingPhysicsBlock(Block):
    """What one thing has of its own; everything else is as `scene.physics` says."""

    mass_kg: Mass | None = None
    density_kgpm3: Density | None = None
    friction: Friction | None = None
    restitution: Restitution | None = None
