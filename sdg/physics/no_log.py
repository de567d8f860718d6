"""MuJoCo without its log file.

Left alone, the library writes each warning into MUJOCO_LOG.TXT in the working folder, which is the user's. What went
wrong in a simulation stands in its data too.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_log_file() -> Iterator[None]:
    """Let MuJoCo write no file, and print nothing, meanwhile."""
    import mujoco

    before = mujoco.get_mju_user_warning()
    mujoco.set_mju_user_warning(_ignore)
    try:
        yield
    finally:
        mujoco.set_mju_user_warning(before)


def _ignore(_: str) -> None:
    pass
