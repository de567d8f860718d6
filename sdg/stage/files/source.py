"""Reading the user's files: every way in which the disk or a reference can disappoint becomes an `AssetError`."""

from __future__ import annotations

import re
import urllib.parse
from pathlib import Path

from sdg.errors import AssetError

LARGEST_FILE_BYTES = 4 << 30


def read_bytes(path: Path, referrer: Path | None = None) -> bytes:
    """Return a file's bytes; `referrer` is the file that names it, for the message.

    Raises:
        AssetError: The file is missing, a folder, unreadable, empty or larger than 4 GiB.
    """
    named = f", which {referrer} names," if referrer else ""
    if not path.exists():
        hint = f"put the file beside {referrer.name}, or correct its name there" if referrer else "check the path"
        raise AssetError(f"{path}{named} doesn't exist", hint)
    if not path.is_file():
        raise AssetError(f"{path}{named} is not a file", "name a file, not a folder or device")
    try:
        size = path.stat().st_size
        if size == 0:
            raise AssetError(f"{path}{named} is empty", "export it again")
        if size > LARGEST_FILE_BYTES:
            raise AssetError(f"{path}{named} is larger than 4 GiB", "simplify or split it")
        return path.read_bytes()
    except OSError as error:
        raise AssetError(f"{path}{named} can't be read: {error.strerror}", "check the file's permissions") from error


def resolve_reference(name: str, referrer: Path) -> Path:
    """Return the file that `referrer` means by `name`.

    A mesh file may name files in its own folder, in the folder above, and below these two; so a mesh that came
    from elsewhere can't pull arbitrary files of this machine into a dataset.

    Raises:
        AssetError: It is a web address, an absolute path, or outside those folders.
    """
    # A single letter before the colon is a Windows drive, which the next check names for what it is.
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]+:", name) and not name.lower().startswith("file:"):
        raise AssetError(f"{referrer} refers to {name}, and nothing is read from the network", "download it first")
    relative = name.replace("\\", "/")
    if relative.startswith("/") or re.match(r"[A-Za-z]:", relative) or "\0" in relative:
        raise AssetError(f"{referrer} refers to the absolute path {name!r}", "export with relative paths")
    folder = referrer.parent.resolve()
    target = referrer.parent / relative
    if not target.exists() and "%" in relative:
        target = referrer.parent / urllib.parse.unquote(relative)
    if not target.resolve().is_relative_to(folder.parent):
        raise AssetError(f"{referrer} refers to {name}, which is outside its folder", "move both into one folder")
    return target
