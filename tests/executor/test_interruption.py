"""Runs that are killed, interrupted or starved, and the same command run again."""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.executor.harness import REPOSITORY, finish, records, run, start, tree


def wait_for_records(folder: Path, count: int, seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while len(records(folder)) < count:
        assert time.monotonic() < deadline, f"no {count} records within {seconds} s"
        time.sleep(0.005)


def assert_gone(notes: Path, seconds: float = 5.0) -> None:
    """Fail unless every worker that left a note is gone, or a zombie that nobody has collected."""
    deadline = time.monotonic() + seconds
    for pid in (int(path.name) for path in notes.iterdir() if path.name.isdigit()):
        while (stat := Path(f"/proc/{pid}/stat")).exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z":
            assert time.monotonic() < deadline, f"worker {pid} is still there"
            time.sleep(0.01)


def test_a_run_killed_at_random_moments_ends_with_the_same_bytes(
    recipe: Path, tmp_path: Path, undisturbed: dict[str, str]
) -> None:
    folder, notes = tmp_path / "data", tmp_path / "notes"
    notes.mkdir()
    fake = {"seconds": 0.03, "notes": str(notes)}
    moments = random.Random(2)
    for _ in range(3):
        process = start(["generate", recipe, "-o", folder, "--workers", "2"], tmp_path, fake)
        before = len(records(folder))
        # Not sooner than a frame more, or the run would never end; then anywhere within the next few.
        while process.poll() is None and len(records(folder)) <= before:
            time.sleep(0.005)
        time.sleep(moments.uniform(0.0, 0.05))
        process.kill()
        finish(process)
        assert_gone(notes)
    status, _ = finish(start(["generate", recipe, "-o", folder], tmp_path, fake))
    assert status == 0
    assert tree(folder) == undisturbed


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_keeps_what_is_finished(
    recipe: Path, tmp_path: Path, undisturbed: dict[str, str], number: signal.Signals
) -> None:
    folder, notes = tmp_path / "data", tmp_path / "notes"
    notes.mkdir()
    process = start(["generate", recipe, "-o", folder], tmp_path, {"seconds": 0.1, "notes": str(notes)})
    wait_for_records(folder, 3)
    if number == signal.SIGINT:
        os.killpg(process.pid, number)  # as a terminal does: to the workers too
    else:
        process.send_signal(number)
    status, errors = finish(process)
    assert status == 130
    assert "interrupted; what is finished is kept" in errors
    assert "Traceback" not in errors
    assert_gone(notes, seconds=0.5)
    kept = len(records(folder))
    assert 3 <= kept < 12
    run(recipe, folder)
    assert tree(folder) == undisturbed


def test_ctrl_c_while_the_renderer_is_loading_shows_no_traceback(recipe: Path, tmp_path: Path) -> None:
    process = start(["generate", recipe, "-o", tmp_path / "data"], tmp_path, {"seconds": 0.1})
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    while process.poll() is None and len(children.read_text().split()) < 2:  # a resource tracker and a worker
        time.sleep(0.002)
    os.killpg(process.pid, signal.SIGINT)
    status, errors = finish(process)
    assert status == 130
    assert "Traceback" not in errors


def test_a_second_run_on_one_folder_is_refused(recipe: Path, tmp_path: Path, undisturbed: dict[str, str]) -> None:
    folder = tmp_path / "data"
    first = start(["generate", recipe, "-o", folder], tmp_path, {"seconds": 0.25})
    wait_for_records(folder, 1)
    first.send_signal(signal.SIGSTOP)  # so that it can't be done before the second has started
    try:
        status, errors = finish(start(["generate", recipe, "-o", folder], tmp_path))
    finally:
        first.send_signal(signal.SIGCONT)
    assert status == 2
    assert f"another run (process {first.pid}) is writing to {folder}" in errors
    assert finish(first)[0] == 0
    assert tree(folder) == undisturbed


def test_of_two_runs_that_start_together_one_makes_the_dataset(
    recipe: Path, tmp_path: Path, undisturbed: dict[str, str]
) -> None:
    folder = tmp_path / "data"
    runs = [start(["generate", recipe, "-o", folder], tmp_path, {"seconds": 0.5}) for _ in range(2)]
    assert sorted(finish(process)[0] for process in runs) == [0, 2]
    assert tree(folder) == undisturbed


def test_a_disk_that_refuses_ends_the_run_and_keeps_what_is_finished(
    recipe: Path, tmp_path: Path, undisturbed: dict[str, str]
) -> None:
    """A limit on file size stands for the full disk: frame records fit, larger files such as depth don't."""
    folder = tmp_path / "data"
    run(recipe, folder, overrides=["frames=3"])
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (400, hard))
    try:
        process = start(["generate", recipe, "-o", folder], tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    status, errors = finish(process)
    assert status == 1
    assert "can't write" in errors
    assert "File too large" in errors
    assert "Traceback" not in errors
    assert len(records(folder)) == 3
    run(recipe, folder)
    assert tree(folder) == undisturbed


def test_a_full_disk_ends_the_run_and_keeps_what_is_finished(
    recipe: Path, tmp_path: Path, undisturbed: dict[str, str]
) -> None:
    """A disk smaller than what three frames under way may take: nothing can be told in time."""
    if shutil.which("unshare") is None:
        pytest.skip("no unshare: a small file system can't be mounted")
    disk = tmp_path / "disk"
    disk.mkdir()
    # The mount lives in a namespace of its own, so the second run has to be started inside it too.
    command = f"{sys.executable} -m tests.executor.run_fake generate {recipe} -o {disk}/data"
    script = f"""
        mount -t tmpfs -o size=180k none {disk} || exit 77
        {command}; echo "first $?"
        ls {disk}/data/frames | wc -l
        mount -o remount,size=64m {disk} || exit 77
        {command}; echo "second $?"
        cp -r {disk}/data {tmp_path}/data
    """
    done = subprocess.run(
        ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script],
        env=os.environ | {"PYTHONPATH": str(REPOSITORY), "SDG_FAKE": json.dumps({})},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == 77 or "unshare" in done.stderr:
        pytest.skip("this user may not mount a small file system")
    assert "the disk is nearly full" in done.stderr or "no space left for" in done.stderr
    assert "Traceback" not in done.stderr
    first, kept, second = done.stdout.split("\n")[:3]
    assert (first, second) == ("first 1", "second 0")
    assert 0 < int(kept) < 12
    assert tree(tmp_path / "data") == undisturbed
