"""What a worker takes of a cluster, and how many find room."""

from __future__ import annotations

import pytest

from sdg.errors import BackendUnavailable
from sdg.executor.cluster.plan import Needs, Node, needs_of_worker, room_for

CPU_NODE, SMALL_NODE, HEAD = Node(16, 0), Node(2, 0), Node(0, 0)
GPU_NODE = Node(32, 4)


def test_a_worker_without_a_gpu_takes_a_few_cores() -> None:
    assert needs_of_worker([HEAD, CPU_NODE], "auto") == Needs(4, 0)


def test_a_worker_fits_on_the_smallest_node_that_has_cores() -> None:
    assert needs_of_worker([HEAD, CPU_NODE, SMALL_NODE], "cpu") == Needs(2, 0)


def test_a_gpu_anywhere_means_workers_with_gpus_unless_told_otherwise() -> None:
    """Frames of one dataset are to come from one kind of device."""
    assert needs_of_worker([CPU_NODE, GPU_NODE], "auto") == Needs(8, 1)
    assert needs_of_worker([CPU_NODE, GPU_NODE], "cpu") == Needs(4, 0)


def test_the_gpu_that_has_the_fewest_cores_beside_it_sets_a_workers_share() -> None:
    assert needs_of_worker([GPU_NODE, Node(6, 2)], "cuda") == Needs(3, 1)
    assert needs_of_worker([Node(1, 2)], "cuda") == Needs(1, 1)


def test_a_gpu_that_is_not_there_is_told() -> None:
    with pytest.raises(BackendUnavailable, match="no node of the Ray cluster has a GPU"):
        needs_of_worker([CPU_NODE], "cuda")


def test_a_cluster_that_has_yet_to_grow_is_asked_for_what_nodes_mostly_have() -> None:
    assert needs_of_worker([HEAD], "auto") == Needs(4, 0)


def test_room_is_counted_node_by_node() -> None:
    assert room_for([CPU_NODE, SMALL_NODE, HEAD, Node(7, 0)], Needs(4, 0)) == 4 + 0 + 0 + 1
    assert room_for([CPU_NODE, GPU_NODE, Node(8, 4)], Needs(8, 1)) == 0 + 4 + 1
