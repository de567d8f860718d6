"""The one way to a dataset's files: nothing outside its folder is opened, and no link is followed.

Paths come from files that anyone may have written. Each component is opened relative to the folder above it, without
following links (`O_NOFOLLOW`), so that nothing that changes meanwhile leads outside either.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

Refusal = Literal["absolute", "outside", "link", "special", "large", "missing", "unreadable"]

# A walk that meets more than this many entries ends there; no dataset in one folder tree has so many.
_MOST_ENTRIES = 20_000_000
_MOST_LEVELS = 32


class RefusedPath(Exception):
    """A path that is not opened; `reason` says why."""

    def __init__(self, reason: Refusal, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True)
class Folder:
    """A folder that files are read from, and nothing above or beside it."""

    root: Path

    def open(self, path: str) -> BinaryIO:
        """Open a regular file for reading.

        Args:
            path: From the folder, with forward slashes.

        Raises:
            RefusedPath: The path leaves the folder, leads through a link, or is no regular file that can be read.
        """
        parts = relative_parts(path)
        try:
            above = os.open(self.root, os.O_RDONLY | os.O_DIRECTORY)
            try:
                for part in parts[:-1]:
                    below = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=above)
                    os.close(above)
                    above = below
                # Without O_NONBLOCK a pipe in place of a file would hold us up for ever.
                handle = os.open(parts[-1], os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=above)
            finally:
                os.close(above)
        except FileNotFoundError:
            raise RefusedPath("missing") from None
        except (OSError, ValueError) as error:
            raise RefusedPath(*self._reason(parts, error)) from None
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            raise RefusedPath("special")
        return os.fdopen(handle, "rb")

    def read(self, path: str, most: int | None = None) -> bytes:
        """Return a file's first `most` bytes, or all.

        Raises:
            RefusedPath: As `open`.
        """
        with self.open(path) as stream:
            return read_some(stream, -1 if most is None else most)

    def size(self, path: str) -> int:
        """Return a file's size in bytes.

        Raises:
            RefusedPath: As `open`.
        """
        with self.open(path) as stream:
            return os.fstat(stream.fileno()).st_size

    def has(self, path: str) -> bool:
        """Whether there is a regular file that may be read."""
        try:
            self.open(path).close()
        except RefusedPath:
            return False
        return True

    def files(
        self, under: str = "", levels: int = _MOST_LEVELS
    ) -> Iterator[tuple[str, Literal["file", "link", "special"]]]:
        """Yield every path below a folder that is not a folder itself, sorted within each, and what it is."""
        entries = 0
        waiting = [(under, 0)]
        while waiting:
            folder, level = waiting.pop()
            try:
                with os.scandir(self.root / folder) as listing:
                    found = sorted(listing, key=lambda entry: entry.name)
            except OSError:
                continue
            entries += len(found)
            if entries > _MOST_ENTRIES:
                return
            deeper = []
            for entry in found:
                path = f"{folder}/{entry.name}" if folder else entry.name
                if entry.is_symlink():
                    yield path, "link"
                elif entry.is_dir(follow_symlinks=False):
                    if level + 1 < levels:
                        deeper.append((path, level + 1))
                elif entry.is_file(follow_symlinks=False):
                    yield path, "file"
                else:
                    yield path, "special"
            waiting += reversed(deeper)

    def _reason(self, parts: list[str], error: OSError | ValueError) -> tuple[Refusal, str]:
        where = self.root
        for part in parts:
            where = where / part
            try:
                if where.is_symlink():
                    return "link", ""
            except (OSError, ValueError):
                break
        if isinstance(error, NotADirectoryError):
            return "missing", ""
        return "unreadable", (error.strerror or str(error)) if isinstance(error, OSError) else str(error)


def relative_parts(path: str) -> list[str]:
    """Return the components of a path that stays in its folder.

    Raises:
        RefusedPath: It is absolute, climbs out, or can't be a path.
    """
    if not path or "\0" in path:
        raise RefusedPath("unreadable", "no path")
    if path.startswith(("/", "\\")) or path[1:3] in (":\\", ":/"):
        raise RefusedPath("absolute")
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if ".." in parts or "..\\" in path:
        raise RefusedPath("outside")
    if not parts:
        raise RefusedPath("unreadable", "no path")
    return parts


def read_some(stream: BinaryIO, most: int = -1) -> bytes:
    """Return up to so many of the next bytes of a file, all of them by default.

    Raises:
        RefusedPath: The disk refused.
    """
    try:
        return stream.read(most)
    except OSError as error:
        raise RefusedPath("unreadable", error.strerror or str(error)) from None


def read_whole(stream: BinaryIO, most: int) -> bytes:
    """Return a file from its beginning.

    Raises:
        RefusedPath: It has more than `most` bytes, or the disk refused.
    """
    size = os.fstat(stream.fileno()).st_size
    if size > most:
        raise RefusedPath("large", f"{size} bytes")
    stream.seek(0)
    return read_some(stream, most)
