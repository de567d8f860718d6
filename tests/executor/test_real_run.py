"""Real frames, from the command line to the files."""

from __future__ import annotations

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


@pytest.mark.slow
def test_real_frames_are_the_same_for_any_split(tmp_path: Path) -> None:
    (tmp_path / "real.yaml").write_text(RECIPE)

    def sdg(*arguments: str) -> None:
        command = [sys.executable, "-m", "sdg", *arguments]
        done = subprocess.run(
            command,
            check=False,
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr

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
