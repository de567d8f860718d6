"""A lens out of any calibration file that is known here."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from sdg.camera.calibration.kalibr_file import kalibr_cameras, kalibr_lens
from sdg.camera.calibration.opencv_file import opencv_lens, read_opencv
from sdg.camera.calibration.ros_file import is_ros, ros_lens
from sdg.camera.calibration.values import Document
from sdg.camera.lens import Lens
from sdg.errors import AssetError

_KNOWN = "known are OpenCV's FileStorage (YAML or XML), ROS CameraInfo and Kalibr camchain"
_MOST_BYTES = 1_000_000


def read_calibration(path: Path, camera: str | None = None) -> Lens:
    """Return the lens that a calibration file describes, for the resolution that it was made at.

    Args:
        path: An OpenCV, ROS or Kalibr file; its content tells which.
        camera: Which camera of a Kalibr camchain of several (`cam0`).

    Raises:
        AssetError: It can't be read, is of no known kind, lacks something, or describes no possible lens.
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise AssetError(f"{path.name} is too large for a calibration", _KNOWN)
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise AssetError(f"{path.name} can't be read: {error}", _KNOWN) from None
    if text.lstrip().startswith("<?xml") or "opencv-matrix" in text or text.startswith("%YAML:"):
        _refuse_camera(camera)
        return opencv_lens(read_opencv(path))
    document = _parse(path.name, text)
    if cameras := kalibr_cameras(document):
        return kalibr_lens(_choose(cameras, camera))
    _refuse_camera(camera)
    if is_ros(document):
        return ros_lens(document)
    raise AssetError(f"{path.name} is no calibration of a known kind", _KNOWN)


def _parse(name: str, text: str) -> Document:
    import yaml

    try:
        document = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        first = str(error).splitlines()[0]
        raise AssetError(f"{name} is no YAML: {first}", _KNOWN) from None
    if not isinstance(document, Mapping):
        raise AssetError(f"{name} is no calibration of a known kind", _KNOWN)
    return document


def _choose(cameras: Mapping[str, Mapping[str, object]], camera: str | None) -> Mapping[str, object]:
    names = ", ".join(cameras)
    if camera is None and len(cameras) > 1:
        raise AssetError(f"the calibration has several cameras: {names}", "write {file: ..., camera: cam0}")
    if camera is not None and camera not in cameras:
        raise AssetError(f"the calibration has no camera {camera}", f"it has {names}")
    return cameras[camera] if camera is not None else next(iter(cameras.values()))


def _refuse_camera(camera: str | None) -> None:
    if camera is not None:
        raise AssetError(f"the calibration is of one camera, none is called {camera}", "remove `camera`")
