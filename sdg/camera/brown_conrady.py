"""Brown-Conrady distortion with five coefficients, its exact inverse, and the region where it has one.

With x, y the ideal image coordinates (X/Z, Y/Z) and u = x^2 + y^2:

    x'' = x R(u) + 2 p1 x y + p2 (u + 2 x^2),   y'' = y R(u) + p1 (u + 2 y^2) + 2 p2 x y,
    R(u) = 1 + k1 u + k2 u^2 + k3 u^3

(OpenCV, `calib3d`.) Beyond the first turning point of r R(r^2) the map folds back: points there would appear in
the picture a second time, and positions beyond its greatest value have no ray at all. Both are reported as invalid.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from sdg.foundation.arrays import BoolArray, FloatArray

_RESIDUAL_LIMIT = 1e-12
_TABLE_SIZE = 4096
_NEWTON_STEPS = 12
_NEVER = 1e-12  # a turning point beyond a million focal lengths is none


class _Mapped(NamedTuple):
    """Distorted coordinates and the Jacobian of the map, which is symmetric."""

    x: FloatArray
    y: FloatArray
    dx_dx: FloatArray
    dy_dy: FloatArray
    cross: FloatArray

    @property
    def determinant(self) -> FloatArray:
        return self.dx_dx * self.dy_dy - self.cross * self.cross


@dataclass(frozen=True)
class BrownConrady:
    """Radial k1 k2 k3 and tangential p1 p2, as OpenCV defines them; dimensionless."""

    k1: float = 0.0
    k2: float = 0.0
    p1: float = 0.0
    p2: float = 0.0
    k3: float = 0.0

    @property
    def is_identity(self) -> bool:
        return not any(self.coefficients())

    def coefficients(self) -> list[float]:
        """Return [k1, k2, p1, p2, k3], OpenCV's order."""
        return [self.k1, self.k2, self.p1, self.p2, self.k3]

    @cached_property
    def radius_limit(self) -> float:
        """The ideal radius at which r R(r^2) first stops growing; inf if it never does."""
        # In terms of 1/u the polynomial is monic, so that tiny coefficients can't overflow it.
        roots = np.roots([1.0, 3 * self.k1, 5 * self.k2, 7 * self.k3])
        turning = [root.real for root in roots if abs(root.imag) < 1e-9 * abs(root) and root.real > _NEVER]
        return math.sqrt(1 / max(turning)) if turning else math.inf

    def distort(self, ideal: FloatArray) -> tuple[FloatArray, BoolArray]:
        """Map ideal to distorted image coordinates.

        Args:
            ideal: shape (N, 2), X/Z and Y/Z.

        Returns:
            Distorted coordinates, shape (N, 2), and shape (N,), whether the point lies where the map is one to
            one; outside, the coordinates must not be used.
        """
        with np.errstate(over="ignore", invalid="ignore"):
            mapped = self._map(ideal[:, 0], ideal[:, 1])
            distorted = np.stack([mapped.x, mapped.y], axis=1)
            radius = np.hypot(ideal[:, 0], ideal[:, 1])
            finite = np.isfinite(mapped.x) & np.isfinite(mapped.y)
            valid: BoolArray = (radius < self.radius_limit) & (mapped.determinant > 0) & finite
        return distorted, valid

    def undistort(self, distorted: FloatArray) -> tuple[FloatArray, BoolArray]:
        """Map distorted to ideal image coordinates, exactly.

        A table of the radial part, up to where it turns over, gives the start, and two-dimensional Newton the answer;
        a position is valid only if mapping the answer forward gives the position back.

        Args:
            distorted: shape (N, 2).

        Returns:
            Ideal coordinates, shape (N, 2), NaN where invalid; and shape (N,), whether a ray exists.
        """
        if self.is_identity:
            return distorted.copy(), np.isfinite(distorted[:, 0]) & np.isfinite(distorted[:, 1])
        x_wanted, y_wanted = np.ascontiguousarray(distorted.T)
        stretch = self._radial_start(np.hypot(x_wanted, y_wanted))
        x, y = x_wanted * stretch, y_wanted * stretch
        limit = _RESIDUAL_LIMIT * (1.0 + np.maximum(np.abs(x_wanted), np.abs(y_wanted)))
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            for _ in range(_NEWTON_STEPS):
                mapped = self._map(x, y)
                x_error, y_error = mapped.x - x_wanted, mapped.y - y_wanted
                converged = np.maximum(np.abs(x_error), np.abs(y_error)) < limit
                if converged.all():
                    break
                x = x - (mapped.dy_dy * x_error - mapped.cross * y_error) / mapped.determinant
                y = y - (mapped.dx_dx * y_error - mapped.cross * x_error) / mapped.determinant
            valid = converged & (x * x + y * y < self.radius_limit**2) & (mapped.determinant > 0)
        ideal = np.stack([x, y], axis=1)
        ideal[~valid] = np.nan
        return ideal, valid

    def _radial_start(self, distorted_radius: FloatArray) -> FloatArray:
        """Return ideal radius / distorted radius for the radial part alone, from a table of the forward map."""
        farthest = float(np.max(distorted_radius, initial=0.0, where=np.isfinite(distorted_radius)))
        reach = max(farthest, 1e-6)
        while reach < self.radius_limit and self._radial(np.array(reach)) < farthest:
            reach *= 2
        # Denser towards the turning point, where the map is flat and its inverse steep.
        steps = 1.0 - np.linspace(1.0, 0.0, _TABLE_SIZE) ** 2
        radii = min(reach, self.radius_limit) * steps
        found = np.interp(distorted_radius, self._radial(radii), radii)
        return np.where(distorted_radius > 1e-12, found / np.maximum(distorted_radius, 1e-12), 1.0)

    def _radial(self, r: FloatArray) -> FloatArray:
        u = r * r
        result: FloatArray = r * (1 + u * (self.k1 + u * (self.k2 + u * self.k3)))
        return result

    def _map(self, x: FloatArray, y: FloatArray) -> _Mapped:
        """Return the distorted coordinates and their derivatives, each of the shape of `x`."""
        u = x * x + y * y
        radial = 1 + u * (self.k1 + u * (self.k2 + u * self.k3))
        slope = 2 * (self.k1 + u * (2 * self.k2 + u * 3 * self.k3))
        xy = x * y
        if self.p1 == self.p2 == 0:  # the commonest case takes half the work
            return _Mapped(x * radial, y * radial, radial + x * x * slope, radial + y * y * slope, xy * slope)
        tilt = 2 * (self.p1 * y + self.p2 * x)
        return _Mapped(
            x=x * radial + 2 * self.p1 * xy + self.p2 * (u + 2 * x * x),
            y=y * radial + self.p1 * (u + 2 * y * y) + 2 * self.p2 * xy,
            dx_dx=radial + x * x * slope + tilt + 4 * self.p2 * x,
            dy_dy=radial + y * y * slope + tilt + 4 * self.p1 * y,
            cross=xy * slope + 2 * (self.p1 * x + self.p2 * y),
        )
