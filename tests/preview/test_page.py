from __future__ import annotations

import json
import re
from html.parser import HTMLParser

from sdg.preview.page import page_part, whole_page

NASTY = "</script><script>alert(1)</script><!-- \u2028 \ud800 & \" '"


def state_of(page: str) -> object:
    found = re.search(r'<script type="application/json" id="state">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    return json.loads(found[1])


class Tags(HTMLParser):
    """Counts tags and collects addresses."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str | None] = []
        self.handlers: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value for name, value in attrs if name in ("src", "href")]
        self.handlers += [name for name, _ in attrs if name.startswith("on") or name == "style"]


def test_no_text_can_get_out_of_the_state() -> None:
    state = {"live": False, "name": NASTY, "frames": [], "faults": []}
    page = whole_page(state)
    assert state_of(page) == state
    assert page.encode(), "a lone surrogate has no encoding of its own"
    tags = Tags()
    tags.feed(page)
    assert tags.tags.count("script") == 2  # the state and our own


def test_a_page_in_one_file_needs_nothing_else_and_allows_nothing_else() -> None:
    page = whole_page({"live": False, "name": "x", "frames": [], "faults": []})
    tags = Tags()
    tags.feed(page)
    assert all(address is not None and address.startswith("data:") for address in tags.addresses)
    assert tags.handlers == []
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None
    assert policy[1].startswith("default-src 'none'")
    assert "unsafe" not in policy[1]


def test_the_script_builds_no_markup_from_text() -> None:
    """What a recipe names ends up in the page as text; each of these would parse it."""
    script = page_part("preview.js")
    for way in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function("):
        assert way not in script
