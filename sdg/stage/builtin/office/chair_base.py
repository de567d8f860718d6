"""What a chair stands on."""

from __future__ import annotations

import itertools
import math

import numpy as np

from sdg.foundation.transforms import yaw
from sdg.recipe.families.office import OfficeChairForm
from sdg.stage.builtin.geometry import Geometry
from sdg.stage.builtin.lofts import bent_tube, loft, rounded_outline, rounded_path, swept_rings
from sdg.stage.builtin.solids import lathe, rounded_box, tube

_REACH, _CASTOR = 0.315, 0.028
_PIPE = 0.0125
_SIDES = (-1.0, 1.0)
Pieces = tuple[list[Geometry], list[Geometry], list[Geometry]]


def base_pieces(form: OfficeChairForm) -> Pieces:
    """Return the frame, what is black plastic on it, and bright columns; the seat's underside is 0.1 m lower."""
    under = form.seat_height_m - 0.085
    if form.base == "sled":
        return _sled(form.seat_width_m / 2 - 0.03, under)
    if form.base == "legs":
        return _legs(form.seat_width_m / 2 - 0.04, under)
    return _star(under)


def _star(under: float) -> Pieces:
    """Return five arms with twin castors, and a gas spring up to the mechanism."""
    path = np.array([(0.02, 0.0, 0.105), (0.1, 0.0, 0.098), (0.22, 0.0, 0.08), (_REACH + 0.012, 0.0, 0.066)])
    sections = np.stack(
        [
            rounded_outline(wide, tall, 0.008, 2)
            for wide, tall in ((0.05, 0.04), (0.045, 0.036), (0.036, 0.028), (0.03, 0.02))
        ]
    )
    arm = loft(swept_rings(path, sections), crease_deg=45.0)
    wheels = [tube((_REACH, sy * 0.008, _CASTOR), (_REACH, sy * 0.027, _CASTOR), _CASTOR, 16) for sy in _SIDES]
    fork = rounded_box((0.05, 0.046, 0.022), (_REACH - 0.004, 0.0, 0.049), 0.008)
    metal = [lathe([(0.0, 0.08), (0.038, 0.08), (0.045, 0.09), (0.045, 0.112), (0.034, 0.122), (0.0, 0.122)], 20)]
    rubber = []
    for index in range(5):
        turn = yaw(72.0 * index + 90.0)
        metal.append(arm.moved(turn))
        rubber += [piece.moved(turn) for piece in (*wheels, fork)]
    rubber.append(lathe([(0.0, 0.115), (0.03, 0.115), (0.026, 0.6 * under), (0.0, 0.6 * under)], 16))
    rubber.append(rounded_box((0.22, 0.26, 0.045), (0.0, 0.01, under - 0.01), 0.012))
    lever = bent_tube([(0.08, -0.05, under - 0.02), (0.19, -0.06, under - 0.02), (0.25, -0.06, under - 0.03)], 0.006, 6)
    rubber.append(lever)
    column = tube((0.0, 0.0, 0.1), (0.0, 0.0, under), 0.014, 14)
    return metal, rubber, [column]


def _sled(half: float, under: float) -> Pieces:
    """Return two bent pipes as runners, joined under the seat."""
    front, rear, z = -0.2, 0.21, _PIPE
    metal = []
    for sx in _SIDES:
        corners = [
            (sx * (half - 0.03), front + 0.02, under),
            (sx * half, front - 0.02, z),
            (sx * half, rear + 0.02, z),
            (sx * (half - 0.03), rear - 0.03, under),
        ]
        metal.append(bent_tube(rounded_path(corners, 0.07, 5), _PIPE, 10))
    metal += [tube((-half + 0.03, y, under), (half - 0.03, y, under), _PIPE, 10) for y in (front + 0.02, rear - 0.03)]
    return metal, [], []


def _legs(half: float, under: float) -> Pieces:
    """Return four splayed, tapered legs with glides, and rails under the seat."""
    metal, rubber = [], []
    for sx, sy in itertools.product(_SIDES, _SIDES):
        foot = (sx * (half + 0.035), sy * 0.235 + 0.005, 0.008)
        top = (sx * (half - 0.03), sy * 0.17 + 0.005, under)
        metal.append(bent_tube([foot, top], np.array([0.010, 0.016]), 10))
        rubber.append(tube((foot[0], foot[1], 0.0), (foot[0], foot[1], 0.014), 0.013, 10))
    reach = math.hypot(half - 0.03, 0.0)
    metal += [tube((-reach, y, under), (reach, y, under), 0.012, 8) for y in (-0.165, 0.175)]
    metal += [tube((sx * reach, -0.165, under), (sx * reach, 0.175, under), 0.012, 8) for sx in _SIDES]
    return metal, rubber, []
