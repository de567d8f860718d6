"""Frames whose seats are lost under them by no fault of theirs. A crew that loses them stands for a failing cluster."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from sdg.executor.crew import Gone, Hand, Order, Seat
from sdg.executor.job import Finished, Message, Ready, Rendered
from sdg.executor.pool import MAX_LOST_SEATS, Died, Done, Event, Lost, Pool
from sdg.write.dataset import Dataset
from sdg.write.spec import DatasetSpec


class FrailCrew:
    """Always has one seat; `answer` gives what is heard after an order of a frame, by seat and frame."""

    deaths_allowed = 3

    def __init__(self, answer: Callable[[Seat, int], Sequence[Message | Gone]]) -> None:
        self._answer = answer
        self._heard: deque[tuple[Hand, Message | Gone]] = deque()
        self._vacant = [0]

    def vacancies(self) -> Sequence[Seat]:
        vacant, self._vacant = self._vacant, []
        return vacant

    def start(self, seat: Seat) -> Hand:
        self._heard.append((seat, Ready()))
        return seat

    def tell(self, hand: Hand, order: Order) -> None:
        if isinstance(order, int):
            self._heard.extend((hand, message) for message in self._answer(hand, order))

    def kill(self, hand: Hand) -> None:
        self._heard.append((hand, Gone("was killed")))

    def listen(self, timeout_s: float | None = None) -> Iterator[tuple[Hand, Message | Gone]]:
        hand, message = self._heard.popleft()
        if isinstance(message, Gone):
            self._heard = deque(item for item in self._heard if item[0] != hand)
            self._vacant = [hand + 1]
        yield hand, message

    def close(self) -> None:
        pass


LOST = Gone("was lost", with_seat=True)


def made(frame_index: int) -> list[Message | Gone]:
    return [Rendered(frame_index), Finished(frame_index, 0)]


def events(answer: Callable[[Seat, int], Sequence[Message | Gone]], frame_count: int) -> list[Event]:
    dataset = Dataset(Path("/nowhere"), DatasetSpec("tiny", 0, (), "", (), False, (), ()))
    with Pool(FrailCrew(answer)) as pool:
        return list(pool.run(dataset, range(frame_count)))


def test_a_frame_outlives_more_seats_than_processes_it_may_kill() -> None:
    told = events(lambda seat, frame: [LOST] if frame == 1 and seat < 5 else made(frame), 3)
    assert told.count(Died(1, "was lost")) == 5
    assert sorted(event.frame_index for event in told if isinstance(event, Done)) == [0, 1, 2]


def test_what_was_only_being_written_is_made_again_too() -> None:
    told = events(lambda seat, frame: [Rendered(frame), LOST] if seat == 0 else made(frame), 1)
    assert told == [Died(None, "was lost"), Done(0)]


def test_a_frame_that_no_seat_outlives_is_given_up_at_last() -> None:
    told = events(lambda seat, frame: [LOST] if frame == 1 else made(frame), 3)
    assert sum(isinstance(event, Died) for event in told) == MAX_LOST_SEATS
    lost = [event for event in told if isinstance(event, Lost)]
    assert [event.frame_index for event in lost] == [1]
    assert lost[0].error.message == "the renderer's process was lost, 10 times"
    assert sorted(event.frame_index for event in told if isinstance(event, Done)) == [0, 2]
