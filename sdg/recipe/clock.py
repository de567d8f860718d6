"""Dates and times of day, as recipes write them."""

from __future__ import annotations

import datetime
import re

_CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9]))?|24:00(?::00)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_EPOCH = datetime.date(2000, 1, 1)
# Of which year a day is that comes without one; in other years the sun is elsewhere by up to 0.2 degrees.
_USUAL_YEAR = 2026


def is_clock(text: str) -> bool:
    """Return whether a text is a time of day, such as `14:30` or `6:05:30`."""
    return _CLOCK.fullmatch(text) is not None


def is_date(text: str) -> bool:
    """Return whether a text is a date of the calendar, such as `2026-06-21`."""
    if _DATE.fullmatch(text) is None:
        return False
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def clock_h(clock: float | str) -> float:
    """Return hours since midnight of a sound time of day."""
    if not isinstance(clock, str):
        return float(clock)
    hours, minutes, seconds, *_ = (int(number) for number in [*clock.split(":"), "0", "0"])
    return hours + minutes / 60 + seconds / 3600


def day_of_year(date: str) -> int:
    """Return a sound date's day of its year, from 1."""
    return datetime.date.fromisoformat(date).timetuple().tm_yday


def days_of(date: str | None, day: int) -> int:
    """Return the days from 1 January 2000 to a sound date, or to a day, counted from 1, of a usual year."""
    if date is not None:
        return (datetime.date.fromisoformat(date) - _EPOCH).days
    return (datetime.date(_USUAL_YEAR, 1, 1) - _EPOCH).days + day - 1
