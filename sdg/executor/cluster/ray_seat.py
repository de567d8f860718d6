"""The seat as Ray needs it; imported where Ray is."""

from __future__ import annotations

import socket

import ray

from sdg.executor.cluster.seat import Seat


class RaySeat(Seat):
    """A seat that Ray lets hear in a thread of its own."""

    # The client of `ray://` can't say this when it calls.
    hear = ray.method(concurrency_group="hear")(Seat.hear)

    def node(self) -> str:
        """Return what to call the node: its host, which may be several nodes, and Ray's number."""
        return f"{socket.gethostname()}/{ray.get_runtime_context().get_node_id()[:8]}"
