"""Sections of the page that show pictures; `page.js` draws over them and switches layers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sdg.dataset.model import DatasetReader
from sdg.report.charts import number
from sdg.report.gallery import Gallery
from sdg.report.links import address, anchor
from sdg.report.markup import Html, element, join
from sdg.report.overlays import skeletons
from sdg.report.pictures import RASTERS, color_code
from sdg.report.tally import DatasetTally

_MOST_LEGEND = 40
_FIRST = 12
_KEPT = ("things", "size", "depth", "semantic", "instance", "range", "count")


def gallery_section(gallery: Gallery, dataset: DatasetReader, tally: DatasetTally, root: str) -> Html | None:
    """Return the pictures that are shown, with their switches; None without any."""
    pictures = gallery.pictures
    if not pictures:
        return None
    lines = [layer for layer in gallery.layers if layer not in RASTERS]
    rasters = [layer for layer in gallery.layers if layer in RASTERS]
    on = lines[0] if lines else ""
    switches = [
        element(
            "button", layer, type="button", class_="switch", data_layer=layer, aria_pressed=str(layer == on).lower()
        )
        for layer in lines
    ]
    bases = [
        element("button", layer, type="button", data_base=layer,
                aria_pressed=str(layer == "photo").lower())
        for layer in ("photo", *rasters)
    ]  # fmt: skip
    bar = element(
        "div",
        element("div", bases, class_="segmented", role="group", aria_label="What pictures show") if rasters else None,
        element("div", switches, class_="switches", role="group", aria_label="What is drawn over them"),
        class_="toolbar",
    )
    shown = (
        f"{number(len(pictures))} of {number(tally.images)} pictures"
        if len(pictures) < tally.images
        else "All pictures"
    )
    figures = [_figure(index, picture, root, len(dataset.cameras)) for index, picture in enumerate(pictures)]
    more = len(figures) > _FIRST
    return join(
        element("p", f"{shown}. Click one to look closer; click a class to hide it.", class_="lead"),
        _missing(pictures, dataset),
        bar,
        _legend(gallery, dataset),
        element("div", figures, id="gallery", class_="gallery few" if more else "gallery"),
        element("button", f"Show all {len(figures)}", type="button", id="more", class_="wide-button") if more else None,
        element("noscript", element("p", "Masks and boxes are drawn by this page's script, which is switched off.")),
    )


def _missing(pictures: Sequence[Mapping[str, Any]], dataset: DatasetReader) -> Html | None:
    """Return how many of the pictures shown can't be read, and what may help; None if all can."""
    count = sum("photo" not in picture for picture in pictures)
    if not count:
        return None
    hint = "" if dataset.manifest else " (sdg report --images says which folder they are in)"
    return element("p", f"{number(count)} of these can't be read{hint}.", class_="outside")


def gallery_data(gallery: Gallery, dataset: DatasetReader, names: Sequence[str], root: str) -> Mapping[str, Any]:
    """Return what the page's script reads."""
    used = _used(gallery)
    return {
        "pictures": [{key: picture[key] for key in _KEPT if key in picture} for picture in gallery.pictures],
        "classes": {str(each): [_name(dataset, each), color_code(each)] for each in used},
        "skeletons": skeletons(dataset.categories),
        "names": list(names),
        "root": address("", root),
    }


def names_section(count: int) -> Html | None:
    """Return the list of all pictures, which the script fills page by page."""
    if not count:
        return None
    return element(
        "details",
        element("summary", f"Links to {number(count)} pictures, which open beside this page"),
        element("input", id="filter", type="search", placeholder="part of a name", aria_label="part of a name"),
        element("ol", id="names", class_="names"),
        element("button", "more", type="button", id="more-names", class_="wide-button"),
        class_="card",
    )


def _figure(index: int, picture: Mapping[str, Any], root: str, cameras: int) -> Html:
    width, height = picture["size"]
    name = str(picture["name"])
    image = (
        element("img", src=picture["photo"], alt=name, loading="lazy", decoding="async",
                width=width, height=height)
        if "photo" in picture
        else element("img", alt=f"{name} can't be read", width=width, height=height)
    )  # fmt: skip
    caption = element(
        "figcaption",
        element("a", name, href=address(name, root), target="_blank", rel="noopener", title="open the file itself"),
        element("span", picture["camera"] if cameras > 1 else "", class_="camera"),
        element("span", f"{picture['count']} objects", class_="count"),
    )
    button = element("button", image, type="button", class_="view", aria_label=f"look closer at {name}")
    return element("figure", button, caption, id=anchor(name), data_index=index, class_="picture")


def _legend(gallery: Gallery, dataset: DatasetReader) -> Html | None:
    chips = []
    for category_id in _used(gallery)[:_MOST_LEGEND]:
        swatch = element(
            "svg",
            element("rect", width=10, height=10, fill=color_code(category_id)),
            class_="swatch",
            viewBox="0 0 10 10",
        )
        chips.append(
            element("button", swatch, _name(dataset, category_id), type="button", class_="class",
                    data_class=category_id, aria_pressed="true")
        )  # fmt: skip
    return element("div", chips, class_="classes", role="group", aria_label="Classes") if chips else None


def _used(gallery: Gallery) -> list[int]:
    return sorted({thing["c"] for picture in gallery.pictures for thing in picture["things"]})


def _name(dataset: DatasetReader, category_id: int) -> str:
    named = {category.id: category.name for category in dataset.categories}
    return named.get(category_id, f"category {category_id}, unnamed")
