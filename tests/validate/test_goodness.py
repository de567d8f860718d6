"""Tests of distributions against SciPy's."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from scipy import stats

from sdg.validate.goodness import counts_p_value, holm, kolmogorov_smirnov, normal_cumulative


@pytest.mark.parametrize(("count", "shift"), [(20, 0.3), (200, 0.08), (1000, 0.05)])
def test_small_p_values_are_those_of_the_exact_test(count: int, shift: float) -> None:
    """Twice the one-sided p-value is an upper bound that is the closer the smaller it is."""
    values = np.clip(np.random.default_rng(1).random(count) * (1 - shift) + shift, 0, 1)
    exact = stats.ks_1samp(values, stats.uniform.cdf).pvalue
    assert exact < 0.1
    found = kolmogorov_smirnov(values, lambda ordered: ordered)
    assert exact <= found * (1 + 1e-9)
    assert found == pytest.approx(exact, rel=0.02)


def test_a_normal_distribution_is_cut_off_at_both_ends() -> None:
    cumulative = normal_cumulative(1.0, 2.0, -1.0, 4.0)
    expected = stats.truncnorm.cdf(np.array([-1.0, 0.0, 1.5, 4.0]), -1.0, 1.5, loc=1.0, scale=2.0)
    np.testing.assert_allclose(cumulative(np.array([-1.0, 0.0, 1.5, 4.0])), expected, atol=1e-12)
    assert normal_cumulative(0.0, 1.0, -math.inf, math.inf)(np.array([0.0]))[0] == pytest.approx(0.5)


@pytest.mark.parametrize("limits", [(9.0, math.inf), (30.0, 40.0), (-math.inf, -12.0), (8.5, 8.5 + 1e-9)])
def test_a_cut_far_from_the_mean_is_no_division_by_nothing(limits: tuple[float, float]) -> None:
    """SciPy's own truncated normal is the reference; its far tails are computed in logarithms too."""
    low, high = limits
    ends = np.clip(np.array(limits), -45.0, 45.0)
    values = np.linspace(ends[0], min(ends[1], ends[0] + 1.0) if low > 0 else ends[1], 50)
    expected = stats.truncnorm.cdf(values, low, high)
    np.testing.assert_allclose(normal_cumulative(0.0, 1.0, low, high)(values), expected, atol=1e-6)


def test_the_test_of_counts_is_the_exact_binomial_one() -> None:
    """Of two kinds, both have the same two-sided tail; Bonferroni's correction doubles it once more."""
    expected = 2 * 2 * min(stats.binom.cdf(3, 20, 0.3), stats.binom.sf(2, 20, 0.3))
    assert counts_p_value([3, 17], [0.3, 0.7]) == pytest.approx(expected)
    assert counts_p_value([16, 0], [0.5, 0.5]) == pytest.approx(4 * 0.5**16)
    assert counts_p_value([10**6, 10**6], [0.5, 0.5]) == 1.0


@pytest.mark.parametrize("shares", [(0.5, 0.5), (0.9, 0.1), (0.2, 0.3, 0.5), (1 / 3, 1 / 3, 1 / 3)])
@pytest.mark.parametrize("total", [1, 12, 40])
def test_fair_counts_are_blamed_no_more_often_than_promised(shares: tuple[float, ...], total: int) -> None:
    """Every outcome that there can be, weighed by how likely it is: no chance is involved."""
    rows = [counts for counts in itertools.product(range(total + 1), repeat=len(shares)) if sum(counts) == total]
    likely = stats.multinomial.pmf(rows, total, shares)
    found = np.array([counts_p_value(counts, shares) for counts in rows])
    assert likely.sum() == pytest.approx(1.0)
    for level in (1e-6, 1e-4, 0.05):
        assert likely[found <= level].sum() <= level


def test_one_kind_alone_is_not_tested() -> None:
    assert counts_p_value([30, 0], [1.0, 0.0]) is None
    assert counts_p_value([0, 0], [0.5, 0.5]) is None


def test_holm_rejects_step_by_step() -> None:
    """With three hypotheses the levels are 0.05/3, 0.05/2 and 0.05; the third is kept although it is below its own."""
    assert holm([0.01, 0.03, 0.04], 0.05) == [True, False, False]
    assert holm([0.024, 0.01, 0.04], 0.05) == [True, True, True]


def test_one_in_a_million_is_not_told() -> None:
    """Two thousand fair samples: none is below 1e-6 after the correction."""
    random = np.random.default_rng(2)
    p_values = [kolmogorov_smirnov(random.random(30), lambda ordered: ordered) for _ in range(2000)]
    assert not any(holm(p_values, 1e-6))
    assert 0.03 < np.mean(np.array(p_values) < 0.05) < 0.07
