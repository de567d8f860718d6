"""Cuboids of a frame record: rigid poses that agree, and corners where the stored lens shows them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from sdg.foundation.arrays import FloatArray
from sdg.validate.findings import Findings
from sdg.validate.projection import is_plain_pinhole, project

_CORNER_PX = 0.01
_POSE_M = 1e-6
# How far a visible box may reach beyond the corners: under distortion the edges between them are curved.
_BEYOND_PX, _BEYOND_SHARE = 2.0, 0.15
_SIGNS = np.array([[1.0 if corner & bit else -1.0 for bit in (1, 2, 4)] for corner in range(8)])


def is_rigid(matrix: Any) -> bool:
    """Whether a 4 x 4 matrix turns and shifts and does nothing else."""
    pose = np.array(matrix, dtype=np.float64)
    rotation = pose[:3, :3]
    with np.errstate(over="ignore", invalid="ignore"):  # a product that overflows is none of a rotation
        return bool(
            np.isfinite(pose).all()
            and (pose[3] == (0, 0, 0, 1)).all()
            and np.abs(rotation @ rotation.T - np.eye(3)).max() < 1e-6
            and np.linalg.det(rotation) > 0
        )


def corners_m(size_m: Any, frame_from_cuboid: Any) -> FloatArray:
    """Return the eight corners of a cuboid, shape (8, 3) [m], in the frame that its pose leads to."""
    pose = np.array(frame_from_cuboid, dtype=np.float64)
    corners: FloatArray = _SIGNS * np.array(size_m) / 2 @ pose[:3, :3].T + pose[:3, 3]
    return corners


def check_cuboids(
    record: Mapping[str, Any], camera: str, view: Mapping[str, Any], path: str, findings: Findings
) -> None:
    """Check every cuboid that one camera sees; the record follows its schema, and the camera's pose is rigid."""
    objects = {thing["instance_id"]: thing for thing in record["objects"]}
    world_from_camera = np.array(view["world_from_camera"])
    for entry in view.get("annotations", ()):
        thing = objects.get(entry["instance_id"])
        if thing is None or "cuboid" not in entry or "cuboid" not in thing:
            continue
        where = f"camera {camera}, instance {entry['instance_id']}"
        size, pose, world = (
            thing["cuboid"]["size_m"],
            entry["cuboid"]["camera_from_cuboid"],
            thing["cuboid"]["world_from_cuboid"],
        )
        if min(size) < 0 or sorted(size)[1] <= 0:
            findings.add("V415", file=path, expected=f"{where}: size_m none below 0, two above", found=size)
            continue
        if not is_rigid(pose) or not is_rigid(world):
            findings.add("V411", file=path, expected=f"{where}: rigid poses of the cuboid", found=pose)
            continue
        gap = np.abs(world_from_camera @ np.array(pose) - np.array(world)).max()
        if gap > _POSE_M * max(1.0, np.abs(world_from_camera).max()):
            expected = f"{where}: world_from_camera @ camera_from_cuboid = world_from_cuboid"
            findings.add("V414", file=path, expected=expected, found=f"off by {gap:.3g}")
            continue
        _check_corners(view, entry, corners_m(size, pose), where, path, findings)


def _check_corners(
    view: Mapping[str, Any], entry: Mapping[str, Any], corners: FloatArray, where: str, path: str, findings: Findings
) -> None:
    corners_px = entry["cuboid"]["corners_px"]
    stored = np.array([[np.nan, np.nan] if point is None else point for point in corners_px], dtype=np.float64)
    seen = ~np.isnan(stored[:, 0])
    if "rolling_shutter" in view:  # each corner is shown from where the camera was when its row was exposed
        return
    shown = project(view["intrinsics"], corners)
    if shown is not None:
        error = shown - stored
        if view["intrinsics"]["model"] == "equirectangular":
            width = view["resolution"][0]
            error[:, 0] = (error[:, 0] + width / 2) % width - width / 2
        off = np.abs(error).max(axis=1)
        far = np.flatnonzero(off > _CORNER_PX + 1e-6 * np.abs(stored).max(axis=1))
        if len(far):
            expected = f"{where}: corner {far[0]} at {np.round(shown[far[0]], 3).tolist()}"
            findings.add("V412", file=path, expected=expected, found=np.round(stored[far[0]], 3).tolist())
            return
    if not seen.all() or "bbox" not in entry or view["intrinsics"]["model"] == "equirectangular":
        return
    low, high = stored.min(axis=0), stored.max(axis=0)
    slack = 1.0 if is_plain_pinhole(view["intrinsics"]) else _BEYOND_PX + _BEYOND_SHARE * float((high - low).max())
    x, y, width, height = entry["bbox"]
    if x < low[0] - slack or y < low[1] - slack or x + width > high[0] + slack or y + height > high[1] + slack:
        expected = (
            f"{where}: a box within {np.round(low, 1).tolist()} to {np.round(high, 1).tolist()}, where the cuboid is"
        )
        findings.add("V413", file=path, expected=expected, found=entry["bbox"])
