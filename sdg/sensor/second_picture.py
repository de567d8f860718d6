"""Which points the picture of a stereo camera's second eye has in it, whether or not anything hides them."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, cast

import numpy as np

from sdg.camera.lens import Lens
from sdg.foundation.arrays import BoolArray
from sdg.sensor.bands import for_each_band
from sdg.sensor.depth_geometry import Surfaces

_INNER_PX = 2.0
_SAMPLES = 65  # along each side
_LEAST_FORWARD = 0.1  # Z of a unit ray: 84 degrees from the axis


def in_second_picture(surfaces: Surfaces, lens: Lens, second_eye_m: tuple[float, float, float]) -> BoolArray:
    """Return whether the second eye's picture, of the same lens, has each point in it; shape (H, W).

    Args:
        surfaces: What the first eye meets.
        lens: Of both.
        second_eye_m: Where the second eye is [m], camera frame of the first; it looks the same way.
    """
    width, height = lens.resolution
    inside = np.empty((height, width), np.bool_)
    sure = _surely_inside(cast("Any", lens))

    def work(_: int, rows: slice) -> None:
        points = surfaces.points_of(rows)
        doubtful = np.ones(points.shape[:2], np.bool_)
        if sure is not None:
            x, y, z = (points[..., axis] - np.float32(second_eye_m[axis]) for axis in range(3))
            left, top, right, bottom = (np.float32(bound) * z for bound in sure)
            doubtful = ~((z > 0) & (x > left) & (x < right) & (y > top) & (y < bottom))
        pixels, valid = lens.project(points[doubtful].astype(np.float64) - second_eye_m)
        u, v = pixels.T
        with np.errstate(invalid="ignore"):
            within = valid & (u >= 0) & (v >= 0) & (u <= width) & (v <= height)
        inside[rows] = ~doubtful
        inside[rows][doubtful] = within

    for_each_band(height, work)
    return inside


@lru_cache(maxsize=4)
def _surely_inside(lens: Lens) -> tuple[float, float, float, float] | None:
    """Return a rectangle of directions that the picture surely holds whole, so that few points must be projected.

    It ends a little inside the picture's sides, and the lens is asked about a grid of directions in it; between two of
    these, lenses bend by far less than that little.

    Returns:
        Left, top, right and bottom: X/Z of the first and third, Y/Z of the others, camera frame. None for a lens that
        looks sideways, has corners without rays, or has no single viewpoint.
    """
    size = np.array(lens.resolution, np.float64)
    u, v = (np.linspace(_INNER_PX, float(length) - _INNER_PX, _SAMPLES) for length in size)
    grid = np.stack(np.meshgrid(u, v), axis=-1).reshape(-1, 2)
    directions, valid = lens.unproject(grid)
    if lens.origins_m(grid) is not None or not valid.all() or directions[:, 2].min() < _LEAST_FORWARD:
        return None
    x, y = (directions[:, :2] / directions[:, 2:]).T.reshape(2, _SAMPLES, _SAMPLES)
    left, top, right, bottom = (float(side) for side in (x[:, 0].max(), y[0].max(), x[:, -1].min(), y[-1].min()))
    across, down = np.meshgrid(np.linspace(left, right, _SAMPLES), np.linspace(top, bottom, _SAMPLES))
    pixels, seen = lens.project(np.stack([across, down, np.ones_like(across)], axis=-1).reshape(-1, 3))
    held = seen[:, None] & (pixels > _INNER_PX / 2) & (pixels < size - _INNER_PX / 2)
    return (left, top, right, bottom) if left < right and top < bottom and held.all() else None
