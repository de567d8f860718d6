"""The one door to Ray: connects, starts actors, calls them, and says in our words what became of them."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, TypeAlias

from sdg.errors import BackendUnavailable
from sdg.executor.cluster.plan import Needs, Node
from sdg.foundation.cores import core_count

Actor: TypeAlias = Any
# An answer that may not be there yet.
Answer: TypeAlias = Any

# Of a cluster that we start: frames pass through it only where they are gathered, a few at a time.
_OBJECT_STORE_BYTES = 128 << 20
_ANSWER_S = 10.0
_SETTINGS = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_IGNORE_UNHANDLED_ERRORS": "1",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
}


class SeatLost(Exception):
    """An actor is gone, with or without its node; the message is Ray's, in one line."""


class RayCluster:
    """A connection to a Ray cluster.

    Args:
        address: `auto`, `HOST:PORT` or `ray://HOST:PORT`; empty starts a cluster of this machine alone, which ends
            with the connection.

    Raises:
        BackendUnavailable: Ray is not installed, or no cluster answers.
    """

    def __init__(self, address: str) -> None:
        self._ray: Any = _import_ray()
        self.address = address or "this machine"
        own: dict[str, Any] = {"num_cpus": core_count(), "object_store_memory": _OBJECT_STORE_BYTES}
        hint = "`ray start --head` starts a cluster; from a machine outside of it, use ray://HOST:10001"
        if not _answers(address):
            raise BackendUnavailable(f"no Ray cluster answers at {address}", hint)
        with _signals_kept(), _calm():
            try:
                self._ray.init(
                    address=address or "local",
                    log_to_driver=False,
                    logging_level="CRITICAL",
                    include_dashboard=None if address else False,
                    **({} if address else own),
                )
            except (OSError, RuntimeError, ValueError, AssertionError) as error:
                what = f"no Ray cluster answers at {address}" if address else "Ray can't start here"
                raise BackendUnavailable(f"{what}: {_one_line(error)}", hint) from None

    def nodes(self) -> list[Node]:
        """Return the living nodes."""
        alive = [node["Resources"] for node in self._ray.nodes() if node["Alive"]]
        return [Node(resources.get("CPU", 0.0), resources.get("GPU", 0.0)) for resources in alive]

    def share(self, value: object) -> Answer:
        """Return something that stands for a value in calls, so that it travels to each node once."""
        return self._ray.put(value)

    def seat(self, needs: Needs) -> Actor:
        """Ask for a seat; the cluster makes it once a node has what it needs."""
        from sdg.executor.cluster.ray_seat import RaySeat

        remote = self._ray.remote(
            num_cpus=needs.cpus, num_gpus=needs.gpus, max_restarts=0, concurrency_groups={"hear": 1}
        )
        return remote(RaySeat).remote()

    def call(self, actor: Actor, method: str, *arguments: object) -> Answer:
        """Call a seat's method; calls are obeyed in order, but for `hear`, which waits beside the others."""
        return getattr(actor, method).remote(*arguments)

    def wait(self, answers: Sequence[Answer], seconds: float) -> list[Answer]:
        """Return the answers that are there, as soon as there is one, or none after so long."""
        if not answers:
            time.sleep(seconds)
            return []
        first, others = self._ray.wait(list(answers), num_returns=1, timeout=seconds)
        if not first or not others:
            return list(first)
        further, _ = self._ray.wait(others, num_returns=len(others), timeout=0)
        return [*first, *further]

    def result(self, answer: Answer) -> Any:
        """Return what an answer holds.

        Raises:
            SeatLost: The actor is gone.
            BackendUnavailable: The node can't run `sdg`.
        """
        exceptions = self._ray.exceptions
        try:
            return self._ray.get(answer)
        except exceptions.RayTaskError as error:  # methods of a seat raise nothing themselves
            hint = "install the same `sdg`, with `pip install 'sdg[ray]'`, on every node"
            raise BackendUnavailable(f"a node of the Ray cluster can't run sdg: {_last_line(error)}", hint) from None
        except exceptions.RayError as error:
            raise SeatLost(_one_line(error)) from None

    def end(self, actor: Actor) -> None:
        """End an actor, whatever it is doing."""
        with suppress(self._ray.exceptions.RayError, RuntimeError, ValueError):
            self._ray.kill(actor)

    def close(self) -> None:
        """End the connection, and the cluster if it is ours."""
        with _signals_kept(), _calm():
            self._ray.shutdown()


def _import_ray() -> Any:
    os.environ.update(_SETTINGS)
    try:
        with _calm():
            import ray
            from ray._private import worker
    except ImportError:
        raise BackendUnavailable("Ray is not installed", "pip install 'sdg[ray]'") from None
    # What raylets report goes to stdout whatever `log_to_driver` says: pages of their logs when a node dies.
    if hasattr(worker, "print_to_stdstream"):
        vars(worker)["print_to_stdstream"] = _say_nothing
    return ray


def _answers(address: str) -> bool:
    """Return whether somebody listens at HOST:PORT, for Ray itself would wait for ever; True of other addresses."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if not host or not port.isdigit():
        return True
    try:
        socket.create_connection((host.strip("[]"), int(port)), _ANSWER_S).close()
    except OSError:
        return False
    return True


def _say_nothing(*_: object, **__: object) -> None:
    pass


@contextmanager
def _signals_kept() -> Iterator[None]:
    """Keep our SIGTERM: Ray sets one that ends the process."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def _calm() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _one_line(error: BaseException) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__


def _last_line(error: BaseException) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1] if lines else type(error).__name__
