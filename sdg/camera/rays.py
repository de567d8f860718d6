"""Tables of rays for a whole picture: exact ones through pixel centres, and corners to interpolate between."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sdg.camera.lens import Lens
from sdg.foundation.arrays import BoolArray, FloatArray


@dataclass(frozen=True, eq=False)
class RayTable:
    """Rays of one lens, camera frame.

    Attributes:
        centers: Unit ray through each pixel's centre, shape (H, W, 3), float64; 0 where there is none.
        corners: Unit ray through each pixel corner, shape (H + 1, W + 1, 3), float64. A sub-pixel ray is the
            bilinear interpolation of its pixel's four corners, normalised. 0 where there is none.
        valid: Whether a pixel's centre and all its corners have a ray, shape (H, W).
    """

    centers: FloatArray
    corners: FloatArray
    valid: BoolArray


def build_ray_table(lens: Lens) -> RayTable:
    """Cast the rays of a lens through every pixel centre and corner."""
    width, height = lens.resolution
    centers, centers_valid = _cast(lens, np.arange(0.5, width), np.arange(0.5, height))
    corners, corners_valid = _cast(lens, np.arange(width + 1.0), np.arange(height + 1.0))
    around = corners_valid[:-1, :-1] & corners_valid[:-1, 1:] & corners_valid[1:, :-1] & corners_valid[1:, 1:]
    valid = centers_valid & around
    return RayTable(centers=np.where(valid[..., None], centers, 0.0), corners=corners, valid=valid)


def _cast(lens: Lens, u: FloatArray, v: FloatArray) -> tuple[FloatArray, BoolArray]:
    grid = np.stack(np.meshgrid(u, v), axis=-1)
    directions, valid = lens.unproject(grid.reshape(-1, 2))
    shape = grid.shape[:2]
    return np.nan_to_num(directions).reshape(*shape, 3), valid.reshape(shape)
