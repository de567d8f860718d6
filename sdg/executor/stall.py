"""When silence means that a worker is stuck: in a driver, in the disk, or stopped.

A worker that has something to do is given as long as frames have taken, many times over. That bound is generous,
because a false alarm costs a frame its work, and what it guards against would otherwise last for ever.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

# How often workers that say nothing are looked at [s].
LOOK_EVERY_S = 1.0


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a worker may say nothing while it has something to do.

    Attributes:
        least_s: However quick frames have been.
        times_slowest: So many times as long as the slowest frame took from handing out to disk.
        first_s: At least, until its first frame is on disk: renderers compile and load meanwhile.
    """

    least_s: float = 120.0
    times_slowest: float = 10.0
    first_s: float = 1800.0

    def bound_s(self, slowest_s: float, *, is_first: bool, attempt: int = 0) -> float:
        """Return how long, in a run whose frames took `slowest_s` at most; a frame that is tried again gets more."""
        least = max(self.first_s, self.least_s) if is_first else self.least_s
        return max(least, self.times_slowest * slowest_s) * (1 + attempt)


class AttentiveClock:
    """Seconds during which we were there to listen.

    Where the whole run is stopped for a while (Ctrl-Z, a laptop's lid), workers had no more of that time than we.
    """

    def __init__(self) -> None:
        self.now_s = 0.0
        self._looked = time.monotonic()

    def look(self) -> float:
        """Return the time by now; to be called at least every `LOOK_EVERY_S`."""
        now = time.monotonic()
        self.now_s += min(now - self._looked, 2 * LOOK_EVERY_S)
        self._looked = now
        return self.now_s
