"""Memory that the C library keeps for itself after it was freed."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from functools import cache


def release_freed_memory() -> None:
    """Give the system back what was freed; does nothing where the C library isn't glibc.

    glibc raises its threshold for mapping a block by itself with every large block freed. Arrays then come from the
    heap, leave holes of many sizes there, and the heap creeps upwards for hundreds of frames though nothing leaks.
    """
    trim = _malloc_trim()
    if trim is not None:
        trim(0)


@cache
def _malloc_trim() -> Callable[[int], int] | None:
    if not sys.platform.startswith("linux"):
        return None
    found: Callable[[int], int] | None = getattr(ctypes.CDLL(None), "malloc_trim", None)
    return found
