"""What a run tells while it goes on, and when it has ended."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sdg.executor.profile import Profile


class Reporter(Protocol):
    """Whoever wants to know how a run fares."""

    def note(self, text: str) -> None:
        """Hear something worth saying once."""
        ...

    def start(self, frame_count: int, finished: int, what: str = "frames") -> None:
        """Hear how many frames there are to be, how many there are already, and what is done with them."""
        ...

    def advance(self, frame_index: int) -> None:
        """Hear that a frame is done with: on disk, where frames are written."""
        ...


class Silent:
    """A reporter that keeps everything to itself."""

    def note(self, text: str) -> None:
        pass

    def start(self, frame_count: int, finished: int, what: str = "frames") -> None:
        pass

    def advance(self, frame_index: int) -> None:
        pass


@dataclass(frozen=True)
class Summary:
    """How a run ended: frames in the dataset, frames made by this run, and what that took.

    Where the dataset was finished before, nothing was made and `seconds` is 0. Of a run that rendered, `profile` says
    where the time went.
    """

    folder: Path
    frame_count: int
    made: int
    seconds: float
    profile: Profile | None = None
