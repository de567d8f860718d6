"""Whose the folder of a compilation is, and how its files are replaced: never halfway with a script beside them.

`compiled.json` names every file that a compilation writes, and is there before the first of them: what it doesn't name
is somebody else's. The script goes first and comes last, so that a folder without it is unfinished.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from sdg.errors import DatasetError, UsageError
from sdg.executor.folder import remove_working
from sdg.executor.lock import WORKING, WORKING_FILES, FolderLock
from sdg.write.atomic import leftover_of, storage_errors, write_atomically
from sdg.write.json_text import readable_json

GRAPH, STAGE, SAMPLES, SCRIPT, ASSETS = "graph.json", "stage.usda", "samples.json", "replicator.py", "assets"
LIST = "compiled.json"
_LIST_VERSION = 1
_AT_TOP = (GRAPH, STAGE, SAMPLES, SCRIPT)
# What a list may name: a list that names anything else is none of ours, and nothing is deleted on its word.
_ASSET = re.compile(rf"{ASSETS}/([^/]+\.usda|textures/[^/]+\.(png|exr))")
_HINT = "choose an empty folder, or one to make, with -o"


@dataclass(frozen=True)
class Earlier:
    """What a compilation left in its folder, by paths from there.

    Attributes:
        files: All but the list, which goes when there is another; the script first.
        folders: The deepest first.
    """

    files: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()


def check_folder(folder: Path) -> Earlier:
    """Refuse a folder that holds anything but a compilation, finished or not; return what that one has left.

    Raises:
        UsageError: Something else is there, the folder is a file, or it can't be read.
    """
    try:
        return _survey(folder)
    except FileNotFoundError:
        return Earlier()
    except NotADirectoryError:
        raise UsageError(f"{folder} is a file, or lies below one", "choose a folder with -o") from None
    except OSError as error:
        raise UsageError(f"can't look into {folder}: {error.strerror}", "choose another folder with -o") from None


def _survey(folder: Path) -> Earlier:
    listed = _listed(folder / LIST)
    known = {str(parent) for name in listed for parent in PurePosixPath(name).parents}
    files: list[str] = []
    folders: list[str] = []
    for name, entry in _entries(folder, ""):
        is_folder = entry.is_dir(follow_symlinks=False)
        if name in {*listed, *known} and entry.is_symlink():
            raise UsageError(f"{folder / name} is a symbolic link, which no compilation leaves", _HINT)
        if name in (known if is_folder else listed):
            (folders if is_folder else files).append(name)
        elif not is_folder and leftover_of(name) in (*_AT_TOP, LIST):
            files.append(name)
        elif not _is_working(name, is_folder):
            raise UsageError(f"{folder} holds something else: {name}", _HINT)
    files = sorted(set(files) - {LIST}, key=lambda name: (name != SCRIPT, name))
    return Earlier(tuple(files), tuple(reversed(folders)))


@contextmanager
def compiling_into(folder: Path) -> Iterator[None]:
    """Keep other compilations out of a folder; one that we made is gone afterwards if nothing was put into it.

    Raises:
        UsageError: Another run writes to the folder, or it can't be written to.
    """
    is_new = not folder.exists()
    with FolderLock(folder):
        try:
            yield
        finally:
            # Another that begins just now may be taking it over.
            with suppress(DatasetError):
                remove_working(folder)
            if is_new:
                with suppress(OSError):
                    folder.rmdir()


def clear_for(folder: Path, files: Iterable[str]) -> None:
    """Delete an earlier compilation, and leave word of the files that will be written now.

    Args:
        folder: One that this process holds, by `compiling_into`.
        files: Every file to come, from the folder.

    Raises:
        UsageError: Something else is in the folder by now.
        DatasetError: A file can't be deleted, or the list can't be written.
    """
    earlier = check_folder(folder)
    with storage_errors(folder, resumes=False):
        for name in earlier.files:
            (folder / name).unlink()
        for name in earlier.folders:
            (folder / name).rmdir()
    listed = sorted(files)
    assert all(name in _AT_TOP or _ASSET.fullmatch(name) for name in listed), listed
    content = readable_json({"version": _LIST_VERSION, "files": listed}, 2).encode()
    write_atomically(folder / LIST, content, resumes=False)


def finish(folder: Path, files: Iterable[Path], script: bytes) -> None:
    """Write the script, once what it needs is sure to be on the disk.

    Raises:
        DatasetError: The disk is full, or the folder can't be written to.
    """
    for file in files:
        with storage_errors(file, resumes=False), file.open("rb") as stream:
            os.fsync(stream.fileno())
    write_atomically(folder / SCRIPT, script, resumes=False)


def _entries(folder: Path, within: str) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Yield everything below a folder by its path from there, in order; links are not followed."""
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        name = within + entry.name
        yield name, entry
        if entry.is_dir(follow_symlinks=False):
            yield from _entries(Path(entry.path), f"{name}/")


def _listed(path: Path) -> frozenset[str]:
    """Return the files that a list names, and itself; nothing if there is no list, or none of ours."""
    if path.is_symlink() or not path.is_file():
        return frozenset()
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        names = frozenset(content["files"]) if content["version"] == _LIST_VERSION else frozenset()
        is_ours = bool(names) and all(name in _AT_TOP or _ASSET.fullmatch(name) for name in names)
    except (ValueError, KeyError, TypeError):
        return frozenset()
    return names | {LIST} if is_ours else frozenset()


def _is_working(name: str, is_folder: bool) -> bool:
    """Return whether this is part of a lock, held or left over; `sdg generate` keeps more there."""
    return name == WORKING if is_folder else name in [f"{WORKING}/{file}" for file in WORKING_FILES]
