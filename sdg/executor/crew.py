"""What the pool asks of whoever starts worker processes and carries words to and from them, here or on a cluster."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from sdg.executor.job import Message
from sdg.write.dataset import Dataset

# A place where processes may run, such as a GPU; and a process. Each crew numbers its own, and uses no number twice.
Seat: TypeAlias = int
Hand: TypeAlias = int

# First comes the dataset, whose folder is there and locked, then frame indices, then one of the last words: finish what
# you have and go, or finish writing what is rendered and go at once.
Order: TypeAlias = Dataset | int | Literal["retire", "leave"]
RETIRE: Literal["retire"] = "retire"
LEAVE: Literal["leave"] = "leave"


@dataclass(frozen=True, slots=True)
class Gone:
    """A process is no more.

    Attributes:
        reason: The end of a sentence: how it ended.
        with_seat: Whether its seat went too, with an actor or a whole node: then no frame is under suspicion, and
            nothing can be started there any more.
    """

    reason: str
    with_seat: bool = False


class Crew(Protocol):
    """Starts worker processes; `close` ends them all."""

    @property
    def deaths_allowed(self) -> int:
        """How many processes a frame may kill before it is given up."""
        ...

    def vacancies(self) -> Sequence[Seat]:
        """Return the seats on which no process has been started so far; each is told once."""
        ...

    def start(self, seat: Seat) -> Hand:
        """Start a process; it is heard of when it is ready."""
        ...

    def tell(self, hand: Hand, order: Order) -> None:
        """Send an order. A process that is gone already is heard of as such."""
        ...

    def kill(self, hand: Hand) -> None:
        """End a process at once, even one that is stopped; it is heard of as gone."""
        ...

    def listen(self, timeout_s: float | None = None) -> Iterator[tuple[Hand, Message | Gone]]:
        """Wait for word from any process, about so long at most, and yield what there is.

        Raises:
            SdgError: No process can be had any more, or what one made can't be written.
        """
        ...

    def close(self) -> None:
        """Let processes write what they have rendered, then end them, at once if need be."""
        ...
