"""Work on a picture in bands of rows, on all cores; the bands are the same on every machine, and so is the result."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from typing import TypeVar

from sdg.foundation.cores import core_count

Item = TypeVar("Item")
Result = TypeVar("Result")

BAND_ROWS = 64
_MOST_THREADS = 16  # pictures of the usual sizes have few more bands


def for_each_band(height: int, work: Callable[[int, slice], None]) -> None:
    """Call `work` with the ordinal and the rows of each band of a picture, several at a time.

    What a band does may depend on its ordinal (its stream of random numbers), never on which thread does it.
    """
    bands = [
        (ordinal, slice(row, min(row + BAND_ROWS, height))) for ordinal, row in enumerate(range(0, height, BAND_ROWS))
    ]
    for_each(bands, lambda band: work(*band))


def for_each(items: Iterable[Item], work: Callable[[Item], Result]) -> list[Result]:
    """Return what `work` gives for each item, in their order, worked out several at a time.

    Work must not wait for other work: all share the same threads.
    """
    return list(_pool().map(work, items))


def beside(work: Callable[[], Result]) -> Future[Result]:
    """Begin work on a thread of its own, from which it may use the functions above, and return what to wait for."""
    return _side().submit(work)


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=min(_MOST_THREADS, core_count()), thread_name_prefix="sensor")


@cache
def _side() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="beside")
