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

from sdg.foundation.arrays import BoolArray
from sdg.validate.columns import IntArray
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
    texts = [code if good else "0" for code, good in zip(codes, readable, strict=True)]
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    characters = np.frombuffer("".join(texts).encode("ascii"), dtype=np.uint8).astype(np.int64) - 48
    ends = np.cumsum(lengths)
    owner = np.repeat(np.arange(len(texts)), lengths)
    readable[owner[(characters < 0) | (characters > 63)]] = False
    more = (characters & 32) != 0
    readable[owner[ends - 1][more[ends - 1]]] = False
    more[ends - 1] = False
    lasts = np.flatnonzero(~more)
    firsts = np.append(0, lasts[:-1] + 1)
    readable[owner[lasts[lasts - firsts >= _LONGEST_GROUP]]] = False
    group_size = np.minimum(lasts - firsts + 1, _LONGEST_GROUP)
    shift = 5 * np.minimum(np.arange(len(characters)) - np.repeat(firsts, lasts - firsts + 1), _LONGEST_GROUP)
    values = np.add.reduceat((characters & 31) << shift, firsts)
    values -= np.where(characters[lasts] & 16, np.int64(1) << (5 * group_size), 0)
    return _intervals(_undo_differences(values, owner[lasts]), owner[lasts], readable)


def decode_lists(counts: Sequence[Sequence[int]]) -> RunLengths:
    """Decode uncompressed counts; whatever is not a whole number makes a mask unsound."""
    lengths = np.fromiter(map(len, counts), dtype=np.int64, count=len(counts))
    values = _whole_numbers(counts)
    owner = np.repeat(np.arange(len(counts)), lengths)
    sound = np.ones(len(counts), dtype=bool)
    sound[owner[(values < 0) | (values > _GREATEST_COUNT)]] = False
    return _intervals(values, owner, sound)


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


def _undo_differences(values: IntArray, owner: IntArray) -> IntArray:
    """Add to each value from the fourth of its owner on the one two before."""
    firsts = np.flatnonzero(np.diff(owner, prepend=-1))
    ordinal = np.arange(len(owner)) - np.repeat(firsts, np.diff(np.append(firsts, len(owner))))
    result = values.copy()
    for which in ((ordinal % 2 == 1), (ordinal % 2 == 0) & (ordinal > 0)):
        chosen, whose = values[which], owner[which]
        if not len(chosen):
            continue
        sums = np.cumsum(chosen)
        starts = np.flatnonzero(np.diff(whose, prepend=-1))
        before = sums[starts] - chosen[starts]
        result[which] = sums - np.repeat(before, np.diff(np.append(starts, len(whose))))
    return result


def _intervals(values: IntArray, owner: IntArray, sound: BoolArray) -> RunLengths:
    count = len(sound)
    sound = sound.copy()
    sound[owner[values < 0]] = False
    values = np.where(sound[owner], values, 0)
    firsts = np.flatnonzero(np.diff(owner, prepend=-1))
    sizes = np.diff(np.append(firsts, len(owner)))
    sums = np.cumsum(values)
    ends = sums - np.repeat(sums[firsts] - values[firsts], sizes)
    ordinal = np.arange(len(owner)) - np.repeat(firsts, sizes)
    ones = (ordinal % 2 == 1) & (values > 0)
    stop = ends[ones]
    totals = np.zeros(count, dtype=np.int64)
    totals[owner[firsts]] = ends[firsts + sizes - 1]
    runs = Intervals(owner[ones], stop - values[ones], stop, count)
    return RunLengths(runs, totals, sound)
