"""UsdGeom's cameras to `RawCamera`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from pxr import Usd, UsdGeom

from sdg.errors import AssetError
from sdg.foundation.arrays import FloatArray
from sdg.stage.files.assemble import RawCamera

_TIME = Usd.TimeCode.EarliestTime()
# A USD camera looks along -Z with Y up, an OpenCV camera along +Z with Y down.
_USD_FROM_OPENCV: FloatArray = np.diag([1.0, -1.0, -1.0, 1.0])


def read_camera(path: Path, prim: Any, file_from_camera: FloatArray) -> RawCamera | None:
    """Return a camera as its file has it, or None if its transform has no direction.

    Args:
        path: The file, for messages.
        prim: A `UsdGeom.Camera`.
        file_from_camera: Its 4x4, which may scale, in the file's unit and axes.

    Raises:
        AssetError: A number of it is not finite.
    """
    linear = file_from_camera[:3, :3]
    if abs(float(np.linalg.det(linear))) < 1e-12:
        return None
    forward = linear[:, 2] / np.linalg.norm(linear[:, 2])
    upward = linear[:, 1] - (linear[:, 1] @ forward) * forward
    upward = upward / np.linalg.norm(upward)
    rigid = np.eye(4)
    rigid[:3, :3] = np.stack([np.cross(upward, forward), upward, forward], axis=1)
    rigid[:3, 3] = file_from_camera[:3, 3]
    camera = UsdGeom.Camera(prim)
    numbers = [
        float(attribute.Get(_TIME))
        for attribute in (
            camera.GetFocalLengthAttr(),
            camera.GetHorizontalApertureAttr(),
            camera.GetHorizontalApertureOffsetAttr(),
            camera.GetVerticalApertureOffsetAttr(),
        )
    ]
    if not np.all(np.isfinite(numbers)):
        raise AssetError(f"{path}: the lens of {prim.GetPath()} is not finite", "export it again")
    focal, aperture, right, above = numbers
    is_pinhole = camera.GetProjectionAttr().Get(_TIME) != UsdGeom.Tokens.orthographic and focal > 0 and aperture > 0
    return RawCamera(
        name=str(prim.GetPath()).lstrip("/"),
        file_from_camera=rigid @ _USD_FROM_OPENCV,
        focal_length_mm=focal if is_pinhole else 0.0,
        aperture_mm=aperture if is_pinhole else 0.0,
        aperture_offset_mm=(right, above),
    )
