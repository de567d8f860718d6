"""Tests of whether values follow a distribution, and Holm's correction for many of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from sdg.foundation.arrays import FloatArray

_FEWEST_EXPECTED = 5.0


def kolmogorov_smirnov(values: FloatArray, cumulative: Callable[[FloatArray], FloatArray]) -> float:
    """Return the p-value of the two-sided test, twice that of the exact one-sided one, which bounds it closely.

    Args:
        values: shape (N,), drawn independently.
        cumulative: The distribution's cumulative distribution function, continuous.
    """
    from scipy.special import smirnov

    ordered = cumulative(np.sort(values))
    count = len(ordered)
    steps = np.arange(count + 1) / count
    distance = max(float((steps[1:] - ordered).max()), float((ordered - steps[:-1]).max()))
    return min(1.0, 2.0 * float(smirnov(count, min(distance, 1.0))))


def chi_square(counts: Sequence[int], shares: Sequence[float]) -> float | None:
    """Return the p-value of Pearson's test; None if fewer than five are expected of a kind, or there is but one.

    Args:
        counts: How often each kind came.
        shares: How often each should come, of 1 in all; what has a share of 0 must not have come.
    """
    from scipy.special import chdtrc

    possible = [(count, share) for count, share in zip(counts, shares, strict=True) if share > 0]
    total = sum(count for count, _ in possible)
    if len(possible) < 2 or total * min(share for _, share in possible) < _FEWEST_EXPECTED:
        return None
    statistic = sum((count - total * share) ** 2 / (total * share) for count, share in possible)
    return float(chdtrc(len(possible) - 1, statistic))


def holm(p_values: Sequence[float], level: float) -> list[bool]:
    """Return which hypotheses Holm's step-down procedure rejects (Scandinavian Journal of Statistics 6, 1979)."""
    order = sorted(range(len(p_values)), key=lambda index: p_values[index])
    rejected = [False] * len(p_values)
    for rank, index in enumerate(order):
        if p_values[index] > level / (len(p_values) - rank):
            break
        rejected[index] = True
    return rejected


def normal_cumulative(mean: float, std: float, low: float, high: float) -> Callable[[FloatArray], FloatArray]:
    """Return the cumulative distribution function of a normal distribution cut off at both ends."""
    below, above = _phi((low - mean) / std), _phi((high - mean) / std)

    def cumulative(values: FloatArray) -> FloatArray:
        return np.array([(_phi((value - mean) / std) - below) / (above - below) for value in values.tolist()])

    return cumulative


def _phi(z: float) -> float:
    return 0.5 * math.erfc(-z / math.sqrt(2.0))
