"""Every error that `sdg` raises on purpose, and the exit status each one stands for.

Which to raise:

* `RecipeError`: the recipe's text, or what it names, is at fault. Carries every fault found, each with its place.
* `AssetError`: a file or builtin asset can't be used. Raised where no recipe line is known; whoever knows the
  line turns it into a `RecipeError`.
* `UsageError`: the command line, or the folder it names, is at fault.
* `BackendUnavailable`: a renderer, library or device is missing here. Says what cures it.
* `RenderError`: a frame could not be made, although the recipe is sound.
* `DatasetError`: files could not be written, or what is on disk is not what it should be.

A bug of ours is an `AssertionError` or any other exception, never an `SdgError`; the command line reports it with
exit status 70. All classes survive pickling, because workers send them home.
"""

from __future__ import annotations

import errno
from collections.abc import Sequence
from pathlib import Path

from sdg.foundation.diagnostic import Diagnostic

EXIT_OK = 0
EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_UNAVAILABLE = 3
EXIT_BUG = 70
EXIT_INTERRUPTED = 130


class SdgError(Exception):
    """Base of every deliberate error; `exit_status` is what the command line returns for it."""

    exit_status = EXIT_FAILED

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n  hint: {self.hint}" if self.hint else self.message


class RecipeError(SdgError):
    """The recipe can't be used; `diagnostics` lists every fault, in file order.

    The hint is about all of them together; each has its own besides.
    """

    exit_status = EXIT_USAGE

    def __init__(self, diagnostics: Sequence[Diagnostic], hint: str = "") -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__("\n\n".join(str(diagnostic) for diagnostic in self.diagnostics), hint)

    def __reduce__(self) -> tuple[type[RecipeError], tuple[tuple[Diagnostic, ...], str]]:
        return type(self), (self.diagnostics, self.hint)


class AssetError(SdgError):
    """A mesh, texture or other file can't be used as asked."""

    exit_status = EXIT_USAGE


class UsageError(SdgError):
    """The command line asks for something that can't be done."""

    exit_status = EXIT_USAGE


class BackendUnavailable(SdgError):
    """A renderer or a library that it needs is not available on this machine."""

    exit_status = EXIT_UNAVAILABLE


class RenderError(SdgError):
    """A frame could not be rendered."""


class DatasetError(SdgError):
    """The dataset on disk could not be written, continued or joined."""


_FULL = (errno.ENOSPC, errno.EDQUOT)


def storage_error(path: Path, error: OSError, *, resumes: bool = False) -> DatasetError:
    """Return the error for a file that can't be written, with what to do about it.

    Args:
        path: The file, or its folder.
        error: What the system said.
        resumes: Whether the command goes on where it stopped.
    """
    if error.errno in _FULL:
        further = ": it goes on where it stopped" if resumes else ""
        return DatasetError(f"no space left for {path}", f"free some space and run the same command again{further}")
    return DatasetError(f"can't write {path}: {error.strerror or error}")
