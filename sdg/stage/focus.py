"""A camera block's depth of field: how long its lens is, and what being focused does to its picture."""

from __future__ import annotations

from dataclasses import replace

from sdg.camera.focus import Focus, focal_length_m, paraxial_focal_px
from sdg.camera.lens import Lens, LensOpenCvPinhole
from sdg.camera.opencv_fisheye import LensOpenCvFisheye
from sdg.camera.sensors.model import Sensor
from sdg.errors import AssetError
from sdg.recipe.model import CameraBlock
from sdg.recipe.rules_focus import NO_FOCAL_LENGTH, NO_FOCAL_LENGTH_HINT, too_near, without_focus
from sdg.stage.sensors import camera_exposure


def focus_camera(block: CameraBlock, lens: Lens, sensor: Sensor | None) -> tuple[Lens, Focus | None]:
    """Return the lens as it is when focused, and its focus; None for a pinhole.

    A lens given by `focal_length_mm` and a sensor's width moves away from the sensor to focus, so that its picture
    grows by 1 + m ("breathing"). One given in pixels was measured as it is: its fx is the image distance v = f (1 + m)
    in pixels of the sensor's pitch, from which f = v s / (v + s) follows.

    Args:
        block: Of the camera, drawn.
        lens: As `build_lens` makes it.
        sensor: As `camera_sensor` makes it.

    Raises:
        AssetError: The focal length is not known, or not shorter than the focus distance.
    """
    given = block.depth_of_field
    if given is None:
        return lens, None
    distance = given.focus_distance_m
    focal_mm = _focal_length_mm(block)
    if focal_mm is None:
        focal_m = focal_length_m(_image_distance_m(lens, sensor), distance)
    elif focal_mm * 1e-3 < distance:
        focal_m = focal_mm * 1e-3
    else:
        raise AssetError(too_near(focal_mm, distance), "draw a farther focus_distance_m")
    f_number = camera_exposure(block).f_number if given.f_number is None else given.f_number
    focus = Focus(distance, focal_m, f_number, given.blades or 0, given.turn_deg)
    if focal_mm is not None:
        assert isinstance(lens, LensOpenCvPinhole | LensOpenCvFisheye)
        growth = 1.0 + focus.magnification
        lens = replace(lens, fx=lens.fx * growth, fy=lens.fy * growth)
    return lens, focus


def _focal_length_mm(block: CameraBlock) -> float | None:
    """Return the focal length that is written in millimetres."""
    written = block.lens.pinhole or block.lens.opencv_pinhole or block.lens.opencv_fisheye
    return None if written is None else written.focal_length_mm


def _image_distance_m(lens: Lens, sensor: Sensor | None) -> float:
    """Return how far behind a lens given in pixels the picture is sharp."""
    focal_px = paraxial_focal_px(lens)
    if focal_px is None:
        raise AssetError(without_focus(lens.model), "remove depth_of_field, or draw another lens")
    if sensor is None:
        raise AssetError(NO_FOCAL_LENGTH, NO_FOCAL_LENGTH_HINT)
    return focal_px * sensor.binned().pixel_pitch_um * 1e-6
