"""Hands frames to worker processes and outlives any of them.

Python's own process pools break as a whole when one worker dies. Here a death costs its frame one retry, and a worker
that has grown old or large is replaced without a pause: its successor is ready before it goes. One that says nothing
for far longer than frames take is killed, and counts as dead.
"""

from __future__ import annotations

import multiprocessing
import os
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from types import TracebackType
from typing import TypeAlias, cast

from sdg.errors import RecipeError, RenderError
from sdg.executor.interrupt import interrupts_held
from sdg.executor.job import Failed, Finished, Job, Message, Ready, Rendered
from sdg.executor.stall import LOOK_EVERY_S, AttentiveClock, Patience
from sdg.executor.worker import LEAVE, RETIRE, Order, run_worker
from sdg.foundation.exit_codes import cause_of_death
from sdg.write.spec import DatasetSpec

MAX_ATTEMPTS = 2
MAX_FAILED_FRAMES = 20
# A frame that is written when the run is interrupted gets this long to reach the disk.
_GRACE_S = 3.0
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
    process: SpawnProcess
    connection: Connection
    gpu: str | None
    ready: bool = False
    rendering: int | None = None
    writing: set[int] = field(default_factory=set)
    handed_s: dict[int, float] = field(default_factory=dict)
    heard_s: float = 0.0
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
    """Worker processes for one job, one per entry of `gpus` (None: no GPU of its own); a context manager."""

    def __init__(self, job: Job, gpus: Sequence[str | None], limits: Limits | None = None) -> None:
        self._job = job
        self._limits = limits or Limits()
        self._context = multiprocessing.get_context("spawn")
        self._spec: DatasetSpec | None = None
        self._pending: Iterator[int] | None = None
        self._again: deque[int] = deque()
        self._backlog: list[Event] = []
        self._attempts: dict[int, int] = {}
        self._clock = AttentiveClock()
        self._slowest_s = 0.0
        self._lost = 0
        self._stillborn = 0
        self._error: Exception | None = None
        self._workers: list[_Worker] = []
        try:
            for gpu in gpus:
                self._workers.append(self._spawn(gpu))
        except BaseException:
            self.close()
            raise

    def wait_until_ready(self) -> None:
        """Wait until one worker could render.

        Raises:
            SdgError: Why none can: `BackendUnavailable`, or `RenderError` if their processes die.
            WorkerBug: What a worker raised otherwise.
        """
        while not any(worker.ready for worker in self._workers):
            self._backlog.extend(self._listen())
            if self._error is not None:
                raise self._error

    def run(self, spec: DatasetSpec, frame_indices: Iterable[int]) -> Iterator[Event]:
        """Make the frames and tell what happens; ends when all are on disk or lost.

        Raises:
            SdgError: What a worker raised on purpose, other than a `RenderError` or `RecipeError` of one frame.
            WorkerBug: What it raised otherwise.
            RenderError: Workers die before they can render, or too many frames are lost.
        """
        self._spec = spec
        self._pending = iter(frame_indices)
        while self._error is None:
            yield from self._backlog
            self._backlog.clear()
            for worker in list(self._workers):
                self._feed(worker)
            if not self._has_more() and not any(worker.is_busy for worker in self._workers):
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
                worker.successor = self._spawn(worker.gpu)
                self._workers.append(worker.successor)
            elif worker.successor.ready:
                worker.retired = True
                self._tell(worker, RETIRE)
                return
        if worker.given == 0:
            assert self._spec is not None
            self._tell(worker, self._spec)
        frame_index = self._again.popleft()
        worker.rendering = frame_index
        worker.given += 1
        worker.handed_s[frame_index] = worker.heard_s = self._clock.now_s
        self._tell(worker, frame_index)

    def _tell(self, worker: _Worker, order: Order) -> None:
        # A worker that is dead already is found out when its pipe is read.
        with suppress(OSError):
            worker.connection.send(order)

    # --- listening --------------------------------------------------------------------------------------------

    def _listen(self) -> Iterator[Event]:
        """Wait until something is heard of at least one worker."""
        connections = {worker.connection: worker for worker in self._workers}
        heard: list[Connection] = []
        while not heard:
            heard = [cast("Connection", connection) for connection in wait(list(connections), LOOK_EVERY_S)]
            now_s = self._clock.look()
            for connection, worker in connections.items():
                if connection in heard:
                    worker.heard_s = now_s
                elif worker.is_busy or not worker.ready:
                    silent_s = now_s - worker.heard_s
                    if silent_s > self._bound_s(worker):
                        worker.process.kill()
                        yield from self._bury(worker, f"said nothing for {silent_s:.0f} s and was killed")
                        return
        for connection in heard:
            worker = connections[connection]
            try:
                message: Message = worker.connection.recv()
            except (EOFError, OSError):
                yield from self._bury(worker)
            else:
                yield from self._hear(worker, message)

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

    def _bury(self, worker: _Worker, reason: str = "") -> Iterator[Event]:
        worker.process.join(_GRACE_S)
        reason = reason or cause_of_death(worker.process.exitcode)
        self._remove(worker)
        if worker.retired and not worker.is_busy:
            return
        # The frame that was being traced is the suspect; what was only being written is innocent.
        suspects = [worker.rendering] if worker.rendering is not None else sorted(worker.writing)
        self._again.extend(sorted(worker.writing - set(suspects)))
        if not worker.ready:
            self._stillborn += 1
            if self._stillborn >= MAX_ATTEMPTS:
                hint = "`sdg doctor` tells what this machine lacks; fewer --workers need less memory"
                self._error = RenderError(f"the renderer's process {reason} while it was setting up", hint)
                return
        if not suspects:
            yield Died(None, reason)
        for frame_index in suspects:
            self._attempts[frame_index] = self._attempts.get(frame_index, 0) + 1
            if self._attempts[frame_index] >= MAX_ATTEMPTS:
                yield from self._lose(frame_index, RenderError(f"the renderer's process {reason}, twice"))
            else:
                self._again.append(frame_index)
                yield Died(frame_index, reason)
        self._replace(worker)

    def _replace(self, worker: _Worker) -> None:
        """Start another worker for one that died, if there is work and nobody else does so."""
        for other in self._workers:
            if other.successor is worker:
                other.successor = None  # it is still worn, and asks for a successor again
                return
        if self._error is None and self._has_more() and worker.successor is None:
            self._workers.append(self._spawn(worker.gpu))

    def _lose(self, frame_index: int, error: RenderError) -> Iterator[Event]:
        self._lost += 1
        yield Lost(frame_index, error)
        if self._lost >= MAX_FAILED_FRAMES and self._error is None:
            message = f"{self._lost} frames failed; the last: frame {frame_index}: {error.message}"
            self._error = RenderError(message, error.hint)

    # --- life and death ---------------------------------------------------------------------------------------

    def _spawn(self, gpu: str | None) -> _Worker:
        ours, theirs = multiprocessing.Pipe()
        process = self._context.Process(
            target=run_worker, args=(theirs, self._job, gpu, os.getpid()), name="sdg-worker", daemon=True
        )
        # Ctrl-C must neither strike the child before it knows what to do about it, nor leave it with half its orders.
        with interrupts_held():
            process.start()
        theirs.close()
        return _Worker(process, ours, gpu, heard_s=self._clock.look())

    def _remove(self, worker: _Worker) -> None:
        self._workers.remove(worker)
        worker.connection.close()
        if worker.process.exitcode is not None:
            worker.process.close()

    def close(self) -> None:
        """Let workers write what they have rendered, then end them, at once if need be."""
        workers, self._workers = self._workers, []
        try:
            for worker in workers:
                self._tell(worker, LEAVE)
            deadline = time.monotonic() + _GRACE_S
            for worker in workers:
                worker.process.join(max(0.0, deadline - time.monotonic()))
        finally:
            for worker in workers:
                worker.process.kill()
            for worker in workers:
                worker.process.join()
                worker.process.close()
                worker.connection.close()

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
