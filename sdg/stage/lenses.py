"""A camera block's lens."""

from __future__ import annotations

from sdg.camera.build import LENS_KINDS, lens_of_kind
from sdg.camera.lens import Lens
from sdg.errors import AssetError
from sdg.recipe.model import CameraBlock


def build_lens(block: CameraBlock) -> Lens:
    """Return the lens of a camera.

    Raises:
        AssetError: Draws left it with two descriptions, or with none.
    """
    kind, lens = next((kind, lens) for kind in LENS_KINDS if (lens := getattr(block.lens, kind)) is not None)
    try:
        return lens_of_kind(kind, block.resolution, lens.model_dump())
    except ValueError as error:
        hint = "let every choice describe the lens in one way: fx, or focal_length_mm and sensor_width_mm"
        raise AssetError(str(error), hint) from None
