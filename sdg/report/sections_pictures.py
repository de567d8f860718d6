"""Sections of the page that show pictures; `page.js` draws over them and switches layers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sdg.dataset.model import DatasetReader
from sdg.foundation.palette import VOID, hex_color
from sdg.foundation.wording import counted
from sdg.report.charts import number
from sdg.report.gallery import Gallery
from sdg.report.links import address, anchor
from sdg.report.markup import Html, element, join
from sdg.report.model import ReportFinding
from sdg.report.overlays import skeletons
from sdg.report.pictures import RASTERS
from sdg.report.sections_contents import color_of
from sdg.report.tally import DatasetTally

_MOST_LEGEND = 40
_FIRST = 12
_KEPT = ("things", "size", "depth", "semantic", "instance", "range", "count", "unread")
_MOST_TOLD = 20

# What was found about each picture, by its path, the gravest first.
Blame = Mapping[str, Sequence[ReportFinding]]


def gallery_section(
    gallery: Gallery, dataset: DatasetReader, tally: DatasetTally, blame: Blame, root: str
) -> Html | None:
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
        element("button", "picture" if layer == "photo" else layer, type="button", data_base=layer,
                aria_pressed=str(layer == "photo").lower())
        for layer in ("photo", *rasters)
    ]  # fmt: skip
    bar = element(
        "div",
        element("div", bases, class_="segmented", role="group", aria_label="What pictures show") if rasters else None,
        element("div", switches, class_="switches", role="group", aria_label="What is drawn over them"),
        class_="toolbar",
    )
    figures = [_figure(index, picture, root, blame) for index, picture in enumerate(pictures)]
    more = len(figures) > _FIRST
    whole = f"{counted(tally.images, 'picture')}, chosen by digest" if len(pictures) < tally.images else ""
    every = f"{number(len(pictures))} of {whole}" if whole else counted(len(pictures), "picture")
    first = f"{_FIRST} of {every if not whole else f'{number(len(pictures))} that are here, of {whole}'}"
    return join(
        element(
            "p",
            element("span", first if more else every, id="shown", data_every=every),
            ". Click one to look closer; click a class to hide it.",
            class_="lead",
        ),
        _missing(pictures, dataset),
        bar,
        _legend(gallery, dataset),
        element("div", figures, id="gallery", class_="gallery few" if more else "gallery"),
        element("button", f"Show all {len(figures)}", type="button", id="more", class_="wide-button") if more else None,
        element("noscript", element("p", "Masks and boxes are drawn by this page's script, which is switched off.")),
    )


def _missing(pictures: Sequence[Mapping[str, Any]], dataset: DatasetReader) -> Html | None:
    """Return how many of the pictures shown can't be read, and what may help; None if all can."""
    count = sum("unread" in picture for picture in pictures)
    if not count:
        return None
    if count < len(pictures) or len(pictures) == 1 or dataset.manifest:
        return element("p", f"{counted(count, 'picture')} can't be read.", class_="outside")
    hint = "if they are in another folder, say which with sdg report --images"
    return element("p", f"None of these pictures can be read; {hint}.", class_="outside")


def gallery_data(
    gallery: Gallery, dataset: DatasetReader, blame: Blame, names: Sequence[str], root: str
) -> Mapping[str, Any]:
    """Return what the page's script reads."""
    used = _used(gallery)
    pictures = [{key: picture[key] for key in _KEPT if key in picture} for picture in gallery.pictures]
    for picture, told in zip(gallery.pictures, pictures, strict=True):
        if found := blame.get(picture["name"]):
            told["findings"] = [
                [finding.severity, finding.code, finding.message, finding.annotation_id]
                for finding in found[:_MOST_TOLD]
            ]
    return {
        "pictures": pictures,
        "classes": {str(each): [_name(dataset, each), color_of(dataset, each)] for each in used},
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
        element("summary", f"Links to {counted(count, 'picture')}, which open beside this page"),
        element("input", id="filter", type="search", placeholder="part of a name", aria_label="part of a name"),
        element("ol", id="names", class_="names"),
        element("button", "more", type="button", id="more-names", class_="wide-button"),
        class_="card",
    )


def _figure(index: int, picture: Mapping[str, Any], root: str, blame: Blame) -> Html:
    width, height = picture["size"]
    name = str(picture["name"])
    image = (
        element("img", src=picture["photo"], alt=name, loading="lazy", decoding="async",
                width=width, height=height)
        if "photo" in picture
        else [
            element("img", alt=name, hidden=True, width=width, height=height),
            element("span", "can't be read" if "unread" in picture else "no picture", class_="absent"),
        ]
    )  # fmt: skip
    found = blame.get(name, ())
    badge = element("span", counted(len(found), "finding"), class_=f"badge {severity_of(found[0])}") if found else None
    caption = element(
        "figcaption",
        # What doesn't fit is cut at the beginning: names differ at their ends.
        element("a", element("bdi", picture["named"]), href=address(name, root), target="_blank", rel="noopener",
                title=name, class_=None if picture["named"] == name else "whole"),
        element("span", counted(picture["count"], "object"), class_="count"),
    )  # fmt: skip
    button = element("button", image, badge, type="button", class_="view", aria_label=f"look closer at {name}")
    return element("figure", button, caption, id=anchor(name), data_index=index, class_="picture")


def severity_of(finding: ReportFinding) -> str:
    """Return a finding's severity, one of those that the style sheet knows."""
    return finding.severity if finding.severity in ("error", "warning", "note") else "note"


def _legend(gallery: Gallery, dataset: DatasetReader) -> Html | None:
    chips = []
    used = _used(gallery)[:_MOST_LEGEND]
    for category_id in used:
        chips.append(
            element("button", _swatch(color_of(dataset, category_id)), _name(dataset, category_id), type="button",
                    class_="class", data_class=category_id, aria_pressed="true")
        )  # fmt: skip
    # What semantic pictures show besides, which nothing is drawn over.
    parts = sorted({part for picture in gallery.pictures for part in picture.get("parts", ())} - {*used})
    for category_id in parts[:_MOST_LEGEND]:
        name = _name(dataset, category_id) if category_id else "unlabelled"
        color = color_of(dataset, category_id) if category_id else hex_color(VOID)
        chips.append(element("span", _swatch(color), name, class_="part"))
    return element("div", chips, class_="classes", role="group", aria_label="Classes") if chips else None


def _swatch(color: str) -> Html:
    return element("svg", element("rect", width=10, height=10, fill=color), class_="swatch", viewBox="0 0 10 10")


def _used(gallery: Gallery) -> list[int]:
    return sorted({thing["c"] for picture in gallery.pictures for thing in picture["things"]})


def _name(dataset: DatasetReader, category_id: int) -> str:
    named = {category.id: category.name for category in dataset.categories}
    return named.get(category_id, f"category {category_id}, unnamed")
