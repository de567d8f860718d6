"""Axes of charts: round numbers, and how they are written."""

from __future__ import annotations

import math


def ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Return round numbers from `low` to `high`, at most so many, 0 among them where it lies between."""
    if not high > low:
        return [low]
    # Angles are divided as compasses are.
    if low == 0 and high == 360:
        return [0.0, 90.0, 180.0, 270.0, 360.0]
    scale = 10.0 ** math.floor(math.log10((high - low) / most))
    for step in (scale * each for each in (1, 2, 2.5, 5, 10, 20, 25, 50)):
        first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
        if last - first < most:
            break
    # Rounded, as 3 times 0.1 isn't 0.3.
    return [round(number * step, 12) + 0.0 for number in range(first, last + 1)]


def log_ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Return round numbers for a logarithmic axis, at most so many."""
    decades = range(math.floor(math.log10(low)) - 1, math.ceil(math.log10(high)) + 1)
    for digits in ((1, 1.5, 2, 3, 4, 5, 6, 8), (1, 2, 3, 5), (1, 2, 5), (1, 3), (1,)):
        found = [digit * 10.0**decade for decade in decades for digit in digits]
        found = [value for value in found if low * (1 - 1e-9) <= value <= high * (1 + 1e-9)]
        if len(found) <= most:
            break
    every = max(1, math.ceil(len(found) / most))
    return [float(f"{value:.12g}") for value in found[::every]] or [low]


def top_of(greatest: float) -> tuple[float, list[float]]:
    """Return where an axis of counts ends, and its ticks: whole numbers, 0 and the end among them."""
    for step in (digit * 10**decade for decade in range(16) for digit in (1, 2, 5)):
        steps = max(1, math.ceil(greatest / step - 1e-9))
        if steps <= 4:
            return float(steps * step), [float(number * step) for number in range(steps + 1)]
    return greatest, [0.0, greatest]


def short(value: float) -> str:
    """Return a number for an axis: `0.25`, `12`, `3.4k`, `2M`."""
    size = abs(value)
    for bound, sign in ((1e6, "M"), (1e4, "k")):
        if size >= bound:
            return signed(f"{value / (1e6 if sign == 'M' else 1e3):.3g}{sign}")
    return signed(f"{value:.0f}" if size >= 1000 else f"{value:.3g}".replace("e-0", "e-"))


def signed(text: str) -> str:
    """Return a number's text with a true minus sign."""
    return text.replace("-", "\N{MINUS SIGN}", 1) if text.startswith("-") else text


def nice(value: float) -> float:
    """Return the next even number of the kind that axes end at."""
    scale = 10.0 ** math.floor(math.log10(value))
    for step in (1, 1.2, 1.6, 2, 3, 4, 5, 6, 8, 10):
        if value <= step * scale * (1 + 1e-12):
            return step * scale
    return 10 * scale
