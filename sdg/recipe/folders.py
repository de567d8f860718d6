"""Folders of the user's files: `{choice: {folder: props, match: "*.glb"}}` becomes the choice of what lies there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from sdg.recipe.distributions import Plain
from sdg.recipe.document import BROKEN, Document, Place, lookup
from sdg.recipe.model import PathKey
from sdg.recipe.reporting import Faults
from sdg.recipe.variables import walk
from sdg.recipe.wording import describe

# Beyond this the list belongs into several recipes; each file is checked, and may be drawn in any frame.
_MOST_FILES = 10_000
_DRAWS = ("choice", "sequence")


def list_folders(document: Document, faults: Faults, *, must_exist: bool = True) -> None:
    """Put the files of each folder in its place, sorted by name, as `{file: ...}` with whatever keys stand beside it.

    Args:
        document: Whose tree is changed.
        faults: Receives what is wrong.
        must_exist: Whether a folder that is missing is a fault; otherwise its pattern stands for its files.
    """
    for path, written in list(_folders(document.tree)):
        place = Place(path)
        folder, match = written["folder"], written.get("match", "*")
        if not isinstance(folder, str) or not isinstance(match, str):
            key = "match" if isinstance(folder, str) else "folder"
            if written[key] is not BROKEN:
                found = describe(written[key])
                faults.at(document, "R022", f"{key} has the wrong type", place / key, expected="text", found=found)
            document.replace(path, BROKEN)
            continue
        files = _files(document, faults, place, folder, match) if must_exist else [f"{folder}/{match}"]
        if files is None:
            document.replace(path, BROKEN)
            continue
        more = {key: value for key, value in written.items() if key not in ("folder", "match")}
        document.replace(path, [{"file": file, **more} for file in files])
        _place(document, path, more, len(files))


def search_folders(recipe_path: Path) -> Sequence[Path]:
    """Return where relative paths are tried: beside the recipe, then the nearest folder above with `assets/`."""
    beside = recipe_path.parent
    folders = [beside]
    for above in [beside.resolve(), *beside.resolve().parents]:
        if (above / "assets").is_dir():
            folders += [above, above / "assets"]
            break
    return list(dict.fromkeys(folders))


def _folders(tree: Plain) -> Iterator[tuple[PathKey, Mapping[str, Plain]]]:
    for path, value in walk(tree):
        if path and path[-1] in _DRAWS and isinstance(value, Mapping) and "folder" in value:
            yield path, value


def _files(document: Document, faults: Faults, place: Place, folder: str, match: str) -> list[str] | None:
    """Return the paths of the files that match, as a recipe would write them; None if there is a fault."""
    tried = [Path(folder)] if Path(folder).is_absolute() else [at / folder for at in search_folders(document.path)]
    found = next((path for path in tried if path.is_dir()), None)
    if found is None:
        hint = f"tried {'; '.join(str(path) for path in tried)}"
        faults.at(document, "R070", f"there is no folder {folder}", place / "folder", hint=hint)
        return None
    try:
        names = sorted(
            entry.name
            for entry in found.iterdir()
            if fnmatchcase(entry.name, match) and not entry.name.startswith(".") and entry.is_file()
        )
    except OSError as error:
        faults.at(document, "R070", f"{folder} can't be read", place / "folder", found=error.strerror or "")
        return None
    if not names:
        at = place / ("match" if "match" in lookup(document.tree, place.path) else "folder")
        faults.at(document, "R070", f"no file in {folder} matches {match}", at, hint=f"looked in {found}")
        return None
    if len(names) > _MOST_FILES:
        faults.at(
            document,
            "R070",
            f"{len(names)} files in {folder} match {match}",
            place / "folder",
            expected=f"at most {_MOST_FILES}",
            hint="choose fewer with match",
        )
        return None
    return [f"{folder.rstrip('/')}/{name}" for name in names]


def _place(document: Document, path: PathKey, more: Mapping[str, Plain], count: int) -> None:
    """Let every file be written where its folder is, and what stands beside it where that stands."""
    folder = document.spans[(*path, "folder")]
    beside = [
        old for old in document.spans if old[: len(path)] == path and len(old) > len(path) and old[len(path)] in more
    ]
    for index in range(count):
        document.spans[(*path, index)] = folder
        document.spans[(*path, index, "file")] = folder
        for old in beside:
            new = (*path, index, *old[len(path) :])
            document.spans[new] = document.spans[old]
            if old in document.key_spans:
                document.key_spans[new] = document.key_spans[old]
