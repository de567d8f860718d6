"""HTML that is made of elements: text is escaped where it enters, so that no name can become markup."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable
from typing import Any, TypeAlias

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_VOID = frozenset({"img", "input", "meta", "br"})


class Html(str):
    """Markup that was made by us; any other text is escaped when it becomes part of some."""

    __slots__ = ()


Child: TypeAlias = "str | Iterable[Child] | None"
Attribute: TypeAlias = str | int | float | bool | None


def element(name: str, *children: Child, **attributes: Attribute) -> Html:
    """Return an element; text among its children and attributes is escaped.

    Args:
        name: The element's name, one of ours.
        children: Text, markup, or lists of them; None is nothing.
        attributes: An underscore at the end is dropped, others become hyphens; None and False are left out, True has
            no value.
    """
    written = "".join(
        _attribute(key, value) for key, value in attributes.items() if not (value is None or value is False)
    )
    if name in _VOID:
        return Html(f"<{name}{written}>")
    return Html(f"<{name}{written}>{join(*children)}</{name}>")


def join(*children: Child) -> Html:
    """Return markup of several children, one after the other."""
    return Html("".join(_written(child) for child in children))


def data_block(identifier: str, value: Any) -> Html:
    """Return values as a block of JSON that scripts read; nothing in it can end the block."""
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"), sort_keys=True, allow_nan=False)
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Html(f'<script type="application/json" id="{html.escape(identifier)}">{text}</script>')


def _attribute(key: str, value: Attribute) -> str:
    name = key.rstrip("_").replace("_", "-")
    if value is True:
        return f" {name}"
    text = f"{value:.6g}" if isinstance(value, float) else str(value)
    return f' {name}="{html.escape(_printable(text))}"'


def _written(child: Child) -> str:
    if child is None:
        return ""
    if isinstance(child, Html):
        return child
    if isinstance(child, str):
        return html.escape(_printable(child))
    return "".join(_written(each) for each in child)


def _printable(text: str) -> str:
    """Return a text without what no HTML file may hold: lone surrogates, and control characters but white space."""
    return _UNPRINTABLE.sub("\ufffd", text)
