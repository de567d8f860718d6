"""The section of the page that tells in charts what the pictures show."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from sdg.dataset.model import DatasetReader
from sdg.foundation.palette import class_color, hex_color
from sdg.foundation.wording import counted, percent, three_digits
from sdg.report.axes import nice
from sdg.report.charts import Bar, bar_chart, heat_key, heat_map, histogram, number, share_bar
from sdg.report.markup import Child, Html, element, join
from sdg.report.tally import SIZE_NAMES, VISIBILITY_BINS, DatasetTally

_MOST_CLASSES = 25
_MOST_COUNTS = 40
_DEPTH_BINS = 32


def contents_section(dataset: DatasetReader, tally: DatasetTally, depth_m: Sequence[float]) -> Html:
    """Return the charts of what the pictures show."""
    cards = [
        _classes_card(dataset, tally),
        _sizes_card(dataset, tally),
        _centers_card(tally),
        _counts_card(tally),
        _visibility_card(tally),
        _distances_card(tally),
        _depth_card(depth_m),
    ]
    return join(cards[0], element("div", cards[1:], class_="columns"))


def _card(title: str, note: str, *body: Child, wide: bool = False) -> Html:
    heading = element("h3", title)
    return element("figure", heading, element("figcaption", note), *body, class_="card wide" if wide else "card")


def _classes_card(dataset: DatasetReader, tally: DatasetTally) -> Html:
    rows = []
    for category_id, name in names_of(dataset, tally):
        seen = tally.categories.get(category_id)
        annotations, images = (seen.annotations, seen.images) if seen else (0, 0)
        share = f"in {percent(images / max(tally.images, 1))} of pictures" if images else "never seen"
        value = join(number(annotations), element("span", f" · {share}", class_="share"))
        rows.append((annotations, Bar(name, [annotations], value, None, color_of(dataset, category_id))))
    rows.sort(key=lambda row: -row[0])
    bars = [bar for _, bar in rows]
    more = bars[_MOST_CLASSES:]
    rest = (
        element("details", element("summary", f"{len(more)} more"), bar_chart(more, "more classes")) if more else None
    )
    crowds = f"; crowds among them: {number(tally.crowds)}" if tally.crowds else ""
    note = f"{counted(tally.annotations, 'object')}, and how many pictures show the class{crowds}"
    return _card("Classes", note, bar_chart(bars[:_MOST_CLASSES], "objects of each class"), rest, wide=True)


def _sizes_card(dataset: DatasetReader, tally: DatasetTally) -> Html | None:
    if not tally.annotations:
        return None
    bars = [
        Bar(name, tally.categories[category_id].by_size, "", None, color_of(dataset, category_id), SIZE_NAMES)
        for category_id, name in names_of(dataset, tally)
        if category_id in tally.categories
    ]
    bars.sort(key=lambda bar: -sum(bar.parts))
    bounds = ("< 32²", "to 96²", "≥ 96²")
    labels = [f"{name} {bound}" for name, bound in zip(SIZE_NAMES, bounds, strict=True)]
    named = list(zip(labels, tally.by_size(), strict=True))
    note = "by COCO's bounds on the area [px²]: small, medium and large"
    return _card("Sizes", note, share_bar(named, "objects by size"), bar_chart(bars[:12], "sizes of each class"))


def _centers_card(tally: DatasetTally) -> Html | None:
    if not tally.boxes:
        return None
    (width, height), _ = max(tally.resolutions.items(), key=lambda item: (item[1], item[0]))
    chart = heat_map(tally.centers, width / max(height, 1), "where centres of boxes are in the picture")
    without = tally.annotations - tally.boxes
    rest = f"; {counted(without, 'object')} without a box whose centre is in the picture" if without else ""
    note = f"where in the picture; {counted(tally.boxes, 'box', 'boxes')}{rest}"
    return _card("Centres of boxes", note, chart, heat_key(tally.centers))


def _counts_card(tally: DatasetTally) -> Html | None:
    if not tally.images:
        return None
    most = max(tally.per_image)
    width = max(1, math.ceil((most + 1) / _MOST_COUNTS))
    counts = [0] * (most // width + 1)
    for count, images in tally.per_image.items():
        counts[count // width] += images
    note = f"{per_picture(tally)}; {counted(tally.per_image.get(0, 0), 'picture')} without any"
    what = "pictures by number of objects"
    if width == 1:
        chart = histogram(counts, 0, most, what, of="pictures", unit=" objects", is_whole=True)
    else:
        chart = histogram(counts, 0, width * len(counts), what, of="pictures", unit=" objects")
    return _card("Objects in a picture", note, chart)


def _visibility_card(tally: DatasetTally) -> Html | None:
    known = sum(tally.visibility)
    if not known:
        return None
    hidden = sum(tally.visibility[: VISIBILITY_BINS // 2])
    note = f"share of an object that nothing hides; {percent(hidden / known)} are more than half hidden"
    return _card("Visibility", note, histogram(tally.visibility, 0, 1, "objects by visibility", of="objects"))


def _distances_card(tally: DatasetTally) -> Html | None:
    if not tally.distances_m:
        return None
    values = np.repeat(list(tally.distances_m), list(tally.distances_m.values()))
    behind = "; negative is behind the camera" if values.min() < 0 else ""
    note = f"centre of the 3-D box, along the optical axis{behind}"
    return _metres_card("Distance of objects", note, values, "objects")


def _depth_card(depth_m: Sequence[float]) -> Html | None:
    if not depth_m:
        return None
    note = "of the pictures shown here, every seventh pixel of every seventh row"
    return _metres_card("Depth", note, np.array(depth_m), "pixels", whole=len(depth_m))


def _metres_card(title: str, note: str, values: np.ndarray[Any, Any], what: str, *, whole: int = 0) -> Html:
    low = min(float(values.min()), 0.0)
    high = nice(max(float(np.percentile(values, 99.5)), 0.1))
    counts, _ = np.histogram(np.clip(values, low, high), bins=_DEPTH_BINS, range=(low, high))
    chart = histogram(counts.tolist(), low, high, f"{what} by depth", of=what, whole=whole, unit=" m")
    return _card(title, f"{note}; median {three_digits(float(np.median(values)))} m", chart)


def seen_classes(dataset: DatasetReader, tally: DatasetTally) -> str:
    """Return how many of the classes were seen, and how many have no name."""
    names = names_of(dataset, tally)
    seen = sum(category_id in tally.categories for category_id, _ in names)
    named = {category.id for category in dataset.categories}
    nameless = sum(category_id not in named for category_id, _ in names)
    words = "all of them seen" if seen == len(names) else f"{number(seen)} of them seen"
    return f"{words}, {number(nameless)} without a name" if nameless else words


def color_of(dataset: DatasetReader, category_id: int) -> str:
    """Return a category's colour as CSS writes it."""
    stuff = {category.id for category in dataset.categories if not category.is_thing}
    return hex_color(class_color(category_id, is_thing=category_id not in stuff))


def names_of(dataset: DatasetReader, tally: DatasetTally) -> list[tuple[int, str]]:
    """Return the categories that are of things or were seen, also those without a name."""
    named = [(each.id, each.name) for each in dataset.categories if each.is_thing or each.id in tally.categories]
    known = {category_id for category_id, _ in named}
    return named + [(each, f"category {each}, unnamed") for each in sorted(tally.categories) if each not in known]


def per_picture(tally: DatasetTally) -> str:
    """Return how many objects a picture has on average."""
    return f"{three_digits(tally.annotations / max(tally.images, 1))} a picture"
