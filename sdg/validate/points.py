"""Point clouds: their files, and whether they are of the pixels that the other files of the view show."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from sdg.validate.array_files import BrokenArray

_PROPERTIES = (
    *((name, "float", "<f4") for name in ("x", "y", "z", "nx", "ny", "nz")),
    *((name, "uchar", "u1") for name in ("red", "green", "blue")),
    *((name, "ushort", "<u2") for name in ("semantic", "instance")),
)
_BEFORE = b"ply\nformat binary_little_endian 1.0\nelement vertex "
_AFTER = "".join(f"property {kind} {name}\n" for name, kind, _ in _PROPERTIES).encode() + b"end_header\n"
_DTYPE = np.dtype([(name, kind) for name, _, kind in _PROPERTIES])
_LONGEST_COUNT = 12
# Points and distances are written in single precision.
_SHARE, _METRES = 1e-5, 1e-4

Tell = Callable[[str, object], None]


def read_points(raw: bytes) -> npt.NDArray[Any]:
    """Return the vertices of a cloud, a structured array.

    Raises:
        BrokenArray: It is no such file, or too short or too long.
    """
    end = raw.find(b"\n", len(_BEFORE), len(_BEFORE) + _LONGEST_COUNT)
    count = raw[len(_BEFORE) : end]
    if not raw.startswith(_BEFORE) or end < 0 or not count.isdigit() or not raw.startswith(_AFTER, end + 1):
        raise BrokenArray("another header")
    start = end + 1 + len(_AFTER)
    if len(raw) - start != int(count) * _DTYPE.itemsize:
        raise BrokenArray(f"{len(raw) - start} bytes of data for {int(count)} points")
    return np.frombuffer(raw, dtype=_DTYPE, offset=start)


def check_points(
    points: npt.NDArray[Any], view: Mapping[str, Any], read: Mapping[str, npt.NDArray[Any]], tell: Tell
) -> None:
    """Compare a cloud with the pixels it is made of, as far as the view has their files.

    Args:
        points: As `read_points` gives them.
        view: The record of the view.
        read: What its other files hold, by annotator.
        tell: Told what is expected and found.
    """
    semantic, distance = read.get("semantic_segmentation"), read.get("distance_to_camera")
    if not all(np.isfinite(points[axis]).all() for axis in "xyz"):
        tell("points at finite places", "others")
        return
    if semantic is None or distance is None:
        return
    chosen = (semantic > 0) & np.isfinite(distance)
    if int(chosen.sum()) != len(points):
        tell(f"{int(chosen.sum())} points, one for each pixel of a class", len(points))
        return
    rgb = read.get("rgb")
    pictures = {"semantic": semantic, "instance": read.get("instance_segmentation")}
    pictures |= {} if rgb is None else {"red": rgb[..., 2], "green": rgb[..., 1], "blue": rgb[..., 0]}
    for name, picture in pictures.items():
        if picture is not None and (wrong := points[name] != picture[chosen]).any():
            first = int(np.argmax(wrong))
            tell(f"{name} {picture[chosen][first]} at point {first}, as its pixel has", points[name][first])
            return
    stands = "motion" not in view and "rolling_shutter" not in view
    if stands and view["intrinsics"]["model"] != "orthographic":
        eye = np.array(view["world_from_camera"])[:3, 3]
        away = np.linalg.norm(np.stack([points[axis] for axis in "xyz"], axis=1).astype(np.float64) - eye, axis=1)
        expected = distance[chosen].astype(np.float64)
        wrong = np.abs(away - expected) > _SHARE * expected + _METRES
        if wrong.any():
            first = int(np.argmax(wrong))
            tell(f"point {first} at {expected[first]:.4f} m from the camera, as its pixel", f"{away[first]:.4f} m")
