"""Robot files as XML trees: no document types, so no entities; sizes and depths bounded; numbers checked."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from sdg.errors import AssetError
from sdg.foundation.wording import untaken
from sdg.stage.files.source import read_bytes

_LARGEST_BYTES = 64 << 20
_DEEPEST = 500


class _Tree(ElementTree.TreeBuilder):
    """Builds a tree, and refuses what only an attack, or a very odd file, has."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._depth = 0

    def doctype(self, *_: Any) -> None:
        raise AssetError(f"{self._path} declares a document type", "remove <!DOCTYPE ...>; robot files need none")

    def start(self, tag: Any, attrs: Any, /) -> Any:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise AssetError(f"{self._path} is nested more than {_DEEPEST} deep", "export it again")
        return super().start(tag, attrs)

    def end(self, tag: Any, /) -> Any:
        self._depth -= 1
        return super().end(tag)


def read_xml(path: Path, referrer: Path | None = None) -> ElementTree.Element:
    """Return the root element of an XML file; `referrer` is the file that names it.

    Raises:
        AssetError: It can't be read, is no XML, too large or too deep, or declares a document type.
    """
    data = read_bytes(path, referrer)
    if len(data) > _LARGEST_BYTES:
        raise AssetError(f"{path} is larger than {_LARGEST_BYTES >> 20} MiB", "keep meshes in files of their own")
    parser = ElementTree.XMLParser(target=_Tree(path))
    try:
        parser.feed(data)
        root: ElementTree.Element = parser.close()
    except ElementTree.ParseError as error:
        raise AssetError(f"{path} is not XML: {error}", "check that the file is whole") from None
    return root


def numbers(path: Path, element: ElementTree.Element, key: str, default: str, count: int) -> list[float]:
    """Return an attribute's numbers.

    Raises:
        AssetError: There are more or fewer than `count`, or one isn't finite.
    """
    text = element.get(key, default)
    try:
        values = [float(word) for word in text.split()]
    except ValueError:
        values = []
    if len(values) != count or not all(math.isfinite(value) for value in values):
        wanted = "a finite number" if count == 1 else f"{count} finite numbers"
        raise AssetError(f"{path}: {key}={text[:60]!r} of <{element.tag}> is not {wanted}", "correct it in the file")
    return values


def plain_name(name: str, kind: str, taken: set[str]) -> str:
    """Return a name of letters, digits and underscores that is not taken yet, and take it."""
    cleaned = re.sub(r"[^A-Za-z0-9_]+", "_", name).strip("_")
    cleaned = cleaned if cleaned[:1].isalpha() else f"{kind}_{cleaned}".rstrip("_")
    return untaken(cleaned, taken)
