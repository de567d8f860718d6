"""Which workers suit this machine, found out without loading a renderer."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sdg.foundation.cores import core_count
from sdg.render.api import Device

# On an H200 with 16 cores, 640x480, `low`, frames a second: 17.3 with 6 processes, 19.6 with 10, 18.8 with 14. Each
# held 1.5 GiB of the GPU's memory.
_MOST_PER_GPU = 10
_WORKER_MIB = 2048
# What a process takes to start is lost on fewer frames than this.
_FRAMES_EACH = 4
_PROBE_SECONDS = 20


@dataclass(frozen=True, slots=True)
class WorkerPlan:
    """Which workers to start: for each its GPU (None: it has none of its own), and the threads of each."""

    gpus: tuple[str | None, ...]
    threads: int


def plan_workers(
    gpus: tuple[str, ...], workers: int | None, frame_count: int, *, per_gpu: int = 1, cores: int | None = None
) -> WorkerPlan:
    """Return as many workers as each GPU takes, or one without, unless told how many; never more than there are frames.

    Args:
        gpus: Those that may be used.
        workers: How many processes are wanted; None leaves that open.
        frame_count: Of the run.
        per_gpu: How many processes a GPU has room for. While one of them sets up a world or writes, another one traces.
        cores: Of the CPU; None asks the system.
    """
    cores = core_count() if cores is None else cores
    shared = max(1, min(per_gpu, cores // max(1, len(gpus)), frame_count // (_FRAMES_EACH * max(1, len(gpus)))))
    wanted = workers or max(1, shared * len(gpus))
    count = max(1, min(wanted, frame_count))
    # With one GPU, or none, the renderer picks for itself.
    seats = tuple(gpus[index % len(gpus)] if len(gpus) > 1 else None for index in range(count))
    return WorkerPlan(seats, max(1, cores // count))


def room_per_gpu(gpus: Sequence[str]) -> int:
    """Return how many processes of the embedded renderer fit on the one of some GPUs that has the least free memory.

    Args:
        gpus: As `CUDA_VISIBLE_DEVICES` names them. One that `nvidia-smi` doesn't list, such as a part of a GPU, says
            nothing.

    Returns:
        From 1 to 10; 1 where nothing is known.
    """
    command = ["nvidia-smi", "--query-gpu=index,uuid,memory.free", "--format=csv,noheader,nounits"]
    try:
        listing = subprocess.run(command, capture_output=True, text=True, timeout=_PROBE_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return 1
    rows = [[cell.strip() for cell in line.split(",")] for line in listing.stdout.splitlines()]
    free_mib = [
        int(row[2])
        for row in rows
        if len(row) == 3 and row[2].isdecimal() and any(row[0] == gpu or row[1].startswith(gpu) for gpu in gpus)
    ]
    return max(1, min([_MOST_PER_GPU, *(mib // _WORKER_MIB for mib in free_mib)])) if free_mib else 1


def visible_gpus(device: Device) -> tuple[str, ...]:
    """Return the NVIDIA GPUs that the embedded renderer may use, as `CUDA_VISIBLE_DEVICES` names them."""
    if device == "cpu":
        return ()
    chosen = os.environ.get("CUDA_VISIBLE_DEVICES")
    if chosen is not None:
        return tuple(item.strip() for item in chosen.split(",") if item.strip() not in {"", "-1", "NoDevFiles"})
    nodes = [path.name for path in Path("/dev").glob("nvidia[0-9]*") if path.name[6:].isdigit()]
    return tuple(str(index) for index in range(len(nodes)))
