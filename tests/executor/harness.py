"""Runs that a test can start, kill and compare."""

from __future__ import annotations

import hashlib
from pathlib import Path

RECIPE = """\
sdg: 1
name: tiny
seed: 3
frames: {frames}
cameras:
  - name: main
    resolution: [16, 12]
    pose: {{look_at: {{eye_m: [3, 0, 1], target: [0, 0, 0]}}}}
"""


def write_recipe(folder: Path, frames: int = 12, text: str = RECIPE) -> Path:
    path = folder / "tiny.yaml"
    path.write_text(text.format(frames=frames))
    return path


def tree(folder: Path) -> dict[str, str]:
    """Return the digest of every file below a folder, hidden ones too."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
