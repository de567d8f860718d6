"""Into which slices of time the taking of a picture is cut when things move; knows no Mitsuba type."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sdg.camera.shutter import Shutter

# A slice takes a tenth of a second or two.
_MOST_SLICES = 96


@dataclass(frozen=True)
class TimeSlice:
    """A stretch of time during which things are taken to stand still, as they are in its middle.

    Attributes:
        index: Counted from 0.
        from_s, until_s: From the middle of the frame [s]; the first and the last slice have no beginning and no end,
            so that rounding loses no sample.
        middle_s: When things stand where they are drawn [s].
        length_s: How long it lasts [s].
        exposed: Rows that are open during any of it; may lie outside the picture.
        labelled: Rows of the picture whose exposure has its middle in it.
    """

    index: int
    from_s: float
    until_s: float
    middle_s: float
    length_s: float
    exposed: range
    labelled: range


def cut(shutter: Shutter, per_exposure: int, border: int) -> list[TimeSlice]:
    """Cut the time in which a picture is taken into equal slices.

    Args:
        shutter: Of the camera.
        per_exposure: How many slices one row's exposure is to span; fewer where the rows' exposures together last long,
            so that there are not too many.
        border: Rows that are traced above and below the picture.
    """
    start = shutter.middle_s(-border) - shutter.open_s / 2
    end = shutter.middle_s(shutter.rows - 1 + border) + shutter.open_s / 2
    wanted = math.ceil(per_exposure * (end - start) / shutter.open_s - 1e-9)
    count = max(1, per_exposure, min(_MOST_SLICES, wanted))
    length = (end - start) / count
    slices = []
    for index in range(count):
        begins, ends = start + index * length, start + (index + 1) * length
        since, until = -math.inf if index == 0 else begins, math.inf if index == count - 1 else ends
        slices.append(
            TimeSlice(
                index=index,
                from_s=since,
                until_s=until,
                middle_s=(begins + ends) / 2,
                length_s=length,
                exposed=_exposed(shutter, begins, ends, border),
                labelled=_labelled(shutter, since, until),
            )
        )
    return slices


def _exposed(shutter: Shutter, begins: float, ends: float, border: int) -> range:
    """Return the rows that are open between two times, and one more on both sides for what rounding loses."""
    rows = range(-border, shutter.rows + border)
    if not shutter.is_rolling:
        return rows
    zero = shutter.middle_s(0)
    first = math.floor((begins - shutter.open_s / 2 - zero) / shutter.line_time_s) - 1
    last = math.ceil((ends + shutter.open_s / 2 - zero) / shutter.line_time_s) + 1
    return range(max(rows.start, first), max(rows.start, min(rows.stop, last + 1)))


def _labelled(shutter: Shutter, since: float, until: float) -> range:
    """Return the picture's rows whose middle lies in a slice; they form a run."""
    chosen = [row for row in range(shutter.rows) if since <= shutter.middle_s(row) < until]
    return range(chosen[0], chosen[-1] + 1) if chosen else range(0)
