"""Arrays kept on disk between runs, because finding them takes seconds and reading them a millisecond.

A cache only: files that are missing or damaged are made anew, and where nothing can be written nothing is.
"""

from __future__ import annotations

import contextlib
import io
import os
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from sdg.foundation.digest import digest_bytes

Arrays: TypeAlias = Mapping[str, "np.ndarray[Any, Any]"]

_DIGEST = "digest"
# What NumPy and zipfile raise where a byte is not what it was.
_DAMAGED = (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, NotImplementedError, RuntimeError)


def cached_arrays(folder: str, name: str, make: Callable[[], Arrays]) -> Arrays:
    """Return arrays by name, read if they can be, else made and kept.

    Args:
        folder: Of their kind, see `cache_folder`.
        name: Of the file, without its ending: tells apart all that decides the arrays.
        make: Makes them; at least one.
    """
    path = cache_folder(folder) / f"{name}.npz"
    kept = _read(path)
    if kept is None:
        kept = make()
        _write(path, kept)
    return kept


def cache_folder(name: str) -> Path:
    """Return where arrays of a kind are kept: under `XDG_CACHE_HOME` if that is absolute, or `~/.cache`."""
    chosen = os.environ.get("XDG_CACHE_HOME", "")
    base = Path(chosen) if Path(chosen).is_absolute() else Path("~/.cache").expanduser()
    return base / "sdg" / name


def _read(path: Path) -> Arrays | None:
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
            if str(arrays.pop(_DIGEST)) != _digest(arrays):
                return None
    except _DAMAGED:
        return None
    return arrays


def _write(path: Path, arrays: Arrays) -> None:
    buffer = io.BytesIO()
    named: dict[str, Any] = {**arrays, _DIGEST: np.array(_digest(arrays))}
    np.savez(buffer, **named)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_bytes(buffer.getvalue())
        unfinished.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            unfinished.unlink()


def _digest(arrays: Arrays) -> str:
    parts = []
    for name in sorted(arrays):
        array = arrays[name]
        parts += [f"{name} {array.dtype.str} {array.shape}".encode(), array.tobytes()]
    return digest_bytes(b"\0".join(parts))
