"""Bytes of a recipe file to text, with a fault that names the byte where that fails."""

from __future__ import annotations

import re
import stat
from pathlib import Path

from sdg.recipe.document import LINE_BREAK, Sources
from sdg.recipe.reporting import Faults

SIZE_LIMIT = 1 << 20

# What YAML does not allow unescaped (YAML 1.2.2, production [1]), and the byte order mark inside the text.
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")


def read_recipe_text(path: Path, faults: Faults, sources: Sources) -> str:
    """Return a recipe's text byte for byte; empty, with a fault, if it can't be read as UTF-8 text."""
    if _waits_for_a_writer(path):
        faults.add("R001", f"{path} is a named pipe", None, hint="name a recipe file, such as recipes/warehouse.yaml")
        return ""
    try:
        # One byte more than allowed tells a file that is too large without reading all of it.
        with path.open("rb") as stream:
            data = stream.read(SIZE_LIMIT + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        faults.add(
            "R001", f"can't read {path}", None, found=reason, hint="name a recipe file, such as recipes/warehouse.yaml"
        )
        return ""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        sources.add(str(path), "")
        faults.add(
            "R002", "the file is UTF-16", sources.clamp(str(path), 1, 1), expected="UTF-8", hint="save it as UTF-8"
        )
        return ""
    if len(data) > SIZE_LIMIT:
        sources.add(str(path), data[:200].decode("utf-8", "replace"))
        faults.add(
            "R008",
            "the file is too large",
            sources.clamp(str(path), 1, 1),
            expected=f"at most {SIZE_LIMIT} bytes",
            hint="a recipe describes; put data into asset files",
        )
        return ""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        sources.add(str(path), before + data[error.start :].decode("utf-8", "replace"))
        line, column = _position(before)
        faults.add(
            "R002",
            "the file is not UTF-8",
            sources.clamp(str(path), line, column),
            expected="UTF-8 text",
            found=f"byte 0x{data[error.start]:02x}",
            hint="save it as UTF-8",
        )
        return ""
    content = text.removeprefix("\ufeff")
    sources.add(str(path), content)
    for match in _UNPRINTABLE.finditer(content):
        line, column = _position(content[: match.start()])
        faults.add(
            "R002",
            "a control character",
            sources.clamp(str(path), line, column),
            found=f"U+{ord(match[0]):04X}",
            hint='remove it, or write it in quotation marks as "\\x.."',
        )
    return text


def _waits_for_a_writer(path: Path) -> bool:
    """Return whether a path is a pipe that may have no writer; a shell's `<(...)` has one."""
    try:
        return stat.S_ISFIFO(path.stat().st_mode) and not path.absolute().is_relative_to("/dev/fd")
    except (OSError, ValueError):
        return False


def _position(before: str) -> tuple[int, int]:
    lines = LINE_BREAK.split(before)
    return len(lines), len(lines[-1]) + 1
