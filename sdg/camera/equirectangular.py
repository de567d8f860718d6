"""The whole sphere of directions in one picture: longitude along u, latitude along v."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sdg.camera.central import CentralLens
from sdg.camera.polar import all_finite
from sdg.foundation.arrays import BoolArray, FloatArray


@dataclass(frozen=True)
class LensEquirectangular(CentralLens):
    """A panorama of 360 by 180 degrees; the axis (+Z) is in the middle, behind it the left and right edges.

    A position outside the picture has no ray: it would be a second name of a direction inside.

    Attributes:
        resolution: (width, height) [px].
    """

    resolution: tuple[int, int]

    @property
    def model(self) -> str:
        return "equirectangular"

    @property
    def folds(self) -> bool:
        """False: every direction has its place."""
        return False

    def unproject(self, pixels: FloatArray) -> tuple[FloatArray, BoolArray]:
        """Return the unit ray through each position, and whether there is one; see `Lens.unproject`."""
        share = pixels / self.resolution
        valid: BoolArray = np.all((share >= 0) & (share <= 1), axis=1)
        longitude, latitude = 2 * np.pi * (share[:, 0] - 0.5), np.pi * (0.5 - share[:, 1])
        level = np.cos(latitude)
        directions = np.column_stack([level * np.sin(longitude), -np.sin(latitude), level * np.cos(longitude)])
        directions[~valid] = np.nan
        return directions, valid

    def project(self, points_m: FloatArray) -> tuple[FloatArray, BoolArray]:
        """Return where each point appears, and whether it does; see `Lens.project`."""
        x, y, z = points_m.T
        valid = all_finite(points_m)
        valid &= np.any(points_m, axis=1)
        with np.errstate(invalid="ignore"):
            longitude, latitude = np.arctan2(x, z), np.arctan2(-y, np.hypot(x, z))
        share = np.column_stack([0.5 + longitude / (2 * np.pi), 0.5 - latitude / np.pi])
        return np.where(valid[:, None], share * self.resolution, np.nan), valid

    def intrinsics(self) -> dict[str, object]:
        """Return the resolution; there is nothing else to know."""
        return {"model": self.model, "resolution": list(self.resolution), "pixel_origin": "corner"}
