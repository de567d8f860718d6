"""Folders of somebody else's COCO files, where a command needs one file."""

from __future__ import annotations

from pathlib import Path

from sdg.errors import UsageError

# What only datasets of ours have; a folder with any of these is one, or is going to be.
_OURS = ("manifest.json", ".sdg", "frames", "annotations/instances.json")
_MOST_NAMED = 5


def one_dataset(path: Path) -> Path:
    """Return the COCO file of a folder that holds one; any other path as it is.

    Looks in the folder and in its `annotations`. Of several files, one that alone begins with `instances` is taken.

    Raises:
        UsageError: There are several; names some.
    """
    if not path.is_dir() or any((path / name).exists() for name in _OURS):
        return path
    found = sorted(file for folder in (path, path / "annotations") for file in folder.glob("*.json") if file.is_file())
    likely = [file for file in found if file.name.startswith("instances")] or found
    if len(likely) > 1:
        named = ", ".join(str(file) for file in likely[:_MOST_NAMED])
        more = f" and {len(likely) - _MOST_NAMED} more" if len(likely) > _MOST_NAMED else ""
        raise UsageError(f"{path} holds several files that may be COCO", f"name one: {named}{more}")
    return likely[0] if likely else path
