"""A disk that is filling: told early with numbers, and the run ended before a write fails.

What frames take is known from those that are finished: what their files occupy, in blocks of the file system.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sdg.errors import DatasetError
from sdg.executor.reporting import Reporter
from sdg.write.atomic import storage_errors
from sdg.write.dataset import Dataset

# So many frames, evenly spread, say what one takes.
_MEASURED = 16
# And so many of a new dataset, before it is known whether the disk will last.
_MEASURED_AT_FIRST = 5
# What is kept free at least, so that other programs don't fail: of the whole disk, and not more than so much.
_RESERVED_SHARE, _RESERVED_BYTES = 0.005, 256 << 20
# Annotation files, manifest and report together take at most about so many times what frame records do, while they are
# written: a quarter to a half in the shipped recipes, and for a while a temporary copy of that.
_FINISHING = 1.0
# What is under way may be larger than the mean.
_MARGIN = 2.0
# `st_blocks` counts these, whatever the file system's own size of a block.
_BLOCK = 512


@dataclass(frozen=True, slots=True)
class FrameSize:
    """What a frame takes on disk, on average [bytes]: all of it, and its record alone."""

    whole: float
    record: float


class DiskWatch:
    """Looks after the disk that a dataset is written to.

    Args:
        dataset: Which.
        frame_count: How many frames it is to have.
        under_way: How many frames may be in workers' hands at a time.
        reporter: Whom to warn.
    """

    def __init__(self, dataset: Dataset, frame_count: int, under_way: int, reporter: Reporter) -> None:
        self._dataset = dataset
        self._frame_count = frame_count
        self._under_way = under_way
        self._reporter = reporter
        self._size: FrameSize | None = None
        self._finished = 0
        self._fresh: list[int] = []

    def begin(self, finished: Iterable[int]) -> None:
        """Hear which frames are there, and warn if there is not enough room for the others.

        Raises:
            DatasetError: Not even for what would be under way.
        """
        there = sorted(finished)
        self._finished = len(there)
        if there:
            count = min(_MEASURED, len(there))
            self._judge([there[index * len(there) // count] for index in range(count)])
        self._check()

    def advance(self, frame_index: int) -> None:
        """Hear that a frame is on disk.

        Raises:
            DatasetError: There is too little room to go on.
        """
        self._finished += 1
        if self._size is None:
            self._fresh.append(frame_index)
            if len(self._fresh) >= min(_MEASURED_AT_FIRST, self._frame_count):
                self._judge(self._fresh)
        self._check()

    def _judge(self, frame_indices: list[int]) -> None:
        self._size = _measure(self._dataset, frame_indices)
        left = self._frame_count - self._finished
        needed = left * self._size.whole
        total, free = self._usage()
        room = max(0, int((free - self._reserve(total, self._frame_count)) / self._size.whole))
        if left > room:
            self._reporter.note(
                f"the disk may be too small: {left:,} more frames take about {amount(needed)} "
                f"({amount(self._size.whole)} each), and {amount(free)} are free in {self._dataset.folder}, "
                f"enough for about {room:,}"
            )

    def _check(self) -> None:
        total, free = self._usage()
        reserve = self._reserve(total, self._finished)
        if free >= reserve or self._finished == self._frame_count:
            return
        raise DatasetError(
            f"the disk is nearly full: {amount(free)} are free in {self._dataset.folder}, and {amount(reserve)} are "
            "kept for what is under way",
            "every finished frame is kept; free some space and run the same command again: it goes on where it stopped",
        )

    def _reserve(self, total: int, frame_count: int) -> float:
        """Return how much has to stay free [bytes], for frames under way and to finish a dataset of so many."""
        size = self._size or (_measure(self._dataset, self._fresh) if self._fresh else FrameSize(0.0, 0.0))
        needed = _MARGIN * self._under_way * size.whole + _FINISHING * frame_count * size.record
        return max(needed, min(_RESERVED_BYTES, _RESERVED_SHARE * total))

    def _usage(self) -> tuple[int, int]:
        """Return how large the disk is, and how much of it is free [bytes]."""
        with storage_errors(self._dataset.folder):
            usage = shutil.disk_usage(self._dataset.folder)
        return usage.total, usage.free


def _measure(dataset: Dataset, frame_indices: list[int]) -> FrameSize:
    whole = records = 0
    for frame_index in frame_indices:
        path = dataset.layout.absolute(dataset.layout.record(frame_index))
        with storage_errors(path):
            record = json.loads(path.read_bytes())
            files = [file["path"] for view in record["cameras"].values() for file in view["files"].values()]
            sizes = [_occupied(dataset.layout.absolute(file)) for file in files]
            records += _occupied(path)
        whole += sum(sizes) + _occupied(path)
    return FrameSize(max(1.0, whole / len(frame_indices)), records / len(frame_indices))


def _occupied(path: Path) -> int:
    found = path.stat()
    return max(found.st_size, found.st_blocks * _BLOCK)


def amount(size: float) -> str:
    """Return a number of bytes in words: `512 B`, `3.4 MB`, `12.0 GB`."""
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if size < 1000 or unit == "TB":
            break
        size /= 1000
    return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
