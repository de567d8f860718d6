"""One frame of a recipe with every distribution replaced by its value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sdg.recipe.model import (
    CameraBlock,
    EnvironmentBlock,
    LightBlock,
    MaterialBlock,
    ObjectBlock,
    PathKey,
    PhysicsBlock,
)


@dataclass(frozen=True, eq=False)
class GridCell:
    """Which cell of a grid an instance fills: indices, the grid's counts, and the instance that carries it."""

    index: tuple[int, int, int]
    count: tuple[int, int, int]
    carrier: str | None


@dataclass(frozen=True, eq=False)
class ObjectSample:
    """One instance of an object: `name` is `carton[3]`, `ordinal` 3, `path` its place in the recipe.

    Attributes:
        redraw: Draws the joints anew, keyed by the attempt, when a pose was not possible; attempt 0 is `block`.
        redrawn: What `redraw` of that attempt drew, by node name, for `FrameSample.drawn`.
    """

    name: str
    object_name: str
    ordinal: int
    block: ObjectBlock
    path: PathKey
    cell: GridCell | None = None
    redraw: Callable[[int], ObjectBlock] | None = None
    redrawn: Callable[[int], Mapping[str, Any]] = field(default=lambda _: {})


@dataclass(frozen=True, eq=False)
class LightSample:
    """One lamp: `name` is `ceiling[3]` in a grid and `ceiling` otherwise."""

    name: str
    light_name: str
    ordinal: int
    block: LightBlock
    path: PathKey
    grid_index: tuple[int, int] | None = None


@dataclass(frozen=True, eq=False)
class CameraSample:
    """One camera.

    Attributes:
        redraw: Draws the pose anew, keyed by the attempt, when the one before was not free; attempt 0 is `block`.
        redrawn: What `redraw` of that attempt drew, by node name, for `FrameSample.drawn`.
        first_eye: Of the second camera of a stereo pair, the name of the first; empty elsewhere.
    """

    name: str
    block: CameraBlock
    path: PathKey
    redraw: Callable[[int], CameraBlock]
    redrawn: Callable[[int], Mapping[str, Any]] = field(default=lambda _: {})
    first_eye: str = ""


@dataclass(frozen=True, eq=False)
class FrameSample:
    """Everything that was drawn for one frame.

    Attributes:
        drawn: Node name (with instance ordinals) to drawn value, as plain JSON values, in recipe order.
    """

    frame_index: int
    seed: int
    environment: EnvironmentBlock | None
    objects: tuple[ObjectSample, ...]
    lights: tuple[LightSample, ...]
    materials: Mapping[str, MaterialBlock]
    cameras: tuple[CameraSample, ...]
    drawn: Mapping[str, Any]
    physics: PhysicsBlock = field(default_factory=PhysicsBlock)
