"""COCO's run-length codes, both forms, many at once.

The compressed form is described in cocodataset/cocoapi, common/maskApi.c (`rleToString`): each count in groups of five
bits, lowest first, plus 48 as a character; bit 6 says that another group follows, bit 5 of the last one is the sign;
from the fourth count on, the difference to the count two before.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sdg.foundation.arrays import BoolArray, IntArray
from sdg.validate.intervals import Intervals

_LONGEST_GROUP = 7  # 35 bits; what needs more is no picture
_GREATEST_COUNT = (1 << 40) - 1


@dataclass(frozen=True)
class RunLengths:
    """Decoded counts of several masks.

    Attributes:
        intervals: The runs of ones; none of a mask whose counts can't be used.
        totals: Sum of the counts, shape (N,), int64.
        sound: Whether the counts could be decoded and none is negative, shape (N,).
    """

    intervals: Intervals
    totals: IntArray
    sound: BoolArray


def decode_strings(codes: Sequence[str]) -> RunLengths:
    """Decode compressed counts."""
    readable = np.array([code.isascii() and code != "" for code in codes], dtype=bool)
    texts = codes if readable.all() else [code if good else "0" for code, good in zip(codes, readable, strict=True)]
    ends = np.cumsum(np.fromiter(map(len, texts), dtype=np.int64, count=len(texts)))
    groups = np.frombuffer("".join(texts).encode("ascii"), dtype=np.uint8) - np.uint8(48)  # goes round below 0
    alien = np.flatnonzero(groups > 63)
    readable[np.searchsorted(ends, alien, side="right")] = False
    last = (groups & 32) == 0
    readable[~last[ends - 1]] = False
    last[ends - 1] = True
    lasts = np.flatnonzero(last)
    sizes = np.diff(lasts, prepend=-1)
    numbers = np.diff(np.searchsorted(lasts, ends), prepend=0)
    readable[np.searchsorted(ends, lasts[sizes > _LONGEST_GROUP], side="right")] = False
    # Five bits with a sign, and below them those of the groups before.
    values = ((groups[lasts] & 31) ^ 16).astype(np.int64) - 16
    for before in range(1, _LONGEST_GROUP):
        longer = np.flatnonzero(sizes > before)
        if not len(longer):
            break
        values[longer] = (values[longer] << 5) | (groups[lasts[longer] - before] & 31)
    return _runs(values, numbers, readable, differences=True)


def decode_lists(counts: Sequence[Sequence[int]]) -> RunLengths:
    """Decode uncompressed counts; whatever is not a whole number makes a mask unsound."""
    lengths = np.fromiter(map(len, counts), dtype=np.int64, count=len(counts))
    values = _whole_numbers(counts)
    return _runs(values, lengths, np.ones(len(counts), dtype=bool), differences=False)


def _whole_numbers(counts: Sequence[Sequence[int]]) -> IntArray:
    """Return all counts one after another, -1 for what is not a whole number or too great a one."""
    flat: list[Any] = []
    for one in counts:
        flat += one
    if set(map(type, flat)) == {int}:
        try:
            # In a fourth of the time that NumPy takes for a list.
            return np.frombuffer(struct.pack(f"{len(flat)}q", *flat), dtype=np.int64)
        except struct.error:
            pass
    whole = [count if type(count) is int and 0 <= count <= _GREATEST_COUNT else -1 for count in flat]
    return np.array(whole, dtype=np.int64)


def _runs(values: IntArray, numbers: IntArray, readable: BoolArray, *, differences: bool) -> RunLengths:
    """Return the runs that counts stand for.

    Args:
        values: Counts of all masks one after another.
        numbers: How many each mask has, at least one, shape (N,).
        readable: Which masks' counts are what their text says, shape (N,).
        differences: Whether counts from the fourth on are differences to the one two before.
    """
    # In rows of zeros and the ones after them; where a mask ends with zeros, no ones follow.
    rows = (numbers + 1) >> 1
    ends = np.cumsum(rows)
    firsts, lasts = ends - rows, ends - 1
    pairs = np.zeros(2 * int(ends[-1]), dtype=np.int64)
    pairs[np.arange(len(values)) + np.repeat(2 * firsts - np.cumsum(numbers) + numbers, numbers)] = values
    zeros, ones = pairs[0::2], pairs[1::2]
    if differences:
        leading = zeros[firsts]
        zeros[firsts] = 0
        zeros, ones = _sums(zeros, firsts, rows), _sums(ones, firsts, rows)
        zeros[firsts] = leading
        ones[lasts[numbers % 2 == 1]] = 0
    wrong = np.flatnonzero((np.minimum(zeros, ones) < 0) | (np.maximum(zeros, ones) > _GREATEST_COUNT))
    sound = readable.copy()
    sound[np.searchsorted(ends, wrong, side="right")] = False
    stop = _sums(zeros + ones, firsts, rows)
    drawn = ones > 0
    if not sound.all():
        drawn &= np.repeat(sound, rows)
    stop_of_ones = stop[drawn]
    owner = np.repeat(np.arange(len(rows)), rows)[drawn]
    runs = Intervals(owner, stop_of_ones - ones[drawn], stop_of_ones, len(rows))
    return RunLengths(runs, np.where(sound, stop[lasts], 0), sound)


def _sums(values: IntArray, firsts: IntArray, sizes: IntArray) -> IntArray:
    """Return the sum of each value and those before it, from the first of its mask on."""
    sums = np.cumsum(values)
    sums -= np.repeat(sums[firsts] - values[firsts], sizes)
    return sums
