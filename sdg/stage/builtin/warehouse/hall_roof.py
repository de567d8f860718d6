"""The roof of a hall from below: ribbed deck, purlins, steel trusses, a sprinkler pipe and cable trays."""

from __future__ import annotations

import numpy as np

from sdg.stage.builtin.assembly import Piece
from sdg.stage.builtin.geometry import Geometry, join
from sdg.stage.builtin.materials import slot
from sdg.stage.builtin.solids import bar, rounded_box, tube
from sdg.stage.builtin.warehouse.hall_plan import HallPlan
from sdg.stage.builtin.warehouse.hall_sheets import pierced_sheet

_RIB_PERIOD, _RIB_DEPTH = 0.32, 0.05
_PANEL = 1.5
_CHORD, _POST = 0.12, 0.06


def roof_pieces(plan: HallPlan) -> list[Piece]:
    """Return what hangs over the hall."""
    trusses = [piece for y in plan.frames_y for piece in _truss(plan, y)]
    return [
        Piece("ceiling", _deck(plan), slot("ceiling", "painted_metal", (0.72, 0.72, 0.70), 0.6), "ceiling"),
        Piece("purlins", join(_purlins(plan)), slot("purlin", "galvanised_metal"), "beam"),
        Piece("trusses", join(trusses), slot("beam", "painted_metal", (0.36, 0.39, 0.42)), "beam"),
        Piece("pipes", join(_pipes(plan)), slot("pipe", "painted_metal", (0.50, 0.035, 0.025)), "pipe"),
        Piece("cable_trays", join(_trays(plan)), slot("cable_tray", "galvanised_metal"), "pipe"),
    ]


def _deck(plan: HallPlan) -> Geometry:
    """Return the ribbed sheet, ribs along x, facing down, from wall to wall."""
    x, y, _ = plan.size_m
    length = y - 0.02
    count = max(1, round(length / _RIB_PERIOD))
    period = length / count
    shape = ((0.0, 0.0), (0.4, 0.0), (0.5, 1.0), (0.9, 1.0))
    points = [
        (0.0, -length / 2 + period * (index + along), plan.deck_m + _RIB_DEPTH * depth)
        for index in range(count)
        for along, depth in shape
    ]
    points.append((0.0, length / 2, plan.deck_m))
    return pierced_sheet(np.array(points), 1, 0, -x / 2 + 0.01, x / 2 - 0.01, plan.skylights)


def _purlins(plan: HallPlan) -> list[Geometry]:
    height = plan.deck_m - plan.truss_top_m
    middle = (plan.deck_m + plan.truss_top_m) / 2
    purlins = []
    for x in plan.purlins_x:
        web = rounded_box((0.006, 2 * plan.inner_y + 0.1, height - 0.002), (x, 0.0, middle), 0.001, grain=1)
        lips = [
            rounded_box(
                (0.06, 2 * plan.inner_y + 0.098, 0.006),
                (x + side * 0.027, 0.0, middle + side * (height / 2 - 0.005)),
                0.001,
                grain=1,
            )
            for side in (-1, 1)
        ]
        purlins += [web, *lips]
    return purlins


def _truss(plan: HallPlan, y: float) -> list[Geometry]:
    """Return parallel chords along x with posts and zigzag diagonals between."""
    x = plan.inner_x - 0.02
    top, bottom = plan.truss_top_m - _CHORD / 2, plan.truss_bottom_m + _CHORD / 2
    panels = max(4, 2 * round(x / _PANEL))
    marks = np.linspace(-x + 0.16, x - 0.16, panels + 1)
    pieces = [bar((-x, y, z), (x, y, z), _CHORD, _CHORD, 0.008) for z in (top, bottom)]
    for index in range(panels):
        low, high = (bottom, top) if index % 2 else (top, bottom)
        pieces.append(bar((marks[index], y, low), (marks[index + 1], y, high), _POST, _POST, 0.005))
    pieces += [
        bar((mark, y + 0.0005, bottom), (mark, y + 0.0005, top), _POST - 0.01, _POST - 0.01, 0.005)
        for mark in marks[1:-1:2]
    ]
    return pieces


def _pipes(plan: HallPlan) -> list[Geometry]:
    """Return a main along y between the chords, with branches along x under the purlins."""
    z = plan.truss_bottom_m + 0.36 * (plan.truss_top_m - plan.truss_bottom_m)
    x, y = 0.55 * plan.inner_x, plan.inner_y - 0.5
    pipes = [tube((-x, -y, z), (-x, y, z), 0.057, 12)]
    for at in np.linspace(-y + 1.5, y - 1.5, max(2, round(y / 1.6))):
        branch = z + 0.13
        pipes.append(tube((-plan.inner_x + 0.6, at, branch), (plan.inner_x - 0.6, at, branch), 0.022, 8))
        pipes.append(tube((-x, at, z), (-x, at, branch), 0.02, 6))
    return pipes


def _trays(plan: HallPlan) -> list[Geometry]:
    """Return a cable tray along y on the bottom chords: floor and two sides."""
    z, x, length = plan.truss_bottom_m + _CHORD + 0.004, 0.4 * plan.inner_x, 2 * plan.inner_y - 1.0
    floor = rounded_box((0.3, length, 0.004), (x, 0.0, z), 0.001, grain=1)
    sides = [rounded_box((0.003, length, 0.07), (x + side * 0.15, 0.0, z + 0.033), 0.001, grain=1) for side in (-1, 1)]
    return [floor, *sides]
