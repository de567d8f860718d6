"""How many workers a machine gets."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sdg.executor.machine import plan_workers, room_per_gpu


def test_without_a_gpu_one_worker_has_every_core() -> None:
    plan = plan_workers((), None, 100, cores=8)
    assert plan.gpus == (None,)
    assert plan.threads == 8


def test_every_gpu_gets_as_many_workers_as_it_has_room_for() -> None:
    plan = plan_workers(("0", "1"), None, 1000, per_gpu=3, cores=64)
    assert plan.gpus == ("0", "1", "0", "1", "0", "1")


def test_workers_are_no_more_than_cores_or_than_frames_are_worth() -> None:
    assert len(plan_workers(("0",), None, 1000, per_gpu=10, cores=4).gpus) == 4
    assert len(plan_workers(("0",), None, 9, per_gpu=10, cores=16).gpus) == 2
    assert len(plan_workers(("0", "1"), None, 3, per_gpu=10, cores=16).gpus) == 2
    assert len(plan_workers(("0", "1"), None, 1, per_gpu=10, cores=16).gpus) == 1


def test_as_many_as_are_asked_for() -> None:
    assert len(plan_workers(("0",), 7, 1000, per_gpu=2, cores=4).gpus) == 7
    assert len(plan_workers((), 7, 3, cores=4).gpus) == 3


@pytest.mark.parametrize(
    ("gpus", "free", "room"),
    [
        (["0"], ["81000"], 10),
        (["0", "1"], ["81000", "5000"], 2),
        (["0"], ["81000", "5000"], 10),
        (["GPU-b1"], ["81000", "5000"], 2),
        (["MIG-b1"], ["81000", "5000"], 1),
        (["0"], ["900"], 1),
        (["0"], ["[N/A]"], 1),
        (["0"], [], 1),
    ],
)
def test_of_the_gpus_that_may_be_used_the_one_with_the_least_free_memory_decides(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gpus: list[str], free: list[str], room: int
) -> None:
    """A stand-in for `nvidia-smi`, which prints what the real one does."""
    tool = tmp_path / "nvidia-smi"
    lines = [f"{index}, GPU-{'abc'[index]}1234567, {mib}" for index, mib in enumerate(free)]
    tool.write_text("\n".join(["#!/bin/sh", "cat << END", *lines, "END", ""]))
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    assert room_per_gpu(gpus) == room


def test_without_its_tool_a_gpu_takes_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert room_per_gpu(["0"]) == 1
