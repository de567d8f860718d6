"""Office desks: a worktop on legs, columns, panels or trestles, with drawers and a screen."""

from __future__ import annotations

import itertools
import math

from sdg.foundation.arrays import Vec3
from sdg.recipe.families.office import DeskForm
from sdg.stage.asset import Asset, Surface
from sdg.stage.builtin.assembly import Piece, assemble, fitted, scattered, variation
from sdg.stage.builtin.geometry import Geometry, join
from sdg.stage.builtin.lofts import bevelled_prism, rounded_outline
from sdg.stage.builtin.office import finishes
from sdg.stage.builtin.solids import bar, plain_box, rounded_box, tube

_WIDTH, _DEPTH, _HEIGHT = 1.6, 0.8, 0.74
_SCREEN, _LOWEST_SCREEN = 0.03, 0.02
_PEDESTAL, _PEDESTAL_TOP, _PEDESTAL_FOOT, _PEDESTAL_INSET = 0.41, 0.58, 0.055, 0.19
_SIDES = (-1.0, 1.0)
_SEAT_DEPTH = 0.16
# How far from its ends a desk has something under it that a chair must not meet [m].
_LEG_SPACE = {"legs": 0.1, "sit_stand": 0.18, "panel": 0.08, "trestle": 0.325}


def usual_size_m(form: DeskForm) -> Vec3:
    """Return the size of a desk at sitting height, its screen included [m]."""
    return (_WIDTH, _DEPTH, round(_HEIGHT + _screen_m(form, form.screen_height_m), 4))


def _screen_m(form: DeskForm, at_most: float) -> float:
    """Return the height of the screen [m]; so low that nobody would hang it, there is none."""
    height = min(form.screen_height_m, at_most)
    return height if height > _LOWEST_SCREEN else 0.0


def build_desk(size_m: Vec3, form: DeskForm) -> Asset:
    """Return a desk; things stand on `top`, or on its strips `back` and `front`, and a chair on `seat` under it."""
    width, depth, height = size_m
    stream = variation("desk", form.variant)
    screen = _screen_m(form, 0.45 * height)
    top = height - screen
    under = top - form.top_thickness_m
    plate = bevelled_prism(rounded_outline(width, depth, form.corner_radius_m, steps=5), under, top, 0.0018)
    metal, boards = _FRAMES[form.frame](width, depth, under, form)
    if form.modesty_panel:
        boards.append(_modesty(width, depth, under))
    pieces = [Piece("top", scattered(plate, stream), finishes.veneer("desk_top"))]
    if metal:
        frame = [scattered(piece, stream) for piece in metal]
        pieces.append(Piece("frame", join(frame), finishes.lacquer("desk_frame", (0.50, 0.51, 0.52))))
    if boards:
        pieces.append(
            Piece("panels", join(scattered(piece, stream) for piece in boards), finishes.veneer("desk_panel"))
        )
    if form.drawers:
        x = _drawer_side(form) * (width / 2 - _PEDESTAL_INSET - _PEDESTAL / 2)
        # A desk on trestles rests on its drawers where one of those would stand.
        high = under if form.frame == "trestle" else min(_PEDESTAL_TOP, under - 0.02)
        body, fronts, dark = _pedestal(form.drawers, x, depth, high)
        pieces += [
            Piece("pedestal", join(body), finishes.lacquer("pedestal", (0.62, 0.62, 0.61))),
            Piece("drawers", join(fronts), finishes.lacquer("drawer", (0.66, 0.66, 0.65))),
            Piece("handles", join(dark), finishes.moulded("drawer_handle")),
        ]
    if screen:
        felt = rounded_box((width - 0.06, _SCREEN, screen), (0.0, depth / 2 - _SCREEN / 2, top + screen / 2), 0.006)
        pieces.append(Piece("screen", felt, finishes.felt("desk_screen", (0.16, 0.20, 0.22))))
    return assemble("desk", size_m, fitted(pieces, size_m), _surfaces(size_m, form, top, screen), ["top"])


def _surfaces(size_m: Vec3, form: DeskForm, top: float, screen: float) -> list[Surface]:
    half, near = size_m[0] / 2, -size_m[1] / 2
    # Nothing stands where a large corner radius has taken the corner away.
    inset = 0.004 + 0.3 * form.corner_radius_m
    far = -near - (_SCREEN if screen > 0.02 else 0.0) - inset
    deep = far - near
    margin = _LEG_SPACE[form.frame] + 0.3 * form.corner_radius_m * (form.frame in ("legs", "panel"))
    left, right = -half + margin, half - margin
    if form.drawers:
        taken = half - _PEDESTAL_INSET - _PEDESTAL - 0.01
        left, right = (left, taken) if form.drawer_side == "right" else (-taken, right)
    return [
        Surface("top", (-half + inset, near + inset), (half - inset, far), top),
        Surface("back", (-half + inset, near + 0.52 * deep), (half - inset, far), top),
        Surface("front", (-half + inset, near + inset), (half - inset, near + 0.48 * deep), top),
        Surface("seat", (left, near), (right, near + min(_SEAT_DEPTH, 0.4 * deep)), 0.0),
    ]


def _drawer_side(form: DeskForm) -> float:
    return 1.0 if form.drawer_side == "right" else -1.0


def _legs(width: float, depth: float, under: float, form: DeskForm) -> tuple[list[Geometry], list[Geometry]]:
    """Return four square legs with rails between them."""
    leg = 0.05
    # A square leg stays inside a round corner of radius r where it is r (1 - 1 / sqrt 2) inside both edges.
    inset = max(0.02, 0.3 * form.corner_radius_m + 0.004) + leg / 2
    x, y = width / 2 - inset, depth / 2 - inset
    posts = [
        rounded_box((leg, leg, under), (sx * x, sy * y, under / 2), 0.004, grain=2)
        for sx, sy in itertools.product(_SIDES, _SIDES)
    ]
    rails = [rounded_box((2 * x - leg, 0.025, 0.05), (0.0, sy * y, under - 0.026), 0.003, grain=0) for sy in _SIDES]
    rails += [rounded_box((0.025, 2 * y - leg, 0.05), (sx * x, 0.0, under - 0.026), 0.003, grain=1) for sx in _SIDES]
    return [*posts, *rails], []


def _sit_stand(width: float, depth: float, under: float, form: DeskForm) -> tuple[list[Geometry], list[Geometry]]:
    """Return two telescopic columns on long feet, and a beam between."""
    x = width / 2 - 0.12
    pieces = [rounded_box((2 * x, 0.05, 0.035), (0.0, 0.0, under - 0.02), 0.004, grain=0)]
    for sx in _SIDES:
        pieces += [
            rounded_box((0.08, depth - 0.08, 0.03), (sx * x, 0.0, 0.022), 0.008, grain=1),
            rounded_box((0.085, 0.065, 0.6 * under), (sx * x, 0.0, 0.03 + 0.3 * under), 0.006, grain=2),
            rounded_box((0.07, 0.05, 0.4 * under), (sx * x, 0.0, under - 0.2 * under - 0.005), 0.005, grain=2),
            rounded_box((0.07, depth - 0.2, 0.03), (sx * x, 0.0, under - 0.0165), 0.004, grain=1),
        ]
        for sy in _SIDES:
            pieces.append(
                tube((sx * x, sy * (depth / 2 - 0.1), 0.0), (sx * x, sy * (depth / 2 - 0.1), 0.012), 0.02, 12)
            )
    return pieces, []


def _panels(width: float, depth: float, under: float, form: DeskForm) -> tuple[list[Geometry], list[Geometry]]:
    """Return a board at each end, as long as the worktop is there."""
    radius = form.corner_radius_m
    inset = 0.006 + 0.3 * radius
    lost = radius - math.sqrt(radius**2 - max(0.0, radius - inset) ** 2)
    return [], [
        rounded_box(
            (0.028, depth - 0.012 - 2 * lost, under),
            (sx * (width / 2 - inset - 0.014), 0.0, under / 2),
            0.0015,
            grain=2,
        )
        for sx in _SIDES
    ]


def _trestles(width: float, depth: float, under: float, form: DeskForm) -> tuple[list[Geometry], list[Geometry]]:
    """Return trestles of two splayed pairs of wooden legs; none where the drawers are."""
    boards = []
    x, y = width / 2 - 0.17, depth / 2 - 0.08
    for sx in _SIDES if not form.drawers else (-_drawer_side(form),):
        boards.append(rounded_box((0.06, 2 * y, 0.05), (sx * x, 0.0, under - 0.0255), 0.004, grain=1))
        for sy, dx in itertools.product(_SIDES, _SIDES):
            foot = (sx * x + dx * 0.13, sy * (y - 0.02), 0.012)
            boards.append(bar(foot, (sx * x + dx * 0.02, sy * (y - 0.06), under - 0.03), 0.035, 0.045, 0.004))
            boards.append(plain_box((0.036, 0.046, 0.012), (foot[0], foot[1], 0.006)))
        boards.append(rounded_box((0.2, 0.02, 0.04), (sx * x, y - 0.035, 0.3 * under), 0.003, grain=0))
        boards.append(rounded_box((0.2, 0.02, 0.04), (sx * x, -y + 0.035, 0.3 * under), 0.003, grain=0))
    return [], boards


_FRAMES = {"legs": _legs, "sit_stand": _sit_stand, "panel": _panels, "trestle": _trestles}


def _modesty(width: float, depth: float, under: float) -> Geometry:
    tall = min(0.38, 0.55 * under)
    return rounded_box((width - 0.24, 0.018, tall), (0.0, depth / 2 - 0.13, under - tall / 2 - 0.06), 0.0015, grain=0)


def _pedestal(count: int, x: float, depth: float, top: float) -> tuple[list[Geometry], list[Geometry], list[Geometry]]:
    """Return the body of a chest of drawers on castors, its fronts, and its dark handles and castors."""
    deep = min(0.58, depth - 0.2)
    y = -depth / 2 + 0.05 + deep / 2
    low = _PEDESTAL_FOOT
    body = [rounded_box((_PEDESTAL, deep, top - low), (x, y, (top + low) / 2), 0.003)]
    # A low drawer for pens on top, equal ones below.
    shares = [1.0] * count if count < 3 else [0.55, *[1.0] * (count - 1)]
    unit = (top - low - 0.008) / sum(shares)
    fronts, dark = [], []
    edge = top - 0.004
    front = y - deep / 2 - 0.008
    for share in shares:
        tall = unit * share
        middle = edge - tall / 2
        fronts.append(rounded_box((_PEDESTAL - 0.004, 0.018, tall - 0.006), (x, front, middle), 0.003))
        dark.append(rounded_box((0.14, 0.016, 0.012), (x, front - 0.012, edge - min(0.04, 0.4 * tall)), 0.004, grain=0))
        edge -= tall
    for sx, sy in itertools.product(_SIDES, _SIDES):
        at = (x + sx * (_PEDESTAL / 2 - 0.05), y + sy * (deep / 2 - 0.06))
        dark.append(tube((at[0] - 0.012, at[1], 0.0255), (at[0] + 0.012, at[1], 0.0255), 0.0255, 12))
        dark.append(plain_box((0.03, 0.04, 0.03), (at[0], at[1], 0.042)))
    return body, fronts, dark
