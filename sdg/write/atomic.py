"""Files that are whole or not there: written under a temporary name, synced, renamed."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from sdg.errors import DatasetError

_LEFTOVER = re.compile(r"\..+\.[0-9]+\.tmp")
_FULL = (errno.ENOSPC, errno.EDQUOT)


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file so that it is never half there under its name; makes its folder.

    Raises:
        DatasetError: The disk is full, or the folder can't be written to.
    """
    with open_atomically(path) as stream:
        stream.write(content)


@contextmanager
def open_atomically(path: Path) -> Iterator[BinaryIO]:
    """Open a file for writing that appears under its name when the block ends, and not at all if it fails.

    The content is synced before the rename: after a power failure the name stands for the whole file or for
    nothing. On a local SSD that costs about half a millisecond a file.

    Raises:
        DatasetError: The disk is full, or the folder can't be written to.
    """
    temporary = temporary_path(path)
    with storage_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        # A leftover of that name may be a hard link to a file elsewhere, which must not be written through.
        temporary.unlink(missing_ok=True)
        try:
            with temporary.open("xb") as stream:
                yield stream
                stream.flush()
                os.fsync(stream.fileno())
            temporary.replace(path)
        except BaseException:
            with suppress(OSError):
                temporary.unlink()
            raise


@contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """Turn an OSError of the block into a DatasetError that says what to do."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise DatasetError(
                f"no space left for {path}",
                hint="free some space and run the same command again: it goes on where it stopped",
            ) from error
        raise DatasetError(f"can't write {path}: {error.strerror or error}") from error


def temporary_path(path: Path) -> Path:
    """Return the name beside `path` under which this process writes it; `remove_leftovers` knows such names."""
    return path.with_name(f".{path.name}.{os.getpid()}.tmp")


def remove_leftovers(folder: Path) -> list[Path]:
    """Delete what killed runs left half-written under `folder`, and return the paths, sorted.

    Only for a folder into which nobody is writing.
    """
    leftovers = sorted(path for path in folder.rglob(".*.tmp") if _LEFTOVER.fullmatch(path.name))
    for path in leftovers:
        path.unlink(missing_ok=True)
    return leftovers
