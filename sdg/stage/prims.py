"""Names and places of prims on the USD stage."""

from __future__ import annotations

import re

from sdg.graph.frame_sample import ObjectSample


def prim_name(name: str) -> str:
    """Return a name as a USD identifier: `carton[3]` becomes `carton_3`."""
    cleaned = re.sub(r"[^A-Za-z0-9_]+", "_", name).strip("_") or "_"
    return f"_{cleaned}" if cleaned[0].isdigit() else cleaned


def camera_path(name: str) -> str:
    """Return the prim path of a camera."""
    return f"/World/Cameras/{prim_name(name)}"


def object_path(sample: ObjectSample) -> str:
    """Return the prim path of an instance."""
    return f"/World/{sample.object_name}_{sample.ordinal}"
