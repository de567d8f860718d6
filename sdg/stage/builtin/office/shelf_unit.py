"""Shelving: boards between panels, between steel posts, or between ladders, with doors before the lowest shelves."""

from __future__ import annotations

import itertools

import numpy as np

from sdg.foundation.arrays import Vec3
from sdg.recipe.families.office_things import ShelfUnitForm
from sdg.stage.asset import Asset, Surface
from sdg.stage.builtin.assembly import Piece, assemble, fitted, scattered, variation
from sdg.stage.builtin.geometry import Geometry, join
from sdg.stage.builtin.office import finishes
from sdg.stage.builtin.solids import bar, rounded_box, tube

_BAY, _DEPTH, _HEIGHT = 0.82, 0.36, 1.88
_BOARD, _BACK, _PLINTH = 0.022, 0.006, 0.07
_POST = 0.035
_SIDES = (-1.0, 1.0)


def usual_size_m(form: ShelfUnitForm) -> Vec3:
    """Return the size of so many bays of the usual width [m]."""
    return (round(form.bays * _BAY, 4), _DEPTH, _HEIGHT)


def build_shelf_unit(size_m: Vec3, form: ShelfUnitForm) -> Asset:
    """Return shelving; things stand on `shelf_0` …, in further bays on `shelf_0_bay_1` …, and on its `top`."""
    width, depth, height = size_m
    stream = variation("shelf_unit", form.variant)
    edges = [float(x) for x in np.linspace(-width / 2, width / 2, form.bays + 1)]
    thick = _BOARD if form.frame != "steel" else 0.03
    levels = [
        float(z)
        for z in np.linspace(_PLINTH + thick, height - (0.0 if form.frame == "panel" else 0.04), form.shelves + 1)
    ]
    front = -depth / 2 + (0.02 if form.doors else 0.002)
    deep = depth / 2 - front
    frame = _FRAMES[form.frame](edges, depth, height)
    boards, doors, knobs = [], [], []
    for left, right in itertools.pairwise(edges):
        inner, middle = right - left - _GAP[form.frame], (left + right) / 2
        tops = levels if form.frame == "panel" else [*levels[:-1], height - 0.04]
        for z in tops:
            board = rounded_box(
                (inner, deep - 0.012, thick), (middle, (front + depth / 2) / 2, z - thick / 2), 0.0015, grain=0
            )
            boards.append(scattered(board, stream))
        for low, high in list(itertools.pairwise(levels))[: min(form.doors, form.shelves)]:
            for sx in _SIDES:
                leaf = rounded_box(
                    (inner / 2 - 0.003, 0.018, high - low - 0.004 - thick * 0.2),
                    (middle + sx * inner / 4, -depth / 2 + 0.01, (low + high) / 2 - thick / 2),
                    0.002,
                    grain=2,
                )
                doors.append(scattered(leaf, stream))
                place = (middle + sx * 0.04, -depth / 2 + 0.002, high - thick - 0.06)
                knobs.append(tube((place[0], place[1], place[2] - 0.05), (place[0], place[1], place[2]), 0.004, 8))
    metal = form.frame == "steel"
    wood = finishes.lacquer("shelf_board", (0.42, 0.44, 0.45)) if metal else finishes.veneer("shelf_board")
    uprights = finishes.lacquer("shelf_frame", (0.36, 0.38, 0.39)) if metal else finishes.veneer("shelf_frame")
    pieces = [
        Piece("frame", join(scattered(piece, stream) for piece in frame), uprights),
        Piece("boards", join(boards), wood),
    ]
    if form.back:
        panel = rounded_box(
            (width - 0.008, _BACK, height - _PLINTH),
            (0.0, depth / 2 - _BACK / 2, (height + _PLINTH) / 2 - 0.001),
            0.001,
            grain=2,
        )
        pieces.append(Piece("back", panel, finishes.laminate("shelf_back", (0.60, 0.59, 0.56))))
    if doors:
        pieces.append(Piece("doors", join(doors), finishes.laminate("shelf_door", (0.66, 0.66, 0.64))))
        pieces.append(Piece("knobs", join(knobs), finishes.chrome("shelf_knob")))
    return assemble(
        "shelf_unit", size_m, fitted(pieces, size_m), _surfaces(size_m, form, edges, levels, thick), ["frame", "boards"]
    )


_GAP = {"panel": _BOARD, "steel": 0.012, "ladder": 2 * _POST}


def _surfaces(
    size_m: Vec3, form: ShelfUnitForm, edges: list[float], levels: list[float], thick: float
) -> list[Surface]:
    width, depth, height = size_m
    near, far = -depth / 2 + (0.026 if form.doors else 0.01), depth / 2 - _BACK - 0.006
    surfaces = []
    for bay, (left, right) in enumerate(itertools.pairwise(edges)):
        inset = max(_GAP[form.frame] / 2, _POST if form.frame == "steel" else 0.0) + 0.005
        for level in range(min(form.doors, form.shelves), form.shelves):
            name = f"shelf_{level}" if bay == 0 else f"shelf_{level}_bay_{bay}"
            clear = levels[level + 1] - levels[level] - thick - 0.004
            surfaces.append(Surface(name, (left + inset, near), (right - inset, far), levels[level], clear))
    if form.frame == "panel":
        surfaces.append(Surface("top", (-width / 2 + 0.005, near), (width / 2 - 0.005, far), height))
    return surfaces


def _panels(edges: list[float], depth: float, height: float) -> list[Geometry]:
    """Return a board at both ends and between bays, and the plinth."""
    boards = []
    for index, x in enumerate(edges):
        at = x + _BOARD / 2 if index == 0 else x - _BOARD / 2 if index == len(edges) - 1 else x
        boards.append(rounded_box((_BOARD, depth, height - 0.0005), (at, 0.0, (height - 0.0005) / 2), 0.0015, grain=2))
    plinth = (edges[-1] - edges[0] - 0.002, 0.016, _PLINTH - 0.002)
    boards.append(rounded_box(plinth, (0.0, -depth / 2 + 0.04, _PLINTH / 2), 0.001, grain=0))
    return boards


def _posts(edges: list[float], depth: float, height: float) -> list[Geometry]:
    """Return angle posts front and back, and crossed braces behind."""
    pieces = []
    for index, x in enumerate(edges):
        inward = 1.0 if index == 0 else -1.0
        at = x + inward * 0.0015 if index in (0, len(edges) - 1) else x
        for sy in _SIDES:
            y = sy * (depth / 2 - 0.0015)
            web = rounded_box(
                (_POST, 0.003, height), (at + inward * (_POST / 2 - 0.0015), y, height / 2), 0.001, grain=2
            )
            flange = rounded_box(
                (0.003, _POST, height - 0.001),
                (at, y - sy * (_POST / 2 - 0.0015), (height - 0.001) / 2),
                0.001,
                grain=2,
            )
            pieces += [web, flange]
    y = depth / 2 - 0.004
    for left, right in itertools.pairwise(edges):
        for start, end in ((left, right), (right, left)):
            pieces.append(bar((start, y, 0.15 * height), (end, y, 0.85 * height), 0.003, 0.018, 0.001))
    return pieces


def _ladders(edges: list[float], depth: float, height: float) -> list[Geometry]:
    """Return pairs of wooden posts with rungs between them."""
    pieces = []
    for index, x in enumerate(edges):
        at = x + _POST / 2 if index == 0 else x - _POST / 2 if index == len(edges) - 1 else x
        for sy in _SIDES:
            pieces.append(
                rounded_box((_POST, _POST, height), (at, sy * (depth / 2 - _POST / 2), height / 2), 0.004, grain=2)
            )
        for z in np.arange(0.12, height - 0.05, 0.32):
            pieces.append(rounded_box((0.018, depth - 2 * _POST + 0.004, 0.03), (at, 0.0, z), 0.003, grain=1))
    return pieces


_FRAMES = {"panel": _panels, "steel": _posts, "ladder": _ladders}
