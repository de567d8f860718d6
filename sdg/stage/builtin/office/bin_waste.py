"""Waste bins: round, square or oblong, hollow, with a liner, a flap or a dome."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from sdg.foundation.arrays import FloatArray, Vec3
from sdg.recipe.families.office_things import BinWasteForm
from sdg.stage.asset import Asset, Material
from sdg.stage.builtin.assembly import Piece, assemble, fitted, scattered, variation
from sdg.stage.builtin.geometry import Geometry
from sdg.stage.builtin.lofts import circle, rounded_outline, tapered
from sdg.stage.builtin.natural import natural_size_m
from sdg.stage.builtin.office import finishes

_WALL = 0.004


def usual_size_m(form: BinWasteForm) -> Vec3:
    """Return the size that a bin of this form has by its numbers [m]."""
    return natural_size_m(_pieces(form.model_copy(update={"variant": 0})))


def build_bin_waste(size_m: Vec3, form: BinWasteForm) -> Asset:
    """Return a bin, scaled to `size_m`."""
    return assemble("bin_waste", size_m, fitted(_pieces(form), size_m), body=["body"])


@lru_cache(maxsize=32)
def _pieces(form: BinWasteForm) -> tuple[Piece, ...]:
    stream = variation("bin_waste", form.variant)
    rim = form.height_m * (1.0 if form.lid == "none" else 0.84)
    rise = np.linspace(0.0, 1.0, 5)
    levels = [(form.taper * 0.97, 0.0), *((form.taper + (1 - form.taper) * t, 0.004 + (rim - 0.02) * t) for t in rise)]
    levels += [(1.0, rim - 0.014), (1.03, rim - 0.012), (1.03, rim - 0.002), (1.015, rim), (0.99, rim - 0.001)]
    inner = 1.0 - 2 * _WALL / form.width_m
    levels += [(inner - (1 - form.taper) * t, rim - 0.006 - (rim - 0.016) * t) for t in rise]
    outlines = [(_outline(form, share), z) for share, z in levels]
    pieces = [
        Piece(
            "body", scattered(tapered(outlines, crease_deg=35.0), stream), finishes.moulded("bin", (0.05, 0.052, 0.055))
        )
    ]
    if form.liner:
        pieces.append(
            Piece("liner", _liner(form, rim, stream.uniform(0.0, 6.0)), Material("bin_liner", (0.55, 0.56, 0.57), 0.35))
        )
    if form.lid == "flap":
        pieces.append(Piece("lid", _flap(form, rim), finishes.moulded("bin_lid", (0.09, 0.093, 0.096))))
    elif form.lid == "dome":
        pieces.append(Piece("lid", _dome(form, rim), finishes.moulded("bin_lid", (0.09, 0.093, 0.096))))
    return tuple(pieces)


def _outline(form: BinWasteForm, share: float) -> FloatArray:
    wide = form.width_m * share
    if form.outline == "round":
        return circle(wide / 2, 36)
    deep = wide if form.outline == "square" else 0.62 * wide
    return rounded_outline(wide, deep, 0.18 * deep, 5)


def _liner(form: BinWasteForm, rim: float, phase: float) -> Geometry:
    """Return a bag whose edge hangs over the rim in folds."""
    drop = 0.18 * rim
    rings = []
    for share, z, wave in ((1.062, rim - drop, 0.02), (1.058, rim - 0.5 * drop, 0.012), (1.045, rim + 0.001, 0.003),
                           (1.0, rim + 0.004, 0.0), (0.95, rim, 0.0), (0.93, rim - drop, 0.0)):  # fmt: skip
        outline = _outline(form, share)
        turn = np.arctan2(outline[:, 1], outline[:, 0])
        folds = 1.0 + wave * (np.sin(9 * turn + phase) + 0.6 * np.sin(14 * turn + 2 * phase)) / 1.6
        rings.append((outline * np.abs(folds)[:, None], z))
    return tapered([*rings], crease_deg=70.0)


def _flap(form: BinWasteForm, rim: float) -> Geometry:
    """Return a hipped lid whose faces would swing."""
    high = form.height_m - rim
    levels = [
        (1.035, rim - 0.006),
        (1.05, rim),
        (1.05, rim + 0.012),
        (0.95, rim + 0.2 * high),
        (0.45, rim + high - 0.006),
    ]
    return tapered(
        [*((_outline(form, share), z) for share, z in levels), (_outline(form, 0.4), rim + high)], crease_deg=25.0
    )


def _dome(form: BinWasteForm, rim: float) -> Geometry:
    high = form.height_m - rim
    turns = np.linspace(0.0, 0.47 * math.pi, 7)
    levels = [
        (1.035, rim - 0.006),
        *((1.045 * math.cos(t), rim + high * math.sin(t) / math.sin(turns[-1])) for t in turns),
    ]
    return tapered([(_outline(form, share), z) for share, z in levels], crease_deg=40.0)
