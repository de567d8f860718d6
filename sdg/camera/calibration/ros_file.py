"""ROS camera calibrations: the YAML of camera_calibration_parsers, or a CameraInfo message written out as YAML."""

from __future__ import annotations

from sdg.camera.calibration.values import (
    CENTER_TO_CORNER,
    Document,
    camera_matrix,
    decimal,
    numbers,
    opencv_pinhole,
    require,
    resolution,
)
from sdg.camera.lens import Lens, LensOpenCvPinhole
from sdg.camera.opencv_fisheye import LensOpenCvFisheye
from sdg.errors import AssetError

_PINHOLE_MODELS = {"plumb_bob": 5, "rational_polynomial": 8}


def is_ros(document: Document) -> bool:
    """Return whether a document looks like a CameraInfo."""
    return "distortion_model" in document and any(key in document for key in ("camera_matrix", "K", "k"))


def ros_lens(document: Document) -> Lens:
    """Return the lens of a CameraInfo.

    Raises:
        AssetError: Something is missing, impossible, or of an unknown distortion model.
    """
    size = resolution(require(document, "image_width", "width"), require(document, "image_height", "height"))
    entries = numbers(document, "camera_matrix", "K", "k", count=9)
    if entries[0] == 0:
        raise AssetError("the calibration is of an uncalibrated camera: K[0] is 0", "calibrate the camera first")
    fx, fy, cx, cy, _ = camera_matrix(entries)
    model = str(document.get("distortion_model") or "plumb_bob")
    coefficients = numbers(document, "distortion_coefficients", "D", "d")
    if model in ("equidistant", "fisheye"):
        if len(coefficients) != 4:
            raise AssetError(f"the calibration has {len(coefficients)} distortion coefficients, {model} has 4")
        return LensOpenCvFisheye(size, fx, fy, cx, cy, *coefficients)
    if model not in _PINHOLE_MODELS:
        known = ", ".join([*_PINHOLE_MODELS, "equidistant"])
        raise AssetError(f"the distortion model {model} of the calibration is unknown", f"known are {known}")
    return opencv_pinhole(size, (fx, fy), (cx, cy), coefficients)


def ros_text(lens: Lens, name: str, baseline_m: float = 0.0) -> str | None:
    """Return a lens as a camera_calibration_parsers YAML file; None if ROS has no such model.

    The rectification is the identity, the projection the camera matrix: a single camera's own, or that of a camera
    `baseline_m` to the right of the one whose frame it shares, in which case Tx = -fx B (sensor_msgs/CameraInfo).
    """
    if isinstance(lens, LensOpenCvPinhole):
        coefficients = lens.distortion.coefficients()
        model = next((model for model, length in _PINHOLE_MODELS.items() if length >= len(coefficients)), None)
    elif isinstance(lens, LensOpenCvFisheye) and lens.alpha == 0:
        coefficients, model = [lens.k1, lens.k2, lens.k3, lens.k4], "equidistant"
    else:
        return None
    if model is None:
        return None
    width, height = lens.resolution
    cx, cy = lens.cx - CENTER_TO_CORNER, lens.cy - CENTER_TO_CORNER
    matrix = [lens.fx, 0.0, cx, 0.0, lens.fy, cy, 0.0, 0.0, 1.0]
    projection = [
        lens.fx,
        0.0,
        cx,
        -lens.fx * baseline_m if baseline_m else 0.0,
        0.0,
        lens.fy,
        cy,
        0.0,
        0.0,
        0.0,
        1.0,
        0.0,
    ]
    return (
        f"image_width: {width}\nimage_height: {height}\ncamera_name: {name}\n"
        f"{_matrix('camera_matrix', matrix, 3)}"
        f"distortion_model: {model}\n"
        f"{_matrix('distortion_coefficients', coefficients, len(coefficients))}"
        f"{_matrix('rectification_matrix', [1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0], 3)}"
        f"{_matrix('projection_matrix', projection, 4)}"
    )


def _matrix(name: str, values: list[float], columns: int) -> str:
    entries = ", ".join(decimal(value) for value in values)
    return f"{name}:\n  rows: {len(values) // columns}\n  cols: {columns}\n  data: [{entries}]\n"
