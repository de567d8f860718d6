"""Bays of pallet racking: perforated uprights, bracing, beams with connectors, wire-mesh shelves, feet."""

from __future__ import annotations

import itertools

import numpy as np

from sdg.foundation.arrays import Vec3
from sdg.recipe.families.warehouse import PalletRackForm
from sdg.stage.asset import Asset, Material, Surface
from sdg.stage.builtin.assembly import Piece, assemble, fitted, scattered, variation
from sdg.stage.builtin.copies import copies, shifts
from sdg.stage.builtin.geometry import Geometry, join
from sdg.stage.builtin.materials import slot
from sdg.stage.builtin.solids import bar, decal, plain_box, rounded_box, wire

_UPRIGHT_WIDTH, _UPRIGHT_DEPTH, _PLATE = 0.10, 0.08, 0.003
_FOOT = 0.01
_BEAM_HEIGHT, _BEAM_DEPTH = 0.12, 0.045
_WIRE = 0.005
_BAY_WIDTH, _DEPTH, _HEIGHT = 2.7, 1.1, 4.0


def usual_size_m(form: PalletRackForm) -> Vec3:
    """Return the size of so many bays of the usual width, which share their uprights [m]."""
    return (form.bays * (_BAY_WIDTH - _UPRIGHT_WIDTH) + _UPRIGHT_WIDTH, _DEPTH, _HEIGHT)


def build_pallet_rack(size_m: Vec3, form: PalletRackForm) -> Asset:
    """Return bays with as many levels as fit, about as far apart as the form says."""
    width, depth, height = size_m
    stream = variation("pallet_rack", form.variant)
    levels = max(1, round((height - 0.2 - form.lowest_level_m) / form.level_height_m))
    spacing = (height - 0.05 - form.lowest_level_m) / levels
    shelves = [form.lowest_level_m + spacing * level for level in range(levels)]
    x, y = width / 2 - _UPRIGHT_WIDTH / 2 - _FOOT, depth / 2 - _UPRIGHT_DEPTH / 2 - _FOOT
    frames = [float(at) for at in np.linspace(-x, x, form.bays + 1)]
    corners = [(at, sy * y, sy) for at in frames for sy in (-1.0, 1.0)]

    uprights = [scattered(_upright(cx, cy, sy, height), stream) for cx, cy, sy in corners]
    braces = [scattered(piece, stream) for at in frames for piece in _bracing(at, y, height)]
    holes = [piece for cx, cy, sy in corners for piece in _holes(cx, cy, sy, height)]
    feet = [rounded_box((0.12, 0.10, 0.008), (cx, cy, 0.004), 0.001) for cx, cy, _ in corners]
    beams, connectors, decks = [], [], []
    bays = [((left + right) / 2, (right - left - _UPRIGHT_WIDTH) / 2) for left, right in itertools.pairwise(frames)]
    for middle, inner in bays:
        for top in shelves:
            for sy in (-1.0, 1.0):
                pieces = _beam(inner, sy * (y + 0.004), sy, top - _WIRE * 2)
                beams += [scattered(piece, stream).shifted(middle, 0.0, 0.0) for piece in pieces]
                front = sy * (y + _UPRIGHT_DEPTH / 2)
                connectors += [_connector(middle + sx * inner, front, sx, sy, top) for sx in (-1.0, 1.0)]
            decks += [piece.shifted(middle, 0.0, 0.0) for piece in _deck(inner - 0.012, y, top)]
    paint = slot("rack_paint", "painted_metal_worn", (0.06, 0.14, 0.36))
    parts = [
        Piece("uprights", join([*uprights, *feet]), paint),
        Piece("holes", join(holes), Material("rack_hole", (0.012, 0.012, 0.014), 0.9)),
        Piece("bracing", join(braces), slot("galvanised", "galvanised_metal")),
        Piece("beams", join([*beams, *connectors]), slot("rack_beam_paint", "painted_metal_worn", (0.78, 0.2, 0.025))),
        Piece("shelves", join(decks), slot("galvanised", "galvanised_metal")),
    ]
    free = spacing - _BEAM_HEIGHT - 0.03
    surfaces = [
        Surface(
            f"shelf_{level}" if bay == 0 else f"shelf_{level}_bay_{bay}",
            (middle - inner, -depth / 2),
            (middle + inner, depth / 2),
            top,
            free if level + 1 < levels else float("inf"),
        )
        for bay, (middle, inner) in enumerate(bays)
        for level, top in enumerate(shelves)
    ]
    return assemble("pallet_rack", size_m, fitted(parts, size_m), surfaces, ["uprights"])


def _upright(cx: float, cy: float, sy: float, height: float) -> Geometry:
    """Return a folded section, open towards the middle of the frame: web to the aisle, flanges, lips."""
    half, middle = _UPRIGHT_WIDTH / 2, height / 2
    tall = height - 0.004
    web = rounded_box(
        (_UPRIGHT_WIDTH, _PLATE, tall), (cx, cy + sy * (_UPRIGHT_DEPTH / 2 - _PLATE / 2), middle), 0.0014, grain=2
    )
    flanges = [
        rounded_box(
            (_PLATE, _UPRIGHT_DEPTH - _PLATE * 0.5, tall - 0.001),
            (cx + side * (half - _PLATE / 2), cy - sy * _PLATE * 0.25, middle - 0.0005),
            0.0014,
            grain=2,
        )
        for side in (-1, 1)
    ]
    lips = [
        plain_box(
            (0.022, _PLATE, tall - 0.002),
            (cx + side * (half - 0.0125), cy - sy * (_UPRIGHT_DEPTH / 2 - 0.004), middle - 0.001),
            grain=2,
        )
        for side in (-1, 1)
    ]
    return join([web, *flanges, *lips])


def _holes(cx: float, cy: float, sy: float, height: float) -> list[Geometry]:
    """Return the two rows of slots in an upright's web, as dark plates a millimetre proud."""
    plane = cy + sy * (_UPRIGHT_DEPTH / 2 + 0.001)
    along = np.array([-sy, 0.0, 0.0])
    slot_ = decal(-along * 0.007, along * 0.014, (0.0, 0.0, 0.032))
    levels = np.arange(0.10, height - 0.06, 0.075)
    places = [(cx + column, plane, z) for z in levels for column in (-0.026, 0.026)]
    return [copies(slot_, shifts(np.array(places)))]


def _bracing(x: float, y: float, height: float) -> list[Geometry]:
    """Return horizontals at both ends of an upright frame and diagonals in zigzag between."""
    panels = max(2, round((height - 0.4) / 0.9))
    marks = np.linspace(0.18, height - 0.18, panels + 1)
    reach = y - 0.005
    pieces = [bar((x, -reach, z), (x, reach, z), 0.034, 0.028, 0.003) for z in (marks[0] - 0.05, marks[-1] + 0.05)]
    for index in range(panels):
        side = 1.0 if index % 2 else -1.0
        pieces.append(bar((x, side * reach, marks[index]), (x, -side * reach, marks[index + 1]), 0.034, 0.028, 0.003))
    return pieces


def _beam(inner: float, y: float, sy: float, top: float) -> list[Geometry]:
    """Return a box beam with a step on its inner side, on which the shelf lies."""
    length = 2 * inner - 0.004
    front = rounded_box((length, _BEAM_DEPTH, _BEAM_HEIGHT), (0.0, y, top - _BEAM_HEIGHT / 2 + 0.006), 0.005, grain=0)
    ledge = rounded_box(
        (length - 0.002, 0.022, _BEAM_HEIGHT - 0.03),
        (0.0, y - sy * (_BEAM_DEPTH / 2 + 0.008), top - _BEAM_HEIGHT / 2 - 0.006),
        0.003,
        grain=0,
    )
    return [front, ledge]


def _connector(x: float, y: float, sx: float, sy: float, top: float) -> Geometry:
    """Return the hooked plate that hangs a beam on an upright."""
    front = rounded_box((0.05, 0.004, 0.21), (x + sx * 0.02, y + sy * 0.0035, top - 0.075), 0.0015, grain=2)
    cheek = rounded_box((0.005, 0.055, 0.21), (x - sx * 0.003, y - sy * 0.023, top - 0.0755), 0.0015, grain=2)
    return join([front, cheek])


def _deck(half_x: float, y: float, top: float) -> list[Geometry]:
    """Return wires every 50 mm across and 100 mm along, on three channels."""
    depth = 2 * y - 0.01
    x = np.linspace(-half_x, half_x, round(2 * half_x / 0.05) + 1)
    cross = wire((0.0, -depth / 2, top - _WIRE / 2), (0.0, depth / 2, top - _WIRE / 2), _WIRE)
    across = copies(cross, shifts(np.column_stack([x, 0 * x, 0 * x])))
    v = np.linspace(-depth / 2 + 0.01, depth / 2 - 0.01, round(depth / 0.1) + 1)
    level = top - _WIRE * 1.5 + 0.0006
    rod = wire((-half_x, 0.0, level), (half_x, 0.0, level), _WIRE)
    along = copies(rod, shifts(np.column_stack([0 * v, v, 0 * v])))
    channels = [
        plain_box((0.04, depth - 0.03, 0.03), (x, 0.0, top - 2 * _WIRE - 0.0146))
        for x in np.linspace(-half_x * 0.7, half_x * 0.7, 3)
    ]
    return [across, along, *channels]
