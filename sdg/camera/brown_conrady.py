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

import numpy as np

from sdg.foundation.arrays import BoolArray, FloatArray

_RESIDUAL_LIMIT = 1e-12
_RADIAL_STEPS = 60
_NEWTON_STEPS = 12
_NEVER = 1e-12  # a turning point beyond a million focal lengths is none


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
            distorted, determinant = self._map(ideal)
            radius = np.hypot(ideal[:, 0], ideal[:, 1])
            finite = np.isfinite(distorted).all(axis=1)
            valid: BoolArray = (radius < self.radius_limit) & (determinant > 0) & finite
        return distorted, valid

    def undistort(self, distorted: FloatArray) -> tuple[FloatArray, BoolArray]:
        """Map distorted to ideal image coordinates, exactly.

        Bracketed radial Newton gives the start, two-dimensional Newton the answer; a position is valid only if
        mapping the answer forward gives the position back.

        Args:
            distorted: shape (N, 2).

        Returns:
            Ideal coordinates, shape (N, 2), NaN where invalid; and shape (N,), whether a ray exists.
        """
        if self.is_identity:
            return distorted.copy(), np.isfinite(distorted[:, 0]) & np.isfinite(distorted[:, 1])
        ideal = distorted * self._radial_start(np.hypot(distorted[:, 0], distorted[:, 1]))[:, None]
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            for _ in range(_NEWTON_STEPS):
                mapped, _ = self._map(ideal)
                ideal = ideal - self._solve_jacobian(ideal, mapped - distorted)
            mapped, determinant = self._map(ideal)
            residual = np.abs(mapped - distorted).max(axis=1)
            radius = np.hypot(ideal[:, 0], ideal[:, 1])
            scale = 1.0 + np.abs(distorted).max(axis=1)
            valid = (residual < _RESIDUAL_LIMIT * scale) & (radius < self.radius_limit) & (determinant > 0)
        return np.where(valid[:, None], ideal, np.nan), valid

    def _radial_start(self, distorted_radius: FloatArray) -> FloatArray:
        """Return ideal radius / distorted radius for the radial part alone, by Newton kept inside a bracket."""
        limit = self.radius_limit
        low = np.zeros_like(distorted_radius)
        if math.isfinite(limit):
            high = np.full_like(distorted_radius, limit)
        else:
            high = np.maximum(distorted_radius, 1e-6)
            for _ in range(_RADIAL_STEPS):
                short = self._radial(high) < distorted_radius
                if not short.any():
                    break
                high = np.where(short, 2 * high, high)
        radius = np.clip(distorted_radius, low, high)
        for _ in range(_RADIAL_STEPS):
            excess = self._radial(radius) - distorted_radius
            low = np.where(excess < 0, radius, low)
            high = np.where(excess >= 0, radius, high)
            slope = self._radial_slope(radius)
            step = radius - excess / np.where(slope > 1e-12, slope, 1.0)
            inside = (step > low) & (step < high) & (slope > 1e-12)
            stepped = np.where(inside, step, 0.5 * (low + high))
            if np.array_equal(stepped, radius):
                break
            radius = stepped
        return np.where(distorted_radius > 1e-12, radius / np.maximum(distorted_radius, 1e-12), 1.0)

    def _radial(self, r: FloatArray) -> FloatArray:
        u = r * r
        result: FloatArray = r * (1 + u * (self.k1 + u * (self.k2 + u * self.k3)))
        return result

    def _radial_slope(self, r: FloatArray) -> FloatArray:
        u = r * r
        result: FloatArray = 1 + u * (3 * self.k1 + u * (5 * self.k2 + u * 7 * self.k3))
        return result

    def _map(self, ideal: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the distorted coordinates, shape (N, 2), and the Jacobian's determinant, shape (N,)."""
        x, y = ideal[:, 0], ideal[:, 1]
        u = x * x + y * y
        radial = 1 + u * (self.k1 + u * (self.k2 + u * self.k3))
        distorted = np.stack(
            [
                x * radial + 2 * self.p1 * x * y + self.p2 * (u + 2 * x * x),
                y * radial + self.p1 * (u + 2 * y * y) + 2 * self.p2 * x * y,
            ],
            axis=1,
        )
        (a, b), (c, d) = self._jacobian(ideal)
        return distorted, a * d - b * c

    def _jacobian(self, ideal: FloatArray) -> tuple[tuple[FloatArray, FloatArray], tuple[FloatArray, FloatArray]]:
        x, y = ideal[:, 0], ideal[:, 1]
        u = x * x + y * y
        radial = 1 + u * (self.k1 + u * (self.k2 + u * self.k3))
        slope = self.k1 + u * (2 * self.k2 + u * 3 * self.k3)
        cross = 2 * x * y * slope + 2 * self.p1 * x + 2 * self.p2 * y
        along_x = radial + 2 * x * x * slope + 2 * self.p1 * y + 6 * self.p2 * x
        along_y = radial + 2 * y * y * slope + 6 * self.p1 * y + 2 * self.p2 * x
        return (along_x, cross), (cross, along_y)

    def _solve_jacobian(self, ideal: FloatArray, residual: FloatArray) -> FloatArray:
        (a, b), (c, d) = self._jacobian(ideal)
        determinant = a * d - b * c
        step: FloatArray = (
            np.stack(
                [d * residual[:, 0] - b * residual[:, 1], a * residual[:, 1] - c * residual[:, 0]],
                axis=1,
            )
            / determinant[:, None]
        )
        return step
