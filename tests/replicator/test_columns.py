"""Columns give back what was put into them, whatever it takes to hold it."""

from __future__ import annotations

import random
import sys

import pytest

from sdg.replicator.columns import Column
from sdg.replicator.usd.value import UsdType, UsdValue

KINDS: dict[str, tuple[UsdType, list[object]]] = {
    "numbers": ("float", [0.1, -2.5, 1e-300]),
    "vectors": ("double3", [(0.1, 0.2, 0.3), (1.0, 2.0, 3.0), (0.0, -0.0, 5.5)]),
    "whole numbers": ("int2", [(640, 480), (32, 24), (1, 1)]),
    "numbers of both kinds": ("float", [1, 2.5, 3]),
    "words": ("token", ["inherited", "invisible", ""]),
    "truths": ("bool", [True, False]),
}


def value(kind: str, which: int) -> UsdValue:
    usd_type, choices = KINDS[kind]
    return UsdValue(usd_type, choices[which % len(choices)])  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", KINDS)
def test_values_come_back_as_they_were_with_gaps_filled(kind: str) -> None:
    """A gap has the value before it; what comes before the first value has the first."""
    dice = random.Random(7)
    for _ in range(50):
        given = [value(kind, dice.randrange(3)) if dice.random() < 0.7 else None for _ in range(9)]
        known = next((item for item in given if item is not None), None)
        if known is None:
            continue
        column, expected = Column(known), []
        for frame, item in enumerate(given):
            known = known if item is None else item
            expected.append(known)
            if item is not None:
                column.set(frame, item)
        column.finish(len(given))
        assert list(column) == expected
        assert [type(item.value) for item in column] == [type(item.value) for item in expected]
        assert column.varies == any(item != expected[0] for item in expected)
        assert column[-1] == expected[-1]
        assert list(column[2:5]) == expected[2:5]


def test_whole_numbers_stay_whole() -> None:
    column = Column(UsdValue("int2", (640, 480)))
    column.set(0, UsdValue("int2", (640, 480)))
    column.set(1, UsdValue("int2", (32, 24)))
    column.finish(2)
    assert [repr(item.value) for item in column] == ["(640, 480)", "(32, 24)"]


def test_a_frame_beyond_the_last_is_an_error() -> None:
    column = Column(UsdValue("float", 1.0))
    column.finish(3)
    assert len(column) == 3
    with pytest.raises(IndexError):
        column[3]


def test_a_pose_takes_a_few_bytes_for_each_frame() -> None:
    column = Column(UsdValue("double3", (0.0, 0.0, 0.0)))
    for frame in range(10_000):
        column.set(frame, UsdValue("double3", (float(frame), 0.5, 0.25)))
    column.finish(10_000)
    assert sum(sys.getsizeof(part) for part in vars(column).values()) < 30 * 10_000
