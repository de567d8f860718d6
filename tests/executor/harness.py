"""Runs that a test can start, kill and compare."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sdg.executor.generate import Options, generate
from sdg.executor.reporting import Summary
from sdg.recipe.load import load_recipe
from tests.executor.fake_pipeline import SOURCE

REPOSITORY = Path(__file__).parents[2]
RECIPE = """\
sdg: 1
name: tiny
seed: 3
frames: {frames}
cameras:
  - name: main
    resolution: [16, 12]
    sensor: {{preset: imx273, raw: true}}
    pose: {{look_at: {{eye_m: [3, 0, 1], target: [0, 0, 0]}}}}
"""


class Ears:
    """A reporter that remembers."""

    def __init__(self) -> None:
        self.notes: list[str] = []
        self.starts: list[tuple[int, int]] = []
        self.frames: list[int] = []

    def note(self, text: str) -> None:
        self.notes.append(text)

    def start(self, frame_count: int, finished: int) -> None:
        self.starts.append((frame_count, finished))

    def advance(self, frame_index: int) -> None:
        self.frames.append(frame_index)


def write_recipe(folder: Path, frames: int = 12) -> Path:
    path = folder / "tiny.yaml"
    path.write_text(RECIPE.format(frames=frames))
    return path


def run(recipe: Path, folder: Path, ears: Ears | None = None, overrides: Sequence[str] = (), **options: Any) -> Summary:
    """Make a dataset with real workers and fake frames, in this process."""
    loaded = load_recipe(recipe, overrides)
    return generate(loaded, Options(folder=folder, source=SOURCE, **options), ears or Ears())


def start(arguments: Sequence[str | Path], cwd: Path, fake: Mapping[str, Any] | None = None) -> subprocess.Popen[str]:
    """Start the `sdg` command with fake frames in a process group of its own."""
    environment = os.environ | {
        "PYTHONPATH": str(REPOSITORY),
        "SDG_FAKE": json.dumps(fake or {}),
        "PYTHONWARNINGS": "error::ResourceWarning",
    }
    return subprocess.Popen(
        [sys.executable, "-m", "tests.executor.run_fake", *map(str, arguments)],
        cwd=cwd,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def finish(process: subprocess.Popen[str], seconds: float = 60.0) -> tuple[int, str]:
    """Return exit status and stderr."""
    _, errors = process.communicate(timeout=seconds)
    return process.returncode, errors


def tree(folder: Path) -> dict[str, str]:
    """Return the digest of every file below a folder, hidden ones too."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def records(folder: Path) -> list[str]:
    """Return the names of the frame records there are."""
    return sorted(path.name for path in (folder / "frames").glob("0*.json"))
