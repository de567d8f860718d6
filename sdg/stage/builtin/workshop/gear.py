"""A spur gear: trapezoid teeth, a web, a hub, a bore."""

from __future__ import annotations

import math

import numpy as np

from sdg.foundation.arrays import FloatArray, Vec3
from sdg.recipe.families.workshop import GearForm
from sdg.stage.asset import Asset
from sdg.stage.builtin.assembly import Piece, assemble, fitted, fitting, scattered, variation
from sdg.stage.builtin.convex_solids import moved_solids, turned_solid
from sdg.stage.builtin.geometry import join
from sdg.stage.builtin.materials import slot
from sdg.stage.builtin.plates import plate, regular_outline

_RADIUS, _FACE, _HEIGHT = 0.035, 0.014, 0.026
_HUB_SIDES = 36


def build_gear(size_m: Vec3, form: GearForm) -> Asset:
    """Return a gear that lies on its face, hub up, scaled to `size_m`."""
    hub = form.hub_share * _RADIUS
    bore = min(form.bore_share * _RADIUS, 0.8 * hub)
    # A tooth is 2.25 modules high; the outside diameter is that of two teeth more.
    module = 2 * _RADIUS / (form.teeth + 2)
    root = _RADIUS - 2.25 * module
    hub = min(hub, 0.95 * root)
    outline = _teeth(form.teeth, root)
    rim = min(0.0008, 0.3 * (hub - bore))
    pieces = [
        Piece(
            "body",
            scattered(
                join(
                    [
                        plate(outline, 0.0, _FACE, bevel_m=0.0005, hole_m=bore, crease_deg=12.0),
                        plate(regular_outline(hub, _HUB_SIDES), _FACE - 0.0005, _HEIGHT, bevel_m=rim, hole_m=bore),
                    ]
                ),
                variation("gear", form.variant),
            ),
            slot("gear_steel", "steel"),
        )
    ]
    # Few solids settle fast. What lies on a gear touches its teeth or its face, so gaps and bore may be filled.
    corners = outline.reshape(-1, 4, 2)[:, 1:3].reshape(-1, 2)
    disc = np.concatenate([np.column_stack([corners, np.full(len(corners), z)]) for z in (0.0, _FACE)])
    solids = [disc, turned_solid([(hub, 0.0), (hub, _HEIGHT)], _HUB_SIDES)]
    solids = moved_solids(fitting(pieces, size_m), solids)
    return assemble("gear", size_m, fitted(pieces, size_m), (), ["body"], solids)


def _teeth(count: int, root: float) -> FloatArray:
    """Return the outline: for each tooth two corners at its root and two at its tip."""
    points = []
    for index in range(count):
        middle = 2 * math.pi * index / count
        for radius, share in ((root, -0.31), (_RADIUS, -0.13), (_RADIUS, 0.13), (root, 0.31)):
            angle = middle + share * 2 * math.pi / count
            points.append((radius * math.cos(angle), radius * math.sin(angle)))
    return np.array(points)
