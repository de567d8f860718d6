"""A camera block's lens."""

from __future__ import annotations

from sdg.camera.build import LENS_KINDS, lens_of_kind
from sdg.camera.lens import Lens
from sdg.errors import AssetError
from sdg.recipe.model import CalibrationFile, CameraBlock
from sdg.stage.catalog import Catalog


def build_lens(block: CameraBlock, catalog: Catalog) -> Lens:
    """Return the lens of a camera.

    Raises:
        AssetError: Draws left it with two descriptions, or with none; or its calibration can't be used.
    """
    if block.lens.calibration is not None:
        return calibrated_lens(block.lens.calibration, block.resolution, catalog)
    kind, lens = next((kind, lens) for kind in LENS_KINDS if (lens := getattr(block.lens, kind)) is not None)
    try:
        return lens_of_kind(kind, block.resolution, lens.model_dump())
    except ValueError as error:
        hint = "let every choice describe the lens in one way: fx, or focal_length_mm and sensor_width_mm"
        raise AssetError(str(error), hint) from None


def calibrated_lens(reference: str | CalibrationFile, resolution: tuple[int, int], catalog: Catalog) -> Lens:
    """Return the lens of a calibration file.

    Raises:
        AssetError: The file is missing, broken, or of another resolution than the camera.
    """
    file, camera = (reference, None) if isinstance(reference, str) else (reference.file, reference.camera)
    lens = catalog.calibration(file, camera)
    if lens.resolution != resolution:
        made_at, wanted = ("{} x {}".format(*size) for size in (lens.resolution, resolution))
        raise AssetError(
            f"the calibration is for {made_at} pixels, the camera has {wanted}",
            f"write resolution: [{lens.resolution[0]}, {lens.resolution[1]}]; whether a smaller picture is a crop, "
            "binned or scaled can't be known",
        )
    return lens
