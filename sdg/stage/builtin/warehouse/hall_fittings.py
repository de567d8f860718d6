"""What hangs on the walls of a hall: fire extinguishers with their signs, switch cabinets with conduits."""

from __future__ import annotations

import math

import numpy as np

from sdg.foundation.transforms import yaw
from sdg.stage.asset import Material
from sdg.stage.builtin.assembly import Piece
from sdg.stage.builtin.geometry import Geometry, join
from sdg.stage.builtin.materials import slot
from sdg.stage.builtin.printing import extinguisher_texture
from sdg.stage.builtin.solids import decal, lathe, plain_box, rounded_box, tube
from sdg.stage.builtin.warehouse.hall_plan import HallPlan

_SIGN, _SIGN_HEIGHT = 0.3, 1.75


def fitting_pieces(plan: HallPlan) -> list[Piece]:
    """Return extinguishers and cabinets in turn between the columns of both long walls."""
    bodies, valves, signs, cabinets, conduits = [], [], [], [], []
    middles = [(low + high) / 2 for low, high in zip(plan.bays_y[:-1], plan.bays_y[1:], strict=True)]
    for turn, side in ((-90.0, 1.0), (90.0, -1.0)):
        for index, along in enumerate(middles):
            # Each fitting is made against a wall at y = 0 that faces -y, and turned to stand at x = +-inner_x.
            place = yaw(turn)
            place[:3, 3] = (side * plan.inner_x, along, 0.0)
            if (index + (side > 0)) % 2:
                bodies.append(_cylinder().moved(place))
                valves.append(_valve().moved(place))
                corner = (-_SIGN / 2, -0.006, _SIGN_HEIGHT)
                signs.append(decal(corner, (_SIGN, 0.0, 0.0), (0.0, 0.0, _SIGN), tile=True).moved(place))
            else:
                cabinets.append(_cabinet().moved(place))
                conduits.append(tube((0.12, -0.03, 1.75), (0.12, -0.03, plan.truss_top_m), 0.02, 8).moved(place))
                conduits.append(tube((0.02, -0.03, 1.75), (0.02, -0.03, plan.truss_top_m), 0.014, 8).moved(place))
    sign = Material("safety_sign", (0.85, 0.85, 0.85), 0.4, base_color_texture=extinguisher_texture())
    every = [
        Piece(
            "extinguishers",
            _joined(bodies),
            slot("extinguisher", "painted_metal", (0.55, 0.02, 0.018), 0.25),
            "fitting",
        ),
        Piece("extinguisher_valves", _joined(valves), slot("extinguisher_valve", "rubber"), "fitting"),
        Piece("safety_signs", _joined(signs), sign, "sign", tile=True),
        Piece("cabinets", _joined(cabinets), slot("cabinet", "painted_metal", (0.52, 0.53, 0.52)), "fitting"),
        Piece("conduits", _joined(conduits), slot("conduit", "galvanised_metal"), "pipe"),
    ]
    return [piece for piece in every if len(piece.geometry.faces)]


def _joined(pieces: list[Geometry]) -> Geometry:
    """Return pieces as one; a hall of a single bay may have none of a kind."""
    empty = Geometry(np.empty((0, 3)), np.empty((0, 3), dtype=np.int64), np.empty((0, 3)), np.empty((0, 2)))
    return join([empty, *pieces])


def _cylinder() -> Geometry:
    shoulder = [
        (0.025 + 0.055 * math.cos(angle), 1.0 + 0.06 * math.sin(angle)) for angle in np.linspace(0.0, math.pi / 2, 5)
    ]
    profile = [(0.0, 0.55), (0.074, 0.55), (0.08, 0.56), *shoulder, (0.0, 1.06)]
    return lathe(profile, 20).shifted(0.0, -0.1, 0.0)


def _valve() -> Geometry:
    """Return the valve with its levers, the hose and the bracket on the wall."""
    return join(
        [
            rounded_box((0.045, 0.045, 0.07), (0.0, -0.1, 1.09), 0.006),
            rounded_box((0.02, 0.14, 0.014), (0.0, -0.13, 1.13), 0.004),
            tube((0.02, -0.1, 1.1), (0.1, -0.1, 1.04), 0.011, 8),
            tube((0.1, -0.1, 1.05), (0.092, -0.1, 0.68), 0.011, 8),
            plain_box((0.06, 0.03, 0.3), (0.0, -0.014, 0.85)),
        ]
    )


def _cabinet() -> Geometry:
    """Return a switch cabinet: box, door with a lock and two hinges."""
    return join(
        [
            rounded_box((0.6, 0.22, 0.8), (0.0, -0.11, 1.35), 0.008),
            rounded_box((0.57, 0.018, 0.77), (0.0, -0.226, 1.35), 0.006),
            rounded_box((0.03, 0.02, 0.05), (0.24, -0.24, 1.35), 0.004),
            *(tube((-0.29, -0.225, z), (-0.29, -0.225, z + 0.07), 0.01, 8) for z in (1.06, 1.57)),
        ]
    )
