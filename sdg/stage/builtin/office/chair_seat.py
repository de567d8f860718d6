"""Seats, backs, headrests and armrests of chairs. A chair faces -y."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sdg.foundation.arrays import FloatArray
from sdg.recipe.families.office import OfficeChairForm
from sdg.stage.builtin.geometry import Geometry, project_uvs
from sdg.stage.builtin.lofts import bent_tube, bevelled_prism, loft, rounded_outline, rounded_path, swept_rings
from sdg.stage.builtin.office.cushion import cushion

_DEPTH = 0.47
_BACK_Y, _RECLINE = 0.2, 0.2
_GAP = 0.12
_SIDES = (-1.0, 1.0)


def seat_pieces(form: OfficeChairForm) -> list[Geometry]:
    """Return the seat: a cushion with a waterfall edge on its pan, or a shell that is seat and back in one."""
    if form.back == "shell":
        return [_shell(form)]
    high = form.seat_height_m

    def sag(points: FloatArray) -> FloatArray:
        front = np.clip((-points[..., 1] - 0.1) / 0.14, 0.0, 1.0)
        drop = 0.035 * front**2 - 0.012 * (points[..., 0] / (form.seat_width_m / 2)) ** 2
        moved: FloatArray = points + np.stack([0.0 * drop, 0.0 * drop, high - 0.075 - drop], axis=-1)
        return moved

    def under(points: FloatArray) -> FloatArray:
        lower: FloatArray = sag(points) - np.array([0.0, 0.0, 0.012])
        return lower

    pad = cushion(form.seat_width_m, _DEPTH, 0.07, 0.13, sag)
    pan = cushion(form.seat_width_m - 0.03, _DEPTH - 0.03, 0.03, 0.12, under)
    return [pad, pan]


def back_pieces(form: OfficeChairForm) -> tuple[list[Geometry], list[Geometry]]:
    """Return the padded or stretched back, and the frame that holds it."""
    if form.back == "shell":
        return [], []
    wide = form.seat_width_m - 0.03
    high = form.back_height_m
    place = _upright(form, high / 2)
    rise = [(0.0, 0.02, form.seat_height_m - 0.1), (0.0, 0.24, form.seat_height_m - 0.1)]
    hold = place(np.array([[0.0, -0.1 * high, -0.03]]))[0]
    spine = rounded_path([*rise, (0.0, hold[1] + 0.02, form.seat_height_m + 0.02), hold], 0.07, 4)
    strut = loft(swept_rings(spine, np.stack([rounded_outline(0.07, 0.018, 0.006, 2)] * len(spine))), crease_deg=45.0)
    if form.back == "padded":
        pad = cushion(wide, high, 0.06, 0.1, place)
        cover = cushion(
            wide - 0.04, high - 0.04, 0.02, 0.09, lambda points: place(points - np.array([0.0, 0.0, 0.014]))
        )
        return [pad], [strut, cover]
    net = cushion(wide - 0.02, high - 0.02, 0.006, 0.09, place)
    outline = rounded_outline(wide, high, 0.1, steps=5)
    loop = np.concatenate([outline, np.zeros((len(outline), 1))], axis=1)
    # From the middle of the lower edge all round and back to it.
    start = int(np.argmin(np.abs(loop[:, 0]) + 10 * (loop[:, 1] > -0.4 * high)))
    path = place(
        np.concatenate([np.roll(loop, -start, axis=0), loop[start : start + 1] + np.array([[1e-3, 0.0, 0.0]])])
    )
    lumbar = cushion(
        wide - 0.01, 0.07, 0.02, 0.03, lambda points: place(points + np.array([0.0, -0.22 * high, -0.022]))
    )
    return [net], [strut, bent_tube(path, 0.012, 8), lumbar]


def arm_pieces(form: OfficeChairForm) -> tuple[list[Geometry], list[Geometry]]:
    """Return the headrest's cushion, and armrests with the headrest's posts."""
    pads: list[Geometry] = []
    arms: list[Geometry] = []
    high = form.seat_height_m
    half = form.seat_width_m / 2
    for sx in _SIDES if form.armrests != "none" else ():
        x = sx * (half + 0.035)
        if form.armrests == "tee":
            foot = [(sx * (half - 0.1), 0.02, high - 0.085), (x, 0.02, high - 0.085), (x, 0.02, high + 0.18)]
            path = rounded_path(foot, 0.05, 4)
            arms.append(
                loft(swept_rings(path, np.stack([rounded_outline(0.045, 0.02, 0.007, 2)] * len(path)), (0, 0, 1)))
            )
            top = bevelled_prism(rounded_outline(0.08, 0.25, 0.035, 4), high + 0.17, high + 0.198, 0.008)
            arms.append(top.shifted(x, -0.02, 0.0))
        else:
            corners = [
                (sx * (half - 0.04), -0.13, high - 0.08),
                (x, -0.15, high - 0.07),
                (x, -0.17, high + 0.19),
                (x, 0.15, high + 0.17),
                (x, 0.13, high - 0.07),
                (sx * (half - 0.04), 0.12, high - 0.08),
            ]
            arms.append(bent_tube(rounded_path(corners, 0.06, 4), 0.016, 8))
    if form.headrest and form.back != "shell":
        middle = form.back_height_m + 0.11
        place = _upright(form, middle)
        pads.append(cushion(0.28, 0.15, 0.05, 0.06, place))
        ends = place(np.array([[0.0, -0.16, 0.005], [0.0, 0.0, -0.012]]))
        for x in (-0.05, 0.05):
            arms.append(bent_tube(ends + np.array([x, 0.0, 0.0]), 0.007, 8))
    return pads, arms


def _upright(form: OfficeChairForm, middle: float) -> Callable[[FloatArray], FloatArray]:
    """Return the map from a flat pad to the back: its y becomes height, its z points forward; sides wrap forward."""
    half = form.seat_width_m / 2

    def place(points: FloatArray) -> FloatArray:
        x, along, out = points[..., 0], points[..., 1] + middle, points[..., 2]
        # A hollow for the shoulders, a belly for the lumbar region a third of the way up.
        lumbar = 0.03 * np.exp(-(((along - 0.16) / 0.13) ** 2))
        y = _BACK_Y + _RECLINE * along - lumbar - 0.055 * (x / half) ** 2 - out
        return np.stack([x, y, form.seat_height_m + _GAP - 0.06 + along], axis=-1)

    return place


def _shell(form: OfficeChairForm) -> Geometry:
    """Return a moulded shell from the front edge of the seat to the top of the back."""
    high, wide = form.seat_height_m, form.seat_width_m
    top = high + 0.06 + 0.75 * form.back_height_m
    corners = [(0.0, -0.25, high - 0.05), (0.0, -0.2, high - 0.012), (0.0, 0.16, high - 0.035), (0.0, 0.27, top)]
    path = rounded_path(corners, 0.14, 7)
    share = np.linspace(0.0, 1.0, len(path))
    sections = []
    for part in share:
        # Widest at the seat, drawn in at the waist, round at the ends.
        width = wide * (0.92 - 0.1 * np.exp(-(((part - 0.55) / 0.15) ** 2)) - 0.22 * max(0.0, (part - 0.8) / 0.2) ** 2)
        x = np.linspace(-width / 2, width / 2, 13)
        # Flat at both ends, so that these close.
        lip = 0.028 * (2 * x / width) ** 4 * min(1.0, 5 * part, 5 * (1 - part))
        upper = np.stack([x[::-1], lip[::-1] + 0.006], axis=1)
        lower = np.stack([x, lip - 0.006], axis=1)
        sections.append(np.concatenate([lower, upper]))
    rings = swept_rings(path, np.stack(sections))
    body = loft(rings, crease_deg=50.0)
    return project_uvs(body.vertices, body.faces, body.normals)
