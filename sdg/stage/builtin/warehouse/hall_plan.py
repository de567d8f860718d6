"""Where the parts of a hall stand: bays, column lines, heights, doors."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from sdg.foundation.arrays import Vec3
from sdg.recipe.families.warehouse import WarehouseHallForm
from sdg.stage.builtin.assembly import variation

WALL_THICKNESS = 0.2
_BAY = 6.0
_DOOR_PITCH, _NEAREST_DOORS = 5.0, 2.7
_PURLIN_PITCH = 2.0


@dataclass(frozen=True)
class Hole:
    """An opening in a sheet: from where to where along its path, and across it [m]."""

    start: float
    end: float
    low: float
    high: float


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
        purlins_x: Where the purlins under the deck run.
        columns_x: Where rows of columns stand in the hall.
        aisle_x: The middle of the main aisle.
        aisle_m: Half the width of the marked main aisle.
        door_centers: x of each dock door.
        open_doors: Whether each is raised, before a lorry.
        skylights: Openings of the deck: along y, and across along x.
        windows: Openings of both long walls: along the wall, and up.
    """

    size_m: Vec3
    form: WarehouseHallForm
    inner_x: float
    inner_y: float
    bays_x: tuple[float, ...]
    bays_y: tuple[float, ...]
    frames_y: tuple[float, ...]
    plinth_m: float
    deck_m: float
    truss_top_m: float
    truss_bottom_m: float
    purlins_x: tuple[float, ...]
    columns_x: tuple[float, ...]
    aisle_x: float
    aisle_m: float
    door_centers: tuple[float, ...]
    open_doors: tuple[bool, ...]
    door_width_m: float
    door_height_m: float
    skylights: tuple[Hole, ...]
    windows: tuple[Hole, ...]

    def dock_holes(self) -> tuple[Hole, ...]:
        """Return the openings of raised doors in the wall towards +y: along it, and up."""
        half = self.door_width_m / 2
        pairs = zip(self.door_centers, self.open_doors, strict=True)
        return tuple(Hole(at - half, at + half, 0.0, self.door_height_m) for at, is_open in pairs if is_open)


def plan_hall(size_m: Vec3, form: WarehouseHallForm) -> HallPlan:
    """Return the plan of a hall of this outer size [m]."""
    length_x, length_y, height = size_m
    inner_x, inner_y = length_x / 2 - WALL_THICKNESS, length_y / 2 - WALL_THICKNESS
    bays_x, bays_y = _edges(length_x), _edges(length_y)
    deck = height - 0.08
    top = deck - 0.16
    depth = min(1.2, 0.13 * height)
    bottom = top - depth
    doors = max(1, int((length_x - 1.5) // _DOOR_PITCH))
    if form.docks is not None:
        doors = min(form.docks, max(1, int((length_x - 1.5) // _NEAREST_DOORS)))
    pitch = (length_x - 1.5) / max(doors, 1)
    frames = (-inner_y + 0.35, *bays_y[1:-1], inner_y - 0.35)
    plinth = min(form.plinth_m, bottom - 0.9)
    purlins = np.linspace(-inner_x + 0.3, inner_x - 0.3, max(2, round(2 * inner_x / _PURLIN_PITCH)))
    spacing = 2 * inner_x / (form.column_rows + 1)
    # A row in the middle has the aisle beside it.
    is_odd = form.column_rows % 2 == 1
    return HallPlan(
        size_m=size_m,
        form=form,
        inner_x=inner_x,
        inner_y=inner_y,
        bays_x=bays_x,
        bays_y=bays_y,
        frames_y=frames,
        plinth_m=plinth,
        deck_m=deck,
        truss_top_m=top,
        truss_bottom_m=bottom,
        purlins_x=tuple(float(x) for x in purlins),
        columns_x=tuple(spacing * (index + 1) - inner_x for index in range(form.column_rows)),
        aisle_x=spacing / 2 if is_odd else 0.0,
        aisle_m=min(1.75, length_x / 6, spacing / 2 - 0.35),
        door_centers=tuple((index - (doors - 1) / 2) * pitch for index in range(doors)),
        open_doors=_opened(doors, form),
        door_width_m=min(3.0, pitch - (1.2 if form.docks is None else 0.9)),
        door_height_m=min(3.4, bottom - 0.6),
        skylights=_skylights(purlins.tolist(), frames, form.skylights),
        windows=_windows(bays_y, max(plinth + 0.2, bottom - 1.5), bottom - 0.25, form.windows),
    )


def _opened(doors: int, form: WarehouseHallForm) -> tuple[bool, ...]:
    """Return which doors are raised: the stated share of them, by the variant."""
    stream = variation("warehouse_hall docks", form.variant)
    order = sorted(range(doors), key=lambda _: stream.unit())
    chosen = set(order[: round(form.open_docks * doors)])
    return tuple(index in chosen for index in range(doors))


def _skylights(purlins_x: list[float], frames_y: tuple[float, ...], count: int) -> tuple[Hole, ...]:
    """Return so many openings in each bay of the roof, between purlins and between trusses."""
    gaps = len(purlins_x) - 1
    chosen = sorted({round((index + 0.5) * gaps / count - 0.5) for index in range(min(count, gaps))})
    holes = []
    for y0, y1 in itertools.pairwise(frames_y):
        middle, half = (y0 + y1) / 2, min(1.25, (y1 - y0) / 2 - 0.7)
        for gap in chosen if half > 0.3 else ():
            x0, x1 = purlins_x[gap] + 0.08, purlins_x[gap + 1] - 0.08
            holes.append(Hole(middle - half, middle + half, x0, x1))
    return tuple(holes)


def _windows(bays_y: tuple[float, ...], low: float, high: float, count: int) -> tuple[Hole, ...]:
    """Return so many openings in each bay of a long wall."""
    holes = []
    for y0, y1 in itertools.pairwise(bays_y):
        # Columns and what is fixed to them keep half a metre at both ends.
        step = (y1 - y0 - 1.0) / max(count, 1)
        for index in range(count if step > 0.6 and high - low > 0.3 else 0):
            start = y0 + 0.5 + step * index
            holes.append(Hole(start + 0.1, start + step - 0.1, low, high))
    return tuple(holes)


def _edges(length: float) -> tuple[float, ...]:
    count = max(1, round(length / _BAY))
    return tuple(float(edge) for edge in np.linspace(-length / 2, length / 2, count + 1))
