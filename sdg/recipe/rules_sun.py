"""Rules over dates and times of day of a `sun_sky`."""

from __future__ import annotations

from sdg.recipe.clock import is_clock, is_date
from sdg.recipe.view import View

_EITHER = (("date", "day"), ("clock", "hour"))
_BESIDE_A_CLOCK = ("longitude_deg", "utc_offset_h")


def check_times(view: View) -> None:
    """R145: a text that is no date of the calendar, or no time of day."""
    for path, kind, _ in view.lights():
        if kind != "sun_sky":
            continue
        for text, place in view.texts(*path, "date"):
            if not is_date(text):
                view.fault("R145", "not a date", place, expected="YYYY-MM-DD", found=text, hint='such as "2026-06-21"')
        for text, place in view.texts(*path, "clock"):
            if not is_clock(text):
                expected = "a time of day, or hours from 0 to 24"
                view.fault("R145", "not a time of day", place, expected=expected, found=text, hint='such as "14:30"')


def check_clocks(view: View) -> None:
    """R146: two dates or two times; a clock without its place; R072: a place without a clock."""
    for path, kind, block in view.lights():
        if kind != "sun_sky":
            continue
        for one, other in _EITHER:
            if block.get(one) is not None and other in block:
                related = view.note(f"{one} at", (*path, one))
                message = f"{one} and {other} both say when it is"
                view.fault("R146", message, (*path, other), head=True, hint="keep one of the two", related=related)
        for key in _BESIDE_A_CLOCK:
            if block.get("clock") is not None and block.get(key) is None:
                view.fault(
                    "R146",
                    f"a clock needs {key}",
                    (*path, "clock"),
                    head=True,
                    expected=f"{key} beside it",
                    hint="where the sun stands depends on it; or write the solar time as hour",
                )
            elif block.get("clock") is None and block.get(key) is not None:
                view.fault(
                    "R072",
                    f"{key} has no effect without clock",
                    (*path, key),
                    head=True,
                    hint="add clock, or remove it: hour is solar time, whatever the longitude",
                )
