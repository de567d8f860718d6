"""The blocks that say how things and cameras move while a picture is taken."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import Field

from sdg.recipe.values import Block

Speed: TypeAlias = Annotated[float, Field(ge=-10_000, le=10_000, allow_inf_nan=False)]
Rate: TypeAlias = Annotated[float, Field(ge=-100_000, le=100_000, allow_inf_nan=False)]


class MotionBlock(Block):
    """Steady motion during the exposure; the pose is that of its middle.

    Velocity and rotation vector point along the thing's own axes (of a camera: right, down, forward). What stands on a
    moving thing moves with it, unless it has a motion of its own.
    """

    velocity_mps: tuple[Speed, Speed, Speed] = (0.0, 0.0, 0.0)
    angular_dps: tuple[Rate, Rate, Rate] = (0.0, 0.0, 0.0)


class RollingShutterBlock(Block):
    """Rows exposed one after another, from the top; the middle row's middle is the time of all poses."""

    line_time_us: Annotated[float, Field(gt=0, le=1e6, description="each row is exposed later than the one above it")]
