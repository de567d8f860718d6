"""Convex pieces kept on disk between runs: finding them takes seconds to minutes, reading them a millisecond.

A cache only: files that are missing or damaged are made anew, and where nothing can be written nothing is.
"""

from __future__ import annotations

import contextlib
import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from sdg.foundation.arrays import FloatArray
from sdg.foundation.digest import digest_bytes


def cached_pieces(key: str, make: Callable[[], tuple[FloatArray, ...]]) -> tuple[FloatArray, ...]:
    """Return convex pieces, read if they can be, else made and kept.

    Args:
        key: Digest of all that decides them: mesh, settings, version of the library.
        make: Makes them.
    """
    path = cache_folder() / f"{key}.npz"
    kept = _read(path)
    if kept is None:
        kept = make()
        _write(path, kept)
    return kept


def cache_folder() -> Path:
    """Return where pieces are kept: under `XDG_CACHE_HOME`, or `~/.cache`."""
    chosen = os.environ.get("XDG_CACHE_HOME", "")
    base = Path(chosen) if Path(chosen).is_absolute() else Path("~/.cache").expanduser()
    return base / "sdg" / "pieces"


def _read(path: Path) -> tuple[FloatArray, ...] | None:
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as archive:
            corners, ends = archive["corners"], archive["ends"]
            if str(archive["digest"]) != _digest(corners, ends):
                return None
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    return tuple(np.split(corners, ends[:-1]))


def _write(path: Path, pieces: tuple[FloatArray, ...]) -> None:
    corners = np.concatenate(pieces)
    ends = np.cumsum([len(piece) for piece in pieces])
    buffer = io.BytesIO()
    np.savez(buffer, corners=corners, ends=ends, digest=np.array(_digest(corners, ends)))
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_bytes(buffer.getvalue())
        unfinished.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            unfinished.unlink()


def _digest(corners: FloatArray, ends: np.ndarray) -> str:
    return digest_bytes(corners.tobytes() + ends.tobytes())
