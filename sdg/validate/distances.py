"""Depth, distances, normals and motion of one view: against each other, the lens and the things that are seen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from sdg.foundation.arrays import BoolArray, FloatArray
from sdg.validate.cuboids import corners_m
from sdg.validate.findings import Findings
from sdg.validate.projection import is_plain_pinhole

_UNITS_PER_M = 1000.0
_GREATEST_UNIT = 65535
_FLOAT32 = 1e-5
# A cuboid is exact, a surface that touches it is rendered in single precision, and depth pictures hold millimetres.
_SURFACE_M, _SURFACE_SHARE = 2e-3, 1e-4
_PLANAR = ("opencv_pinhole", "orthographic")


@dataclass(frozen=True)
class ViewArrays:
    """The arrays of one view, None where it has no such file.

    Attributes:
        view: Its record.
        objects: The frame's objects by instance id.
        image: Its image id.
        depth: shape (H, W), uint16 [mm].
        z_m, distance_m: Along the axis and along the ray [m], shape (H, W), float32; inf where nothing was hit.
        normals: Unit vectors, shape (H, W, 3), float32; 0 where nothing was hit.
        motion: While a pixel's row is exposed [px], shape (H, W, 2), float32; NaN where it isn't known.
        instance: Instance ids, shape (H, W), uint16; 0 where there is none.
    """

    view: Mapping[str, Any]
    objects: Mapping[int, Mapping[str, Any]]
    image: int | None
    depth: npt.NDArray[Any] | None = None
    z_m: npt.NDArray[Any] | None = None
    distance_m: npt.NDArray[Any] | None = None
    normals: npt.NDArray[Any] | None = None
    motion: npt.NDArray[Any] | None = None
    instance: npt.NDArray[Any] | None = None

    @property
    def depth_is_truth(self) -> bool:
        """Whether the depth picture is of the scene, and not of what a sensor would have measured."""
        return "depth_sensor" not in self.view and "depth_noise" not in self.view


def check_arrays(arrays: ViewArrays, findings: Findings) -> None:
    """Check all arrays of a view; of those that build on each other, the first fault is told."""

    def tell(code: str, annotator: str, expected: str, found: object) -> None:
        path = arrays.view["files"][annotator]["path"]
        findings.add(code, file=path, image=arrays.image, expected=expected, found=found)

    if arrays.normals is not None:
        _check_normals(arrays.normals, tell)
    if arrays.motion is not None and np.isinf(arrays.motion).any():
        tell("V614", "motion_vectors", "finite numbers or NaN", "infinity")
    for annotator, distances in (
        ("distance_to_image_plane", arrays.z_m),
        ("distance_to_camera", arrays.distance_m),
    ):
        if distances is not None and np.isnan(distances).any():
            found = f"{int(np.isnan(distances).sum())} NaN, the first at {_said(_first(np.isnan(distances)))}"
            tell("V603", annotator, "a distance, or inf where nothing was hit", found)
            return
    if not (_hits_agree(arrays, tell) and _distances_agree(arrays, tell) and _within_clip(arrays, tell)):
        return
    if arrays.depth is not None and not _depth_picture_is_right(arrays, arrays.depth, tell):
        return
    _check_cuboid_ranges(arrays, tell)


Tell = Callable[[str, str, str, object], None]


def _check_normals(normals: npt.NDArray[Any], tell: Tell) -> None:
    length = np.sqrt(np.einsum("ijk,ijk->ij", normals, normals))
    wrong = ~((np.abs(length - 1) < 1e-3) | (length == 0))
    if wrong.any():
        at = _first(wrong)
        tell("V609", "normals", "length 1, or 0 where nothing was hit", f"length {length[at]:.4g} at {_said(at)}")


def _hits_agree(arrays: ViewArrays, tell: Tell) -> bool:
    """Whether all arrays agree on where something was hit."""
    hits = {
        "distance_to_image_plane": None if arrays.z_m is None else np.isfinite(arrays.z_m),
        "distance_to_camera": None if arrays.distance_m is None else np.isfinite(arrays.distance_m),
        "normals": None if arrays.normals is None else arrays.normals.any(axis=-1),
    }
    there = [(annotator, hit) for annotator, hit in hits.items() if hit is not None]
    for (first, one), (annotator, other) in pairwise(there):
        if (one != other).any():
            tell("V610", annotator, f"something hit where {first} has it", f"not so at {_said(_first(one != other))}")
            return False
    if there and arrays.instance is not None and (stray := (arrays.instance > 0) & ~there[0][1]).any():
        tell("V610", there[0][0], "something hit where an instance is", f"nothing at {_said(_first(stray))}")
        return False
    return True


def _distances_agree(arrays: ViewArrays, tell: Tell) -> bool:
    """Whether the distance along the ray is that of the depth, and not less."""
    if arrays.z_m is None or arrays.distance_m is None:
        return True
    hit = np.isfinite(arrays.z_m)
    if arrays.view["intrinsics"]["model"] == "orthographic":
        return True
    wrong = hit & (arrays.distance_m < np.abs(arrays.z_m) * (1 - _FLOAT32))
    if not wrong.any() and is_plain_pinhole(arrays.view["intrinsics"]):
        stretch = ray_lengths(arrays.view)
        with np.errstate(invalid="ignore"):  # where nothing was hit, both are infinite
            wrong = hit & ~(np.abs(arrays.distance_m - arrays.z_m * stretch) <= 10 * _FLOAT32 * arrays.distance_m)
    if wrong.any():
        at = _first(wrong)
        found = f"{arrays.distance_m[at]:.6g} m at {_said(at)}, where depth is {arrays.z_m[at]:.6g} m"
        tell("V607", "distance_to_camera", "depth times the length of the pixel's ray", found)
        return False
    return True


def ray_lengths(view: Mapping[str, Any]) -> FloatArray:
    """Return how long the ray through each pixel's centre is where it has gone 1 along the axis, shape (H, W)."""
    (fx, skew, cx), (_, fy, cy), _ = view["intrinsics"]["K"]
    width, height = view["resolution"]
    y = (np.arange(height) + 0.5 - cy)[:, None] / fy
    x = ((np.arange(width) + 0.5 - cx)[None, :] - skew * y) / fx
    lengths: FloatArray = np.sqrt(x * x + y * y + 1)
    return lengths


def _within_clip(arrays: ViewArrays, tell: Tell) -> bool:
    planar = arrays.view["intrinsics"]["model"] in _PLANAR
    annotator = "distance_to_image_plane" if planar else "distance_to_camera"
    distances = arrays.z_m if planar else arrays.distance_m
    if distances is None:
        return True
    near, far = arrays.view["clip_m"]
    wrong = np.isfinite(distances) & ~((distances >= near * (1 - 1e-4)) & (distances <= far * (1 + 1e-4)))
    wrong |= np.isneginf(distances)
    if wrong.any():
        at = _first(wrong)
        tell("V604", annotator, f"{near} to {far} m, or inf", f"{distances[at]:.6g} m at {_said(at)}")
        return False
    return True


# --- the depth picture ------------------------------------------------------------------------------------------------


def _depth_picture_is_right(arrays: ViewArrays, depth: npt.NDArray[Any], tell: Tell) -> bool:
    if not arrays.depth_is_truth:
        return _measured_depth_is_right(arrays, depth, tell)
    if arrays.z_m is None:
        return True
    stored, beyond = _as_stored(arrays.z_m)
    if (stored != depth).any():
        wrong = stored != depth
        if arrays.distance_m is not None and (_as_stored(arrays.distance_m)[0] == depth).all():
            tell("V606", "depth", "millimetres along the optical axis", "millimetres along the ray")
            return False
        at = _first(wrong)
        tell("V605", "depth", f"{stored[at]} at {_said(at)}, the rounded truth", f"{depth[at]}")
        return False
    stated = arrays.view.get("depth_beyond_range_px")
    if stated is not None and stated != beyond:
        tell("V611", "depth", f"depth_beyond_range_px {beyond}", stated)
        return False
    return True


def _as_stored(z_m: npt.NDArray[Any]) -> tuple[npt.NDArray[np.float64], int]:
    millimetres = np.rint(z_m.astype(np.float64) * _UNITS_PER_M)
    beyond = np.isfinite(millimetres) & (millimetres > _GREATEST_UNIT)
    return np.where(np.isfinite(millimetres) & ~beyond & (millimetres > 0), millimetres, 0.0), int(beyond.sum())


def _measured_depth_is_right(arrays: ViewArrays, depth: npt.NDArray[Any], tell: Tell) -> bool:
    view = arrays.view
    sensor = view.get("depth_sensor") or view["depth_noise"]
    near, far = (sensor["range_m"][0] or 0.0), sensor["range_m"][1]
    measured = depth[depth > 0]
    slack = 1.0  # millimetre, as it was rounded
    low, high = near * _UNITS_PER_M - slack, np.inf if far is None else far * _UNITS_PER_M + slack
    if len(measured) and (measured.min() < low or measured.max() > high):
        tell("V612", "depth", f"{near} to {far} m", f"{measured.min() / 1000} to {measured.max() / 1000} m")
        return False
    recording = view.get("depth_recording")
    if recording is not None:
        width, height = view["resolution"]
        total, with_depth = sum(recording.values()), len(measured) + view.get("depth_beyond_range_px", 0)
        if total != width * height:
            tell("V613", "depth", f"{width * height} pixels in all", total)
            return False
        if recording["measured_px"] != with_depth:
            tell("V613", "depth", f"measured_px {with_depth}", recording["measured_px"])
            return False
    return True


# --- cuboids ----------------------------------------------------------------------------------------------------------


def _check_cuboid_ranges(arrays: ViewArrays, tell: Tell) -> None:
    """Check that what is seen of a thing lies at the depth of its cuboid."""
    view, instance = arrays.view, arrays.instance
    if arrays.z_m is not None:
        annotator, depth_m = "distance_to_image_plane", arrays.z_m
    elif arrays.depth is not None and arrays.depth_is_truth:
        annotator, depth_m = "depth", arrays.depth
    else:
        return
    if instance is None or "rolling_shutter" in view or "motion" in view:
        return
    unit = 1.0 if annotator != "depth" else 1 / _UNITS_PER_M
    entries = [entry for entry in view.get("annotations", ()) if "cuboid" in entry]
    if not entries:
        return
    low, high = _ranges(instance, depth_m, depth_m > 0 if annotator == "depth" else np.isfinite(depth_m))
    for entry in entries:
        thing = arrays.objects.get(entry["instance_id"])
        identifier = entry["instance_id"]
        if (
            thing is None
            or "cuboid" not in thing
            or "motion" in thing
            or identifier >= len(low)
            or low[identifier] > high[identifier]
        ):
            continue
        corners = corners_m(thing["cuboid"]["size_m"], entry["cuboid"]["camera_from_cuboid"])[:, 2]
        near, far = corners.min(), corners.max()
        slack = _SURFACE_M + _SURFACE_SHARE * far
        nearest, farthest = low[identifier] * unit, high[identifier] * unit
        if nearest < near - slack or farthest > far + slack:
            expected = f"instance {identifier} at {near:.4f} to {far:.4f} m, where its cuboid is"
            tell("V608", annotator, expected, f"{nearest:.4f} to {farthest:.4f} m")
            return


def _ranges(instance: npt.NDArray[Any], depth: npt.NDArray[Any], hit: BoolArray) -> tuple[FloatArray, FloatArray]:
    """Return least and greatest depth of each instance by its id; inf and -inf where it has none."""
    chosen = np.flatnonzero((instance > 0).ravel() & hit.ravel())
    ids, values = instance.ravel()[chosen].astype(np.int64), depth.ravel()[chosen]
    count = int(instance.max()) + 1
    low, high = np.full(count, np.inf), np.full(count, -np.inf)
    if len(ids):
        firsts = np.flatnonzero(np.diff(ids, prepend=-1))
        # Rows of pixels of one instance first, so that few values are left to scatter.
        np.minimum.at(low, ids[firsts], np.minimum.reduceat(values, firsts))
        np.maximum.at(high, ids[firsts], np.maximum.reduceat(values, firsts))
    return low, high


def _first(wrong: BoolArray) -> tuple[int, int]:
    """Return row and column of the first pixel that is set."""
    row, column = np.unravel_index(int(np.argmax(wrong)), wrong.shape)
    return int(row), int(column)


def _said(at: tuple[int, int]) -> str:
    return f"({at[1]}, {at[0]})"
