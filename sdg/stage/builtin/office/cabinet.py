"""Cabinets with drawers, doors or slatted shutters, on a plinth, legs or castors."""

from __future__ import annotations

import itertools

import numpy as np

from sdg.foundation.arrays import Vec3
from sdg.recipe.families.office_things import CabinetForm
from sdg.stage.asset import Asset, Surface
from sdg.stage.builtin.assembly import Piece, assemble, fitted, scattered, variation
from sdg.stage.builtin.geometry import Geometry, join
from sdg.stage.builtin.lofts import bent_tube
from sdg.stage.builtin.office import finishes
from sdg.stage.builtin.solids import lathe, rounded_box, tube

_COLUMN, _ROW, _DEPTH = 0.46, 0.3, 0.5
_FEET = {"plinth": 0.05, "legs": 0.14, "castors": 0.06}
_SIDES = (-1.0, 1.0)


def usual_size_m(form: CabinetForm) -> Vec3:
    """Return the size of so many columns and rows [m]."""
    width = 0.46 + (form.columns - 1) * 0.42
    return (round(width, 4), _DEPTH, round(form.rows * _ROW + _FEET[form.foot] + 0.05, 4))


def build_cabinet(size_m: Vec3, form: CabinetForm) -> Asset:
    """Return a cabinet; things stand on its `top`."""
    width, depth, height = size_m
    stream = variation("cabinet", form.variant)
    low = _FEET[form.foot]
    front = -depth / 2 + 0.028
    body = rounded_box(
        (width, depth / 2 - front, height - low), (0.0, (front + depth / 2) / 2, (height + low) / 2), 0.004
    )
    body = scattered(body, stream)
    xs = np.linspace(-width / 2 + 0.006, width / 2 - 0.006, form.columns + 1)
    zs = np.linspace(low + 0.008, height - 0.018, (form.rows if form.front == "drawers" else 1) + 1)
    fronts: list[Geometry] = []
    handles: list[Geometry] = []
    for index, ((left, right), (bottom, top)) in enumerate(
        itertools.product(itertools.pairwise(xs), itertools.pairwise(zs))
    ):
        middle, center = (left + right) / 2, (bottom + top) / 2
        wide, tall = right - left - 0.004, top - bottom - 0.005
        face = front - 0.018
        if form.front == "slats":
            count = max(4, int(tall / 0.045))
            pitch = tall / count
            fronts += [
                rounded_box(
                    (wide, 0.018, pitch - 0.003), (middle, front - 0.008, bottom + pitch * (slat + 0.5)), 0.004, grain=0
                )
                for slat in range(count)
            ]
        else:
            fronts.append(scattered(rounded_box((wide, 0.02, tall), (middle, front - 0.008, center), 0.003), stream))
        if form.front == "drawers":
            handles.append(_handle(form.handle, (middle, face, top - 0.3 * tall), 0.3 * wide, upright=False))
        else:
            side = -1.0 if index % 2 else 1.0
            handles.append(_handle(form.handle, (middle + side * (wide / 2 - 0.04), face, center), 0.16, upright=True))
    color = finishes.variant_color(finishes.PAINTS, "cabinet", form.variant)
    pieces = [
        Piece("body", body, finishes.lacquer("cabinet", color)),
        Piece("fronts", join(fronts), finishes.lacquer("cabinet_front", color)),
        Piece("handles", join(handles), finishes.chrome("cabinet_handle")),
        Piece("feet", join(_feet(form.foot, width, depth, low)), finishes.moulded("cabinet_foot")),
    ]
    top = Surface("top", (-width / 2 + 0.005, -depth / 2 + 0.035), (width / 2 - 0.005, depth / 2 - 0.005), height)
    return assemble("cabinet", size_m, fitted(pieces, size_m), [top], ["body", "fronts"])


def _handle(kind: str, at: tuple[float, float, float], length: float, *, upright: bool) -> Geometry:
    x, y, z = at
    if kind == "knob":
        profile = [
            (0.0, 0.0),
            (0.006, 0.0),
            (0.006, 0.008),
            (0.013, 0.013),
            (0.013, 0.019),
            (0.009, 0.0225),
            (0.0, 0.0225),
        ]
        outward = np.array([[1.0, 0, 0, x], [0, 0, -1.0, y], [0, 1.0, 0, z], [0, 0, 0, 1.0]])
        return lathe(profile, 16).moved(outward)
    along = np.array([0.0, 0.0, 1.0]) if upright else np.array([1.0, 0.0, 0.0])
    ends = [np.array(at) - along * length / 2, np.array(at) + along * length / 2]
    if kind == "groove":
        size = (
            np.abs(along) * length
            + np.array([0.0, 0.006, 0.0])
            + (np.array([0.02, 0, 0]) if upright else np.array([0, 0, 0.02]))
        )
        return rounded_box(size, at, 0.002)
    out = np.array([0.0, -0.024, 0.0])
    path = [ends[0], ends[0] + 0.9 * out + 0.02 * along * length, ends[0] + out + 0.08 * along * length]
    path += [ends[1] + out - 0.08 * along * length, ends[1] + 0.9 * out - 0.02 * along * length, ends[1]]
    return bent_tube(np.stack(path), 0.004, 8)


def _feet(kind: str, width: float, depth: float, low: float) -> list[Geometry]:
    if kind == "plinth":
        return [rounded_box((width - 0.02, depth - 0.08, low), (0.0, 0.02, low / 2), 0.002)]
    places = [(sx * (width / 2 - 0.05), sy * (depth / 2 - 0.07)) for sx, sy in itertools.product(_SIDES, _SIDES)]
    if kind == "legs":
        return [tube((x, y, 0.0), (x, y, low + 0.002), 0.016, 12) for x, y in places]
    wheels = [tube((x - 0.012, y, 0.024), (x + 0.012, y, 0.024), 0.024, 14) for x, y in places]
    return [*wheels, *(rounded_box((0.036, 0.05, 0.03), (x, y, low - 0.014), 0.004) for x, y in places)]
