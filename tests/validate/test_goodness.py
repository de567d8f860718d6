"""Tests of distributions against SciPy's."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from sdg.validate.goodness import chi_square, holm, kolmogorov_smirnov, normal_cumulative


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


def test_pearsons_test_is_scipys() -> None:
    expected = stats.chisquare([30, 50, 20], [100 / 3] * 3).pvalue
    assert chi_square([30, 50, 20], [1 / 3] * 3) == pytest.approx(expected)


def test_too_few_values_are_not_tested() -> None:
    assert chi_square([3, 1], [0.5, 0.5]) is None
    assert chi_square([30, 0], [1.0, 0.0]) is None


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
