"""Workers that take over from worn ones. A crew that tells a worker's end late stands for one that is slow to write."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path

from sdg.executor.crew import RETIRE, Gone, Hand, Order, Seat
from sdg.executor.job import Finished, Message, Ready, Rendered
from sdg.executor.pool import Died, Done, Limits, Pool
from sdg.write.dataset import Dataset
from sdg.write.spec import DatasetSpec


class SlowlyWritingCrew:
    """One seat. The first worker still writes its two frames when its successor dies; all others are quick."""

    deaths_allowed = 2

    def __init__(self) -> None:
        self._heard: deque[tuple[Hand, Message | Gone]] = deque()
        self._afterwards: deque[tuple[Hand, Message | Gone]] = deque()
        self._vacant = [0]
        self._started = 0

    def vacancies(self) -> Sequence[Seat]:
        vacant, self._vacant = self._vacant, []
        return vacant

    def start(self, seat: Seat) -> Hand:
        hand, self._started = self._started, self._started + 1
        self._heard.append((hand, Ready()))
        return hand

    def tell(self, hand: Hand, order: Order) -> None:
        if order == RETIRE:
            written = [Finished(0, 0), Finished(1, 0)] if hand == 0 else []
            self._afterwards.extend((hand, word) for word in (*written, Gone("ended with status 0")))
        elif isinstance(order, int):
            answers: dict[Hand, list[Message | Gone]] = {0: [Rendered(order)], 1: [Gone("was killed")]}
            self._heard.extend((hand, word) for word in answers.get(hand, [Rendered(order), Finished(order, 0)]))

    def kill(self, hand: Hand) -> None:
        self._heard.append((hand, Gone("was killed")))

    def listen(self, timeout_s: float | None = None) -> Iterator[tuple[Hand, Message | Gone]]:
        yield (self._heard or self._afterwards).popleft()

    def close(self) -> None:
        pass


def test_a_successor_that_dies_before_its_worn_worker_is_gone_is_replaced() -> None:
    dataset = Dataset(Path("/nowhere"), DatasetSpec("tiny", 0, (), "", (), False, (), ()))
    with Pool(SlowlyWritingCrew(), Limits(frames=1)) as pool:
        told = list(pool.run(dataset, range(4)))
    assert Died(2, "was killed") in told
    assert sorted(event.frame_index for event in told if isinstance(event, Done)) == [0, 1, 2, 3]
