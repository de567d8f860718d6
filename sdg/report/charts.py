"""Charts as inline SVG; the page's style sheet gives them their colours, so that they follow light and dark."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sdg.foundation.wording import percent
from sdg.report.axes import log_ticks, short, signed, ticks, top_of
from sdg.report.markup import Child, Html, element, join

_WIDTH, _HEIGHT = 320, 146
_LEFT, _RIGHT, _TOP, _BOTTOM = 36, 14, 22, 20
_HEAT_WIDTH = 320
_HEAT_LEVELS = 8


@dataclass(frozen=True)
class Bar:
    """A row of a bar chart.

    Attributes:
        label: What is counted.
        parts: How many, or several numbers that are stacked.
        note: Behind the bar; the sum if empty.
        names: What each part is, if there are several.
        declared: How many were to be expected; None where that isn't known.
        color: Of the swatch before the label, as CSS writes it; empty for none.
    """

    label: str
    parts: Sequence[int]
    note: str = ""
    declared: float | None = None
    color: str = ""
    names: Sequence[str] = ()


def number(value: float) -> str:
    """Return a number for people: `12,345`, `0.35`, `1.2e+06`."""
    if value == int(value) and abs(value) < 1e15:
        return signed(f"{int(value):,}")
    return signed(f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}")


def bar_chart(rows: Sequence[Bar], what: str) -> Html:
    """Return rows of bars, each as long as its number is to the greatest."""
    greatest = max((max(sum(row.parts), row.declared or 0) for row in rows), default=0) or 1
    return element("ul", [_bar_row(row, greatest) for row in rows], class_="bars", aria_label=what)


def share_bar(parts: Sequence[tuple[str, int]], what: str) -> Html:
    """Return one bar that numbers share, with its legend."""
    whole = sum(count for _, count in parts) or 1
    bar = _stack([count for _, count in parts], whole, tall=True)
    legend = [
        element(
            "li",
            element("i", class_=f"key part{index}"),
            element("span", name),
            element("b", number(count)),
            element("small", percent(count / whole)),
        )
        for index, (name, count) in enumerate(parts)
    ]
    return element("div", bar, element("ul", legend, class_="legend"), class_="share", role="img", aria_label=what)


def histogram(
    counts: Sequence[int],
    low: float,
    high: float,
    what: str,
    *,
    of: str,
    whole: int = 0,
    unit: str = "",
    is_log: bool = False,
    is_whole: bool = False,
    declared: Sequence[float] = (),
) -> Html:
    """Return bins of equal width (of equal ratio, if `is_log`) from low to high.

    Args:
        counts: How many are in each bin.
        low: Lower end of the first bin.
        high: Upper end of the last bin.
        what: What the picture shows, for those who can't see it.
        of: What is counted, which stands on the upright axis.
        whole: Number that counts are shown as a share of; 0 for counts.
        unit: Of the values.
        is_log: Whether bins are of equal ratio.
        is_whole: Whether each bin is one whole number; `low` is the first, `high` the last.
        declared: How many are expected in each bin; a line.
    """
    greatest = max([*counts, *declared, 0 if whole else 1])
    scale = 100 / whole if whole else 1.0
    end, marks = top_of(greatest * scale)
    top = end / scale
    inner = _WIDTH - _LEFT - _RIGHT
    step = inner / len(counts)
    bars = [
        element(
            "rect",
            element("title", f"{_bin_name(index, len(counts), low, high, is_log, is_whole)}{unit}: {number(count)}"),
            class_="bar",
            x=round(_LEFT + index * step + min(0.75, step / 8), 2),
            y=round(_y(count, top), 2),
            width=round(step - min(1.5, step / 4), 2),
            height=round(_y(0, top) - _y(count, top), 2),
        )
        for index, count in enumerate(counts)
        if count
    ]
    line = _steps(declared, top, step) if declared else None
    says = element("text", f"% of {of}" if whole else of, x=2, y=11)
    axes = [says, _grid(end, marks), _x_labels(len(counts), low, high, unit, is_log, is_whole)]
    return element(
        "svg", axes, bars, line, class_="chart", viewBox=f"0 0 {_WIDTH} {_HEIGHT}", role="img", aria_label=what
    )


def heat_map(counts: npt.NDArray[np.int64], aspect: float, what: str) -> Html:
    """Return how many there are in each cell of the picture.

    Args:
        counts: shape (rows, columns).
        aspect: Width of the picture over its height.
        what: What the picture shows, for those who can't see it.
    """
    rows, columns = counts.shape
    height = round(_HEAT_WIDTH / min(max(aspect, 0.5), 3.0))
    cell_width, cell_height = _HEAT_WIDTH / columns, height / rows
    greatest = max(int(counts.max()), 1)
    cells = []
    for row, column in zip(*(each.tolist() for each in np.nonzero(counts)), strict=True):
        count = int(counts[row, column])
        # By the square root, so that the few can be told from none.
        level = max(1, math.ceil(math.sqrt(count / greatest) * _HEAT_LEVELS))
        cells.append(
            element(
                "rect",
                element("title", number(count)),
                class_=f"heat{level}",
                x=round(column * cell_width, 2),
                y=round(row * cell_height, 2),
                width=round(cell_width + 0.2, 2),
                height=round(cell_height + 0.2, 2),
            )
        )
    frame = element("rect", class_="plate", width=_HEAT_WIDTH, height=height)
    return element(
        "svg", frame, cells, class_="heat", viewBox=f"0 0 {_HEAT_WIDTH} {height}", role="img", aria_label=what
    )


def heat_key(counts: npt.NDArray[np.int64]) -> Html:
    """Return what the levels of a heat map stand for."""
    levels = [element("rect", class_=f"heat{level}", x=12 * (level - 1), width=12, height=10)
              for level in range(1, _HEAT_LEVELS + 1)]  # fmt: skip
    scale = element("svg", levels, class_="levels", viewBox=f"0 0 {12 * _HEAT_LEVELS} 10", aria_hidden="true")
    return element("p", "1", scale, f"{number(max(int(counts.max()), 1))} in a cell", class_="heat-key")


def _bar_row(row: Bar, greatest: float) -> Html:
    swatch = None
    if row.color:
        swatch = element(
            "svg", element("rect", width=10, height=10, fill=row.color), class_="swatch", viewBox="0 0 10 10"
        )
    return element(
        "li",
        element("span", swatch, element("span", row.label, title=row.label, class_="name"), class_="label"),
        _stack(row.parts, greatest, declared=row.declared, names=row.names),
        element("span", row.note or number(sum(row.parts)), class_="value"),
    )


def _stack(
    parts: Sequence[int],
    whole: float,
    *,
    declared: float | None = None,
    tall: bool = False,
    names: Sequence[str] = (),
) -> Html:
    at, drawn = 0.0, []
    for index, count in enumerate(parts):
        width = 100 * count / whole
        if count:
            drawn.append(
                element(
                    "rect",
                    element("title", f"{names[index]}: {number(count)}" if names else number(count)),
                    class_=f"part{index}" if len(parts) > 1 else "bar",
                    x=round(at, 3),
                    width=round(max(width, 0.4), 3),
                    height=10,
                )
            )
        at += width
    tick = None
    if declared is not None:
        x, title = round(100 * declared / whole, 3), element("title", f"declared: {number(round(declared, 1))}")
        tick = element("line", title, class_="declared", x1=x, x2=x, y1=0, y2=10)
    return element(
        "svg",
        drawn,
        tick,
        class_="stack tall" if tall else "stack",
        viewBox="0 0 100 10",
        preserveAspectRatio="none",
        aria_hidden="true",
    )


def _y(count: float, top: float) -> float:
    return _HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * count / top


def _grid(top: float, marks: Sequence[float]) -> Html:
    lines = []
    for value in marks:
        y = round(_y(value, top), 2)
        lines.append(element("line", class_="grid" if value else "axis", x1=_LEFT, x2=_WIDTH - _RIGHT, y1=y, y2=y))
        lines.append(element("text", short(value), x=_LEFT - 5, y=y + 3.5, text_anchor="end"))
    return join(lines)


def _x_labels(bins: int, low: float, high: float, unit: str, is_log: bool, is_whole: bool) -> Html:
    inner = _WIDTH - _LEFT - _RIGHT
    y, floor = _HEIGHT - 6, _HEIGHT - _BOTTOM
    parts: list[Child] = []
    if is_whole:
        marks = [value for value in ticks(low, high, 8) if value == int(value)] or [low]
        places = [(_LEFT + (value - low + 0.5) * inner / bins, value) for value in marks]
    else:
        marks = log_ticks(low, high) if is_log else ticks(low, high)
        places = [(_LEFT + inner * _share(value, low, high, is_log), value) for value in marks]
    for index, (x, value) in enumerate(places):
        text = f"{short(value)}{unit if index == len(places) - 1 else ''}"
        # A label at the very end would be cut by the picture's.
        anchor = "end" if x + 3.2 * len(text) > _WIDTH else "middle"
        parts.append(element("line", class_="axis", x1=round(x, 2), x2=round(x, 2), y1=floor, y2=floor + 3))
        parts.append(element("text", text, x=_WIDTH if anchor == "end" else round(x, 2), y=y, text_anchor=anchor))
    return join(parts)


def _steps(declared: Sequence[float], top: float, step: float) -> Html:
    points = []
    for index, count in enumerate(declared):
        y = round(_y(count, top), 2)
        points += [f"{_LEFT + index * step:.2f} {y}", f"{_LEFT + (index + 1) * step:.2f} {y}"]
    return element("path", class_="declared", d="M" + "L".join(points))


def _bin_name(index: int, bins: int, low: float, high: float, is_log: bool, is_whole: bool) -> str:
    if is_whole:
        return number(low + index)
    ends = [_along((index + end) / bins, low, high, is_log) for end in (0, 1)]
    return f"{short(ends[0])} to {short(ends[1])}"


def _share(value: float, low: float, high: float, is_log: bool) -> float:
    """Return how far along the axis a value lies, from 0 to 1."""
    if is_log:
        return math.log(value / low) / math.log(high / low) if high > low else 0.0
    return (value - low) / (high - low) if high > low else 0.0


def _along(share: float, low: float, high: float, is_log: bool) -> float:
    if is_log:
        return math.exp(math.log(low) + share * (math.log(high) - math.log(low)))
    return low + share * (high - low)
