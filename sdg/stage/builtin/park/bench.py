"""Park benches: slats with rounded edges on legs of cast iron, steel tube, concrete or timber."""

from __future__ import annotations

import itertools
import math

import numpy as np

from sdg.foundation.arrays import Vec3
from sdg.foundation.seeds import RandomStream
from sdg.recipe.families.park import BenchForm
from sdg.stage.asset import Asset, Material, Surface
from sdg.stage.builtin.assembly import Piece, assemble, fitted, scattered, variation
from sdg.stage.builtin.geometry import Geometry, join
from sdg.stage.builtin.materials import slot
from sdg.stage.builtin.solids import bar, rounded_box, tube

_SEAT_M, _SEAT_DEPTH_M, _BACK_M, _ARM_M = 0.44, 0.46, 0.42, 0.66
_SLAT_M = 0.032


def usual_size_m(form: BenchForm) -> Vec3:
    """Return the length, and the depth and height that go with its back [m]."""
    if form.back_slats == 0:
        return (form.length_m, 0.48, _ARM_M + 0.02 if form.arms else _SEAT_M)
    lean = math.radians(form.back_angle_deg)
    return (
        form.length_m,
        round(_SEAT_DEPTH_M + 0.06 + _BACK_M * math.sin(lean), 3),
        round(_SEAT_M + _BACK_M * math.cos(lean), 3),
    )


def build_bench(size_m: Vec3, form: BenchForm) -> Asset:
    """Return a bench along x that looks towards -y, scaled to `size_m`."""
    stream = variation("bench", form.variant)
    length = size_m[0]
    lean = math.radians(form.back_angle_deg)
    slats = [*_seat(length, form, stream), *_back(length, form, lean, stream)]
    overhang = {"cast": 0.12, "tube": 0.16, "concrete": 0.2, "timber": 0.14}[form.legs]
    frames = np.linspace(-length / 2 + overhang, length / 2 - overhang, 2 if length < 2.1 else 3)
    stands = [_stand(float(x), form, lean) for x in frames]
    arms = np.linspace(frames[0], frames[-1], form.arms) if form.arms > 1 else np.array([0.0] * form.arms)
    rests = [_arm(float(x), form) for x in arms]
    pieces = [
        Piece("slats", join(slats), slot("bench_wood", "wood", (0.48, 0.29, 0.15), 0.7)),
        Piece("stands", join([*stands, *rests]), _stand_material(form)),
    ]
    factor = size_m[2] / usual_size_m(form)[2]
    deep = size_m[1] / usual_size_m(form)[1]
    middle = (size_m[1] - _SEAT_DEPTH_M * deep) / 2
    seat = Surface(
        "seat",
        (-length / 2 + 0.05, -_SEAT_DEPTH_M * deep / 2 - middle + 0.03),
        (length / 2 - 0.05, _SEAT_DEPTH_M * deep / 2 - middle - 0.05 * deep),
        _SEAT_M * factor,
    )
    return assemble("bench", size_m, fitted(pieces, size_m), [seat], ["slats"])


def _stand_material(form: BenchForm) -> Material:
    if form.legs == "concrete":
        return slot("bench_concrete", "concrete")
    if form.legs == "timber":
        return slot("bench_timber", "wood", (0.42, 0.27, 0.15), 0.75)
    return slot("bench_metal", "painted_metal_worn", (0.02, 0.024, 0.022) if form.legs == "cast" else (0.2, 0.21, 0.22))


def _seat(length: float, form: BenchForm, stream: RandomStream) -> list[Geometry]:
    pitch = _SEAT_DEPTH_M / form.seat_slats
    slats = []
    for index in range(form.seat_slats):
        y = -_SEAT_DEPTH_M / 2 + (index + 0.5) * pitch
        box = rounded_box((length, pitch - 0.012, _SLAT_M), (0.0, y, _SEAT_M - _SLAT_M / 2), 0.006, grain=0)
        slats.append(scattered(box, stream))
    return slats


def _back(length: float, form: BenchForm, lean: float, stream: RandomStream) -> list[Geometry]:
    if form.back_slats == 0:
        return []
    pitch = (_BACK_M - 0.07) / form.back_slats
    along = np.array([0.0, math.sin(lean), math.cos(lean)])
    foot = np.array([0.0, _SEAT_DEPTH_M / 2 + 0.012, _SEAT_M])
    slats = []
    for index in range(form.back_slats):
        middle = foot + along * (0.07 + (index + 0.5) * pitch)
        box = rounded_box((length, _SLAT_M, pitch - 0.014), (0.0, 0.0, 0.0), 0.006, grain=0)
        turn = np.eye(4)
        turn[1:3, 1:3] = [[math.cos(lean), math.sin(lean)], [-math.sin(lean), math.cos(lean)]]
        turn[:3, 3] = middle
        slats.append(scattered(box.moved(turn), stream))
    return slats


def _stand(x: float, form: BenchForm, lean: float) -> Geometry:
    """Return what carries seat and back at one place along the bench."""
    under = _SEAT_M - _SLAT_M - 0.001
    front, rear = -_SEAT_DEPTH_M / 2 + 0.05, _SEAT_DEPTH_M / 2 - 0.03
    reach = _BACK_M - 0.02
    top = (x, rear + 0.055 + reach * math.sin(lean), under + 0.03 + reach * math.cos(lean))
    has_back = form.back_slats > 0
    behind = [] if not has_back else [bar((x, rear + 0.03, under - 0.06), (x, top[1] + 0.012, top[2]), 0.045, 0.018)]
    if form.legs == "concrete":
        block = rounded_box((0.14, _SEAT_DEPTH_M - 0.04, under), (x, 0.0, under / 2), 0.012)
        return join([block, *behind])
    if form.legs == "timber":
        posts = [rounded_box((0.09, 0.09, under), (x, y, under / 2), 0.006, grain=2) for y in (front + 0.02, rear)]
        rail = rounded_box((0.06, rear - front, 0.09), (x, (front + rear) / 2, under - 0.06), 0.005, grain=1)
        return join([*posts, rail, *behind])
    if form.legs == "tube":
        legs = [tube((x, y, 0.0), (x, y, under), 0.021, 12) for y in (front, rear)]
        feet = [rounded_box((0.1, 0.1, 0.008), (x, y, 0.004), 0.002) for y in (front, rear)]
        rail = tube((x, front, under - 0.021), (x, rear + 0.04, under - 0.021), 0.02, 12)
        return join([*legs, *feet, rail, *behind])
    # Cast iron: legs that bow outwards on broad feet, and a brace between them.
    legs = []
    for y, out in ((front, -1.0), (rear, 1.0)):
        knots = [(y + out * 0.10, 0.012), (y + out * 0.045, 0.13), (y - out * 0.01, 0.27), (y, under)]
        legs += [bar((x, y0, z0), (x, y1, z1), 0.045, 0.024, 0.006) for (y0, z0), (y1, z1) in itertools.pairwise(knots)]
        legs.append(rounded_box((0.07, 0.11, 0.024), (x, y + out * 0.10, 0.012), 0.006))
    rail = bar((x, front - 0.02, under - 0.016), (x, rear + 0.05, under - 0.016), 0.045, 0.03, 0.006)
    brace = bar((x, front, 0.2), (x, rear, 0.2), 0.02, 0.02, 0.006)
    return join([*legs, rail, brace, *behind])


def _arm(x: float, form: BenchForm) -> Geometry:
    """Return an armrest."""
    front, rear = -_SEAT_DEPTH_M / 2 + 0.03, _SEAT_DEPTH_M / 2 - 0.01
    post = bar((x, front + 0.03, _SEAT_M - _SLAT_M), (x, front, _ARM_M - 0.012), 0.035, 0.022, 0.005)
    pieces = [post, rounded_box((0.05, rear - front + 0.06, 0.024), (x, (front + rear) / 2, _ARM_M), 0.008, grain=1)]
    if form.back_slats == 0:
        pieces.append(bar((x, rear - 0.03, _SEAT_M - _SLAT_M), (x, rear, _ARM_M - 0.012), 0.035, 0.022, 0.005))
    return join(pieces)
