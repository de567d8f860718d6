"""Lenses as tables for the `lut` schema: from a place in the picture to a ray, and back.

Both are float pictures in the frame of a USD camera (+x right, +y up, -z forward). Texel centres are samples:

* ray enter: (u, v) across the picture, v downwards from its top-left corner, to the unit direction of the ray. Where
  there is none, (0, 0, 1): straight back.
* ray exit: the direction's octahedral map, forward in the middle, to (u, v) in [0, 1]. Where the lens doesn't see it,
  (-1, -1): outside the picture.

The encoding follows NVIDIA's description of its generalized projection ("Generalized Projection", Omniverse cameras);
which axis the octahedron's middle shows is not written there, and unproved on our side.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sdg.camera.lens import Lens
from sdg.foundation.arrays import Float32Array, FloatArray

_USD_FROM_OPENCV = np.array([1.0, -1.0, -1.0])
_NO_RAY = (0.0, 0.0, 1.0)
_NOT_SEEN = (-1.0, -1.0)


@dataclass(frozen=True, eq=False)
class LensTable:
    """Both tables of a lens.

    Attributes:
        ray_enter: shape (H, W, 3), float32, one texel for each pixel.
        ray_exit: shape (N, N, 3), float32; the third number is 0.
    """

    ray_enter: Float32Array
    ray_exit: Float32Array


def lens_table(lens: Lens) -> LensTable:
    """Compute the tables of a lens whose rays all start at the camera."""
    width, height = lens.resolution
    columns, rows = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    directions, seen = lens.unproject(np.stack([columns.ravel(), rows.ravel()], axis=1))
    enter = np.where(seen[:, None], directions * _USD_FROM_OPENCV, _NO_RAY)
    side = max(width, height)
    pixels, visible = lens.project(octahedral_directions(side) * _USD_FROM_OPENCV)
    exit_ = np.where(visible[:, None], pixels / (width, height), _NOT_SEEN)
    return LensTable(
        enter.reshape(height, width, 3).astype(np.float32),
        np.pad(exit_, ((0, 0), (0, 1))).reshape(side, side, 3).astype(np.float32),
    )


def octahedral_directions(side: int) -> FloatArray:
    """Return the unit direction of each texel of an octahedral map, shape (side^2, 3), USD camera frame.

    The square's inner diamond holds what lies in front, the folded corners what lies behind (Cigolle et al., "A survey
    of efficient representations for independent unit vectors", 2014).
    """
    across = 2.0 * (np.arange(side) + 0.5) / side - 1.0
    x, y = (axis.ravel() for axis in np.meshgrid(across, across))
    ahead = 1.0 - np.abs(x) - np.abs(y)
    behind = ahead < 0
    folded_x = np.where(behind, (1.0 - np.abs(y)) * np.where(x < 0, -1.0, 1.0), x)
    folded_y = np.where(behind, (1.0 - np.abs(x)) * np.where(y < 0, -1.0, 1.0), y)
    directions = np.stack([folded_x, folded_y, -ahead], axis=1)
    unit: FloatArray = directions / np.linalg.norm(directions, axis=1, keepdims=True)
    return unit


class TablesOnce:
    """A lens's tables, computed when the first of the two is written, and let go with the second."""

    def __init__(self, lens: Lens) -> None:
        self._lens = lens
        self._table: LensTable | None = None

    def ray_enter(self) -> Float32Array:
        self._table = lens_table(self._lens)
        return self._table.ray_enter

    def ray_exit(self) -> Float32Array:
        table, self._table = self._table or lens_table(self._lens), None
        return table.ray_exit
