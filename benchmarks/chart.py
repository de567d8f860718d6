"""Curves as SVG, both axes logarithmic, readable on light and dark pages."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

_WIDTH, _HEIGHT = 680, 380
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 170, 16, 48
_COLORS = ("#1b6ca8", "#d1495b", "#3a7d44", "#b07d12", "#7a5195")  # all have a contrast above 3 on white and on black
_GREY = "#808080"
_LABEL_HEIGHT = 15


@dataclass(frozen=True)
class Line:
    """A named curve; all values are positive."""

    name: str
    x: Sequence[float]
    y: Sequence[float]


def line_chart(lines: Sequence[Line], x_label: str, y_label: str) -> str:
    """Return the curves as a file of SVG, each with its name at its end."""
    x_values = [value for line in lines for value in line.x]
    y_values = [value for line in lines for value in line.y]
    low = 10 ** math.floor(math.log10(min(y_values)))
    high = 10 ** math.ceil(math.log10(max(y_values)))
    span_x = (math.log10(min(x_values)), math.log10(max(x_values)))
    span_y = (math.log10(low), math.log10(high))

    def place(x: float, y: float) -> tuple[float, float]:
        right = (math.log10(x) - span_x[0]) / max(span_x[1] - span_x[0], 1e-9)
        up = (math.log10(y) - span_y[0]) / (span_y[1] - span_y[0])
        return _LEFT + right * (_WIDTH - _LEFT - _RIGHT), _HEIGHT - _BOTTOM - up * (_HEIGHT - _TOP - _BOTTOM)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{_HEIGHT}" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        f'font-family="sans-serif" font-size="12" fill="{_GREY}">'
    ]
    for exponent in range(round(span_y[0]), round(span_y[1]) + 1):
        left, level = place(min(x_values), 10.0**exponent)
        parts.append(f'<path d="M{left:.1f} {level:.1f}H{_WIDTH - _RIGHT}" stroke="{_GREY}" stroke-opacity="0.4"/>')
        parts.append(f'<text x="{left - 8:.1f}" y="{level + 4:.1f}" text-anchor="end">{10.0**exponent:g}</text>')
    for value in sorted(set(x_values)):
        across, bottom = place(value, low)
        parts.append(f'<text x="{across:.1f}" y="{bottom + 18:.1f}" text-anchor="middle">{value:,.0f}</text>')
    middle_x, middle_y = (_LEFT + _WIDTH - _RIGHT) / 2, (_TOP + _HEIGHT - _BOTTOM) / 2
    parts.append(f'<text x="{middle_x}" y="{_HEIGHT - 8}" text-anchor="middle">{escape(x_label)}</text>')
    turned = f'transform="translate(16 {middle_y}) rotate(-90)"'
    parts.append(f'<text {turned} text-anchor="middle">{escape(y_label)}</text>')
    parts += _curves(lines, place)
    return "\n".join([*parts, "</svg>", ""])


def _curves(lines: Sequence[Line], place: object) -> list[str]:
    """Return the curves with their names, which make room for each other."""
    assert callable(place)
    parts, taken = [], -math.inf
    colors = {line.name: _COLORS[index % len(_COLORS)] for index, line in enumerate(lines)}
    for line in sorted(lines, key=lambda one: -one.y[-1]):
        points = [place(x, y) for x, y in zip(line.x, line.y, strict=True)]
        path = "L".join(f"{across:.1f} {down:.1f}" for across, down in points)
        color = colors[line.name]
        parts.append(f'<path d="M{path}" fill="none" stroke="{color}" stroke-width="2"/>')
        parts += [f'<circle cx="{across:.1f}" cy="{down:.1f}" r="3" fill="{color}"/>' for across, down in points]
        across, down = points[-1]
        taken = max(down, taken + _LABEL_HEIGHT)
        parts.append(f'<text x="{across + 10:.1f}" y="{taken + 4:.1f}" fill="{color}">{escape(line.name)}</text>')
    return parts
