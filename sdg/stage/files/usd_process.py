"""Runs the USD reader in a process of its own.

A damaged binary layer can make USD loop for ever, abort, or write to the process's stderr past every delegate
(seen with usd-core 26.11, a few changed bytes in a `.usdc`). In a child that costs one `AssetError`.
"""

from __future__ import annotations

import os
import pickle
import resource
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from sdg.errors import AssetError
from sdg.stage.files.assemble import RawFixtures, RawPart, UpAxis
from sdg.stage.files.source import read_bytes

_PATIENCE_S = 60.0
_PATIENCE_S_PER_MB = 1.0
_HINT = "the file is damaged; export it again"


@dataclass(frozen=True, eq=False)
class UsdContent:
    """What a USD file holds.

    Attributes:
        parts: In the file's unit and axes; empty where only `files` was asked for.
        metres_per_unit: The file's unit [m].
        up: The file's upward axis.
        files: Layers and textures that it pulls in, by the name relative to its folder.
        fixtures: Its lights and cameras; none where only `files` was asked for.
    """

    parts: list[RawPart]
    metres_per_unit: float
    up: UpAxis
    files: dict[str, Path]
    fixtures: RawFixtures


def read_usd_apart(path: Path, *, with_parts: bool = True, patience_s: float | None = None) -> UsdContent:
    """Return what a USD file holds, read by a child process.

    Args:
        path: The file.
        with_parts: Whether to read meshes, or only to list what the file pulls in.
        patience_s: How long the child may take [s]; by default a minute and a second for each megabyte.

    Raises:
        AssetError: The file can't be read, or reading it crashed or did not end.
    """
    if patience_s is None:
        patience_s = _PATIENCE_S + _PATIENCE_S_PER_MB * len(read_bytes(path)) / 1e6
    command = [sys.executable, "-m", "sdg.stage.files.usd_child", str(path), "parts" if with_parts else "files"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(entry or str(Path.cwd()) for entry in sys.path)}
    try:
        finished = subprocess.run(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=patience_s,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise AssetError(f"{path}: reading it did not end within {patience_s:.0f} s", _HINT) from error
    if finished.returncode != 0:
        raise _crash(path, finished.returncode)
    # Written by our own child, from the same code: no stranger's pickle.
    answer = pickle.loads(finished.stdout)
    if isinstance(answer, Exception):
        raise answer
    assert isinstance(answer, UsdContent)
    for part in answer.parts:
        for texture in part.material.textures:
            if texture is not None:
                # Pickling forgets that a texture's pixels are read-only.
                texture.pixels.flags.writeable = False
    return answer


def _crash(path: Path, status: int) -> AssetError:
    """Return the error for a child that died: of the file, or of a limit of memory that this process was given."""
    message = f"{path}: reading it crashed the USD library (status {status})"
    limit_bytes = resource.getrlimit(resource.RLIMIT_AS)[0]
    if limit_bytes == resource.RLIM_INFINITY:
        return AssetError(message, _HINT)
    return AssetError(
        f"{message}, where address space is limited to {limit_bytes / 1e9:.2g} GB",
        "raise the limit (`ulimit -v`): USD needs some 2 GB; if it crashes without one, the file is damaged",
    )
