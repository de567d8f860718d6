"""Computer monitors: one or two thin panels with bezel and picture, on a plate, a disc, feet or a clamped arm."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from sdg.foundation.arrays import Vec3
from sdg.foundation.transforms import rotation_xyz, translation, yaw
from sdg.recipe.families.office import MonitorForm
from sdg.stage.asset import Asset, Material
from sdg.stage.builtin.assembly import Piece, assemble, fitted, variation
from sdg.stage.builtin.geometry import Geometry, join
from sdg.stage.builtin.lofts import bent_tube, bevelled_prism, loft, rounded_outline, rounded_path
from sdg.stage.builtin.office import finishes
from sdg.stage.builtin.office.screens import screen_texture
from sdg.stage.builtin.solids import bar, decal, lathe, rounded_box, tube

_ASPECTS = {"16:9": 16 / 9, "16:10": 1.6, "5:4": 1.25, "21:9": 21 / 9}
_TOE_IN_DEG = 9.0
_THIN = 0.014


def usual_size_m(form: MonitorForm) -> Vec3:
    """Return the size that monitors of this form have by their numbers, to a millimetre [m]."""
    low, high = join(piece.geometry for piece in _pieces(form.model_copy(update={"variant": 0}))).bounds()
    x, y, z = (round(float(extent), 3) for extent in high - low)
    return (x, y, z)


def build_monitor(size_m: Vec3, form: MonitorForm) -> Asset:
    """Return monitors, scaled to `size_m`."""
    return assemble("monitor", size_m, fitted(_pieces(form), size_m), body=["case", "stand"])


@lru_cache(maxsize=16)
def _pieces(form: MonitorForm) -> tuple[Piece, ...]:
    stream = variation("monitor", form.variant)
    ratio = _ASPECTS[form.aspect]
    tall = form.diagonal_m / math.hypot(ratio, 1.0)
    wide = ratio * tall
    outer, high = wide + 2 * form.bezel_m, tall + form.bezel_m * 2 + 0.008
    middle = form.lift_m + high / 2
    case, screens, stands = [], [], []
    # Irregularity without effect on the outline: how the label on the back sits, out of the panel's plane by nothing.
    shift = stream.uniform(-0.02, 0.02)
    for place in _places(form.count, outer):
        body = [*_case(outer, high, shift)]
        glass = decal((-wide / 2, -0.0012, -high / 2 + form.bezel_m + 0.008), (wide, 0, 0), (0, 0, tall), tile=True)
        lean = translation((0.0, 0.0, middle)) @ rotation_xyz((-3.0, 0.0, 0.0))
        case += [piece.moved(place @ lean) for piece in body]
        screens.append(glass.moved(place @ lean))
        if form.stand != "clamp":
            stands += [piece.moved(place) for piece in _stand(form.stand, middle, outer)]
    if form.stand == "clamp":
        stands += _clamp(form.count, outer, middle)
    picture = (
        Material("screen_off", (0.012, 0.012, 0.014), 0.14)
        if form.picture == "off"
        else Material("screen_on", (0.9, 0.9, 0.9), 0.25, base_color_texture=screen_texture(form.picture))
    )
    return (
        Piece("case", join(case), finishes.moulded("monitor_case", (0.022, 0.022, 0.024))),
        Piece("screen", join(screens), picture, tile=True),
        Piece("stand", join(stands), finishes.lacquer("monitor_stand", (0.06, 0.06, 0.064))),
    )


def _places(count: int, outer: float) -> list[np.ndarray[tuple[int, int], np.dtype[np.float64]]]:
    if count == 1:
        return [np.eye(4)]
    turn = math.radians(_TOE_IN_DEG)
    x = outer / 2 * math.cos(turn) + 0.006
    return [translation((side * x, 0.0, 0.0)) @ yaw(side * _TOE_IN_DEG * -1.0) for side in (-1.0, 1.0)]


def _case(outer: float, high: float, shift: float) -> list[Geometry]:
    """Return a panel whose front lies in y = 0, its raised back, and a connector box under that."""
    slab = bevelled_prism(rounded_outline(outer, high, 0.006, 3), 0.0, _THIN, 0.0025)
    # Upright: what was up points back, and what was y points up.
    upright = np.array([[1.0, 0, 0, 0], [0, 0, 1.0, 0], [0, -1.0, 0, 0], [0, 0, 0, 1.0]])
    flipped = upright @ np.diag([1.0, 1.0, 1.0, 1.0])
    levels = ((0.72, _THIN - 0.002), (0.7, _THIN + 0.008), (0.52, _THIN + 0.026), (0.45, _THIN + 0.028))
    rings = []
    for share, depth in levels:
        outline = rounded_outline(outer * share, high * share, 0.03, 3)
        rings.append(np.concatenate([outline, np.full((len(outline), 1), depth)], axis=1))
    bulge = loft(np.stack(rings), crease_deg=50.0)
    plug = rounded_box((0.12, 0.03, 0.012), (shift, 0.12 * high, _THIN + 0.028), 0.003)
    return [piece.moved(flipped) for piece in (slab, bulge, plug)]


def _stand(kind: str, middle: float, outer: float) -> list[Geometry]:
    """Return a neck behind the panel and what it stands on."""
    back = _THIN + 0.05
    neck = rounded_box((0.06, 0.018, middle + 0.04), (0.0, back, (middle + 0.04) / 2), 0.006, grain=2)
    hinge = rounded_box((0.09, 0.05, 0.07), (0.0, back - 0.018, middle), 0.008)
    if kind == "disc":
        disc = lathe([(0.0, 0.0), (0.115, 0.0), (0.115, 0.006), (0.108, 0.011), (0.04, 0.016), (0.0, 0.016)], 36)
        pole = tube((0.0, back, 0.01), (0.0, back, middle + 0.03), 0.017, 16)
        return [disc.shifted(0.0, back - 0.02, 0.0), pole, hinge]
    if kind == "feet":
        reach = min(0.2, 0.36 * outer)
        feet = [bar((0.0, back, 0.009), (side * reach, back - 0.17, 0.009), 0.03, 0.016, 0.005) for side in (-1.0, 1.0)]
        feet.append(bar((0.0, back - 0.01, 0.0095), (0.0, back + 0.06, 0.0095), 0.034, 0.015, 0.005))
        rests = [rounded_box((0.03, 0.03, 0.006), (side * reach, back - 0.165, 0.003), 0.002) for side in (-1.0, 1.0)]
        return [*feet, *rests, neck.shifted(0.0, 0.0, 0.004), hinge]
    plate = bevelled_prism(rounded_outline(0.25, 0.19, 0.02, 4), 0.0, 0.009, 0.003).shifted(0.0, back - 0.035, 0.0)
    return [plate, neck, hinge]


def _clamp(count: int, outer: float, middle: float) -> list[Geometry]:
    """Return a pole clamped behind, and a jointed arm to each panel."""
    y = 0.17
    pole = tube((0.0, y, 0.0), (0.0, y, middle + 0.06), 0.0175, 16)
    foot = rounded_box((0.1, 0.075, 0.02), (0.0, y, 0.01), 0.005)
    collar = tube((0.0, y, middle - 0.025), (0.0, y, middle + 0.025), 0.028, 18)
    pieces = [pole, foot, collar]
    turn = math.radians(_TOE_IN_DEG)
    xs = [0.0] if count == 1 else [side * (outer / 2 * math.cos(turn) + 0.006) for side in (-1.0, 1.0)]
    for x in xs:
        near = _THIN + 0.03
        elbow = (x * 0.5 + (0.1 if count == 1 else 0.0), y - 0.02, middle)
        pieces.append(bent_tube(rounded_path([(0.0, y, middle), elbow, (x, near, middle)], 0.03, 4), 0.014, 10))
        pieces.append(rounded_box((0.1, 0.02, 0.1), (x, near, middle), 0.006))
    return pieces
