"""Where previews lie, and what may be written over."""

from __future__ import annotations

from pathlib import Path

from sdg.errors import UsageError
from sdg.recipe.model import Recipe
from sdg.write.layout import MANIFEST

FIRST, SHEET, PAGE = "first.png", "sheet.png", "index.html"
_OURS = frozenset({FIRST, SHEET, PAGE})


def default_folder(recipe: Recipe) -> Path:
    """Return `outputs/previews/<name>`, beside the datasets."""
    return Path("outputs") / "previews" / recipe.specimen.name


def prepare_folder(folder: Path) -> None:
    """Make sure that a folder holds nothing but an earlier preview, and take that away.

    Raises:
        UsageError: It holds something else, or lies in a dataset; nothing was changed.
    """
    for above in folder.absolute().parents:
        if (above / MANIFEST).exists() and (above / "frames").is_dir():
            raise UsageError(f"{folder} lies in the dataset {above}", "choose another folder with -o")
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file", "choose another folder with -o")
    if folder.is_dir():
        # Half-written files of a run that was killed have names that begin with a dot.
        strangers = sorted(p.name for p in folder.iterdir() if p.name not in _OURS and not _is_leftover(p.name))
        if strangers:
            raise UsageError(
                f"{folder} holds something else than a preview: {strangers[0]}", "choose an empty or new folder with -o"
            )
        for name in sorted(_OURS):
            (folder / name).unlink(missing_ok=True)


def _is_leftover(name: str) -> bool:
    return name.endswith(".tmp") and name.startswith(tuple(f".{ours}." for ours in _OURS))
