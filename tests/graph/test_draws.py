"""Distributions: values pinned for good, supports, laws."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sdg.foundation.seeds import RandomStream
from sdg.graph.draw import DrawError, draw, frame_key
from tests.recipes import frame_of, recipe_of

GOLDEN: dict[str, list[Any]] = {
    "{uniform: [6, 20]}": [18.189893061023362, 10.141114816156682, 13.407933458076506],
    "{uniform: [[0, 10], [1, 20]]}": [
        [0.8707066472159543, 13.759367166844676],
        [0.29579391543976297, 12.814936763557844],
        [0.5291381041483219, 19.209541491207812],
    ],
    "{uniform_int: [2, 6]}": [5, 3, 6],
    "{normal: [10, 2]}": [12.259475689125331, 8.926927040225978, 10.146206911561762],
    "{normal: [0, 1], min: 0.5, max: 1}": [0.5913121992522993, 0.7432498127559318, 0.8052200886776689],
    "{log_uniform: [0.01, 100]}": [30.39671061224072, 0.15246693214692478, 1.3078333766001953],
    "{choice: [a, b, c]}": ["a", "a", "a"],
    "{choice: [a, b, c], weights: [1, 0, 3]}": ["c", "c", "c"],
    "{choice: [{uniform: [0, 1]}, {uniform_int: [5, 9]}]}": [0.299963402724974, 0.7636228411002839, 0.9531783803514083],
    "{sequence: [3, 1, 2]}": [3, 1, 2],
    "{combine: [{uniform: [0, 1]}, 5, {uniform_int: [1, 3]}]}": [
        [0.26740045097682485, 5, 1],
        [0.8730965090032243, 5, 2],
        [0.501867525176296, 5, 3],
    ],
    "{uniform: [0, 1], every: 2}": [0.7398633725409355, 0.7398633725409355, 0.561109987036948],
    "{uniform: [0, 1], every: dataset}": [0.23626573610943602, 0.23626573610943602, 0.23626573610943602],
}


def drawn(distribution: str, frames: int = 1) -> list[Any]:
    recipe = recipe_of(f"vars: {{x: {distribution}}}\n")
    return [frame_of(recipe, frame).drawn["vars.x"] for frame in range(frames)]


def one(kind: str, key: int, frame: int = 0, **inputs: Any) -> Any:
    return draw(f"distribution.{kind}", inputs, RandomStream(key), frame, lambda value: value)


@pytest.mark.parametrize("distribution", GOLDEN)
def test_golden_values_hold_every_distribution_still(distribution: str) -> None:
    """Written down once; a change here means that every dataset ever made would come out differently."""
    assert drawn(distribution, 3) == GOLDEN[distribution]


@given(st.integers(0, 2**128 - 1), st.floats(-1e6, 1e6), st.floats(0, 1e6))
def test_uniform_stays_within_its_bounds(key: int, lower: float, width: float) -> None:
    assert lower <= one("uniform", key, lower=lower, upper=lower + width) <= lower + width


@given(st.integers(0, 2**128 - 1), st.floats(1e-9, 1e6), st.floats(1.0, 1e6))
def test_log_uniform_stays_within_its_bounds(key: int, lower: float, ratio: float) -> None:
    assert lower <= one("log_uniform", key, lower=lower, upper=lower * ratio) <= lower * ratio


@given(st.integers(0, 2**128 - 1), st.integers(-1000, 1000), st.integers(0, 1000))
def test_uniform_int_includes_both_ends_and_nothing_beyond(key: int, lower: int, width: int) -> None:
    value = one("uniform_int", key, lower=lower, upper=lower + width)
    assert isinstance(value, int)
    assert lower <= value <= lower + width


@given(st.integers(0, 2**128 - 1), st.floats(-2, 1.5))
def test_a_bounded_normal_stays_within_its_bounds(key: int, low: float) -> None:
    assert low <= one("normal", key, mean=0.0, std=1.0, min=low, max=low + 0.5) <= low + 0.5


@given(st.integers(0, 2**128 - 1), st.integers(0, 10**9))
def test_a_choice_of_weight_zero_is_never_taken(key: int, frame: int) -> None:
    assert one("choice", key, frame, choices=["a", "b", "c"], weights=[0.0, 1.0, 0.0]) == "b"


def test_uniform_int_draws_both_ends() -> None:
    assert {one("uniform_int", key, lower=2, upper=4) for key in range(200)} == {2, 3, 4}


def test_distributions_follow_their_laws() -> None:
    """Kolmogorov-Smirnov and chi-squared over fixed streams, so the p-values never change."""
    keys = range(3000)
    uniform = [one("uniform", key, lower=-1.0, upper=3.0) for key in keys]
    normal = [one("normal", key, mean=3.0, std=2.0) for key in keys]
    bounded = [one("normal", key, mean=0.0, std=1.0, min=-0.5, max=2.0) for key in keys]
    log_uniform = [one("log_uniform", key, lower=0.01, upper=10.0) for key in keys]
    assert stats.kstest(uniform, stats.uniform(-1, 4).cdf).pvalue > 0.01
    assert stats.kstest(normal, stats.norm(3, 2).cdf).pvalue > 0.01
    assert stats.kstest(bounded, stats.truncnorm(-0.5, 2.0).cdf).pvalue > 0.01
    assert stats.kstest(log_uniform, stats.loguniform(0.01, 10).cdf).pvalue > 0.01
    weighted = [one("choice", key, choices=[0, 1, 2], weights=[1.0, 2.0, 5.0]) for key in keys]
    assert stats.chisquare(np.bincount(weighted), [375, 750, 1875]).pvalue > 0.01
    even = [one("choice", key, choices=[0, 1, 2, 3, 4]) for key in keys]
    assert stats.chisquare(np.bincount(even)).pvalue > 0.01


def test_a_list_draws_its_elements_independently() -> None:
    """From one stream, in order: the elements of [0, 1) pairs are uncorrelated (|r| < 3/sqrt(n) at three sigma)."""
    pairs = np.array([one("uniform", key, lower=[0.0, 0.0], upper=[1.0, 1.0]) for key in range(2000)])
    assert abs(np.corrcoef(pairs.T)[0, 1]) < 3 / np.sqrt(2000)


def test_a_number_beside_a_list_serves_for_every_element() -> None:
    assert one("normal", 1, mean=[1.0, 2.0, 3.0], std=0.0) == [1.0, 2.0, 3.0]


def test_a_sequence_goes_round_and_dwells_as_long_as_every_says() -> None:
    assert drawn("{sequence: [3, 1, 2]}", 5) == [3, 1, 2, 3, 1]
    assert drawn("{sequence: [3, 1], every: 2}", 6) == [3, 3, 1, 1, 3, 3]
    assert drawn("{sequence: [3, 1], every: dataset}", 3) == [3, 3, 3]


def test_every_keeps_a_draw_for_that_many_frames_and_dataset_for_all() -> None:
    kept = drawn("{uniform: [0, 1], every: 3}", 9)
    assert kept[0] == kept[1] == kept[2] != kept[3] == kept[4] == kept[5] != kept[6]
    assert len(set(drawn("{uniform: [0, 1], every: dataset}", 5))) == 1


def test_what_is_drawn_inside_a_kept_choice_is_kept_with_it() -> None:
    kept = drawn("{choice: [{uniform: [0, 1]}], every: 4}", 8)
    assert len(set(kept[:4])) == 1
    assert kept[4] != kept[0]
    assert len(set(drawn("{choice: [{uniform: [0, 1], every: 1}], every: 4}", 4))) == 4


def test_kept_draws_never_share_a_key_with_plain_frames() -> None:
    keys = [frame_key(frame, every) for frame in range(20) for every in (1, 2, 3, "dataset")]
    assert len({(type(key), key) for key in keys}) == 20 + 10 + 7 + 1


def test_a_choice_draws_only_the_option_it_takes() -> None:
    recipe = recipe_of(
        "scene: {objects: [{name: a, asset: cube, yaw_deg: {choice: [{uniform: [0, 1]}, {normal: [5, 1]}]}}]}\n"
    )
    for frame in range(8):
        names = [name for name in frame_of(recipe, frame).drawn if ".choice[" in name]
        assert len(names) == 1


@settings(max_examples=20)
@given(st.integers(0, 2**63 - 1))
def test_any_seed_works_and_zero_is_one_of_them(seed: int) -> None:
    def value(number: int) -> Any:
        return frame_of(recipe_of(f"seed: {number}\nvars: {{x: {{uniform: [0, 1]}}}}\n")).drawn["vars.x"]

    assert value(seed) == value(seed)
    assert (value(seed) == value(0)) == (seed == 0)


@pytest.mark.parametrize(
    ("kind", "inputs"),
    [
        ("normal", {"mean": 0.0, "std": 1.0, "min": 40.0}),
        ("log_uniform", {"lower": 0.0, "upper": 1.0}),
        ("uniform_int", {"lower": 3, "upper": 2}),
        ("choice", {"choices": [1, 2], "weights": [0.0, 0.0]}),
        ("bernoulli", {"probability": 1.5}),
        ("uniform", {"lower": [0.0, 1.0], "upper": [1.0, 2.0, 3.0]}),
    ],
)
def test_parameters_that_yield_no_value_are_said_to(kind: str, inputs: dict[str, Any]) -> None:
    with pytest.raises(DrawError):
        one(kind, 1, **inputs)


def test_a_probability_may_itself_be_drawn() -> None:
    """p uniform on [0, 1] shows a thing in half of the frames: 300 frames, three sigma is 26."""
    recipe = recipe_of("scene: {objects: [{name: a, asset: cube, probability: {uniform: [0, 1]}}]}\n")
    assert abs(sum(len(frame_of(recipe, frame).objects) for frame in range(300)) - 150) < 26


def test_probability_zero_and_one_are_certain() -> None:
    text = "scene: {{objects: [{{name: a, asset: cube, count: 2, probability: {}}}]}}\n"
    assert {len(frame_of(recipe_of(text.format(0.0)), frame).objects) for frame in range(20)} == {0}
    assert {len(frame_of(recipe_of(text.format(1.0)), frame).objects) for frame in range(20)} == {2}
