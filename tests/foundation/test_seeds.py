from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sdg.foundation.seeds import Branch, RandomStream, seed32, stream_key

GOLDEN_KEY = 111408202305754444664504498019277851119
GOLDEN_SEED = 3772012757
GOLDEN_UNITS = [0.2661864795041986, 0.6834718495002098]
GOLDEN_INTEGER = 994723
GOLDEN_NORMAL = 12.026269751306701
GOLDEN_CHOICES = [0, 0, 3, 3, 1, 0, 0, 1, 0, 0, 0, 3]


def stream(name: str, frame: int = 0, seed: int = 7) -> RandomStream:
    return RandomStream.named(Branch.DRAW, seed, frame, name)


def test_golden_values_hold_the_streams_still() -> None:
    """Written down once; a change here means that every dataset ever made would come out differently."""
    assert stream_key(Branch.DRAW, 7, 0, "a") == GOLDEN_KEY
    assert seed32(Branch.TRACER, 7, 0, "camera") == GOLDEN_SEED
    assert [stream("a").unit(), stream("a", 1).unit()] == GOLDEN_UNITS
    assert stream("b").integer(0, 1_000_000) == GOLDEN_INTEGER
    assert stream("c").normal(10.0, 2.0) == pytest.approx(GOLDEN_NORMAL, rel=1e-15)
    assert [stream("d", frame).choice([3, 1, 0, 2]) for frame in range(12)] == GOLDEN_CHOICES


@given(st.integers(0, 2**63 - 1), st.integers(0, 10**9), st.text(max_size=30))
def test_a_key_depends_on_each_of_its_parts(seed: int, frame: int, name: str) -> None:
    key = stream_key(Branch.DRAW, seed, frame, name)
    others = [
        stream_key(Branch.PLACEMENT, seed, frame, name),
        stream_key(Branch.DRAW, seed + 1, frame, name),
        stream_key(Branch.DRAW, seed, frame + 1, name),
        stream_key(Branch.DRAW, seed, frame, name + "x"),
        stream_key(Branch.DRAW, seed, str(frame), name),
    ]
    assert key not in others
    assert 0 <= key < 2**128


def test_seed_zero_is_a_seed() -> None:
    assert stream("a", seed=0).unit() == stream("a", seed=0).unit() != stream("a", seed=1).unit()


@given(st.integers(-(2**40), 2**40), st.integers(0, 2**40))
def test_integers_stay_within_both_ends(low: int, width: int) -> None:
    assert low <= stream(f"{low}").integer(low, low + width) <= low + width


def test_integers_are_unbiased() -> None:
    """Chi-squared over 7 values, a size that no power of two divides; the p-value is fixed by the seed."""
    counts = np.zeros(7)
    numbers = stream("bias")
    for _ in range(7000):
        counts[numbers.integer(3, 9) - 3] += 1
    assert stats.chisquare(counts).pvalue > 0.01


def test_normal_and_uniform_follow_their_laws() -> None:
    numbers = stream("laws")
    normal = [numbers.normal(3.0, 2.0) for _ in range(4000)]
    uniform = [numbers.uniform(-1.0, 4.0) for _ in range(4000)]
    assert stats.kstest(normal, stats.norm(3.0, 2.0).cdf).pvalue > 0.01
    assert stats.kstest(uniform, stats.uniform(-1.0, 5.0).cdf).pvalue > 0.01
    assert all(math.isfinite(value) for value in normal)


def test_choice_follows_its_weights_and_never_takes_a_zero_weight() -> None:
    numbers = stream("weights")
    counts = np.bincount([numbers.choice([3, 0, 1]) for _ in range(4000)], minlength=3)
    assert counts[1] == 0
    assert stats.chisquare(counts[[0, 2]], [3000, 1000]).pvalue > 0.01
