"""OpenCV's fisheye (Kannala-Brandt with four coefficients), on the whole sphere of directions.

With theta the angle from the axis and (a, b) the unit bearing round it:

    theta_d = theta (1 + k1 theta^2 + k2 theta^4 + k3 theta^6 + k4 theta^8)
    u = fx (theta_d a + alpha theta_d b) + cx,   v = fy theta_d b + cy

`cv2.fisheye` takes theta = atan(r / Z), which is wrong for Z < 0; here it is atan2(r, Z).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sdg.camera.central import CentralLens
from sdg.camera.polar import from_polar, to_polar
from sdg.camera.radial import derivative, evaluate, first_root, invert
from sdg.foundation.arrays import BoolArray, FloatArray


@dataclass(frozen=True)
class LensOpenCvFisheye(CentralLens):
    """A fisheye lens, to 180 degrees from its axis if its polynomial grows so far.

    Attributes:
        resolution: (width, height) [px].
        fx, fy: Pixels per radian on the axis.
        cx, cy: Principal point [px], corner origin.
        k1, k2, k3, k4: Coefficients of theta^3, theta^5, theta^7 and theta^9.
        alpha: Skew, as a share of fx.
        max_angle: Angle from the axis at which the lens ends [rad].
    """

    resolution: tuple[int, int]
    fx: float
    fy: float
    cx: float
    cy: float
    k1: float = 0.0
    k2: float = 0.0
    k3: float = 0.0
    k4: float = 0.0
    alpha: float = 0.0
    max_angle: float = math.pi

    @property
    def model(self) -> str:
        return "opencv_fisheye"

    @cached_property
    def turning_angle(self) -> float:
        """The angle at which theta_d first stops growing [rad]; inf if it never does."""
        return math.sqrt(first_root(derivative(self._polynomial)[::2]))

    @cached_property
    def angle_limit(self) -> float:
        """Only directions at smaller angles from the axis are seen [rad]."""
        return min(self.turning_angle, self.max_angle, math.pi)

    @property
    def folds(self) -> bool:
        """Whether the polynomial, not the lens's stated end, limits what is seen."""
        return self.turning_angle < min(self.max_angle, math.pi)

    def unproject(self, pixels: FloatArray) -> tuple[FloatArray, BoolArray]:
        """Return the unit ray through each position, and whether there is one; see `Lens.unproject`."""
        y = (pixels[:, 1] - self.cy) / self.fy
        x = (pixels[:, 0] - self.cx) / self.fx - self.alpha * y
        angle = invert(self._distort, np.hypot(x, y), self.angle_limit)
        valid = np.isfinite(angle)
        return from_polar(angle, np.column_stack([x, y]), valid), valid

    def project(self, points_m: FloatArray) -> tuple[FloatArray, BoolArray]:
        """Return where each point appears, and whether it does; see `Lens.project`."""
        angle, bearing = to_polar(points_m)
        valid: BoolArray = angle < self.angle_limit
        with np.errstate(all="ignore"):
            x, y = (bearing * self._distort(angle)[0][:, None]).T
        pixels = np.column_stack([self.fx * (x + self.alpha * y) + self.cx, self.fy * y + self.cy])
        return np.where(valid[:, None], pixels, np.nan), valid

    def intrinsics(self) -> dict[str, object]:
        """Return K (corner origin), k1 to k4, and the angle at which the lens ends [degrees]."""
        return {
            "model": self.model,
            "resolution": list(self.resolution),
            "pixel_origin": "corner",
            "K": [[self.fx, self.fx * self.alpha, self.cx], [0.0, self.fy, self.cy], [0.0, 0.0, 1.0]],
            "distortion": [self.k1, self.k2, self.k3, self.k4],
            "angle_limit_deg": math.degrees(self.angle_limit),
        }

    @property
    def _polynomial(self) -> list[float]:
        return [0.0, 1.0, 0.0, self.k1, 0.0, self.k2, 0.0, self.k3, 0.0, self.k4]

    def _distort(self, angle: FloatArray) -> tuple[FloatArray, FloatArray]:
        return evaluate(self._polynomial, angle)
