"""Compiled scripts, executed: at each capture the stage is held against `samples.json`."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from pxr import Sdf, Usd

from tests.replicator.compiled import Compiled
from tests.replicator.machine import Machine
from tests.replicator.recorder import Faults, Recording, execute

FLOAT32 = 2.0**-22


def is_shown(stage: Usd.Stage, path: str, name: str, expected: Any) -> bool:
    """Return whether a prim's attribute has a value of `samples.json`, as exactly as its type holds it."""
    prim = stage.GetPrimAtPath(path)
    if name == "material:binding":
        return [str(target) for target in prim.GetRelationship(name).GetTargets()] == [expected]
    found = prim.GetAttribute(name).Get()
    if isinstance(found, Sdf.AssetPath):
        # The script may name a file from the root, whatever the stage's folder is.
        return bool(found.path.endswith(expected.removeprefix("./")))
    if isinstance(expected, str | bool):
        return bool(found == expected)
    pairs = zip(found, expected, strict=True) if isinstance(expected, list) else [(found, expected)]
    return all(math.isclose(one, other, rel_tol=FLOAT32, abs_tol=1e-30) for one, other in pairs)


def run(
    case: Compiled, folder: Path, faults: Faults | None = None, on: Machine | None = None
) -> tuple[Recording, dict[str, Any]]:
    """Execute a script; at each capture every value is held against the frame that the stage says it shows."""
    samples = case.samples

    def watch(stage: Usd.Stage) -> tuple[int, list[str]]:
        index = stage.GetPrimAtPath("/World").GetAttribute("sdg:frame").Get()
        wrong = [
            f"{path}.{name}"
            for prims in (samples["fixed"], samples["frames"][index]["prims"])
            for path, values in prims.items()
            for name, value in values.items()
            if not is_shown(stage, path, name, value)
        ]
        return index, wrong

    recording = execute(case.script, folder, watch, faults, on)
    return recording, json.loads((folder / "run.json").read_text())
