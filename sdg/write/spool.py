"""Long JSON lists written item by item: memory stays flat however many annotations a dataset has."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from sdg.write.atomic import open_atomically, storage_errors, temporary_path
from sdg.write.json_text import compact_json


class JsonSpool:
    """A JSON object whose last entries are long lists; they grow side by side on disk and are joined at the end.

    Use as a context manager; `finish` writes the file, and leaving the block removes the temporary ones.
    """

    def __init__(self, path: Path, lists: tuple[str, ...]) -> None:
        self._path = path
        self._parts = {name: temporary_path(path.with_name(f"{path.name}.{name}")) for name in lists}
        self._counts = dict.fromkeys(lists, 0)
        with storage_errors(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._streams = {name: part.open("w+b") for name, part in self._parts.items()}

    def add(self, name: str, item: Any) -> None:
        """Append one item to a list."""
        separator = b",\n  " if self._counts[name] else b"\n  "
        with storage_errors(self._path):
            self._streams[name].write(separator + compact_json(item).encode())
        self._counts[name] += 1

    def finish(self, head: Mapping[str, Any]) -> None:
        """Write the file: the entries of `head`, then every list."""
        with open_atomically(self._path) as out:
            separator = b"{\n "
            for key, value in head.items():
                out.write(separator + f"{compact_json(key)}: {compact_json(value)}".encode())
                separator = b",\n "
            for name, stream in self._streams.items():
                out.write(separator + f"{compact_json(name)}: [".encode())
                stream.seek(0)
                shutil.copyfileobj(stream, out)
                out.write(b"\n ]" if self._counts[name] else b"]")
                separator = b",\n "
            out.write(b"\n}\n")

    def __enter__(self) -> JsonSpool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            with storage_errors(self._path):
                for stream in self._streams.values():
                    stream.close()
        finally:
            for part in self._parts.values():
                part.unlink(missing_ok=True)
