"""The page: as parts that a server hands out, or as one file with everything in it."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from sdg.preview.describe import EncodedPicture

# Where the state stands in a page of one file; the served page asks for it.
_STATE = '<script type="application/json" id="state"></script>'
_STYLE_LINK = '<link rel="stylesheet" href="/preview.css">'
_SCRIPT_LINK = '<script src="/preview.js" defer></script>'
_POLICY_MARK = "<!-- policy -->"


@cache
def page_part(name: str) -> str:
    """Return one of the page's files, as it is served: `preview.html`, `preview.css` or `preview.js`."""
    return (files("sdg.preview") / "page" / name).read_text(encoding="utf-8")


def data_url(picture: EncodedPicture) -> str:
    """Return a picture as an address that holds it."""
    return f"data:{picture.media_type};base64,{base64.b64encode(picture.content).decode()}"


def whole_page(state: Mapping[str, Any]) -> str:
    """Return the page in one file, which needs no network and lets nothing else in.

    Args:
        state: What the script shows, with pictures as data URLs.
    """
    style, script = page_part("preview.css"), page_part("preview.js")
    policy = "; ".join(
        (
            "default-src 'none'",
            "img-src data:",
            f"style-src '{_hash(style)}'",
            f"script-src '{_hash(script)}'",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
    page = page_part("preview.html")
    for mark, text in (
        (_POLICY_MARK, f'<meta http-equiv="Content-Security-Policy" content="{policy}">'),
        (_STYLE_LINK, f"<style>{style}</style>"),
        # A script in the page runs before what follows it is there, so it comes last.
        (_SCRIPT_LINK, ""),
        (_STATE, f'<script type="application/json" id="state">{_embedded(state)}</script>\n<script>{script}</script>'),
    ):
        assert page.count(mark) == 1, mark
        page = page.replace(mark, text)
    return page


def _embedded(state: Mapping[str, Any]) -> str:
    """Return JSON that no text in it can end, as `</script>` or `<!--` would; in ASCII, as names may be no text."""
    return json.dumps(state, separators=(",", ":")).replace("<", "\\u003c")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
