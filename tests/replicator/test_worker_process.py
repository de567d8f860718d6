"""Frames from a process that stands in for Isaac Sim, obedient or not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

import sdg.replicator.protocol as protocol
from sdg.errors import RenderError
from sdg.replicator.protocol import ArraySpec
from sdg.replicator.worker_process import WorkerProcess

EXPECTED = (
    ArraySpec("main", "HdrColor", (3, 4, 4), "<f2"),
    ArraySpec("main", "distance_to_camera", (3, 4), "<f4"),
)


def start(misdeed: str = "none", frame_timeout_s: float = 60.0, start_timeout_s: float = 120.0) -> WorkerProcess:
    stand_in = Path(__file__).with_name("stand_in_worker.py")
    # Isolated (-I), as in Isaac Sim's Python: the path to `sdg` is not handed on.
    command = [sys.executable, "-I", str(stand_in), protocol.__file__, misdeed]
    return WorkerProcess(command, start_timeout_s=start_timeout_s, frame_timeout_s=frame_timeout_s)


def open_up(worker: WorkerProcess) -> None:
    assert worker.wait_until_ready() == {"isaacsim": "5.1.0"}
    worker.open(Path("anywhere"), EXPECTED)


def test_an_obedient_process_gives_any_frame_in_any_order():
    with start() as worker:
        open_up(worker)
        for index in (5, 2, 2, 0):
            frame = worker.frame(index)
            assert frame.frame_index == index
            assert frame.labels == {"main": {0: "BACKGROUND", 3: "/World/thing/body"}}
            assert set(frame.arrays) == {spec.source for spec in EXPECTED}
            for spec in EXPECTED:
                array = frame.arrays[spec.source]
                assert (array.shape, array.dtype) == (spec.shape, np.dtype(spec.dtype))
            assert (frame.arrays["main", "HdrColor"] == index).all()
            assert (frame.arrays["main", "distance_to_camera"] == index + 0.5).all()


@pytest.mark.parametrize(
    ("misdeed", "said"),
    [
        ("crash", "was killed by SIGSEGV while it was making frame 2"),
        ("exit", "ended with status 7 while it was making frame 2"),
        ("truncate", "ended with status 0 while it was making frame 2, "),
        ("truncate_and_go_on", "its check sum is wrong"),
        ("damage", "its check sum is wrong"),
        ("shape", r"main's HdrColor is <f2 of shape \(4, 3, 4\); wanted is <f2 of \(3, 4, 4\)"),
        ("type", "main's HdrColor is <f4 of shape"),
        ("repeat", "frame 2 was asked for and frame 1 came"),
        ("skip", "frame 2 was asked for and frame 3 came"),
        ("unequal", "different reference times: main's HdrColor 1/30, main's distance_to_camera 1/24"),
        ("chatter", "a message begins with b'\\[War'"),
        ("huge", "header would be 4294967295 bytes long"),
        ("version", "has version 9 of the format, 1 is wanted"),
        ("no_header", "header can't be understood"),
        ("trouble", "gave up while it was making frame 2: no GPU with RT cores"),
    ],
)
def test_a_misdeed_costs_its_frame_and_the_process(misdeed: str, said: str):
    """The frame before it is whole, and nothing is read afterwards from a pipe that can't be trusted."""
    with start(misdeed) as worker:
        open_up(worker)
        assert (worker.frame(1).arrays["main", "HdrColor"] == 1).all()
        with pytest.raises(RenderError, match=said):
            worker.frame(2)
        assert worker._process.poll() is not None


def test_what_a_process_printed_last_is_told_with_its_end():
    with start("crash") as worker:
        open_up(worker)
        with pytest.raises(RenderError) as caught:
            worker.frame(2)
    assert caught.value.hint == "its last words: Kit says hello on its standard output | a device was lost"


@pytest.mark.parametrize("misdeed", ["hang", "hang_halfway"])
def test_a_process_that_hangs_is_ended_in_time(misdeed: str):
    with start(misdeed, frame_timeout_s=1.0) as worker:
        open_up(worker)
        worker.frame(1)
        started = time.monotonic()
        with pytest.raises(RenderError, match=r"sent nothing for too long .* frame 2 \(limit 1 s\)"):
            worker.frame(2)
        assert time.monotonic() - started >= 1.0
        assert worker._process.returncode == -signal.SIGKILL


def test_bytes_after_a_frame_are_found_with_the_next():
    with start("trail") as worker:
        open_up(worker)
        worker.frame(2)
        with pytest.raises(RenderError, match="the one before it was too short or too long"):
            worker.frame(3)


@pytest.mark.parametrize(
    ("misdeed", "said"),
    [("leave_out", "the frame holds main's HdrColor; wanted are"), ("no_time", "has no reference time: 1/0")],
)
def test_a_frame_must_be_whole(misdeed: str, said: str):
    with start(misdeed) as worker:
        open_up(worker)
        with pytest.raises(RenderError, match=said):
            worker.frame(1)


@pytest.mark.parametrize(
    ("misdeed", "timeout_s", "said", "words"),
    [
        ("stillborn", 120.0, "ended with status 1 while it was starting", "no display"),
        ("never_ready", 2.0, "sent nothing for too long while it was starting", ""),
        ("too_early", 120.0, "frame 0 came before any was asked for", ""),
    ],
)
def test_a_process_that_does_not_get_ready_says_why(misdeed: str, timeout_s: float, said: str, words: str):
    with start(misdeed, start_timeout_s=timeout_s) as worker:
        with pytest.raises(RenderError, match=said) as caught:
            open_up(worker)
        assert words in caught.value.hint


def test_a_program_that_cannot_be_run_is_named_and_leaves_no_pipe(tmp_path: Path):
    before = len(list(Path("/proc/self/fd").iterdir()))
    with pytest.raises(RenderError, match="absent can't be run: No such file"):
        WorkerProcess([str(tmp_path / "absent")], start_timeout_s=1, frame_timeout_s=1)
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_a_closed_process_leaves_by_itself():
    worker = start()
    worker.wait_until_ready()
    worker.close()
    worker.close()
    assert worker._process.returncode == 0


def test_a_renderer_does_not_outlive_a_killed_process_even_if_it_hangs(tmp_path: Path):
    """The process that watches over it is killed; neither the renderer nor its folder is left."""
    scratch, mark = tmp_path / "scratch", tmp_path / "pid"
    scratch.mkdir()
    (scratch / "stage.usda").touch()
    code = (
        "import pathlib, time\n"
        "from tests.replicator.test_worker_process import WorkerProcess\n"
        "command = ['/bin/sh', '-c', 'trap \"\" TERM HUP; sleep 600; :']\n"
        "worker = WorkerProcess(command, start_timeout_s=9, frame_timeout_s=9,"
        f" scratch=pathlib.Path({str(scratch)!r}))\n"
        f"pathlib.Path({str(mark)!r}).write_text(str(worker._process.pid))\n"
        "time.sleep(600)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], cwd=Path(__file__).parents[2])
    while not (mark.exists() and mark.read_text()):
        assert parent.poll() is None
        time.sleep(0.02)
    group = int(mark.read_text())
    os.killpg(group, 0)
    parent.kill()
    parent.wait()
    deadline = time.monotonic() + 30
    while scratch.exists() or _is_alive(group):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _is_alive(group: int) -> bool:
    """Whether a process of the group runs; who is dead and not yet collected doesn't count."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, _, found = stat.read_text().rpartition(")")[2].split()[:3]
            if int(found) == group and state != "Z":
                return True
    return False
