"""Point clouds as binary PLY: one vertex for each pixel that shows something of a class, row by row."""

from __future__ import annotations

import numpy as np

from sdg.annotate.model import AnnotatedView

# Name, type in the header, type in memory; little-endian, without gaps.
PROPERTIES: tuple[tuple[str, str, str], ...] = (
    *((name, "float", "<f4") for name in ("x", "y", "z", "nx", "ny", "nz")),
    *((name, "uchar", "u1") for name in ("red", "green", "blue")),
    *((name, "ushort", "<u2") for name in ("semantic", "instance")),
)


def encode_points(view: AnnotatedView) -> bytes:
    """Return the cloud of a view: position and normal in the world frame [m], colour, category id, instance id."""
    assert view.points_m is not None, view.camera.name
    chosen = view.has_point
    vertices = np.zeros(len(view.points_m), dtype=[(name, kind) for name, _, kind in PROPERTIES])
    normals, colors = view.normals[chosen], view.rgb[chosen]
    for axis in range(3):
        vertices["xyz"[axis]] = view.points_m[:, axis]
        vertices[("nx", "ny", "nz")[axis]] = normals[:, axis]
        vertices[("red", "green", "blue")[axis]] = colors[:, axis]
    vertices["semantic"], vertices["instance"] = view.semantic[chosen], view.instance[chosen]
    lines = ["ply", "format binary_little_endian 1.0", f"element vertex {len(vertices)}"]
    lines += [f"property {kind} {name}" for name, kind, _ in PROPERTIES]
    header = "".join(f"{line}\n" for line in [*lines, "end_header"])
    return header.encode("ascii") + vertices.tobytes()
