"""Disks that fill up."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sdg.executor.disk import DiskWatch, amount
from sdg.recipe.load import load_recipe
from sdg.write.dataset import Dataset
from sdg.write.spec import DatasetSpec
from tests.executor.harness import REPOSITORY, Ears, run, tree, write_recipe

_FRAMES = 60


def _on_small_disk(tmp_path: Path, script: str) -> subprocess.CompletedProcess[str]:
    """Run a shell script that has `small SIZE`, which mounts a file system at `disk`, `resize SIZE`, and `generate`."""
    if shutil.which("unshare") is None:
        pytest.skip("no unshare: a small file system can't be mounted")
    disk = tmp_path / "disk"
    disk.mkdir()
    # The mount lives in a namespace of its own, so every run on it has to be started inside.
    head = f"""
        small() {{ mount -t tmpfs -o size=$1 none {disk} || exit 77; }}
        resize() {{ mount -o remount,size=$1 {disk} || exit 77; }}
        generate() {{ {sys.executable} -m tests.executor.run_fake generate {tmp_path}/tiny.yaml -o {disk}/data "$@"; }}
    """
    done = subprocess.run(
        ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", head + script],
        env=os.environ | {"PYTHONPATH": str(REPOSITORY), "SDG_FAKE": json.dumps({})},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == 77 or "unshare" in done.stderr:
        pytest.skip("this user may not mount a small file system")
    return done


def test_a_disk_that_fills_is_told_early_and_ends_the_run_before_a_write_fails(tmp_path: Path) -> None:
    """Sixty frames of some 36 kB are more than fit; those that do are kept, and the rest comes when there is room."""
    recipe = write_recipe(tmp_path, _FRAMES)
    script = f"""
        small 1200k
        generate; echo "first $?"
        ls {tmp_path}/disk/data/frames | wc -l
        resize 64m
        generate; echo "second $?"
        cp -r {tmp_path}/disk/data {tmp_path}/data
    """
    done = _on_small_disk(tmp_path, script)
    first, kept, second = done.stdout.split("\n")[:3]
    assert (first, second) == ("first 1", "second 0"), done.stderr
    warned = re.search(r"the disk may be too small: 5\d more frames take about 1\.\d MB", done.stderr)
    assert warned, done.stderr
    assert warned.start() < done.stderr.index("the disk is nearly full: ")
    assert "no space left" not in done.stderr
    assert "can't write" not in done.stderr
    assert "Traceback" not in done.stderr
    assert 5 < int(kept) < _FRAMES
    assert done.stderr.count("may be too small") == 1, "there is room enough the second time"
    run(recipe, tmp_path / "undisturbed")
    assert tree(tmp_path / "data") == tree(tmp_path / "undisturbed")


def test_a_run_that_goes_on_is_warned_before_its_first_frame(tmp_path: Path) -> None:
    write_recipe(tmp_path, _FRAMES)
    script = """
        small 4m
        generate -n 6 && resize 1200k && generate
        echo "second $?"
    """
    done = _on_small_disk(tmp_path, script)
    assert done.stdout.split("\n")[-2] == "second 1", done.stderr
    first, second = done.stderr.split("6 of 60 frames are there already")
    assert "may be too small" not in first
    assert "the disk may be too small: 54 more frames take about" in second.split("/60 frames")[0]


def test_a_frame_takes_what_its_files_occupy(tmp_path: Path) -> None:
    recipe = write_recipe(tmp_path, 4)
    run(recipe, tmp_path / "data")
    loaded = load_recipe(recipe)
    dataset = Dataset(tmp_path / "data", DatasetSpec.of_recipe(loaded, ()))
    files = [path for path in (tmp_path / "data").rglob("*") if path.is_file() and re.search("00000[0-3]", path.name)]
    occupied = sum(path.stat().st_blocks * 512 for path in files)
    ears = Ears()
    # No disk holds so many frames of this size: what is said tells the size.
    DiskWatch(dataset, 10**15, 3, ears).begin(range(4))
    assert re.search(rf"\({re.escape(amount(occupied / 4))} each\)", ears.notes[0])


@pytest.mark.parametrize(
    ("size", "text"), [(12, "12 B"), (999, "999 B"), (1500, "1.5 kB"), (2.5e9, "2.5 GB"), (3e15, "3000.0 TB")]
)
def test_amounts_are_readable(size: float, text: str) -> None:
    assert amount(size) == text
