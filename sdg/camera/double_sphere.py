"""The double-sphere model (Usenko, Demmel and Cremers 2018), in closed form both ways.

d1 = |(X, Y, Z)|,   d2 = |(X, Y, xi d1 + Z)|,   n = alpha d2 + (1 - alpha) (xi d1 + Z),
u = fx X / n + cx,   v = fy Y / n + cy
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sdg.camera.central import CentralLens
from sdg.camera.polar import all_finite
from sdg.foundation.arrays import BoolArray, FloatArray


@dataclass(frozen=True)
class LensDoubleSphere(CentralLens):
    """A fisheye lens as two unit spheres and a shifted pinhole.

    Attributes:
        resolution: (width, height) [px].
        fx, fy: Focal lengths of the pinhole [px].
        cx, cy: Principal point [px], corner origin.
        xi: Distance between the spheres' centres, -1 to 1.
        alpha: The pinhole's shift is alpha / (1 - alpha); 0 to 1.
    """

    resolution: tuple[int, int]
    fx: float
    fy: float
    cx: float
    cy: float
    xi: float
    alpha: float

    @property
    def model(self) -> str:
        return "double_sphere"

    @property
    def folds(self) -> bool:
        """False: the model itself ends where it would fold."""
        return False

    @cached_property
    def lowest_cosine(self) -> float:
        """Directions are seen whose cosine with the axis exceeds this.

        With c the cosine and d2 as above for a unit vector, distance from the principal point grows as long as
        c + xi > -w d2, where w = alpha / (1 - alpha) up to alpha = 0.5 (there n vanishes) and (1 - alpha) / alpha from
        there on (there the slope does). Solved for c, that is this bound. The paper's own bound
        differs: it is too wide for xi < 0, where it admits points that fold back, and too narrow for xi > 0.
        """
        w = self.alpha / (1 - self.alpha) if self.alpha <= 0.5 else (1 - self.alpha) / self.alpha
        return -self.xi * (1 - w * w) - w * math.sqrt(1 - self.xi**2 * (1 - w * w))

    def unproject(self, pixels: FloatArray) -> tuple[FloatArray, BoolArray]:
        """Return the unit ray through each position, and whether there is one; see `Lens.unproject`."""
        flat = (pixels - (self.cx, self.cy)) / (self.fx, self.fy)
        squared = (flat * flat).sum(axis=1)
        with np.errstate(all="ignore"):
            under = 1 - (2 * self.alpha - 1) * squared
            height = (1 - self.alpha**2 * squared) / (self.alpha * np.sqrt(under) + 1 - self.alpha)
            beyond = height**2 + (1 - self.xi**2) * squared
            factor = (height * self.xi + np.sqrt(beyond)) / (height**2 + squared)
            directions = np.column_stack([factor[:, None] * flat, factor * height - self.xi])
            directions /= np.linalg.norm(directions, axis=1)[:, None]
            valid: BoolArray = (directions[:, 2] > self.lowest_cosine) & all_finite(directions)
        directions[~valid] = np.nan
        return directions, valid

    def project(self, points_m: FloatArray) -> tuple[FloatArray, BoolArray]:
        """Return where each point appears, and whether it does; see `Lens.project`."""
        with np.errstate(all="ignore"):
            unit = points_m / np.linalg.norm(points_m, axis=1)[:, None]
            valid: BoolArray = unit[:, 2] > self.lowest_cosine
            shifted = unit[:, 2] + self.xi
            second = np.sqrt(unit[:, 0] ** 2 + unit[:, 1] ** 2 + shifted**2)
            under = self.alpha * second + (1 - self.alpha) * shifted
            pixels = unit[:, :2] / under[:, None] * (self.fx, self.fy) + (self.cx, self.cy)
            valid &= all_finite(pixels)
        return np.where(valid[:, None], pixels, np.nan), valid

    def intrinsics(self) -> dict[str, object]:
        """Return K (corner origin), xi and alpha."""
        return {
            "model": self.model,
            "resolution": list(self.resolution),
            "pixel_origin": "corner",
            "K": [[self.fx, 0.0, self.cx], [0.0, self.fy, self.cy], [0.0, 0.0, 1.0]],
            "xi": self.xi,
            "alpha": self.alpha,
        }
