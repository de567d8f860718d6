from __future__ import annotations

import pytest

from sdg.errors import UsageError
from sdg.executor.shard import Shard


def test_shards_share_the_frames_out_without_gap_or_overlap() -> None:
    parts = [Shard(index, 4).frames(10) for index in range(1, 5)]
    assert sorted(frame for part in parts for frame in part) == list(range(10))


def test_more_frames_leave_every_frame_with_its_shard() -> None:
    assert set(Shard(2, 3).frames(10)) <= set(Shard(2, 3).frames(1000))


@pytest.mark.parametrize("text", ["0/3", "4/3", "-1/3", "1/0", "1", "1/", "a/b", "1/3/5", "1.0/3", "", "1/99999999"])
def test_what_is_no_shard_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="is not I/N"):
        Shard.parse(text)


def test_a_shard_reads_back_as_it_prints() -> None:
    assert Shard.parse(str(Shard(3, 17))) == Shard(3, 17)
