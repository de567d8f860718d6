"""Hands frames to worker processes and outlives any of them.

Python's own process pools break as a whole when one worker dies. Here a death costs its frame one retry, and a worker
that has grown old or large is replaced without a pause: its successor is ready before it goes. One that says nothing
for far longer than frames take is killed, and counts as dead. Where the processes run is the crew's business: on this
machine, or on a cluster.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import TypeAlias

from sdg.errors import RecipeError, RenderError
from sdg.executor.crew import RETIRE, Crew, Gone, Hand, Seat
from sdg.executor.job import Failed, Finished, Message, Ready, Rendered
from sdg.executor.stall import LOOK_EVERY_S, AttentiveClock, Patience
from sdg.write.dataset import Dataset

# So many processes may die while they set up, before any has come so far.
MAX_STILLBORN = 2
# A frame whose seat or node was lost is innocent; but one that is there whenever that happens, as when it takes all
# memory and the cluster ends the actor for it, must not be tried for ever.
MAX_LOST_SEATS = 10
MAX_FAILED_FRAMES = 20
# When a worker's memory is measured for the first time, so that caches are warm.
_BASELINE_FRAMES = 20


@dataclass(frozen=True, slots=True)
class Limits:
    """When a worker is replaced: after so many frames, when it has grown by so many bytes, or when it is stuck."""

    frames: int = 2000
    growth_bytes: int = 2 << 30
    patience: Patience = field(default_factory=Patience)


@dataclass(frozen=True, slots=True)
class Done:
    """A frame is on disk; `seconds` says where its time went, by step, as far as that is known."""

    frame_index: int
    seconds: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Lost:
    """A frame could not be made, now and on the retry; the others go on."""

    frame_index: int
    error: RenderError


@dataclass(frozen=True, slots=True)
class Died:
    """A worker ended unasked. `frame_index` is the frame that will be tried again, if there is one."""

    frame_index: int | None
    reason: str


Event: TypeAlias = Done | Lost | Died


@dataclass(eq=False)
class _Worker:
    hand: Hand
    seat: Seat
    ready: bool = False
    rendering: int | None = None
    writing: set[int] = field(default_factory=set)
    handed_s: dict[int, float] = field(default_factory=dict)
    heard_s: float = 0.0
    verdict: str = ""
    given: int = 0
    finished: int = 0
    baseline_bytes: int = 0
    resident_bytes: int = 0
    successor: _Worker | None = None
    retired: bool = False

    @property
    def is_busy(self) -> bool:
        return self.rendering is not None or bool(self.writing)

    def is_worn(self, limits: Limits) -> bool:
        grown = self.baseline_bytes and self.resident_bytes - self.baseline_bytes > limits.growth_bytes
        return bool(grown) or self.given >= limits.frames


class Pool:
    """The workers of one run, on every seat that the crew has; a context manager, which closes the crew.

    Attributes:
        most_workers: How many seats had a worker at a time, at most.
    """

    def __init__(self, crew: Crew, limits: Limits | None = None) -> None:
        self._crew = crew
        self._limits = limits or Limits()
        self._dataset: Dataset | None = None
        self._pending: Iterator[int] | None = None
        self._again: deque[int] = deque()
        self._backlog: list[Event] = []
        self._attempts: dict[int, int] = {}
        self._clock = AttentiveClock()
        self._slowest_s = 0.0
        self._lost_seats: dict[int, int] = {}
        self._lost = 0
        self._stillborn = 0
        self._error: Exception | None = None
        self._workers: dict[Hand, _Worker] = {}
        self.most_workers = 0
        try:
            self._fill_vacancies()
        except BaseException:
            self.close()
            raise

    def wait_until_ready(self) -> None:
        """Wait until one worker could render.

        Raises:
            SdgError: Why none can: `BackendUnavailable`, or `RenderError` if their processes die.
            WorkerBug: What a worker raised otherwise.
        """
        while not any(worker.ready for worker in self._workers.values()):
            self._backlog.extend(self._listen())
            if self._error is not None:
                raise self._error

    def run(self, dataset: Dataset, frame_indices: Iterable[int]) -> Iterator[Event]:
        """Make frames and tell what happens; ends when all are on disk or lost. The folder is there, and locked.

        Raises:
            SdgError: What a worker raised on purpose, other than a `RenderError` or `RecipeError` of one frame.
            WorkerBug: What it raised otherwise.
            RenderError: Workers die before they can render, or too many frames are lost.
        """
        self._dataset = dataset
        self._pending = iter(frame_indices)
        while self._error is None:
            yield from self._backlog
            self._backlog.clear()
            for worker in list(self._workers.values()):
                self._feed(worker)
            if not self._has_more() and not any(worker.is_busy for worker in self._workers.values()):
                return
            self._backlog.extend(self._listen())
        yield from self._backlog
        raise self._error

    # --- handing out ------------------------------------------------------------------------------------------

    def _has_more(self) -> bool:
        """Whether a frame waits to be handed out; always, before `run` has said which frames there are."""
        if self._again or self._pending is None:
            return True
        frame_index = next(self._pending, None)
        if frame_index is None:
            return False
        self._again.append(frame_index)
        return True

    def _feed(self, worker: _Worker) -> None:
        if not worker.ready or worker.retired or worker.rendering is not None:
            return
        if not self._has_more():
            return
        if worker.is_worn(self._limits):
            if worker.successor is None:
                worker.successor = self._start(worker.seat)
            elif worker.successor.ready:
                worker.retired = True
                self._crew.tell(worker.hand, RETIRE)
                return
        if worker.given == 0:
            assert self._dataset is not None
            self._crew.tell(worker.hand, self._dataset)
        frame_index = self._again.popleft()
        worker.rendering = frame_index
        worker.given += 1
        worker.handed_s[frame_index] = worker.heard_s = self._clock.now_s
        self._crew.tell(worker.hand, frame_index)

    def _fill_vacancies(self) -> None:
        if self._has_more():
            for seat in self._crew.vacancies():
                self._start(seat)

    def _start(self, seat: Seat) -> _Worker:
        hand = self._crew.start(seat)
        worker = self._workers[hand] = _Worker(hand, seat, heard_s=self._clock.look())
        self.most_workers = max(self.most_workers, len({other.seat for other in self._workers.values()}))
        return worker

    # --- listening --------------------------------------------------------------------------------------------

    def _listen(self) -> Iterator[Event]:
        """Wait for a while until something is heard of at least one worker; kill those that are stuck."""
        self._fill_vacancies()
        for hand, message in self._crew.listen(LOOK_EVERY_S):
            worker = self._workers[hand]
            worker.heard_s = self._clock.look()
            if isinstance(message, Gone):
                del self._workers[hand]
                yield from self._bury(worker, replace(message, reason=worker.verdict or message.reason))
            else:
                yield from self._hear(worker, message)
        now_s = self._clock.look()
        for worker in self._workers.values():
            silent_s = now_s - worker.heard_s
            if (worker.is_busy or not worker.ready) and not worker.verdict and silent_s > self._bound_s(worker):
                worker.verdict = f"said nothing for {silent_s:.0f} s and was killed"
                self._crew.kill(worker.hand)

    def _bound_s(self, worker: _Worker) -> float:
        """Return for how long a worker may say nothing."""
        attempt = max((self._attempts.get(frame_index, 0) for frame_index in worker.handed_s), default=0)
        return self._limits.patience.bound_s(self._slowest_s, is_first=not worker.finished, attempt=attempt)

    def _hear(self, worker: _Worker, message: Message) -> Iterator[Event]:
        match message:
            case Ready():
                worker.ready = True
                self._stillborn = 0
            case Rendered(frame_index):
                worker.rendering = None
                worker.writing.add(frame_index)
            case Finished(frame_index, resident_bytes, seconds):
                worker.writing.discard(frame_index)
                worker.finished += 1
                self._slowest_s = max(self._slowest_s, self._clock.now_s - worker.handed_s.pop(frame_index))
                worker.resident_bytes = resident_bytes
                if worker.finished == _BASELINE_FRAMES:
                    worker.baseline_bytes = resident_bytes
                yield Done(frame_index, seconds)
            case Failed(frame_index, error):
                if worker.rendering == frame_index:
                    worker.rendering = None
                if frame_index is not None:
                    worker.writing.discard(frame_index)
                    worker.handed_s.pop(frame_index, None)
                if frame_index is not None and isinstance(error, RenderError):
                    yield from self._lose(frame_index, error)
                elif frame_index is not None and isinstance(error, RecipeError):
                    yield from self._lose(frame_index, _impossible(frame_index, error))
                elif self._error is None:
                    self._error = error

    def _bury(self, worker: _Worker, gone: Gone) -> Iterator[Event]:
        if gone.with_seat:
            yield from self._excuse(worker, gone.reason)
            return
        if worker.retired and not worker.is_busy:
            return
        # The frame that was being traced is the suspect; what was only being written is innocent.
        suspects = [worker.rendering] if worker.rendering is not None else sorted(worker.writing)
        self._again.extend(sorted(worker.writing - set(suspects)))
        if not worker.ready:
            self._stillborn += 1
            if self._stillborn >= MAX_STILLBORN:
                hint = "`sdg doctor` tells what this machine lacks; fewer --workers need less memory"
                self._error = RenderError(f"the renderer's process {gone.reason} while it was setting up", hint)
                return
        if not suspects:
            yield Died(None, gone.reason)
        for frame_index in suspects:
            count = self._attempts[frame_index] = self._attempts.get(frame_index, 0) + 1
            if count >= self._crew.deaths_allowed:
                times = "twice" if count == 2 else f"{count} times"
                yield from self._lose(frame_index, RenderError(f"the renderer's process {gone.reason}, {times}"))
            else:
                self._again.append(frame_index)
                yield Died(frame_index, gone.reason)
        self._replace(worker)

    def _excuse(self, worker: _Worker, reason: str) -> Iterator[Event]:
        """Try again all that a worker had when its seat was lost; its frames may do no harm elsewhere."""
        self._stand_in_for(worker)
        yield Died(worker.rendering, reason)
        held = worker.writing if worker.rendering is None else worker.writing | {worker.rendering}
        for frame_index in sorted(held):
            count = self._lost_seats[frame_index] = self._lost_seats.get(frame_index, 0) + 1
            if count >= MAX_LOST_SEATS:
                yield from self._lose(frame_index, RenderError(f"the renderer's process {reason}, {count} times"))
            else:
                self._again.append(frame_index)

    def _replace(self, worker: _Worker) -> None:
        """Start another worker for one that died, if there is work and nobody else does so."""
        if self._stand_in_for(worker):
            return
        if self._error is None and self._has_more() and worker.successor is None:
            self._start(worker.seat)

    def _stand_in_for(self, successor: _Worker) -> bool:
        """Return whether a worker waits for this one to take over; it is still worn, and asks for another.

        One that was told to go already no longer asks.
        """
        for worker in self._workers.values():
            if worker.successor is successor and not worker.retired:
                worker.successor = None
                return True
        return False

    def _lose(self, frame_index: int, error: RenderError) -> Iterator[Event]:
        self._lost += 1
        yield Lost(frame_index, error)
        if self._lost >= MAX_FAILED_FRAMES and self._error is None:
            message = f"{self._lost} frames failed; the last: frame {frame_index}: {error.message}"
            self._error = RenderError(message, error.hint)

    def close(self) -> None:
        """Let workers write what they have rendered, then end them, at once if need be."""
        self._crew.close()

    def __enter__(self) -> Pool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _impossible(frame_index: int, error: RecipeError) -> RenderError:
    """Return the loss of a frame whose draws can't be had together, such as more things than there is room for."""
    fault = error.diagnostics[0]
    place = f"{fault.code}, {fault.span}" if fault.span else fault.code
    return RenderError(f"{fault.message.removeprefix(f'frame {frame_index}: ')} ({place})", fault.hint)
