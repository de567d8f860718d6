"""Has one of some files changed? By looking at them now and then, which works on every file system."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TypeAlias

Mark: TypeAlias = tuple[int, int, int, int] | None


class Watcher:
    """Notices files that are written, replaced, deleted or made; a change counts once the files have come to rest.

    Editors write in several steps: they cut a file to nothing and fill it, or rename another one over it. So a
    change is told at the second look that finds the same.
    """

    def __init__(self, paths: Iterable[Path] = ()) -> None:
        self._told: dict[Path, Mark] = {path: _mark(path) for path in paths}
        self._last = dict(self._told)

    def watch(self, paths: Iterable[Path]) -> None:
        """Watch these files from now on; of those that were watched before, no change is lost."""
        self._told = {path: self._told[path] if path in self._told else _mark(path) for path in paths}

    def changed(self) -> bool:
        """Look; return whether something has changed since the last time that this was True, and is at rest."""
        now = {path: _mark(path) for path in self._told}
        at_rest = now == self._last
        self._last = now
        if not at_rest or now == self._told:
            return False
        self._told = now
        return True


def _mark(path: Path) -> Mark:
    """Return what differs after any change of a file; None while it can't be seen."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size, stat.st_ino, stat.st_dev
