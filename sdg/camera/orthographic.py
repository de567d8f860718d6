"""Parallel rays: things are as large in the picture wherever they stand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sdg.camera.polar import all_finite
from sdg.foundation.arrays import BoolArray, FloatArray


@dataclass(frozen=True)
class LensOrthographic:
    """A parallel projection along +Z with square pixels.

    Rays have one direction and start on the plane Z = 0, each at a place of its own (`origins_m`).

    Attributes:
        resolution: (width, height) [px].
        width_m: What the picture's width spans [m].
    """

    resolution: tuple[int, int]
    width_m: float

    @property
    def model(self) -> str:
        return "orthographic"

    @property
    def folds(self) -> bool:
        """False: every position has its ray."""
        return False

    @property
    def pixel_m(self) -> float:
        """What a pixel spans [m]."""
        return self.width_m / self.resolution[0]

    def unproject(self, pixels: FloatArray) -> tuple[FloatArray, BoolArray]:
        """Return +Z for each position, and whether there is a ray; see `Lens.unproject`."""
        valid = all_finite(pixels)
        directions = np.where(valid[:, None], [0.0, 0.0, 1.0], np.nan)
        return directions, valid

    def origins_m(self, pixels: FloatArray) -> FloatArray | None:
        """Return where each ray starts, shape (N, 3) [m], on the plane Z = 0; see `Lens.origins_m`."""
        across = (pixels - np.array(self.resolution) / 2) * self.pixel_m
        return np.column_stack([across, np.zeros(len(across))])

    def project(self, points_m: FloatArray) -> tuple[FloatArray, BoolArray]:
        """Return where each point appears, and whether it does; see `Lens.project`."""
        valid: BoolArray = points_m[:, 2] > 0
        pixels = points_m[:, :2] / self.pixel_m + np.array(self.resolution) / 2
        valid &= all_finite(pixels)
        return np.where(valid[:, None], pixels, np.nan), valid

    def intrinsics(self) -> dict[str, object]:
        """Return what the picture's width and a pixel span [m]."""
        return {
            "model": self.model,
            "resolution": list(self.resolution),
            "pixel_origin": "corner",
            "width_m": self.width_m,
            "pixel_m": self.pixel_m,
        }
