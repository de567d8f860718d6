"""Links from the page to what lies beside it, and to what is shown on it."""

from __future__ import annotations

import hashlib
from collections.abc import Container
from urllib.parse import quote

from sdg.report.markup import Html, element


def anchor(path: str) -> str:
    """Return what a picture is called within the page."""
    return f"picture-{hashlib.sha256(path.encode(errors='surrogatepass')).hexdigest()[:12]}"


def address(path: str, root: str) -> str:
    """Return the address of a file beside the page; whatever its name is, it is the name of a file."""
    # The dot in front keeps a name like `javascript:…` from being read as something else than a path.
    place = path if root == "." else f"{root}/{path}"
    return quote(f"./{place}", errors="surrogatepass")


def file_link(path: str, root: str, name: str = "") -> Html:
    """Return a link that opens a file beside the page; it reads as `name`, or as the path."""
    return element("a", name or path, href=address(path, root), target="_blank", rel="noopener")


def picture_link(path: str, shown: Container[str], root: str) -> Html:
    """Return a link to a picture: where it is shown on the page, or else to its file."""
    return element("a", path, href=f"#{anchor(path)}") if path in shown else file_link(path, root)
