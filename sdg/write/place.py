"""Files put elsewhere as they are: hard links where the file system can do that, copies where it can't."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

from sdg.write.atomic import open_atomically, storage_errors, temporary_path


def place_file(source: Path, target: Path, *, resumes: bool = True) -> None:
    """Put a file under another path, whole or not at all; makes the folder, replaces what is there, follows links.

    Args:
        source: The file.
        target: Where it is to be, too.
        resumes: Whether the command goes on where it stopped, which a message then says.

    Raises:
        DatasetError: The disk is full, or the folder can't be written to.
    """
    source = source.resolve()  # a link to a link would count its path from another folder
    temporary = temporary_path(target)
    with storage_errors(target, resumes=resumes):
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary.unlink(missing_ok=True)
        with suppress(OSError):  # another device, or a file system without links
            os.link(source, temporary)
            temporary.replace(target)
            # Renaming a link over another link to the same file does nothing, and leaves both.
            temporary.unlink(missing_ok=True)
            return
        with source.open("rb") as content, open_atomically(target, resumes=resumes) as out:
            shutil.copyfileobj(content, out)
