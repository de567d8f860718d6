from __future__ import annotations

import math
import random

import pytest

from sdg.errors import UsageError
from sdg.export.split import parse_splits, split_of
from sdg.foundation.digest import digest_json

KEYS = [digest_json(index) for index in range(20_000)]


def test_shares_are_kept_on_average() -> None:
    """Counts are binomial: four standard deviations fail once in 16,000 sets of keys, and these keys are fixed."""
    splits = parse_splits("train=0.7, val=0.2 ,test=0.1")
    counts = dict.fromkeys(splits, 0)
    for key in KEYS:
        counts[split_of(key, splits)] += 1
    for name, share in splits.items():
        assert abs(counts[name] - share * len(KEYS)) < 4 * math.sqrt(len(KEYS) * share * (1 - share)), name


def test_a_frame_stays_in_its_split_whatever_other_frames_there_are() -> None:
    splits = parse_splits("train=0.8,val=0.2")
    few = {key: split_of(key, splits) for key in KEYS[:50]}
    shuffled = random.Random(1).sample(KEYS, len(KEYS))
    assert few.items() <= {key: split_of(key, splits) for key in shuffled}.items()


def test_a_smaller_share_takes_frames_away_and_adds_none() -> None:
    large, small = parse_splits("train=0.8,val=0.2"), parse_splits("train=0.6,val=0.4")
    assert {key for key in KEYS if split_of(key, small) == "train"} < {
        key for key in KEYS if split_of(key, large) == "train"
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("train", "the share of train is '', not a number"),
        ("train=most", "'most', not a number"),
        ("train=nan", "is nan, not above 0"),
        ("train=1.5", "is 1.5, not above 0 and at most 1"),
        ("train=0,val=1", "the share of train is 0, not above 0"),
        ("train=0.8,val=0.3", "make 1.1, not 1"),
        ("train=0.8", "make 0.8, not 1"),
        ("train=0.5,train=0.5", "names train twice"),
        ("a/b=1", "'a/b' is no name of a split"),
        ("", "'' is no name of a split"),
    ],
)
def test_splits_that_make_no_sense_are_refused(text: str, said: str) -> None:
    with pytest.raises(UsageError) as error:
        parse_splits(text)
    assert said in error.value.message
    assert "train=0.8,val=0.2" in error.value.hint
