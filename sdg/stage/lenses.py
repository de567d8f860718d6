"""A camera block's lens."""

from __future__ import annotations

from sdg.camera.build import LENS_KINDS, lens_of_kind
from sdg.camera.lens import Lens
from sdg.camera.window import Pixels, windowed_lens
from sdg.errors import AssetError
from sdg.recipe.model import CalibrationFile, CameraBlock
from sdg.recipe.pixels import sensor_pixels
from sdg.stage.catalog import Catalog


def build_lens(block: CameraBlock, catalog: Catalog) -> Lens:
    """Return the lens of a camera.

    Raises:
        AssetError: Draws left it with two descriptions, or with none; or its calibration can't be used.
    """
    pixels = Pixels() if block.sensor is None else sensor_pixels(block.sensor.model_dump())
    if block.lens.calibration is not None:
        return calibrated_lens(block.lens.calibration, block.resolution, catalog, pixels.binning)
    kind, lens = next((kind, lens) for kind in LENS_KINDS if (lens := getattr(block.lens, kind)) is not None)
    parameters = lens.model_dump()
    if block.distortion is not None:
        kind, parameters = "opencv_pinhole", parameters | block.distortion.model_dump(exclude={"probability"})
    try:
        return lens_of_kind(kind, block.resolution, parameters, pixels)
    except ValueError as error:
        hint = "let every choice describe the lens in one way: fx, or focal_length_mm and sensor_width_mm"
        raise AssetError(str(error), hint) from None


def calibrated_lens(
    reference: str | CalibrationFile, resolution: tuple[int, int], catalog: Catalog, binning: int = 1
) -> Lens:
    """Return the lens of a calibration file; a smaller picture is the middle of what was calibrated.

    Raises:
        AssetError: The file is missing or broken, or of fewer pixels than the camera has.
    """
    file, camera = (reference, None) if isinstance(reference, str) else (reference.file, reference.camera)
    lens = catalog.calibration(file, camera)
    try:
        return windowed_lens(lens, resolution, binning)
    except ValueError as error:
        width, height = (size // binning for size in lens.resolution)
        raise AssetError(str(error), f"write resolution: [{width}, {height}], or a smaller one") from None
