"""Names of prims on the USD stage."""

from __future__ import annotations

import re


def prim_name(name: str) -> str:
    """Return a name as a USD identifier: `carton[3]` becomes `carton_3`."""
    cleaned = re.sub(r"[^A-Za-z0-9_]+", "_", name).strip("_") or "_"
    return f"_{cleaned}" if cleaned[0].isdigit() else cleaned
