"""Columns of NumPy arrays out of lists of JSON objects that may hold anything."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, TypeAlias

import numpy as np

from sdg.foundation.arrays import BoolArray, FloatArray, IntArray

Items: TypeAlias = Sequence[Mapping[str, Any]]

# Stands where there is no usable id; no id that is read can be so.
NO_ID = -(1 << 62)


@dataclass(frozen=True)
class Faults:
    """Rows whose value can't be used: `missing`, of a `wrong` type, or `large` beyond 64 bits."""

    missing: list[int]
    wrong: list[int]
    large: list[int]


def whole_numbers(items: Items, key: str, fallback: int = NO_ID) -> tuple[IntArray, Faults]:
    """Return the whole numbers under `key`, shape (N,), int64, `fallback` where there is none; and which those are."""
    values = [item.get(key) for item in items]
    if set(map(type, values)) <= {int}:
        try:
            column = np.array(values, dtype=np.int64)
        except OverflowError:
            pass
        else:
            if not len(column) or (column.min() > NO_ID and column.max() < -NO_ID):
                return column, Faults([], [], [])
    faults = Faults([], [], [])
    column = np.full(len(values), fallback, dtype=np.int64)
    for row, value in enumerate(values):
        if value is None and key not in items[row]:
            faults.missing.append(row)
        elif type(value) is not int:
            faults.wrong.append(row)
        elif not NO_ID < value < -NO_ID:
            faults.large.append(row)
        else:
            column[row] = value
    return column, faults


def numbers(items: Items, key: str) -> tuple[FloatArray, Faults]:
    """Return the numbers under `key`, shape (N,), float64, NaN where there is none; and which those are.

    A NaN that the file itself holds is no fault here.
    """
    values = [item.get(key) for item in items]
    if set(map(type, values)) <= {int, float}:
        try:
            return np.array(values, dtype=np.float64), Faults([], [], [])
        except OverflowError:
            pass
    faults = Faults([], [], [])
    column = np.full(len(values), np.nan)
    for row, value in enumerate(values):
        if value is None and key not in items[row]:
            faults.missing.append(row)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            column[row] = as_float(value)
        else:
            faults.wrong.append(row)
    return column, faults


def number_lists(values: Sequence[Any], length: int) -> tuple[FloatArray, BoolArray]:
    """Return lists of so many numbers, shape (N, length), NaN where a value isn't one; and whether it is."""
    sound = [type(value) is list and len(value) == length for value in values]
    if all(sound):
        kinds = set(map(type, chain.from_iterable(values)))
        if kinds <= {int, float}:
            try:
                flat = np.fromiter(chain.from_iterable(values), dtype=np.float64, count=length * len(values))
                return flat.reshape(-1, length), np.ones(len(values), dtype=bool)
            except OverflowError:
                pass
    table = np.full((len(values), length), np.nan)
    good = np.zeros(len(values), dtype=bool)
    for row, value in enumerate(values):
        if sound[row] and all(type(number) in (int, float) for number in value):
            table[row] = [as_float(number) for number in value]
            good[row] = True
    return table, good


def as_float(value: float) -> float:
    """Return a number as float; infinity for whole numbers beyond its range."""
    try:
        return float(value)
    except OverflowError:
        return math.inf


def rows_of(wanted: IntArray, ids: IntArray) -> IntArray:
    """Return the first row of `ids` that holds each wanted id, -1 where none does."""
    if not len(ids):
        return np.full(len(wanted), -1, dtype=np.int64)
    order = np.argsort(ids, kind="stable")
    ordered = ids[order]
    places = np.minimum(np.searchsorted(ordered, wanted), len(ids) - 1)
    found = (ordered[places] == wanted) & (wanted != NO_ID)
    return np.where(found, order[places], -1)


def shared(ids: IntArray) -> BoolArray:
    """Return whether each row's id is another row's too, or none that can be used, shape (N,)."""
    order = np.argsort(ids, kind="stable")
    same = ids[order][1:] == ids[order][:-1]
    among: BoolArray = ids == NO_ID
    among[order[1:][same]] = True
    among[order[:-1][same]] = True
    return among


def repeated(ids: IntArray) -> IntArray:
    """Return the rows, ascending, whose id stands in an earlier row already; rows without an id are left out."""
    order = np.argsort(ids, kind="stable")
    ordered = ids[order]
    again = np.flatnonzero((ordered[1:] == ordered[:-1]) & (ordered[1:] != NO_ID)) + 1
    return np.sort(order[again])
