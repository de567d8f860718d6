"""Files that are whole or not there: written under a temporary name, synced, renamed."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from sdg.errors import storage_error

# On shared storage, processes of several machines may have one number.
_PROCESS = f"{secrets.randbelow(10**9):09d}"
_LEFTOVER = re.compile(r"\.(.+)\.[0-9]+\.tmp")


def write_atomically(path: Path, content: bytes, *, resumes: bool = True) -> None:
    """Write a file so that it is never half there under its name; makes its folder.

    Args:
        path: Where.
        content: What.
        resumes: Whether the command goes on where it stopped, which a message then says.

    Raises:
        DatasetError: The disk is full, or the folder can't be written to.
    """
    with open_atomically(path, resumes=resumes) as stream:
        stream.write(content)


@contextmanager
def open_atomically(path: Path, *, resumes: bool = True) -> Iterator[BinaryIO]:
    """Open a file for writing that appears under its name when the block ends, and not at all if it fails.

    The content is synced before the rename: after a power failure the name stands for the whole file or for
    nothing. On a local SSD that costs about half a millisecond a file. Arguments are those of `write_atomically`.

    Raises:
        DatasetError: The disk is full, or the folder can't be written to.
    """
    temporary = temporary_path(path)
    with storage_errors(path, resumes=resumes):
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
def storage_errors(path: Path, *, resumes: bool = True) -> Iterator[None]:
    """Turn an OSError of the block into a DatasetError that says what to do; see `storage_error`."""
    try:
        yield
    except OSError as error:
        raise storage_error(path, error, resumes=resumes) from error


def temporary_path(path: Path) -> Path:
    """Return the name beside `path` under which this process writes it; `remove_leftovers` knows such names."""
    return path.with_name(f".{path.name}.{os.getpid()}{_PROCESS}.tmp")


def leftover_of(name: str) -> str:
    """Return the name of the file that a temporary one was to become; empty if it is none."""
    found = _LEFTOVER.fullmatch(name)
    return found[1] if found else ""


def remove_leftovers(folder: Path) -> list[Path]:
    """Delete what killed runs left half-written under `folder`, and return the paths, sorted.

    Only for a folder into which nobody is writing.
    """
    leftovers = sorted(path for path in folder.rglob(".*.tmp") if leftover_of(path.name))
    for path in leftovers:
        path.unlink(missing_ok=True)
    return leftovers
