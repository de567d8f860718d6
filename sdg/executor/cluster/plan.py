"""How much of a cluster each worker takes, and how many there is room for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sdg.errors import BackendUnavailable
from sdg.render.api import Device

# What a frame's way needs beside the rays runs on one thread: several small workers get more out of many cores than one
# large worker, until memory runs out. With a GPU, the cores only denoise, encode and write.
MAX_CPUS = 4
MAX_CPUS_PER_GPU = 8


@dataclass(frozen=True, slots=True)
class Node:
    """What a living node of the cluster has in all, used or not."""

    cpus: float
    gpus: float


@dataclass(frozen=True, slots=True)
class Needs:
    """What one worker declares to the cluster; `cpus` is also its number of threads, which changes no byte."""

    cpus: int
    gpus: int


def needs_of_worker(nodes: Sequence[Node], device: Device) -> Needs:
    """Return what a worker takes: a GPU if the device is one, or where `auto` finds any; and a fair share of cores.

    Raises:
        BackendUnavailable: The device is `cuda`, and no node has a GPU.
    """
    with_gpu = [node for node in nodes if node.gpus >= 1]
    if device == "cuda" and not with_gpu:
        hint = "start nodes with `ray start --num-gpus N`, or choose --device cpu"
        raise BackendUnavailable("no node of the Ray cluster has a GPU", hint)
    if device != "cpu" and with_gpu:
        share = min(int(node.cpus / node.gpus) for node in with_gpu)
        return Needs(max(1, min(share, MAX_CPUS_PER_GPU)), 1)
    smallest = min((int(node.cpus) for node in nodes if node.cpus >= 1), default=MAX_CPUS)
    return Needs(min(smallest, MAX_CPUS), 0)


def room_for(nodes: Sequence[Node], needs: Needs) -> int:
    """Return how many workers the nodes could hold if nothing else ran there."""
    return sum(
        min(int(node.cpus / needs.cpus), int(node.gpus / needs.gpus) if needs.gpus else int(node.cpus / needs.cpus))
        for node in nodes
    )
