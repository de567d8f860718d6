"""From a recipe's lens block to the lens in pixels."""

from __future__ import annotations

from sdg.camera.brown_conrady import BrownConrady
from sdg.camera.lens import Lens, LensOpenCvPinhole
from sdg.errors import AssetError
from sdg.recipe.model import CameraBlock, OpenCvPinholeLens, PinholeLens

# A full-frame camera with a 24 mm lens, as `CameraBlock` has it.
_DEFAULT_FOCAL_MM, _DEFAULT_WIDTH_MM = 24.0, 36.0


def build_lens(block: CameraBlock) -> Lens:
    """Return the lens of a camera.

    The focal length comes from fx and fy (each stands for both if alone), or from focal length over sensor width.
    Square pixels; the principal point is the middle of the picture unless given. Numbers typed with `pixel_origin:
    center` are moved by half a pixel, to the house's corner origin.

    Raises:
        AssetError: Pixels and millimetres are mixed, or one of the two lengths is missing.
    """
    lens: PinholeLens | None = block.lens.opencv_pinhole or block.lens.pinhole
    if lens is None:
        raise AssetError("the lens names no model", "write one of: pinhole, opencv_pinhole")
    width, height = block.resolution
    fx, fy = _focal_px(lens, width)
    shift = 0.5 if lens.pixel_origin == "center" else 0.0
    cx = width / 2 if lens.cx is None else lens.cx + shift
    cy = height / 2 if lens.cy is None else lens.cy + shift
    distortion = BrownConrady()
    if isinstance(lens, OpenCvPinholeLens):
        distortion = BrownConrady(lens.k1, lens.k2, lens.p1, lens.p2, lens.k3)
    return LensOpenCvPinhole((width, height), fx, fy, cx, cy, distortion)


def _focal_px(lens: PinholeLens, width_px: int) -> tuple[float, float]:
    in_pixels = [value for value in (lens.fx, lens.fy) if value is not None]
    in_mm = [lens.focal_length_mm, lens.sensor_width_mm]
    if in_pixels:
        if any(value is not None for value in in_mm):
            raise AssetError(
                "the focal length is given twice", "keep fx and fy, or focal_length_mm and sensor_width_mm"
            )
        return (lens.fx or in_pixels[0]), (lens.fy or in_pixels[0])
    if (lens.focal_length_mm is None) != (lens.sensor_width_mm is None):
        raise AssetError("half of the focal length is missing", "write both focal_length_mm and sensor_width_mm")
    focal_px = (lens.focal_length_mm or _DEFAULT_FOCAL_MM) / (lens.sensor_width_mm or _DEFAULT_WIDTH_MM) * width_px
    return focal_px, focal_px
