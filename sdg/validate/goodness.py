"""Tests of whether values follow a distribution, and Holm's correction for many of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from sdg.foundation.arrays import FloatArray


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


def counts_p_value(counts: Sequence[int], shares: Sequence[float]) -> float | None:
    """Return a p-value for how often each of several kinds came; None if there is but one.

    Exact binomial tails of each kind, both sides, and Bonferroni's correction over the kinds. Pearson's approximation
    is far off at such levels: with five expected of each of two kinds, what it calls 8e-7 happens 7e-5 of the time.

    Args:
        counts: How often each kind came.
        shares: How often each should come, of 1 in all; what has a share of 0 must not have come.
    """
    from scipy.special import betainc

    possible = [(count, share) for count, share in zip(counts, shares, strict=True) if share > 0]
    total = sum(count for count, _ in possible)
    if len(possible) < 2 or not total:
        return None
    tails = []
    for count, share in possible:
        at_least = float(betainc(count, total - count + 1, share)) if count else 1.0
        at_most = float(betainc(total - count, count + 1, 1 - share)) if count < total else 1.0
        tails.append(min(at_least, at_most))
    return min(1.0, 2.0 * len(possible) * min(tails))


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
    """Return the cumulative distribution function of a normal distribution cut off at both ends.

    In logarithms, and in the lower tail where most of it is beyond the mean: so it holds however far out the cut is.
    """
    from scipy.special import log_ndtr

    flipped = low > mean
    near, far = ((mean - high) / std, (mean - low) / std) if flipped else ((low - mean) / std, (high - mean) / std)
    below, whole = float(log_ndtr(near)), float(log_ndtr(far))
    share = -math.expm1(below - whole)

    def cumulative(values: FloatArray) -> FloatArray:
        z = (mean - values) / std if flipped else (values - mean) / std
        if share <= 0:  # so narrow that it is even
            part = (z - near) / (far - near)
        else:
            part = (np.exp(log_ndtr(z) - whole) - math.exp(below - whole)) / share
        part = np.clip(part, 0.0, 1.0)
        return 1.0 - part if flipped else part

    return cumulative
