"""Where the windows, doors and lamps of an office room are."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sdg.foundation.arrays import FloatArray, Vec3
from sdg.foundation.transforms import yaw
from sdg.recipe.families.office import OfficeRoomForm

WALL = 0.24
SLAB = 0.1
TILE = 0.6
_VOID = 0.06
_LINTEL = 0.12
# (along x, along y) of a lamp [m].
LAMP_SIZES: dict[str, tuple[float, float]] = {"panel": (0.6, 0.6), "troffer": (1.2, 0.6), "pendant": (1.2, 0.2)}


@dataclass(frozen=True)
class Opening:
    """A window: its middle along the wall, width, and lower and upper edge [m]."""

    middle: float
    width: float
    low: float
    high: float


@dataclass(frozen=True)
class RoomPlan:
    """Dimensions of a room of outer size `size_m`, which other modules build by."""

    size_m: Vec3
    form: OfficeRoomForm

    @property
    def inner_x(self) -> float:
        """Half the width between walls [m]."""
        return self.size_m[0] / 2 - WALL

    @property
    def inner_y(self) -> float:
        """Half the depth between walls [m]."""
        return self.size_m[1] / 2 - WALL

    @property
    def ceiling_m(self) -> float:
        """Height of the suspended ceiling [m]."""
        return self.size_m[2] - SLAB - _VOID

    @cached_property
    def sides(self) -> tuple[Side, Side, Side, Side]:
        """The walls towards +y, +x, -y and -x."""
        x, y = self.size_m[0], self.size_m[1]
        return (
            Side(0, 2 * self.inner_x, x, y / 2, self._openings(self.form.windows, 2 * self.inner_x)),
            Side(90, 2 * self.inner_y, y - 2 * WALL, x / 2, self._openings(self.form.side_windows, 2 * self.inner_y)),
            Side(180, 2 * self.inner_x, x, y / 2, ()),
            Side(270, 2 * self.inner_y, y - 2 * WALL, x / 2, ()),
        )

    def _openings(self, count: int, length: float) -> tuple[Opening, ...]:
        count = min(count, math.floor(length / 0.95))
        if count == 0:
            return ()
        pitch = length / count
        width = min(pitch - max(0.3, 0.2 * pitch), 3.2)
        low = self.form.sill_height_m
        high = min(low + self.form.window_height_m, self.ceiling_m - _LINTEL)
        return tuple(Opening(pitch * (index - (count - 1) / 2), width, low, high) for index in range(count))

    @cached_property
    def door_middles(self) -> tuple[float, ...]:
        """Along the wall towards -y, seen from inside from left to right [m]."""
        count = min(self.form.doors, math.floor(2 * self.inner_x / 1.4))
        pitch = 2 * self.inner_x / max(count, 1)
        # A single door is rarely in the middle of its wall.
        shift = 0.25 * (pitch - 1.4) if count == 1 else 0.0
        return tuple(pitch * (index - (count - 1) / 2) + shift for index in range(count))

    @property
    def door_m(self) -> tuple[float, float]:
        """Width and height of a door leaf [m]."""
        return 0.9, min(2.05, self.ceiling_m - 0.12)

    @property
    def lamp_m(self) -> tuple[float, float]:
        """Length along x and y of a lamp [m]."""
        return LAMP_SIZES.get(self.form.lamps, (TILE, TILE))

    @cached_property
    def lamp_grid(self) -> tuple[int, int]:
        """Columns and rows of lamps, as many as are asked for and fit."""
        across, along = (size + 0.01 for size in self.lamp_m)
        columns = min(self.form.lamp_columns, max(1, math.floor(2 * self.inner_x / across)))
        return columns, min(self.form.lamp_rows, max(1, math.floor(2 * self.inner_y / along)))

    @cached_property
    def lamp_pitch_m(self) -> tuple[float, float]:
        """Distance of lamps along x and y: whole tiles [m]."""
        lengths = (2 * self.inner_x, 2 * self.inner_y)
        across, along = (
            max(TILE * math.floor(length / count / TILE), size)
            for length, count, size in zip(lengths, self.lamp_grid, self.lamp_m, strict=True)
        )
        return across, along

    @cached_property
    def lamp_places(self) -> tuple[tuple[float, float], ...]:
        """Middles of the lamps (x, y) [m]."""
        if self.form.lamps == "none":
            return ()
        (columns, rows), (across, along) = self.lamp_grid, self.lamp_pitch_m
        return tuple(
            (across * (column - (columns - 1) / 2), along * (row - (rows - 1) / 2))
            for column in range(columns)
            for row in range(rows)
        )

    @property
    def lamp_bottom_m(self) -> float:
        """Height of the lamps' diffusers [m]."""
        if self.form.lamps == "pendant":
            return self.ceiling_m - min(0.5, max(0.1, self.ceiling_m - 2.15))
        return self.ceiling_m - 0.003

    @cached_property
    def partitions_y(self) -> tuple[float, ...]:
        """Where partition walls stand out from the wall towards -x [m]."""
        count = self.form.partitions
        return tuple(self.inner_y * (2 * (index + 1) / (count + 1) - 1) for index in range(count))


@dataclass(frozen=True)
class Side:
    """One wall: built as if towards +y, facing -y, and turned into place.

    Attributes:
        turn_deg: Clockwise seen from above.
        inner: Length between the neighbouring walls [m].
        outer: Length of the wall itself [m].
        distance: From the room's middle to its outer face [m].
        openings: Its windows.
    """

    turn_deg: int
    inner: float
    outer: float
    distance: float
    openings: tuple[Opening, ...]

    @property
    def face(self) -> float:
        """Distance of its inner face [m]."""
        return self.distance - WALL

    @property
    def place(self) -> FloatArray:
        """4x4, from the wall built towards +y."""
        matrix = yaw(-self.turn_deg)
        # Quarter turns are exact, so that the walls reach the stated size.
        return np.round(matrix)
