"""Work on a picture in bands of rows, on all cores; the bands are the same on every machine, and so is the result."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

from sdg.foundation.cores import core_count

Result = TypeVar("Result")

BAND_ROWS = 64


def for_each_band(height: int, work: Callable[[int, slice], None]) -> None:
    """Call `work` with the ordinal and the rows of each band of a picture, several at a time.

    What a band does may depend on its ordinal (its stream of random numbers), never on which thread does it.
    """
    bands = [
        (ordinal, slice(row, min(row + BAND_ROWS, height))) for ordinal, row in enumerate(range(0, height, BAND_ROWS))
    ]
    list(_pool().map(lambda band: work(*band), bands))


def for_each_channel(work: Callable[[int], Result]) -> list[Result]:
    """Return what `work` gives for red, green and blue (0, 1, 2), worked out at the same time."""
    return list(_pool().map(work, range(3)))


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=min(8, core_count()), thread_name_prefix="sensor")
