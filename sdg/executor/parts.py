"""The finished datasets that are joined, and the folder that they are joined in."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from sdg.errors import DatasetError, UsageError
from sdg.executor.folder import RunIdentity, inspect_folder
from sdg.foundation.digest import digest_file
from sdg.write.layout import MANIFEST

# More names than this help nobody.
_MOST_NAMED = 20


@dataclass(frozen=True)
class Part:
    """A finished dataset, or a shard of one."""

    folder: Path
    manifest: Mapping[str, Any]
    run: RunIdentity

    @cached_property
    def digests(self) -> Mapping[str, str]:
        """SHA-256 of each file, by its path in the dataset."""
        return {file["path"]: file["sha256"] for file in self.manifest["files"]}

    def frames(self) -> Iterator[int]:
        """Return its frames, by ascending index."""
        for first, last in self.manifest["frames"]:
            yield from range(first, last + 1)

    def checked(self, path: str) -> Path:
        """Return where one of its files is, once that was found to be what the manifest says.

        Raises:
            DatasetError: It is missing or damaged.
        """
        source = self.folder / path
        if not source.is_file():
            raise DatasetError(f"{source} is missing", "run its `sdg generate` again")
        if digest_file(source) != self.digests.get(path):
            hint = "copy it anew; or delete that file and run the `sdg generate` again that made it"
            raise DatasetError(f"{source} is damaged: it isn't what its manifest says", hint)
        return source


def open_part(folder: Path) -> Part:
    """Open a dataset that is to be joined with others.

    Raises:
        UsageError: It is none, or not finished.
    """
    state = inspect_folder(folder)
    if state.kind == "new":
        raise UsageError(f"there is no dataset in {folder}")
    if state.kind == "begun":
        raise UsageError(f"{folder} is not finished", "run its `sdg generate` again, then merge")
    if state.kind == "foreign":
        raise UsageError(f"{folder} is no dataset of ours: it holds {state.stranger} and no {MANIFEST}")
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    assert state.run is not None
    return Part(folder, manifest, state.run)


def check_target(folder: Path, identity: RunIdentity, frame_count: int) -> bool:
    """Return whether the folder holds the joined dataset already; refuse what holds anything else."""
    state = inspect_folder(folder)
    if state.kind == "new":
        return False
    if state.run is None or state.clearing or identity.differences(state.run):
        what = state.stranger or "another dataset"
        raise UsageError(f"{folder} holds something else: {what}", "join them into an empty or new folder")
    return state.kind == "finished" and state.frame_count == frame_count


def named(names: Sequence[str]) -> str:
    """Return names for a message, not too many of them."""
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + more
