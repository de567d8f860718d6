"""Tables of rays for a whole picture: exact ones through pixel centres, and corners to interpolate between."""

from __future__ import annotations

from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sdg.camera.lens import Lens
from sdg.foundation.arrays import BoolArray, FloatArray
from sdg.foundation.cores import core_count

# A constant: the last bits of a ray depend on its band, and must not depend on the machine's cores.
_BAND_POSITIONS = 1 << 16


@dataclass(frozen=True, eq=False)
class RayTable:
    """Rays of one lens, camera frame, for the picture and perhaps a border round it that blur brings light from.

    Attributes:
        centers: Unit ray through each pixel's centre, shape (H, W, 3), float64; 0 where there is none.
        center_origins_m: Where those start, shape (H, W, 3) [m]; None if all start at the camera's origin.
        valid: Whether a pixel's centre and all its corners have a ray, shape (H, W).
        border_px: Width b of the border.
        corners: Unit ray through each pixel corner of picture and border, shape (H + 2 b + 1, W + 2 b + 1, 3),
            float64. A sub-pixel ray is the bilinear interpolation of its pixel's four corners, normalised. 0 where
            there is none.
        corner_origins_m: Where those start, of the same shape [m]; None if all start at the camera's origin.
        seen: Whether a pixel of picture or border gets light, shape (H + 2 b, W + 2 b).
    """

    centers: FloatArray
    center_origins_m: FloatArray | None
    valid: BoolArray
    border_px: int
    corners: FloatArray
    corner_origins_m: FloatArray | None
    seen: BoolArray


def build_ray_table(lens: Lens, border_px: int = 0, threads: int | None = None) -> RayTable:
    """Cast the rays of a lens through every pixel centre and corner.

    Where the lens does not see all of the border, the table has none.

    Args:
        lens: Whose rays.
        border_px: Width of the border round the picture.
        threads: How many cast at a time; None takes every core. It changes no bit.
    """
    width, height = lens.resolution
    b = border_px
    with ThreadPoolExecutor(threads or core_count()) as pool:
        centers = _cast(lens, np.arange(0.5, width), np.arange(0.5, height), pool)
        corners = _cast(lens, np.arange(-b, width + b + 1.0), np.arange(-b, height + b + 1.0), pool)
    around = corners.valid[:-1, :-1] & corners.valid[:-1, 1:] & corners.valid[1:, :-1] & corners.valid[1:, 1:]
    inside = np.s_[b : b + height, b : b + width]
    if np.count_nonzero(~around) > np.count_nonzero(~around[inside]):
        return build_ray_table(lens, threads=threads)
    valid = centers.valid & around[inside]
    seen = around.copy()
    seen[inside] = valid
    return RayTable(
        centers=np.where(valid[..., None], centers.directions, 0.0),
        center_origins_m=centers.origins_m,
        valid=valid,
        border_px=b,
        corners=corners.directions,
        corner_origins_m=corners.origins_m,
        seen=seen,
    )


class _Rays(NamedTuple):
    """Rays through a grid of positions, shape (rows, columns, 3), and whether each exists."""

    directions: FloatArray
    origins_m: FloatArray | None
    valid: BoolArray


def _cast(lens: Lens, u: FloatArray, v: FloatArray, pool: Executor) -> _Rays:
    """Cast rays through a grid of positions, in bands of rows, several at a time."""
    directions = np.zeros((len(v), len(u), 3))
    valid = np.zeros((len(v), len(u)), dtype=np.bool_)
    parallel = lens.origins_m(np.array([[u[0], v[0]]])) is not None
    origins = np.zeros_like(directions) if parallel else None
    rows = max(1, _BAND_POSITIONS // len(u))

    def cast_band(first: int) -> None:
        band = slice(first, first + rows)
        grid = np.stack(np.meshgrid(u, v[band]), axis=-1)
        positions = grid.reshape(-1, 2)
        found, exists = lens.unproject(positions)
        found[~exists] = 0.0
        directions[band] = found.reshape(grid.shape[0], grid.shape[1], 3)
        valid[band] = exists.reshape(grid.shape[:2])
        starts = lens.origins_m(positions)
        if origins is not None and starts is not None:
            origins[band] = starts.reshape(grid.shape[0], grid.shape[1], 3)

    list(pool.map(cast_band, range(0, len(v), rows)))
    return _Rays(directions, origins, valid)
