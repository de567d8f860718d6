"""One run per folder, and no writer left over from a killed one.

The locks are `flock`s, which the system lets go when a process ends, however it ends: a stale lock file means nothing.
"""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path
from types import TracebackType

from sdg.errors import UsageError

WORKING = ".sdg"
_LOCK = "lock"
_WRITERS = "writers"
# What a lock leaves in the working folder of a process that was killed.
WORKING_FILES = (_LOCK, _WRITERS)
# Workers of a killed run die within milliseconds, unless they hang in the disk.
_WRITERS_PATIENCE_S = 10.0


class FolderLock:
    """Holds a dataset's folder for this process; a context manager.

    Raises:
        UsageError: Another run holds it.
    """

    def __init__(self, folder: Path) -> None:
        self._working = folder / WORKING
        self._descriptor = self._acquire()
        try:
            self._outwait_writers()
        except BaseException:
            self.release()
            raise

    def _acquire(self) -> int:
        path = self._working / _LOCK
        while True:
            self._make_working()
            try:
                descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
            except FileNotFoundError:
                continue  # a run that ended just now has removed the working folder
            except OSError as error:
                raise _unwritable(self._working.parent, error) from None
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                holder = os.pread(descriptor, 32, 0).decode(errors="replace").strip()
                os.close(descriptor)
                process = f" (process {holder})" if holder else ""
                raise UsageError(
                    f"another run{process} is writing to {self._working.parent}",
                    "wait for it, stop it, or choose another folder with -o",
                ) from None
            try:
                same = os.path.samestat(os.fstat(descriptor), path.stat())
            except FileNotFoundError:
                same = False
            if same:
                os.ftruncate(descriptor, 0)
                os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
                return descriptor
            os.close(descriptor)  # what we locked was removed meanwhile by the run that ended

    def _make_working(self) -> None:
        try:
            self._working.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _unwritable(self._working.parent, error) from None

    def _outwait_writers(self) -> None:
        descriptor = os.open(self._working / _WRITERS, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        deadline = time.monotonic() + _WRITERS_PATIENCE_S
        try:
            while True:
                try:
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    if time.monotonic() > deadline:
                        raise UsageError(
                            f"workers of a run that was killed are still writing to {self._working.parent}",
                            "wait for them to end, or kill them",
                        ) from None
                    time.sleep(0.02)
                else:
                    return
        finally:
            os.close(descriptor)

    def release(self) -> None:
        """Let another run have the folder."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def __enter__(self) -> FolderLock:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def _unwritable(folder: Path, error: OSError) -> UsageError:
    return UsageError(f"can't write to {folder}: {error.strerror}", "choose another folder with -o")


def hold_writer_lock(folder: Path) -> None:
    """Mark this process as a writer of the folder until it ends: the next run waits for that."""
    descriptor = os.open(folder / WORKING / _WRITERS, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    fcntl.flock(descriptor, fcntl.LOCK_SH)
