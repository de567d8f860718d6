"""The crew of this machine: worker processes at the other ends of pipes."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import cast

from sdg.executor.crew import LEAVE, Gone, Hand, Order, Seat
from sdg.executor.interrupt import interrupts_held
from sdg.executor.job import Job, Message
from sdg.executor.worker import run_worker
from sdg.foundation.exit_codes import cause_of_death

# Each worker has its share of the cores; BLAS would start a thread for every core in each of them.
_LIBRARY_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
# A frame that is written when the run is interrupted gets this long to reach the disk.
GRACE_S = 3.0


class LocalCrew:
    """Processes for one job, with a seat per entry of `gpus` (None: no GPU of its own)."""

    deaths_allowed = 2

    def __init__(self, job: Job, gpus: Sequence[str | None]) -> None:
        self._job = job
        self._gpus = tuple(gpus)
        self._context = multiprocessing.get_context("spawn")
        self._vacant = list(range(len(gpus)))
        self._processes: dict[Hand, tuple[SpawnProcess, Connection]] = {}
        self._started = 0

    def vacancies(self) -> Sequence[Seat]:
        """Return all seats, once."""
        vacant, self._vacant = self._vacant, []
        return vacant

    def start(self, seat: Seat) -> Hand:
        """Start a process; it is heard of when it is ready."""
        ours, theirs = multiprocessing.Pipe()
        process = self._context.Process(
            target=run_worker, args=(theirs, self._job, self._gpus[seat], os.getpid()), name="sdg-worker", daemon=True
        )
        # Ctrl-C must neither strike the child before it knows what to do about it, nor leave it with half its orders.
        with interrupts_held(), single_threaded_libraries():
            process.start()
        theirs.close()
        hand = self._started
        self._started += 1
        self._processes[hand] = process, ours
        return hand

    def tell(self, hand: Hand, order: Order) -> None:
        """Send an order; a worker that is dead already is found out when its pipe is read."""
        if hand in self._processes:
            with suppress(OSError):
                self._processes[hand][1].send(order)

    def kill(self, hand: Hand) -> None:
        """End a process at once; its pipe then says so."""
        if hand in self._processes:
            self._processes[hand][0].kill()

    def listen(self, timeout_s: float | None = None) -> Iterator[tuple[Hand, Message | Gone]]:
        """Wait until something is heard of at least one process, or for so long."""
        hands = {connection: hand for hand, (_, connection) in list(self._processes.items())}
        for ready in wait(list(hands), timeout_s):
            connection = cast("Connection", ready)
            hand = hands[connection]
            try:
                message: Message = connection.recv()
            except (EOFError, OSError):
                yield hand, self._bury(hand)
            else:
                yield hand, message

    def _bury(self, hand: Hand) -> Gone:
        process, connection = self._processes.pop(hand)
        process.join(GRACE_S)
        gone = Gone(cause_of_death(process.exitcode))
        connection.close()
        if process.exitcode is None:
            process.kill()  # it hung up and stays; what it holds is its successor's
        else:
            process.close()
        return gone

    def close(self) -> None:
        """Let processes write what they have rendered, then end them, at once if need be."""
        for hand in self._processes:
            self.tell(hand, LEAVE)
        processes, self._processes = list(self._processes.values()), {}
        deadline = time.monotonic() + GRACE_S
        try:
            for process, _ in processes:
                process.join(max(0.0, deadline - time.monotonic()))
        finally:
            for process, _ in processes:
                process.kill()
            for process, connection in processes:
                process.join()
                process.close()
                connection.close()


@contextmanager
def single_threaded_libraries() -> Iterator[None]:
    """Let processes that are started now keep their libraries to one thread, unless the user said otherwise."""
    added = [name for name in _LIBRARY_THREADS if name not in os.environ]
    os.environ.update(dict.fromkeys(added, "1"))
    try:
        yield
    finally:
        for name in added:
            os.environ.pop(name, None)
