"""Frame indices as ranges."""

from __future__ import annotations


class FrameRanges:
    """Ascending frame indices, kept as [first, last] pairs, both included."""

    def __init__(self) -> None:
        self.pairs: list[list[int]] = []

    def add(self, frame_index: int) -> None:
        """Append an index greater than all before it."""
        if self.pairs and self.pairs[-1][1] == frame_index - 1:
            self.pairs[-1][1] = frame_index
        else:
            self.pairs.append([frame_index, frame_index])
