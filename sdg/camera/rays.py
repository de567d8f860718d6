"""Tables of rays for a whole picture: exact ones through pixel centres, and corners to interpolate between."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from sdg.camera.lens import Lens
from sdg.foundation.arrays import BoolArray, FloatArray

# A constant: the last bits of a ray depend on its band, and must not depend on the machine's cores.
_BAND_POSITIONS = 1 << 16


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
    """Cast rays through a grid of positions, in bands of rows, several at a time."""
    directions = np.zeros((len(v), len(u), 3))
    valid = np.zeros((len(v), len(u)), dtype=np.bool_)
    rows = max(1, _BAND_POSITIONS // len(u))

    def cast_band(first: int) -> None:
        band = slice(first, first + rows)
        grid = np.stack(np.meshgrid(u, v[band]), axis=-1)
        found, exists = lens.unproject(grid.reshape(-1, 2))
        found[~exists] = 0.0
        directions[band] = found.reshape(grid.shape[0], grid.shape[1], 3)
        valid[band] = exists.reshape(grid.shape[:2])

    with ThreadPoolExecutor() as pool:
        list(pool.map(cast_band, range(0, len(v), rows)))
    return directions, valid
