"""Real frames, from the command line to the files."""

from __future__ import annotations

import functools
import json
import os
import subprocess
import sys
from pathlib import Path

import cv2
import pytest

from tests.executor.harness import REPOSITORY, tree

RECIPE = """\
sdg: 1
name: real
seed: 3
frames: 3
scene:
  objects:
    - {name: box, asset: carton_small, yaw_deg: {uniform: [0, 90]}}
lighting:
  - dome: {intensity: 1000}
cameras:
  - name: main
    resolution: [48, 36]
    pose: {look_at: {eye_m: [1, 0, 0.5], target: [0, 0, 0.1]}}
render: {spp: 4, max_depth: 3, denoise: false}
"""


def _sdg(folder: Path, *arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sdg", *arguments],
        check=False,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_real_frames_are_the_same_for_any_split(tmp_path: Path) -> None:
    (tmp_path / "real.yaml").write_text(RECIPE)
    sdg = functools.partial(_sdg, tmp_path)
    sdg("generate", "real.yaml", "--device", "cpu")
    sdg("generate", "real.yaml", "--device", "cpu", "-o", "two", "--workers", "2")
    for shard in ("1", "2"):
        sdg("generate", "real.yaml", "--device", "cpu", "-o", f"shard{shard}", "--shard", f"{shard}/2")
    sdg("merge", "merged", "shard1", "shard2")
    whole = tree(tmp_path / "outputs/real")
    assert tree(tmp_path / "two") == whole
    assert tree(tmp_path / "merged") == whole
    picture = cv2.imread(str(tmp_path / "outputs/real/rgb/000000.png"))
    assert picture.shape == (36, 48, 3)
    assert picture.std() > 5, "there is something to see"


@pytest.mark.slow
def test_real_frames_with_timed_samples_are_those_with_the_same_samples_by_hand(tmp_path: Path) -> None:
    (tmp_path / "real.yaml").write_text(RECIPE)
    _sdg(tmp_path, "generate", "real.yaml", "--device", "cpu", "-o", "timed", "--quality-for", "0.1")
    chosen = json.loads((tmp_path / "timed/manifest.json").read_text())["quality_for"]["spp"]
    _sdg(tmp_path, "generate", "real.yaml", "--device", "cpu", "-o", "by_hand", "--set", f"render.spp={chosen}")
    timed, by_hand = tree(tmp_path / "timed"), tree(tmp_path / "by_hand")
    assert {name for name in timed if timed[name] != by_hand.get(name)} <= {"manifest.json", "report.html"}
    assert timed.keys() == by_hand.keys()
    _sdg(tmp_path, "validate-dataset", "timed", "--rerender", "1", "--strict")
