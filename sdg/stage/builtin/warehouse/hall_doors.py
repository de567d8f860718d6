"""Dock doors: sectional leaves in steel frames, tracks, rubber bumpers, numbers above, bollards before."""

from __future__ import annotations

import itertools
import math

import numpy as np

from sdg.stage.asset import Material
from sdg.stage.builtin.assembly import Piece
from sdg.stage.builtin.geometry import Geometry, join
from sdg.stage.builtin.materials import slot
from sdg.stage.builtin.printing import number_texture
from sdg.stage.builtin.solids import bar, decal, lathe, plain_box, rounded_box
from sdg.stage.builtin.warehouse.hall_docks import TRACK_IN, TRACK_RADIUS, raised_places
from sdg.stage.builtin.warehouse.hall_plan import HallPlan

_SECTION, _LEAF = 0.56, 0.045
_SIGN = 0.42


def door_pieces(plan: HallPlan) -> list[Piece]:
    """Return every door of the wall towards +y; nothing where there is none."""
    if not plan.door_centers:
        return []
    leaves, frames, bumpers, windows, bollards, bands, signs = [], [], [], [], [], [], []
    for center, is_open in zip(plan.door_centers, plan.open_doors, strict=True):
        panels, panes = _raised(plan, center) if is_open else (_leaf(plan, center), _windows(plan, center))
        leaves += panels
        windows += panes
        frames += _frame(plan, center, is_open=is_open)
        if not is_open:
            bumper = (center, plan.inner_y - 0.03, 0.025)
            bumpers.append(rounded_box((plan.door_width_m, 0.05, 0.05), bumper, 0.01, grain=0))
        for side in (-1.0, 1.0):
            x, y = center + side * (plan.door_width_m / 2 + 0.42), plan.inner_y - 0.32
            bollards.append(_bollard().shifted(x, y, 0.0))
            bands += [_ring(z).shifted(x, y, 0.0) for z in (0.45, 0.75)]
        corner = (center - _SIGN / 2, plan.inner_y - 0.03, plan.door_height_m + 0.3)
        signs.append((corner, decal(corner, (_SIGN, 0.0, 0.0), (0.0, 0.0, _SIGN), tile=True)))
    plates = [
        rounded_box(
            (_SIGN + 0.03, 0.012, _SIGN + 0.03),
            (corner[0] + _SIGN / 2, corner[1] + 0.0075, corner[2] + _SIGN / 2),
            0.002,
        )
        for corner, _ in signs
    ]
    pieces = [
        Piece("doors", join(leaves), slot("door", "painted_metal", (0.62, 0.64, 0.66), 0.5), "door"),
        Piece("door_windows", join(windows), Material("door_window", (0.05, 0.055, 0.06), 0.08), "door"),
        Piece("door_frames", join(frames), slot("door_frame", "galvanised_metal"), "door"),
        *([Piece("door_seals", join(bumpers), slot("door_seal", "rubber"), "door")] if bumpers else []),
        Piece("bollards", join(bollards), slot("bollard", "painted_metal_worn", (0.80, 0.52, 0.03)), "bollard"),
        Piece("bollard_bands", join(bands), slot("bollard_band", "painted_metal_worn", (0.03, 0.03, 0.032)), "bollard"),
        Piece("sign_plates", join(plates), slot("sign_plate", "painted_metal", (0.7, 0.7, 0.7)), "sign"),
    ]
    for index, (_, sign) in enumerate(signs):
        face = Material("sign", (0.85, 0.85, 0.85), 0.4, base_color_texture=number_texture(index + 1))
        pieces.append(Piece(f"sign_{index + 1}", sign, face, "sign", tile=True))
    return pieces


def _sections(plan: HallPlan) -> tuple[int, float]:
    count = max(3, round((plan.door_height_m - 0.05) / _SECTION))
    return count, (plan.door_height_m - 0.05) / count


def _leaf(plan: HallPlan, center: float) -> list[Geometry]:
    """Return the sections of a closed leaf: each a panel with three raised ribs, hinges at the joints."""
    count, tall = _sections(plan)
    y = plan.inner_y - 0.03
    pieces = []
    for index in range(count):
        z = 0.05 + tall * (index + 0.5)
        pieces.append(
            rounded_box((plan.door_width_m, _LEAF, tall - 0.006), (center, y, z), 0.008, grain=0).with_uv_offset(
                0.3 * index, center
            )
        )
        for rib in (-0.27, 0.0, 0.27):
            size = (plan.door_width_m - 0.1, 0.016, 0.09)
            pieces.append(rounded_box(size, (center, y - _LEAF / 2 - 0.001, z + rib * tall), 0.007, grain=0))
    return pieces


def _windows(plan: HallPlan, center: float) -> list[Geometry]:
    count, tall = _sections(plan)
    z = 0.05 + tall * (min(2, count - 1) + 0.5)
    y = plan.inner_y - 0.03 - _LEAF / 2 - 0.009
    return [
        rounded_box((0.5, 0.016, 0.24), (center + side * plan.door_width_m * 0.25, y, z), 0.006) for side in (-1, 1)
    ]


def _raised(plan: HallPlan, center: float) -> tuple[list[Geometry], list[Geometry]]:
    """Return the sections of a leaf that hangs in its tracks under the roof, and the windows in one of them."""
    count, tall = _sections(plan)
    panels, windows = [], []
    for index, place in enumerate(raised_places(plan, count, tall)):
        place[0, 3] = center
        panel = rounded_box((plan.door_width_m, _LEAF, tall - 0.006), radius_m=0.008, grain=0)
        panels.append(panel.with_uv_offset(0.3 * index, center).moved(place))
        for rib in (-0.27, 0.0, 0.27):
            size, at = (plan.door_width_m - 0.1, 0.016, 0.09), (0.0, -_LEAF / 2 - 0.001, rib * tall)
            panels.append(rounded_box(size, at, 0.007, grain=0).moved(place))
        if index == min(2, count - 1):
            for side in (-1, 1):
                at = (side * plan.door_width_m * 0.25, -_LEAF / 2 - 0.009, 0.0)
                windows.append(rounded_box((0.5, 0.016, 0.24), at, 0.006).moved(place))
    return panels, windows


def _frame(plan: HallPlan, center: float, *, is_open: bool) -> list[Geometry]:
    """Return jambs, lintel, the spring shaft, and the tracks that turn in under the roof."""
    half, top, y = plan.door_width_m / 2, plan.door_height_m, plan.inner_y
    pieces = [
        rounded_box(
            (0.12, 0.13, top + 0.12), (center + side * (half + 0.07), y - 0.06, (top + 0.12) / 2), 0.006, grain=2
        )
        for side in (-1, 1)
    ]
    pieces.append(rounded_box((2 * half + 0.26, 0.128, 0.14), (center, y - 0.061, top + 0.19), 0.006, grain=0))
    drum = bar(
        (center - half - 0.1, y - 0.18, top + 0.2), (center + half + 0.1, y - 0.18, top + 0.2), 0.035, 0.035, 0.012
    )
    pieces.append(drum)
    # A raised leaf lies in its tracks, and so they are as long as it is tall.
    reach = max(1.6, top - 0.6) if is_open else 1.6
    radius = TRACK_RADIUS
    for side in (-1.0, 1.0):
        x = center + side * (half + 0.035)
        bend = [
            (x, y - TRACK_IN - radius * (1 - math.cos(angle)), top - 0.1 + radius * math.sin(angle))
            for angle in np.linspace(0.0, math.pi / 2, 5)
        ]
        path = [(x, y - TRACK_IN, 1.0), *bend, (x, y - TRACK_IN - radius - reach, top - 0.1 + radius)]
        pieces += [bar(start, end, 0.03, 0.05, 0.003) for start, end in itertools.pairwise(path)]
        hang = (x, y - TRACK_IN - radius - reach + 0.1, top - 0.1 + radius)
        pieces.append(bar(hang, (hang[0], hang[1], plan.truss_top_m + 0.1), 0.03, 0.03, 0.003))
    return pieces


def _bollard() -> Geometry:
    profile = [(0.0, 0.0), (0.075, 0.0), (0.075, 0.96)]
    profile += [(0.075 * math.cos(angle), 0.96 + 0.06 * math.sin(angle)) for angle in np.linspace(0.3, 1.3, 4)]
    return join([lathe([*profile, (0.0, 1.02)], 20), plain_box((0.22, 0.22, 0.012), (0.0, 0.0, 0.006))])


def _ring(z: float) -> Geometry:
    return lathe([(0.074, z), (0.0765, z), (0.0765, z + 0.15), (0.074, z + 0.15), (0.074, z)], 20, crease_deg=30.0)
