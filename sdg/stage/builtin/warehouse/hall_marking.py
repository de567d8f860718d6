"""What is painted on the floor of a hall: aisle, lanes, footway, bays, boxes before docks, places to keep clear."""

from __future__ import annotations

import math
from collections import defaultdict

from sdg.foundation.arrays import Vec3
from sdg.stage.builtin.assembly import Piece
from sdg.stage.builtin.materials import slot
from sdg.stage.builtin.warehouse.hall_plan import HallPlan
from sdg.stage.builtin.warehouse.paint import (
    Quad,
    arrow,
    frame,
    hatching,
    number,
    painted,
    rectangle,
    stroke,
    walker,
)

_LINE, _HEIGHT = 0.1, 0.0022
# Below the lines that border them.
_FILL_HEIGHT = 0.0016
_COLORS: dict[str, Vec3 | None] = {
    "markings": None,
    "markings_white": (0.74, 0.74, 0.71),
    "markings_red": (0.55, 0.03, 0.02),
    "markings_green": (0.03, 0.22, 0.10),
}
_FOOTWAY, _FOOTWAY_IN = 1.1, 0.5
_PALLET_BAY = (1.4, 1.05)


def marking_pieces(plan: HallPlan) -> list[Piece]:
    """Return the paint, one piece a colour; nothing where nothing is marked."""
    quads: dict[str, list[Quad]] = defaultdict(list)
    kind = plan.form.marking
    if kind != "none":
        quads["markings"] += _aisle(plan)
    if kind == "lanes":
        _lanes(plan, quads)
    if kind == "bays":
        _bays(plan, quads)
    if kind in ("lanes", "bays"):
        _kept_clear(plan, quads)
    if plan.form.levellers and kind != "none":
        quads["markings"] += [quad for door in plan.door_centers for quad in _leveller_edges(plan, door)]
    return [
        Piece(
            name,
            painted(
                quads[name],
                _FILL_HEIGHT if name == "markings_green" else _HEIGHT,
                plan.form.marking_wear,
                f"hall {name}",
                plan.form.variant,
            ),
            slot(f"floor_{name.replace('markings', 'marking')}", "floor_paint", color),
            "floor_marking",
        )
        for name, color in _COLORS.items()
        if quads[name]
    ]


def leveller_edges_m(plan: HallPlan) -> tuple[float, float, float]:
    """Return half the width of a dock's ramp and where it begins and ends along y."""
    return min(1.0, plan.door_width_m / 2 - 0.2), plan.inner_y - 2.55, plan.inner_y - 0.1


def _ends(plan: HallPlan) -> tuple[float, float]:
    """Return how far the marks reach along y, and where the boxes before docks begin."""
    end = plan.inner_y - 1.2
    return end, max(end - 3.0, 0.0)


def _aisle(plan: HallPlan) -> list[Quad]:
    """Return the lines of a main aisle along y, and a box in front of every door."""
    half = _LINE / 2
    end, dock = _ends(plan)
    sides = [plan.aisle_x + side * plan.aisle_m for side in (-1, 1)]
    lines = [rectangle(x - half, -end, x + half, dock - 0.4) for x in sides]
    for door in plan.door_centers:
        reach = plan.door_width_m / 2 + 0.2
        lines += [
            rectangle(door + side * reach - half, dock, door + side * reach + half, end + 0.6) for side in (-1, 1)
        ]
        lines.append(rectangle(door - reach + half, dock, door + reach - half, dock + _LINE))
    return lines


def _lanes(plan: HallPlan, quads: dict[str, list[Quad]]) -> None:
    """Add the dashes between two lanes, arrows, a crossing, and a footway along the wall towards -x."""
    end, dock = _ends(plan)
    x, half = plan.aisle_x, plan.aisle_m
    crossing = 1.0
    white = quads["markings_white"]
    start, stop = -end + 0.3, dock - 0.7
    count = max(1, math.floor((stop - start) / 1.8))
    for index in range(count):
        y = start + 1.8 * index
        if y + 1.0 < -crossing - 0.2 or y > crossing + 0.2:
            white.append(rectangle(x - 0.04, y, x + 0.04, y + 1.0))
    for index in range(max(1, math.floor((stop - start) / 5.0))):
        y = start + 1.6 + 5.0 * index
        if abs(y) > crossing + 0.9 and y + 0.7 < stop:
            white += arrow(x + half / 2, y, 1.2, 1.0) + arrow(x - half / 2, y, 1.2, -1.0)
    stripes = max(3, round((2 * half - 0.4) / 0.8))
    step = (2 * half - 0.2) / stripes
    for index in range(stripes):
        left = x - half + 0.1 + step * (index + 0.22)
        white.append(rectangle(left, -crossing, left + 0.56 * step, crossing))
    # The footway keeps behind the columns, and ends before the docks.
    near = -plan.inner_x + _FOOTWAY_IN
    far = near + _FOOTWAY
    quads["markings_green"].append(rectangle(near + 0.06, -end, far - 0.06, dock - 0.4))
    white += [rectangle(edge - 0.06, -end, edge + 0.06, dock - 0.4) for edge in (near, far)]
    for index in range(max(1, math.floor((dock - 0.4 + end) / 5.0))):
        white += walker((near + far) / 2, -end + 1.5 + 5.0 * index, min(1.0, (dock - 0.4 + end) / 4))


def _bays(plan: HallPlan, quads: dict[str, list[Quad]]) -> None:
    """Add numbered bays for pallets along both sides of the aisle, in groups of four."""
    end, dock = _ends(plan)
    deep, wide = _PALLET_BAY
    free = dock - 0.4 + end
    count = max(1, math.floor(free / (wide + 0.25)))
    value = 1
    y = -end
    for index in range(count):
        if y + wide > dock - 0.4:
            break
        for side in (-1, 1):
            x0 = plan.aisle_x + side * (plan.aisle_m + 0.3)
            x0, x1 = sorted((x0, x0 + side * deep))
            quads["markings_white"] += frame(x0, y, x1, y + wide, 0.06)
            beside = x1 - 0.55 if side < 0 else x0 + 0.15
            quads["markings_white"] += number(value, beside, y + 0.14, 0.26)
            value += 1
        y += wide + (0.7 if index % 4 == 3 else 0.12)


def _kept_clear(plan: HallPlan, quads: dict[str, list[Quad]]) -> None:
    """Add hatching before what hangs on the long walls: red before extinguishers, yellow before switches."""
    middles = [(low + high) / 2 for low, high in zip(plan.bays_y[:-1], plan.bays_y[1:], strict=True)]
    for side in (1, -1):
        for index, along in enumerate(middles):
            name = "markings_red" if (index + (side > 0)) % 2 else "markings"
            # A footway runs along the wall towards -x, and switches are kept clear by it.
            reach = _FOOTWAY_IN - 0.08 if side < 0 and plan.form.marking == "lanes" else 0.85
            x0, x1 = sorted((side * (plan.inner_x - 0.03), side * (plan.inner_x - reach)))
            quads[name] += frame(x0, along - 0.5, x1, along + 0.5, 0.05)
            quads[name] += hatching(x0 + 0.05, along - 0.45, x1 - 0.05, along + 0.45, 0.24)


def _leveller_edges(plan: HallPlan, door: float) -> list[Quad]:
    """Return slanted dashes along both sides of a dock's ramp."""
    half, start, end = leveller_edges_m(plan)
    count = math.floor((end - start - 0.1) / 0.26)
    return [
        stroke((door + side * (half + 0.06), y), (door + side * (half + 0.15), y + 0.12), 0.11)
        for side in (-1, 1)
        for y in (start + 0.1 + 0.26 * index for index in range(count))
    ]
