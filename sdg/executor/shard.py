"""Which frames of a dataset one of several independent runs makes."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sdg.errors import UsageError

MAX_SHARDS = 1_000_000


@dataclass(frozen=True, slots=True)
class Shard:
    """Part `index` of `count`, counted from 1: frames whose index leaves the remainder `index - 1`.

    Dealing frames out like cards, instead of cutting the row into stretches, keeps a frame with its shard when
    `-n` extends the dataset, and gives every shard its share of what `every:` makes slow.
    """

    index: int = 1
    count: int = 1

    @classmethod
    def parse(cls, text: str) -> Shard:
        """Read `2/3`.

        Raises:
            UsageError: It is not I/N with 1 <= I <= N.
        """
        match = re.fullmatch(r"(\d{1,7})/(\d{1,7})", text.strip())
        index, count = (int(part) for part in match.groups()) if match else (0, 0)
        if not 1 <= index <= count <= MAX_SHARDS:
            raise UsageError(f"shard {text!r} is not I/N with 1 <= I <= N", "the first of three shards is 1/3")
        return cls(index, count)

    @property
    def is_whole(self) -> bool:
        """Whether there is but this one shard."""
        return self.count == 1

    def frames(self, frame_count: int) -> range:
        """Return this shard's frames of a dataset with `frame_count` frames."""
        return range(self.index - 1, frame_count, self.count)

    def __str__(self) -> str:
        return f"{self.index}/{self.count}"
