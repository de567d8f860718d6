from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdg.report.axes import log_ticks, short, ticks, top_of


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 1, [0, 0.25, 0.5, 0.75, 1]),
        (-2.3, 15, [0, 5, 10, 15]),
        (0, 360, [0, 90, 180, 270, 360]),
        (3500, 6500, [4000, 5000, 6000]),
        (0.05, 0.4, [0.1, 0.2, 0.3, 0.4]),
        (5, 5, [5]),
    ],
)
def test_ticks_are_round_numbers(low: float, high: float, expected: list[float]) -> None:
    assert ticks(low, high) == pytest.approx(expected)


@given(st.floats(-1e9, 1e9), st.floats(1e-3, 1e9))
def test_ticks_lie_within_the_axis_and_are_few(low: float, width: float) -> None:
    high = low + width
    found = ticks(low, high)
    assert 1 <= len(found) <= 5
    assert found == sorted(found)
    assert all(low - 1e-6 * width <= value <= high + 1e-6 * width for value in found)
    assert not low < 0 < high or min(abs(value) for value in found) <= 1e-9 * width


@given(st.floats(1e-6, 1e6), st.floats(1.01, 1e9))
def test_ticks_of_a_logarithmic_axis_lie_within_it_and_are_few(low: float, ratio: float) -> None:
    found = log_ticks(low, low * ratio)
    assert 1 <= len(found) <= 5
    assert all(low * (1 - 1e-6) <= value <= low * ratio * (1 + 1e-6) for value in found)


@given(st.integers(1, 10**9))
def test_counts_have_whole_ticks_up_to_an_end_that_is_not_far(greatest: int) -> None:
    end, marks = top_of(greatest)
    assert marks[0] == 0
    assert marks[-1] == end
    assert all(mark == int(mark) for mark in marks)
    assert greatest <= end <= 2 * greatest


def test_numbers_on_axes_are_short_and_have_a_true_minus_sign() -> None:
    assert [short(value) for value in (0.25, 12, 1500, 34_000, 2e6)] == ["0.25", "12", "1500", "34k", "2M"]
    assert short(-0.5) == "\N{MINUS SIGN}0.5"
