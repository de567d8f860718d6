"""The section that holds what was drawn against what the recipe declares."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence

import numpy as np

from sdg.foundation.color import srgb_from_linear
from sdg.foundation.palette import hex_color
from sdg.foundation.wording import counted, percent
from sdg.report.charts import Bar, bar_chart, histogram, number
from sdg.report.drawn import BINS, DrawnChoices, DrawnNode, DrawnNumbers, Draws
from sdg.report.markup import Html, element, join

_MOST_NODES = 80
_MOST_ROWS = 12
_MOST_WHOLE = 32
_FEWEST_IN_BIN = 8


def drawn_section(sources: Sequence[tuple[str, Draws]]) -> Html | None:
    """Return a chart of every distribution that anything was drawn from; None if there is none."""
    parts: list[Html] = []
    for name, draws in sources:
        nodes = [node for node in draws.nodes.values() if node.count]
        if not nodes:
            continue
        if len(sources) > 1:
            parts.append(element("h3", name, class_="source"))
        parts.append(element("div", [_card(node) for node in nodes[:_MOST_NODES]], class_="grid small"))
        if len(nodes) > _MOST_NODES:
            parts.append(element("p", f"and {number(len(nodes) - _MOST_NODES)} more distributions", class_="more"))
    if not parts:
        return None
    lead = (
        "Bars are what was drawn; lines, and ticks on bars, are what the recipe declares. Few draws stray far from "
        "a line by chance alone."
    )
    return join(element("p", lead, class_="lead"), parts)


def _card(node: DrawnNode) -> Html:
    outside = sum(element_.outside for element_ in node.elements)
    notes = [counted(node.count, "draw")]
    if node.kind == "choice" and any(isinstance(drawn, DrawnChoices) and drawn.declared for drawn in node.elements):
        notes.append("in % and as a tick: the share declared")
    if node.rejected:
        notes.append("drawn again where a pose isn't possible, so the shape may differ")
    charts = [_chart(node, drawn) for drawn in node.elements]
    return element(
        "figure",
        element("h3", _breakable(node.name), title=node.name),
        element("figcaption", element("code", node.said), element("small", "; ".join(notes))),
        element("p", f"{counted(outside, 'value')} that can't come from it", class_="outside") if outside else None,
        charts,
        class_="card",
    )


def _chart(node: DrawnNode, drawn: DrawnNumbers | DrawnChoices) -> Html:
    if isinstance(drawn, DrawnNumbers):
        if drawn.high <= drawn.low:
            return bar_chart([Bar(number(drawn.low), [sum(drawn.counts)])], node.name)
        # Where draws are few, wider bins say more.
        width = next((each for each in (1, 2, 3) if node.count * each >= _FEWEST_IN_BIN * BINS), 4)
        counts = [sum(drawn.counts[first : first + width]) for first in range(0, BINS, width)]
        declared = [sum(drawn.declared[first : first + width]) for first in range(0, BINS, width)]
        expected = [share * sum(counts) for share in declared]
        return histogram(counts, drawn.low, drawn.high, node.name, of="draws", is_log=drawn.is_log, declared=expected)
    if node.kind == "uniform_int" and drawn.declared and len(drawn.declared) <= _MOST_WHOLE and not drawn.outside:
        values = sorted(int(text) for text in drawn.declared)
        whole = sum(drawn.counts.values())
        counts = [drawn.counts[str(value)] for value in values]
        expected = [drawn.declared[str(value)] * whole for value in values]
        return histogram(counts, values[0], values[-1], node.name, of="draws", is_whole=True, declared=expected)
    return _free_chart(node, drawn)


def _free_chart(node: DrawnNode, drawn: DrawnChoices) -> Html:
    """Return rows of single values; or bins, where there are too many numbers for rows."""
    whole = sum(drawn.counts.values())
    if len(drawn.counts) > _MOST_ROWS and (values := _all_numbers(drawn)) is not None:
        low, high = min(values), max(values)
        counts, expected = [0] * BINS, [0.0] * BINS
        for value, text in values.items():
            place = min(int((value - low) / (high - low) * BINS), BINS - 1)
            counts[place] += drawn.counts[text]
            expected[place] += drawn.declared.get(text, 0.0) * whole
        return histogram(counts, low, high, node.name, of="draws", declared=expected if drawn.declared else ())
    texts = list(dict.fromkeys([*drawn.declared, *drawn.counts]))
    rows = [_row(node, drawn, text, whole) for text in texts[:_MOST_ROWS]]
    more = element("p", f"and {counted(len(texts) - _MOST_ROWS, 'other value')}", class_="more")
    return join(bar_chart(rows, node.name), more if len(texts) > _MOST_ROWS else None)


def _row(node: DrawnNode, drawn: DrawnChoices, text: str, whole: int) -> Bar:
    """Return how often a value came, and how often it should have."""
    count, color = drawn.counts[text], _color_of(node, text)
    label = text if not color else " ".join(f"{channel:.2g}" for channel in json.loads(text))
    if not drawn.declared:
        return Bar(label, [count], color=color)
    share = drawn.declared.get(text, 0.0)
    note = join(number(count), element("span", f" · {percent(share)}", class_="share"))
    return Bar(label, [count], note, share * whole, color)


def _color_of(node: DrawnNode, text: str) -> str:
    """Return a colour, which recipes give linear, as CSS writes it; empty if the value is none."""
    if not node.name.endswith("color"):
        return ""
    try:
        channels = np.array(json.loads(text), dtype=np.float64)
    except (TypeError, ValueError):
        return ""
    if channels.shape != (3,) or not ((channels >= 0) & (channels <= 1)).all():
        return ""
    red, green, blue = (round(255 * channel) for channel in srgb_from_linear(channels).tolist())
    return hex_color((red, green, blue))


def _all_numbers(drawn: DrawnChoices) -> dict[float, str] | None:
    """Return the values as numbers, if all are, and not all the same."""
    try:
        values = {float(text): text for text in [*drawn.declared, *drawn.counts]}
    except ValueError:
        return None
    return values if len(values) > 1 and all(map(math.isfinite, values)) else None


def _breakable(name: str) -> str:
    """Return a node's name so that it can be broken after its dots."""
    return name.replace(".", ".\u200b")
