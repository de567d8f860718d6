"""Which workers suit this machine, found out without loading a renderer."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from sdg.foundation.cores import core_count
from sdg.render.api import Device


@dataclass(frozen=True, slots=True)
class WorkerPlan:
    """Which workers to start: for each its GPU (None: it has none of its own), and the threads of each."""

    gpus: tuple[str | None, ...]
    threads: int


def plan_workers(gpus: tuple[str, ...], workers: int | None, frame_count: int) -> WorkerPlan:
    """Return one worker per GPU, or one without, unless told how many; never more than there are frames."""
    wanted = workers or max(1, len(gpus))
    count = max(1, min(wanted, frame_count))
    threads = max(1, core_count() // count)
    # With one GPU, or none, the renderer picks for itself.
    seats = tuple(gpus[index % len(gpus)] if len(gpus) > 1 else None for index in range(count))
    return WorkerPlan(seats, threads)


def visible_gpus(device: Device) -> tuple[str, ...]:
    """Return the NVIDIA GPUs that the embedded renderer may use, as `CUDA_VISIBLE_DEVICES` names them."""
    if device == "cpu":
        return ()
    chosen = os.environ.get("CUDA_VISIBLE_DEVICES")
    if chosen is not None:
        return tuple(item.strip() for item in chosen.split(",") if item.strip() not in {"", "-1", "NoDevFiles"})
    nodes = [path.name for path in Path("/dev").glob("nvidia[0-9]*") if path.name[6:].isdigit()]
    return tuple(str(index) for index in range(len(nodes)))
