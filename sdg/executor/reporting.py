"""What a run tells while it goes on, and when it has ended."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


class Reporter(Protocol):
    """Whoever wants to know how a run fares."""

    def note(self, text: str) -> None:
        """Hear something worth saying once."""
        ...

    def start(self, frame_count: int, finished: int) -> None:
        """Hear how many frames there are to be, and how many there are already."""
        ...

    def advance(self, frame_index: int) -> None:
        """Hear that a frame is on disk."""
        ...


@dataclass(frozen=True)
class Summary:
    """How a run ended: frames in the dataset, frames made by this run, and what that took.

    Where the dataset was finished before, nothing was made and `seconds` is 0.
    """

    folder: Path
    frame_count: int
    made: int
    seconds: float
