"""A worker process: renders in its main thread while a few threads encode and write what is rendered.

It obeys its parent, whose orders `sdg.executor.crew` describes. When the parent is gone, so is the worker.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import os
import pickle
import queue
import signal
import sys
import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Literal, cast

from sdg.annotate.model import AnnotatedFrame
from sdg.errors import DatasetError, RenderError, SdgError
from sdg.executor.crew import LEAVE, Order
from sdg.executor.job import Failed, Finished, FrameSource, Job, Message, Ready, Rendered, WorkerBug
from sdg.executor.lock import hold_writer_lock
from sdg.executor.profile import IDLE, OTHER, WAITING, WRITE
from sdg.write.dataset import Dataset

# Frames that may be encoded and written while the next one is rendered; more would only hold memory.
WRITERS = 2
_PR_SET_PDEATHSIG = 1


def run_worker(connection: Connection, job: Job, gpu: str | None, parent_pid: int) -> None:
    """Work until told to stop; the target of a spawned process, whose end is `os._exit`."""
    leave_with_parent(parent_pid)
    if gpu is not None:
        os.environ["CUDA_VISIBLE_DEVICES"] = gpu
    outbox = _Outbox(connection)
    try:
        _work(connection, job, outbox)
    except BaseException as error:  # while setting up, a failing import may raise anything
        outbox.send(Failed(None, portable_error(error)))
    # The interpreter's own end would unload native libraries in no particular order.
    os._exit(0)


def _work(connection: Connection, job: Job, outbox: _Outbox) -> None:
    writers = _Writers(outbox)
    orders: queue.SimpleQueue[Order] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(connection, orders, writers), daemon=True).start()
    source = open_source(job)
    outbox.send(Ready())
    free = time.perf_counter()
    while not isinstance(order := orders.get(), str):
        began = time.perf_counter()
        if isinstance(order, Dataset):
            writers.begin(order)
            free = began
            continue
        try:
            frame = source.frame(order)
        except Exception as error:
            outbox.send(Failed(order, portable_error(error)))
        else:
            taken = time.perf_counter() - began
            frame.seconds.update({IDLE: began - free, OTHER: max(0.0, taken - sum(frame.seconds.values()))})
            outbox.send(Rendered(order))
            writers.put(order, frame)
        free = time.perf_counter()
    writers.drain()
    source.close()


def _listen(connection: Connection, orders: queue.SimpleQueue[Order], writers: _Writers) -> None:
    while True:
        try:
            order: Order = connection.recv()
        except (EOFError, OSError):
            os._exit(1)  # the parent is gone
        if order == LEAVE:
            writers.drain()
            os._exit(0)
        orders.put(order)


class _Outbox:
    """Sends messages to the parent from any thread."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._lock = threading.Lock()

    def send(self, message: Message) -> None:
        with self._lock:
            try:
                self._connection.send(message)
            except OSError:
                os._exit(1)  # the parent is gone


class _Writers:
    """Encodes and writes frames beside the renderer; at most `WRITERS` are under way, so memory stays flat."""

    def __init__(self, outbox: _Outbox) -> None:
        self._outbox = outbox
        self._dataset: Dataset | None = None
        self._threads = ThreadPoolExecutor(WRITERS, thread_name_prefix="write")
        self._room = threading.Semaphore(WRITERS)

    def begin(self, dataset: Dataset) -> None:
        """Get ready to write; the folder exists now, and is locked by the parent."""
        hold_writer_lock(dataset.folder)
        self._dataset = dataset

    def put(self, frame_index: int, frame: AnnotatedFrame) -> None:
        """Take a frame; waits while there is no room."""
        assert self._dataset is not None
        rendered = time.perf_counter()
        self._room.acquire()
        frame.seconds[WAITING] = time.perf_counter() - rendered
        self._threads.submit(self._write, self._dataset, frame_index, frame)

    def _write(self, dataset: Dataset, frame_index: int, frame: AnnotatedFrame) -> None:
        began = time.perf_counter()
        try:
            dataset.add(frame)
        except Exception as error:
            self._outbox.send(Failed(frame_index, portable_error(error, "write")))
        else:
            seconds = {**frame.seconds, WRITE: time.perf_counter() - began}
            self._outbox.send(Finished(frame_index, resident_bytes(), seconds))
        finally:
            self._room.release()

    def drain(self) -> None:
        """Wait until everything taken is on disk; nothing is taken afterwards."""
        for _ in range(WRITERS):
            self._room.acquire()


def open_source(job: Job) -> FrameSource:
    """Return what makes the job's frames, with the renderer set up."""
    module, _, name = job.source.partition(":")
    factory = getattr(importlib.import_module(module), name)
    return cast("FrameSource", factory(job.recipe, renderer=job.renderer, device=job.device, threads=job.threads))


def portable_error(error: BaseException, doing: Literal["read", "write"] = "read") -> Exception:
    """Return an error that survives the way to the parent."""
    if isinstance(error, MemoryError):
        return RenderError("out of memory", "use fewer --workers, or a smaller resolution")
    if isinstance(error, OSError) and error.errno is not None:
        name = f" {error.filename}" if error.filename else ""
        hint = "finished frames are kept: run the same command again once that is mended"
        return DatasetError(f"can't {doing}{name}: {os.strerror(error.errno)}", hint)
    if isinstance(error, SdgError):
        with contextlib.suppress(Exception):
            pickle.loads(pickle.dumps(error))
            return error
    bug = WorkerBug(f"{type(error).__name__}: {error}")
    bug.add_note("in the worker:\n" + "".join(traceback.format_exception(error)))
    return bug


def resident_bytes() -> int:
    """Return this process's resident memory, 0 where the system doesn't tell."""
    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError, ValueError):
        return 0


def leave_with_parent(parent_pid: int) -> None:
    """Die when the parent dies, even in the midst of native code that never looks at the pipe."""
    # The parent alone answers Ctrl-C, which a terminal sends to both; it tells us how to leave. A mask would not do: it
    # is a thread's own, and libraries start threads.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent_pid:
        os._exit(1)
