"""Reports, read back by Python's own HTML parser."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import Any
from xml.etree.ElementTree import Element, TreeBuilder

_VOID = {"meta", "img", "input", "br"}


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.builder = TreeBuilder()
        self.builder.start("page", {})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.builder.start(tag, {key: value or "" for key, value in attrs})
        if tag in _VOID:
            self.builder.end(tag)

    def handle_endtag(self, tag: str) -> None:
        self.builder.end(tag)

    def handle_data(self, data: str) -> None:
        self.builder.data(data)


class Report:
    """A report as a tree of elements."""

    def __init__(self, content: bytes) -> None:
        self.text = content.decode("utf-8")
        parser = _Parser()
        parser.feed(self.text)
        parser.close()
        parser.builder.end("page")
        self.tree: Element[str] = parser.builder.close()
        self.data: dict[str, Any] = json.loads(text_of(self.one("script", id="data")))

    def all(self, tag: str, **attributes: str) -> list[Element[str]]:
        """Return every element of a name, with these attributes."""
        wanted = {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items()}
        return [each for each in self.tree.iter(tag) if all(each.get(key) == value for key, value in wanted.items())]

    def one(self, tag: str, **attributes: str) -> Element[str]:
        """Return the only such element."""
        (found,) = self.all(tag, **attributes)
        return found

    def tiles(self) -> dict[str, str]:
        """Return the numbers at the top, by their names."""
        tiles = self.one("dl", class_="tiles")
        return {text_of(tile[0]): (tile[1].text or "").strip() for tile in tiles}

    def bars(self, label: str) -> dict[str, str]:
        """Return the rows of a bar chart: what is counted, and what stands behind the bar."""
        rows = self.one("ul", aria_label=label)
        return {text_of(row[0]): text_of(row[2]) for row in rows}

    def bins(self, label: str, which: int = 0) -> dict[str, int]:
        """Return the bins of a histogram that are not empty: their names, and how many are in each."""
        chart = self.all("svg", aria_label=label)[which]
        titles = (text_of(title).rsplit(": ", 1) for title in chart.iter("title"))
        return {name: int(count.replace(",", "")) for name, count in titles}


def text_of(element: Element[str]) -> str:
    """Return an element's text, that of the elements in it included."""
    return "".join(element.itertext())


def first_number(text: str) -> int:
    """Return the number that a text begins with."""
    found = re.match(r"[\d,]+", text)
    assert found is not None
    return int(found[0].replace(",", ""))
