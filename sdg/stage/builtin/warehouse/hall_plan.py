"""Where the parts of a hall stand: bays, column lines, heights, doors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sdg.foundation.arrays import Vec3

WALL_THICKNESS = 0.2
_BAY = 6.0
_DOOR_PITCH = 5.0


@dataclass(frozen=True)
class HallPlan:
    """Lengths in metres, z from the floor; the hall is centred on the origin.

    Attributes:
        inner_x, inner_y: Half the clear width and length between the plinths.
        bays_x, bays_y: Edges of the floor's bays, outer bounds included.
        frames_y: Where columns and trusses stand.
        plinth_m: Height of the lower band of the walls.
        deck_m: Underside of the roof's sheet.
        truss_top_m, truss_bottom_m: Outer edges of the trusses' chords.
        aisle_m: Half the width of the marked main aisle.
        door_centers: x of each dock door.
    """

    size_m: Vec3
    inner_x: float
    inner_y: float
    bays_x: tuple[float, ...]
    bays_y: tuple[float, ...]
    frames_y: tuple[float, ...]
    plinth_m: float
    deck_m: float
    truss_top_m: float
    truss_bottom_m: float
    aisle_m: float
    door_centers: tuple[float, ...]
    door_width_m: float
    door_height_m: float


def plan_hall(size_m: Vec3) -> HallPlan:
    """Return the plan of a hall of this outer size [m]."""
    length_x, length_y, height = size_m
    inner_x, inner_y = length_x / 2 - WALL_THICKNESS, length_y / 2 - WALL_THICKNESS
    bays_x, bays_y = _edges(length_x), _edges(length_y)
    deck = height - 0.08
    top = deck - 0.16
    depth = min(1.2, 0.13 * height)
    doors = max(1, int((length_x - 1.5) // _DOOR_PITCH))
    pitch = (length_x - 1.5) / doors
    frames = (-inner_y + 0.35, *bays_y[1:-1], inner_y - 0.35)
    return HallPlan(
        size_m=size_m,
        inner_x=inner_x,
        inner_y=inner_y,
        bays_x=bays_x,
        bays_y=bays_y,
        frames_y=frames,
        plinth_m=1.2,
        deck_m=deck,
        truss_top_m=top,
        truss_bottom_m=top - depth,
        aisle_m=min(1.75, length_x / 6),
        door_centers=tuple((index - (doors - 1) / 2) * pitch for index in range(doors)),
        door_width_m=min(3.0, pitch - 1.2),
        door_height_m=min(3.4, top - depth - 0.6),
    )


def _edges(length: float) -> tuple[float, ...]:
    count = max(1, round(length / _BAY))
    return tuple(float(edge) for edge in np.linspace(-length / 2, length / 2, count + 1))
