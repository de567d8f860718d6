"""NVIDIA's f-theta model: a polynomial between the angle from the axis and the distance in pixels.

    theta = atan2(|(X, Y)|, Z),   delta = sum of c_i theta^i  (or theta = sum of c_i delta^i),
    (u, v) = [[c, d], [e, 1]] delta (X, Y) / |(X, Y)| + (cx, cy)

(NVIDIA DriveWorks; NCore's sensor model documentation.) The polynomial that is given is exact; the other direction is
its inverse, by bracketed Newton, and not the fitted approximation that calibration files carry beside it.
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
class LensFTheta(CentralLens):
    """A lens by NVIDIA's f-theta polynomials.

    Attributes:
        resolution: (width, height) [px].
        cx, cy: Principal point [px], corner origin.
        polynomial: Coefficients of ascending powers, from the constant on.
        to_angle: Whether the polynomial takes pixels to radians; otherwise radians to pixels.
        linear: The numbers c, d and e.
        max_angle: Angle from the axis at which the lens ends [rad].
    """

    resolution: tuple[int, int]
    cx: float
    cy: float
    polynomial: tuple[float, ...]
    to_angle: bool = False
    linear: tuple[float, float, float] = (1.0, 0.0, 0.0)
    max_angle: float = math.pi

    @property
    def model(self) -> str:
        return "ftheta"

    @cached_property
    def argument_limit(self) -> float:
        """The polynomial's argument, radians or pixels, at which the picture ends."""
        turning = self._turning
        end = min(self.max_angle, math.pi)
        if not self.to_angle:
            return min(turning, end)
        if math.isfinite(turning) and self._at(turning) <= end:
            return turning
        reached = float(invert(self._curve, np.array([end]), turning)[0])
        return reached if math.isfinite(reached) else 0.0

    @cached_property
    def angle_limit(self) -> float:
        """Only directions at smaller angles from the axis are seen [rad]."""
        return self._at(self.argument_limit) if self.to_angle else self.argument_limit

    @property
    def folds(self) -> bool:
        """Whether the polynomial, not the lens's stated end, limits what is seen."""
        return self.argument_limit == self._turning

    def unproject(self, pixels: FloatArray) -> tuple[FloatArray, BoolArray]:
        """Return the unit ray through each position, and whether there is one; see `Lens.unproject`."""
        offsets = (pixels - (self.cx, self.cy)) @ np.linalg.inv(self._matrix).T
        distance = np.hypot(offsets[:, 0], offsets[:, 1])
        if self.to_angle:
            angle = np.where(distance < self.argument_limit, self._curve(distance)[0], np.nan)
            valid: BoolArray = angle >= 0
        else:
            angle = invert(self._curve, distance, self.argument_limit)
            valid = np.isfinite(angle)
        return from_polar(angle, offsets, valid), valid

    def project(self, points_m: FloatArray) -> tuple[FloatArray, BoolArray]:
        """Return where each point appears, and whether it does; see `Lens.project`."""
        angle, bearing = to_polar(points_m)
        if self.to_angle:
            distance = invert(self._curve, np.where(angle < self.angle_limit, angle, np.nan), self.argument_limit)
        else:
            distance = np.where(angle < self.argument_limit, self._curve(angle)[0], np.nan)
        valid: BoolArray = distance >= 0
        pixels = (bearing * distance[:, None]) @ self._matrix.T + (self.cx, self.cy)
        return np.where(valid[:, None], pixels, np.nan), valid

    def intrinsics(self) -> dict[str, object]:
        """Return the principal point (corner origin), the polynomial, c d e and the angle of the end [degrees]."""
        return {
            "model": self.model,
            "resolution": list(self.resolution),
            "pixel_origin": "corner",
            "principal_point": [self.cx, self.cy],
            "pixeldist_to_angle" if self.to_angle else "angle_to_pixeldist": list(self.polynomial),
            "linear_cde": list(self.linear),
            "angle_limit_deg": math.degrees(self.angle_limit),
        }

    @cached_property
    def _turning(self) -> float:
        """The argument at which the polynomial stops growing; 0 if it doesn't even start, inf if it never stops."""
        slope = derivative(self.polynomial)
        return first_root(slope) if slope[0] > 0 else 0.0

    @property
    def _matrix(self) -> FloatArray:
        c, d, e = self.linear
        return np.array([[c, d], [e, 1.0]])

    def _curve(self, argument: FloatArray) -> tuple[FloatArray, FloatArray]:
        return evaluate(self.polynomial, argument)

    def _at(self, argument: float) -> float:
        return float(self._curve(np.array([argument]))[0][0])
