"""The page: sections in their order, in the frame that `page.html` gives them."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources

from sdg.dataset.model import DatasetReader
from sdg.report.drawn import Draws
from sdg.report.gallery import Gallery, PictureName
from sdg.report.markup import Html, data_block, element, join
from sdg.report.model import PlacedFinding, ReportFinding
from sdg.report.sections import findings_section, head, origin_section, title_of
from sdg.report.sections_contents import contents_section
from sdg.report.sections_drawn import drawn_section
from sdg.report.sections_pictures import gallery_data, gallery_section, names_section
from sdg.report.tally import DatasetTally

# Every report has this near its beginning, and nothing else does.
MARK = '<meta name="generator" content="sdg report">'


@dataclass(frozen=True)
class Contents:
    """Everything that a page shows.

    Attributes:
        dataset: What it is about.
        tally: Counts over all frames.
        gallery: The pictures shown.
        names: Every picture's path from the dataset's root.
        draws: What was drawn, recipe by recipe.
        findings: Each with the picture that it is about; None if nobody looked.
        unreadable: What is wrong with the frames that can't be read.
        root: The dataset's root from the page's folder, with forward slashes.
    """

    dataset: DatasetReader
    tally: DatasetTally
    gallery: Gallery
    names: Sequence[str]
    draws: Sequence[tuple[str, Draws]]
    findings: Sequence[tuple[PlacedFinding, PictureName | None]] | None
    unreadable: Sequence[str]
    root: str


def render_page(contents: Contents) -> str:
    """Return the page as text."""
    dataset, tally = contents.dataset, contents.tally
    unreadable, root = contents.unreadable, contents.root
    shown = {picture["name"] for picture in contents.gallery.pictures}
    blame: dict[str, list[ReportFinding]] = {}
    for placed, picture in contents.findings or ():
        if picture is not None:
            blame.setdefault(picture.path, []).append(placed.finding)
    sections: list[tuple[str, str, Html | None]] = [
        (
            "findings",
            "Findings",
            findings_section(dataset, contents.findings, unreadable, shown, root),
        ),
        ("pictures", "Pictures", gallery_section(contents.gallery, dataset, tally, blame, root)),
        ("contents", "Contents", contents_section(dataset, tally, contents.gallery.depth_m)),
        ("drawn", "What was drawn", drawn_section(contents.draws)),
        ("origin", "What it was made from", origin_section(dataset)),
        ("all", "Every picture", names_section(len(contents.names))),
    ]
    there = [(name, title, body) for name, title, body in sections if body is not None]
    links = [element("a", title, href=f"#{name}") for name, title, _ in there]
    body = [element("section", element("h2", title), content, id=name) for name, title, content in there]
    data = data_block("data", gallery_data(contents.gallery, dataset, blame, contents.names, root))
    style, script = _file("page.css"), _file("page.js")
    parts = {
        "policy": f"default-src 'none'; img-src data:; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
        "base-uri 'none'; form-action 'none'",
        "mark": MARK,
        "title": join(title_of(dataset)),
        "style": style,
        "head": head(dataset, tally),
        "links": join(links),
        "sections": join(body),
        "data": data,
        "script": script,
    }
    page = _file("page.html")
    # In one pass, so that nothing that is filled in is taken for a place to fill.
    pieces = page.split("{{")
    return pieces[0] + "".join(parts[name] + rest for name, _, rest in (piece.partition("}}") for piece in pieces[1:]))


def _file(name: str) -> str:
    return resources.files("sdg.report").joinpath(name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    """Return what a content security policy calls a text by."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode('ascii')}"
