"""From a recipe's lens block to the lens in pixels."""

from __future__ import annotations

from sdg.camera.lens import Lens
from sdg.camera.pinhole import pinhole_lens
from sdg.errors import AssetError
from sdg.recipe.model import CameraBlock


def build_lens(block: CameraBlock) -> Lens:
    """Return the lens of a camera.

    Raises:
        AssetError: Draws left it with two focal lengths, or with none.
    """
    lens = block.lens.opencv_pinhole or block.lens.pinhole
    assert lens is not None, "a lens block has exactly one key"
    try:
        return pinhole_lens(block.resolution, **lens.model_dump())
    except ValueError as error:
        raise AssetError(str(error), "let every choice give fx, or focal_length_mm and sensor_width_mm") from None
