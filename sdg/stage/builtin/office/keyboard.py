"""Computer keyboards: a tilted case with rows of caps, with or without function keys and a keypad."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from sdg.foundation.arrays import Vec3
from sdg.foundation.transforms import rotation_xyz
from sdg.recipe.families.office_things import KeyboardForm
from sdg.stage.asset import Asset
from sdg.stage.builtin.assembly import Piece, assemble, fitted, scattered, variation
from sdg.stage.builtin.geometry import Geometry, join
from sdg.stage.builtin.lofts import loft, prism, rounded_outline
from sdg.stage.builtin.natural import natural_size_m
from sdg.stage.builtin.office import finishes
from sdg.stage.builtin.solids import rounded_box

# Pitch of keys by ISO/IEC 9995-1 layouts as built: three quarters of an inch [m].
_PITCH = 0.01905
_CASE = 0.010
# Widths of keys in pitches, row by row from the user: main block of 15.
_ROWS = (
    (1.25, 1.25, 1.25, 6.25, 1.25, 1.25, 1.25, 1.25),
    (2.25, *[1.0] * 10, 2.75),
    (1.75, *[1.0] * 11, 2.25),
    (1.5, *[1.0] * 12, 1.5),
    (*[1.0] * 13, 2.0),
)
_PAD = ((2.0, 1.0), (1.0, 1.0, 1.0), (1.0, 1.0, 1.0), (1.0, 1.0, 1.0), (1.0, 1.0, 1.0))
_CURSOR: tuple[tuple[int, ...], ...] = ((0, 1, 2), (1,), (), (0, 1, 2), (0, 1, 2))


def usual_size_m(form: KeyboardForm) -> Vec3:
    """Return the size that a keyboard of this form has by its numbers [m]."""
    return natural_size_m(_pieces(form.model_copy(update={"variant": 0})))


def build_keyboard(size_m: Vec3, form: KeyboardForm) -> Asset:
    """Return a keyboard, scaled to `size_m`."""
    return assemble("keyboard", size_m, fitted(_pieces(form), size_m), body=["case"])


@lru_cache(maxsize=32)
def _pieces(form: KeyboardForm) -> tuple[Piece, ...]:
    stream = variation("keyboard", form.variant)
    light, dark = _caps(form)
    columns = 15.0 + (3.25 + 4.25 if form.keypad else 0.0)
    wide = columns * _PITCH + 2 * form.margin_m
    deep = (form.rows + (0.25 if form.rows == 6 else 0.0)) * _PITCH + 2 * form.margin_m
    case = prism(rounded_outline(wide, deep, 0.006, 3), 0.0, _CASE, 0.002)
    offset = np.array([-wide / 2 + form.margin_m, -deep / 2 + form.margin_m, 0.0])
    tilt = rotation_xyz((form.tilt_deg, 0.0, 0.0))
    lift = 0.5 * deep * float(tilt[2, 1]) + 0.002
    placed = [join(keys).shifted(*offset).moved(tilt).shifted(0.0, 0.0, lift) for keys in (light, dark)]
    body = scattered(case.moved(tilt).shifted(0.0, 0.0, lift), stream)
    # Rubber feet in front, folding feet behind.
    rear = 2 * lift - 0.002 + 0.004
    feet = [rounded_box((0.03, 0.012, 0.004), (x, -deep / 2 + 0.012, 0.002), 0.001) for x in (-wide * 0.4, wide * 0.4)]
    feet += [
        rounded_box((0.03, 0.012, rear), (x, deep / 2 - 0.014, rear / 2), 0.001) for x in (-wide * 0.4, wide * 0.4)
    ]
    return (
        Piece("case", body, finishes.moulded("keyboard", (0.03, 0.03, 0.032))),
        Piece("keys", placed[0], finishes.moulded("keyboard_key", (0.05, 0.05, 0.053))),
        Piece("dark_keys", placed[1], finishes.moulded("keyboard_key_dark", (0.026, 0.026, 0.028))),
        Piece("feet", join(feet), finishes.moulded("keyboard_foot")),
    )


def _caps(form: KeyboardForm) -> tuple[list[Geometry], list[Geometry]]:
    """Return the caps of letters and digits, and those of everything else."""
    templates: dict[float, Geometry] = {}

    def cap(width: float, x: float, y: float) -> Geometry:
        if width not in templates:
            templates[width] = _cap(width * _PITCH, form.key_height_m)
        return templates[width].shifted((x + width / 2) * _PITCH, (y + 0.5) * _PITCH, 0.0)

    light: list[Geometry] = []
    dark: list[Geometry] = []
    for row, widths in enumerate(_ROWS):
        x = 0.0
        for width in widths:
            (light if width == 1.0 else dark).append(cap(width, x, row))
            x += width
    if form.rows == 6:
        for group, start in enumerate((0.0, 2.0, 6.5, 11.0)):
            dark += [cap(1.0, start + index, 5.25) for index in range(1 if group == 0 else 4)]
    if form.keypad:
        for row, places in enumerate(_CURSOR):
            dark += [cap(1.0, 15.25 + place, row) for place in places]
        for row, widths in enumerate(_PAD):
            x = 18.5
            for width in widths:
                light.append(cap(width, x, row))
                x += width
            dark += [cap(1.0, x, row)]
        if form.rows == 6:
            dark += [cap(1.0, x, 5.25) for x in (15.25, 16.25, 17.25, 18.5, 19.5, 20.5, 21.5)]
    return light, dark


def _cap(width: float, high: float) -> Geometry:
    """Return a cap that narrows towards its top."""
    narrowing = min(0.004, 0.6 * high)
    levels = ((0.0016, _CASE - 0.001), (0.0016 + narrowing, _CASE + high - 0.0006), (0.0026 + narrowing, _CASE + high))
    rings = []
    for gap, z in levels:
        outline = rounded_outline(width - gap, _PITCH - gap, 0.002, 1)
        rings.append(np.concatenate([outline, np.full((len(outline), 1), z)], axis=1))
    return loft(np.stack(rings), crease_deg=35.0)
