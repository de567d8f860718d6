"""The machine that a script finds itself on: its GPUs and its Isaac Sim, with the real ways of asking for them."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Machine:
    """What there is.

    Attributes:
        gpus: What nvidia-smi lists; None is a driver that can't be asked.
        package: Version of Isaac Sim from pip; empty where it is not from there.
        folder: Version of Isaac Sim in an install folder; empty where it says none.
    """

    gpus: tuple[str, ...] | None = ("NVIDIA L40S, 8.9",)
    package: str = ""
    folder: str = "5.1.0-rc.19+release.26219.9c81211b.gl"


@contextmanager
def machine(what: Machine) -> Iterator[None]:
    """Be on a machine for a while."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        listing, status = ("\n".join(what.gpus), 0) if what.gpus is not None else ("no such field", 2)
        smi = root / "bin" / "nvidia-smi"
        smi.parent.mkdir()
        smi.write_text(f"#!/bin/sh\ncat <<'END'\n{listing}\nEND\nexit {status}\n")
        smi.chmod(0o755)
        if what.folder:
            (root / "VERSION").write_text(f"{what.folder}\n")
        if what.package:
            info = root / "site" / f"isaacsim-{what.package}.dist-info"
            info.mkdir(parents=True)
            (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: isaacsim\nVersion: {what.package}\n")
        before = dict(os.environ)
        try:
            os.environ |= {"PATH": f"{smi.parent}:/usr/bin:/bin", "ISAAC_PATH": str(root)}
            sys.path.insert(0, str(root / "site"))
            yield
        finally:
            sys.path.remove(str(root / "site"))
            os.environ.clear()
            os.environ.update(before)
