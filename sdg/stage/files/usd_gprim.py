"""UsdGeom's spheres, boxes, cylinders, cones, capsules and planes as triangles."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from pxr import Usd, UsdGeom

from sdg.errors import AssetError
from sdg.foundation.arrays import FloatArray
from sdg.stage.files.assemble import RawPart
from sdg.stage.files.polygons import IndexArray
from sdg.stage.files.usd_material import MaterialReader

_TIME = Usd.TimeCode.EarliestTime()
_AROUND = 64
_QUARTER = 16

# A profile runs upwards along the axis: (radius, height, normal outwards, normal upwards). Two points at one place
# with different normals make a crease.
Profile = list[tuple[float, float, float, float]]


def read_gprim(path: Path, prim: Any, materials: MaterialReader) -> RawPart | None:
    """Return a geometric primitive in its own frame, or None if it is of a kind that has no surface here."""
    kind = prim.GetTypeName()
    if kind == "Cube":
        vertices, normals, faces = _box(_size(path, prim, "size"))
    elif kind == "Plane":
        sides = _size(path, prim, "width"), _size(path, prim, "length")
        # Across X the width runs along Z, across Y along X: both are one turn from where `_z_to` takes it.
        vertices, normals, faces = _plane(*(sides if prim.GetAttribute("axis").Get(_TIME) == "Z" else sides[::-1]))
    else:
        profile = _profile(path, prim, kind)
        if profile is None:
            return None
        vertices, normals, faces = _revolve(profile)
    if kind not in ("Cube", "Sphere"):
        turn = _z_to(str(prim.GetAttribute("axis").Get(_TIME)))
        vertices, normals = vertices @ turn.T, normals @ turn.T
    if UsdGeom.Gprim(prim).GetOrientationAttr().Get(_TIME) == UsdGeom.Tokens.leftHanded:
        faces = faces[:, ::-1]
    material, _ = materials.bound_to(prim)
    return RawPart(str(prim.GetPath()).lstrip("/"), vertices, faces, material, normals)


def _size(path: Path, prim: Any, name: str) -> float:
    value = float(prim.GetAttribute(name).Get(_TIME))
    if not np.isfinite(value) or value < 0:
        raise AssetError(f"{path}: {name} of {prim.GetPath()} is {value}", "lengths must be positive")
    return value


def _profile(path: Path, prim: Any, kind: str) -> Profile | None:
    if kind == "Sphere":
        radius = _size(path, prim, "radius")
        return _arc(radius, 0.0, -90, 90, 2 * _QUARTER)
    if kind in ("Cylinder", "Cylinder_1", "Cone"):
        half = _size(path, prim, "height") / 2
        if kind == "Cylinder_1":
            bottom, top = _size(path, prim, "radiusBottom"), _size(path, prim, "radiusTop")
        else:
            bottom = _size(path, prim, "radius")
            top = 0.0 if kind == "Cone" else bottom
        slant = max(float(np.hypot(2 * half, bottom - top)), 1e-300)
        out, rise = 2 * half / slant, (bottom - top) / slant
        return [
            (0.0, -half, 0, -1), (bottom, -half, 0, -1), (bottom, -half, out, rise),
            (top, half, out, rise), (top, half, 0, 1), (0.0, half, 0, 1),
        ]  # fmt: skip
    if kind in ("Capsule", "Capsule_1"):
        half = _size(path, prim, "height") / 2
        bottom, top = (
            (_size(path, prim, "radius"),) * 2
            if kind == "Capsule"
            else (_size(path, prim, "radiusBottom"), _size(path, prim, "radiusTop"))
        )
        return _arc(bottom, -half, -90, 0, _QUARTER) + _arc(top, half, 0, 90, _QUARTER)
    return None


def _arc(radius: float, height: float, start_deg: float, end_deg: float, steps: int) -> Profile:
    angles = np.radians(np.linspace(start_deg, end_deg, steps + 1))
    # cos(90 degrees) is not quite 0 in floating point, and a pole must be a point.
    across = np.where(np.isclose(np.abs(angles), np.pi / 2), 0.0, np.cos(angles))
    return [
        (radius * float(c), height + radius * float(s), float(c), float(s))
        for c, s in zip(across, np.sin(angles), strict=True)
    ]


def _revolve(profile: Profile) -> tuple[FloatArray, FloatArray, IndexArray]:
    """Turn a profile about Z. Triangles without area, at poles and creases, are dropped later."""
    radius, height, out, rise = np.array(profile, np.float64).T
    angle = 2 * np.pi * np.arange(_AROUND) / _AROUND
    cosine, sine = np.cos(angle)[:, None], np.sin(angle)[:, None]
    flat = np.ones_like(cosine)
    vertices = np.stack([cosine * radius, sine * radius, flat * height], axis=-1).reshape(-1, 3)
    normals = np.stack([cosine * out, sine * out, flat * rise], axis=-1).reshape(-1, 3)
    rows = len(profile)
    here = (np.arange(_AROUND) * rows)[:, None] + np.arange(rows - 1)
    there = np.roll(here, -1, axis=0)
    lower = np.stack([here, there, there + 1], axis=-1).reshape(-1, 3)
    upper = np.stack([here, there + 1, here + 1], axis=-1).reshape(-1, 3)
    return vertices, normals, np.concatenate([lower, upper]).astype(np.int64)


def _box(size: float) -> tuple[FloatArray, FloatArray, IndexArray]:
    vertices: list[FloatArray] = []
    normals: list[FloatArray] = []
    faces: list[list[int]] = []
    for axis in range(3):
        for sign in (-1.0, 1.0):
            first, second = np.eye(3)[(axis + 1) % 3], np.eye(3)[(axis + 2) % 3]
            outward = sign * np.eye(3)[axis]
            start = len(vertices)
            vertices += [outward + sign * a * first + b * second for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
            normals += [outward] * 4
            faces += [[start, start + 1, start + 2], [start, start + 2, start + 3]]
    return np.array(vertices) * size / 2, np.array(normals), np.array(faces, np.int64)


def _plane(width: float, length: float) -> tuple[FloatArray, FloatArray, IndexArray]:
    half = np.array([width / 2, length / 2, 0.0])
    vertices = np.array([[-1.0, -1, 0], [1, -1, 0], [1, 1, 0], [-1, 1, 0]]) * half
    normals = np.tile([0.0, 0.0, 1.0], (4, 1))
    return vertices, normals, np.array([[0, 1, 2], [0, 2, 3]], np.int64)


def _z_to(axis: str) -> FloatArray:
    """Return the rotation that takes Z to `axis` by renaming the axes in their order."""
    shift = {"Z": 0, "X": 1, "Y": 2}[axis]
    turned: FloatArray = np.roll(np.eye(3), shift, axis=0)
    return turned
