"""The blocks that say how things fall and come to rest."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import Field

from sdg.recipe.values import Block, Coordinate

Gravity: TypeAlias = Annotated[
    float, Field(ge=-100, lt=0, allow_inf_nan=False, description="along Z, so what falls down is negative")
]
Friction: TypeAlias = Annotated[float, Field(ge=0, le=2, allow_inf_nan=False)]
Restitution: TypeAlias = Annotated[float, Field(ge=0, le=0.9, allow_inf_nan=False)]
Mass: TypeAlias = Annotated[float, Field(gt=0, le=1e6, allow_inf_nan=False)]
Density: TypeAlias = Annotated[float, Field(gt=0, le=25_000, allow_inf_nan=False)]


class DropBlock(Block):
    """Falls from above onto a surface until it rests: `floor`, an object's name, or `object.surface`.

    `region_m` limits where it falls from to (x_min, y_min, x_max, y_max) in the surface's own frame.
    """

    surface: str
    region_m: tuple[Coordinate, Coordinate, Coordinate, Coordinate] | None = None


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
