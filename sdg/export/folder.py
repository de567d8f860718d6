"""A folder that appears under its name when it is whole."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sdg.errors import UsageError
from sdg.write.atomic import storage_errors, temporary_path


def check_new(folder: Path) -> None:
    """Refuse a folder that holds anything.

    Raises:
        UsageError: It does, it is a file, or it can't be read.
    """
    hint = "choose an empty folder, or one to make, with -o"
    if folder.is_symlink():
        raise UsageError(f"{folder} is a link", hint)
    try:
        first = min((entry.name for entry in os.scandir(folder)), default=None)
    except FileNotFoundError:
        return
    except NotADirectoryError:
        raise UsageError(f"{folder} is a file, or lies below one", hint) from None
    except OSError as error:
        raise UsageError(f"can't look into {folder}: {error.strerror}", hint) from None
    if first is not None:
        raise UsageError(f"{folder} is not empty: it holds {first}", hint)


@contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """Make a folder beside its final place, and move it there when the block ends; nothing is left if it fails.

    Raises:
        UsageError: The folder is there already, with something in it.
        DatasetError: The disk is full, or the folder can't be written to.
    """
    check_new(folder)
    temporary = temporary_path(folder)
    with storage_errors(folder, resumes=False):
        folder.parent.mkdir(parents=True, exist_ok=True)
        _remove_leftovers(folder)
        temporary.mkdir()
        try:
            yield temporary
            check_new(folder)
            temporary.replace(folder)  # an empty folder is replaced
        except BaseException:
            shutil.rmtree(temporary, ignore_errors=True)
            raise


def _remove_leftovers(folder: Path) -> None:
    """Remove what exports into the same folder left behind when they were killed."""
    name = re.compile(rf"\.{re.escape(folder.name)}\.([0-9]+)\.tmp")
    for entry in os.scandir(folder.parent):
        found = name.fullmatch(entry.name)
        if found and not _is_alive(int(found[1])):
            shutil.rmtree(entry.path, ignore_errors=True)


def _is_alive(process: int) -> bool:
    with suppress(ProcessLookupError, OverflowError):
        try:
            os.kill(process, 0)
        except PermissionError:
            return True
        return process != os.getpid()
    return False
