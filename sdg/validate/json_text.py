"""JSON from anyone: read in bounded memory, with every oddity that Python's own reader passes over told.

Duplicate keys are seen by a hook on every object. It costs a tenth of the time of `json.loads`, so there is no second
scan of the text and no limit above which they are not looked for.
"""

from __future__ import annotations

import gc
import json
import os
from dataclasses import dataclass, field
from typing import Any

from sdg.validate.findings import Findings
from sdg.validate.folder import Folder, RefusedPath, read_some
from sdg.validate.refusals import tell_refusal

# What CPython 3.11 to 3.13 needs for each, rounded up: an empty list or the list's own part, a dict with its table, a
# slot with a number in it.
_BYTES_PER_LIST, _BYTES_PER_OBJECT, _BYTES_PER_VALUE = 88, 360, 48
_CHUNK = 1 << 22
_SHARE_OF_MEMORY = 0.8
_NO_MEMORY_KNOWN = 8 << 30


@dataclass
class _Oddities:
    duplicates: list[str] = field(default_factory=list)
    constants: list[str] = field(default_factory=list)

    def pairs(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) != len(pairs) and len(self.duplicates) < 100:
            seen: set[str] = set()
            self.duplicates += [key for key, _ in pairs if key in seen or seen.add(key)]  # type: ignore[func-returns-value]
        return made

    def constant(self, text: str) -> float:
        if len(self.constants) < 100:
            self.constants.append(text)
        return float(text)


def read_json(folder: Folder, path: str, findings: Findings, most_bytes: int | None = None) -> Any:
    """Return what a JSON file holds, or None after a finding that says why it can't be used.

    Args:
        folder: What nothing may leave.
        path: From the folder.
        findings: What is odd is added here: duplicate keys (of which the last one counts, as usual) and NaN don't
            keep the file from being used.
        most_bytes: Refuse files larger than this.
    """
    try:
        with folder.open(path) as stream:
            size = os.fstat(stream.fileno()).st_size
            if most_bytes is not None and size > most_bytes:
                findings.add("V104", file=path, expected=f"at most {most_bytes} bytes", found=f"{size} bytes")
                return None
            if size > 64 << 20 and not _fits(stream, size, path, findings):
                return None
            raw = read_some(stream)
    except RefusedPath as refused:
        tell_refusal(refused, path, findings, "a JSON file")
        return None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        findings.add("V102", file=path, expected="UTF-8", found=f"byte {raw[error.start]:#04x} at {error.start}")
        return None
    del raw
    return parse_json(text, path, findings)


def parse_json(text: str, path: str, findings: Findings) -> Any:
    """Return what a JSON text holds, or None after a finding."""
    oddities = _Oddities()
    collecting = gc.isenabled()
    gc.disable()  # hundreds of thousands of new objects, none of them garbage, would be gone through again and again
    try:
        value = json.loads(text, object_pairs_hook=oddities.pairs, parse_constant=oddities.constant)
    except json.JSONDecodeError as error:
        where = f"{error.msg} at line {error.lineno}, column {error.colno}"
        findings.add("V102", file=path, expected="JSON", found=where if text else "an empty file")
        return None
    except RecursionError:
        findings.add("V103", file=path, expected="at most some hundred levels", found="more")
        return None
    except ValueError as error:  # a whole number of thousands of digits
        findings.add("V102", file=path, expected="JSON", found=str(error))
        return None
    except MemoryError:
        findings.add("V104", file=path, expected="a file that fits into memory", found=f"{len(text)} characters")
        return None
    finally:
        if collecting:
            gc.enable()
    if value is None:
        findings.add("V102", file=path, expected="an object or a list", found="null")
    for key in dict.fromkeys(oddities.duplicates):
        findings.add("V105", file=path, expected="each key once per object", found=key)
    for word in dict.fromkeys(oddities.constants):
        findings.add("V106", file=path, expected="a number", found=word)
    return value


def _fits(stream: Any, size: int, path: str, findings: Findings) -> bool:
    """Whether the objects of a large file fit into memory, by counting its brackets and commas; then rewinds."""
    need = 2 * size
    while chunk := read_some(stream, _CHUNK):
        need += chunk.count(b"[") * _BYTES_PER_LIST + chunk.count(b"{") * _BYTES_PER_OBJECT
        need += chunk.count(b",") * _BYTES_PER_VALUE
    stream.seek(0)
    limit = int(_available_bytes() * _SHARE_OF_MEMORY)
    if need > limit:
        findings.add("V104", file=path, expected=f"at most {limit >> 20} MiB when read", found=f"{need >> 20} MiB")
    return need <= limit


def _available_bytes() -> int:
    try:
        with open("/proc/meminfo", encoding="ascii") as table:  # noqa: PTH123
            for line in table:
                if line.startswith("MemAvailable:"):
                    return int(line.split()[1]) * 1024
    except (OSError, ValueError):
        pass
    return _NO_MEMORY_KNOWN
