"""OpenCV's distortion in full (4, 5, 8, 12 or 14 coefficients), its exact inverse, and the region where it has one.

With x, y the ideal image coordinates (X/Z, Y/Z) and u = x^2 + y^2:

    R(u) = (1 + k1 u + k2 u^2 + k3 u^3) / (1 + k4 u + k5 u^2 + k6 u^3)
    x'' = x R + 2 p1 x y + p2 (u + 2 x^2) + s1 u + s2 u^2
    y'' = y R + p1 (u + 2 y^2) + 2 p2 x y + s3 u + s4 u^2

and then the homography of a sensor tilted by tau_x and tau_y (OpenCV, `calib3d`, `distortion_model.hpp`).

A point is seen if the map is orientation-preserving (its Jacobian determinant positive) all the way from the axis to
the point. Beyond that the picture folds back: points there would appear in it a second time, and positions that only
they map to have no ray at all.
"""

from __future__ import annotations

import math
from dataclasses import astuple, dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from sdg.camera.polar import all_finite
from sdg.camera.radial import derivative, evaluate, first_root, invert, multiply
from sdg.foundation.arrays import BoolArray, FloatArray

_LENGTHS = (5, 8, 12, 14)
_RESIDUAL_LIMIT = 1e-13
_NEWTON_STEPS = 12
_TABLE_SIZE = 2048
_DAMPED_STEPS = 60
_BEARINGS = 480
_RADII = 160
_MARGIN = 1e-4  # how much farther out than the edge's polygon an answer is still looked for
_FARTHEST = 1e3  # with terms that aren't radial, what is within 0.06 degrees of the image plane isn't seen


class _Mapped(NamedTuple):
    """Distorted coordinates before the tilt, and the Jacobian of the map."""

    x: FloatArray
    y: FloatArray
    dx_dx: FloatArray
    dx_dy: FloatArray
    dy_dx: FloatArray
    dy_dy: FloatArray

    @property
    def determinant(self) -> FloatArray:
        return self.dx_dx * self.dy_dy - self.dx_dy * self.dy_dx


@dataclass(frozen=True)
class OpenCvDistortion:
    """Radial, tangential, rational and thin-prism terms, dimensionless, and the sensor's tilt [rad], as in OpenCV."""

    k1: float = 0.0
    k2: float = 0.0
    p1: float = 0.0
    p2: float = 0.0
    k3: float = 0.0
    k4: float = 0.0
    k5: float = 0.0
    k6: float = 0.0
    s1: float = 0.0
    s2: float = 0.0
    s3: float = 0.0
    s4: float = 0.0
    tau_x: float = 0.0
    tau_y: float = 0.0

    def coefficients(self) -> list[float]:
        """Return the shortest list of 5, 8, 12 or 14 coefficients that says it all, in OpenCV's order."""
        every = list(astuple(self))
        length = next(length for length in _LENGTHS if not any(every[length:]))
        return every[:length]

    @property
    def is_radial(self) -> bool:
        """Whether it moves points towards the axis and away from it only (but for the tilt)."""
        return not any((self.p1, self.p2, self.s1, self.s2, self.s3, self.s4))

    @property
    def is_identity(self) -> bool:
        return not any(astuple(self))

    @cached_property
    def radius_limit(self) -> float:
        """The ideal radius at which r R(r^2) first stops growing or has a pole; inf if neither happens."""
        over, under = self._fraction
        # dm/dr = (N D + 2u (N' D - N D')) / D^2
        grown = multiply(derivative(over), under)
        shrunk = multiply(over, derivative(under))
        slope = np.zeros(8)
        for part, factor, shift in ((multiply(over, under), 1.0, 0), (grown, 2.0, 1), (shrunk, -2.0, 1)):
            slope[shift : shift + len(part)] += factor * np.array(part)
        return math.sqrt(min(first_root(slope.tolist()), self._pole))

    @cached_property
    def narrowest(self) -> float:
        """The least ideal radius, over all bearings, beyond which points aren't seen; inf if all are."""
        return self.radius_limit if self.is_radial else float(self._limits.min())

    def distort(self, ideal: FloatArray) -> tuple[FloatArray, BoolArray]:
        """Map ideal to distorted image coordinates.

        Args:
            ideal: shape (N, 2), X/Z and Y/Z.

        Returns:
            Distorted coordinates, shape (N, 2); and shape (N,), whether the point lies where the map is one to one.
            Elsewhere the coordinates must not be used.
        """
        with np.errstate(all="ignore"):
            mapped = self._map(ideal[:, 0], ideal[:, 1])
            distorted = np.stack([mapped.x, mapped.y], axis=1)
            valid = self._is_seen(ideal[:, 0], ideal[:, 1], mapped)
            distorted, before_horizon = _apply(self._tilt, distorted)
        valid &= before_horizon & all_finite(distorted)
        return distorted, valid

    def undistort(self, distorted: FloatArray) -> tuple[FloatArray, BoolArray]:
        """Map distorted to ideal image coordinates, exactly.

        The tilt is undone in closed form, the radial part by bracketed Newton, and from there two-dimensional Newton
        finds the answer; it holds only if it maps forward onto the position and lies where the map is one to one.

        Args:
            distorted: shape (N, 2).

        Returns:
            Ideal coordinates, shape (N, 2), NaN where invalid; and shape (N,), whether a ray exists.
        """
        with np.errstate(all="ignore"):
            wanted, valid = _apply(self._untilt, distorted)
            valid &= all_finite(wanted)
            ideal = np.full_like(wanted, np.nan)
            index = np.flatnonzero(valid)
            if self.is_radial:
                ideal[index] = self._undistort_radial(wanted[index])
            else:
                ideal[index] = self._undistort_fully(wanted[index])
        valid = all_finite(ideal)
        ideal[~valid] = np.nan
        return ideal, valid

    @cached_property
    def _fraction(self) -> tuple[list[float], list[float]]:
        return [1.0, self.k1, self.k2, self.k3], [1.0, self.k4, self.k5, self.k6]

    @cached_property
    def _pole(self) -> float:
        """The squared radius at which the denominator first vanishes."""
        return first_root(self._fraction[1])

    @cached_property
    def _tilt(self) -> FloatArray:
        """The homography from the plane across the axis to the tilted sensor, 3x3."""
        cos_x, sin_x = math.cos(self.tau_x), math.sin(self.tau_x)
        cos_y, sin_y = math.cos(self.tau_y), math.sin(self.tau_y)
        about_x = np.array([[1.0, 0.0, 0.0], [0.0, cos_x, sin_x], [0.0, -sin_x, cos_x]])
        about_y = np.array([[cos_y, 0.0, -sin_y], [0.0, 1.0, 0.0], [sin_y, 0.0, cos_y]])
        turn = about_y @ about_x
        flatten = np.array([[turn[2, 2], 0.0, -turn[0, 2]], [0.0, turn[2, 2], -turn[1, 2]], [0.0, 0.0, 1.0]])
        matrix: FloatArray = flatten @ turn
        return matrix

    @cached_property
    def _untilt(self) -> FloatArray:
        return np.linalg.inv(self._tilt).astype(np.float64)

    @cached_property
    def _limits(self) -> FloatArray:
        """The radius where the determinant first vanishes, by bearing (0 to 2 pi inclusive), for the whole map.

        The map is flat there, so that an error of 1e-6 in this radius moves the edge of the picture by 1e-12.
        """
        bearings = np.linspace(0.0, 2 * np.pi, _BEARINGS, endpoint=False)
        farthest = min(math.sqrt(self._pole), _FARTHEST)
        radii = np.tan(np.linspace(0.0, math.atan(farthest), _RADII))
        cos, sin = np.cos(bearings), np.sin(bearings)
        with np.errstate(all="ignore"):
            turned = ~(self._map(cos[:, None] * radii, sin[:, None] * radii).determinant > 0)
            beyond = np.where(turned.any(axis=1), turned.argmax(axis=1), _RADII - 1)
            low, high = radii[np.maximum(beyond - 1, 0)], radii[beyond]
            for _ in range(60):
                middle = (low + high) / 2
                unturned = self._map(cos * middle, sin * middle).determinant > 0
                low, high = np.where(unturned, middle, low), np.where(unturned, high, middle)
        return np.append(low, low[0])

    @cached_property
    def _edge(self) -> tuple[FloatArray, FloatArray]:
        """Where the limits appear: the bearings there, ascending over more than a turn, and the radii."""
        bearings = np.linspace(0.0, 2 * np.pi, _BEARINGS, endpoint=False)
        limits = self._limits[:-1]
        with np.errstate(all="ignore"):
            mapped = self._map(limits * np.cos(bearings), limits * np.sin(bearings))
        order = np.argsort(seen_at := np.arctan2(mapped.y, mapped.x), kind="stable")
        bearing, radius = seen_at[order], np.hypot(mapped.x, mapped.y)[order]
        turn = 2 * np.pi
        return np.concatenate([bearing - turn, bearing, bearing + turn]), np.tile(radius, 3)

    def _is_seen(self, x: FloatArray, y: FloatArray, mapped: _Mapped) -> BoolArray:
        radius = np.hypot(x, y)
        seen: BoolArray = mapped.determinant > 0
        if self.is_radial:
            return seen & (radius < self.radius_limit)
        far = np.flatnonzero(~(radius < self.narrowest))
        seen[far] &= radius[far] < self._limit_at(x[far], y[far])
        return seen

    def _limit_at(self, x: FloatArray, y: FloatArray) -> FloatArray:
        """Return the radius up to which points along these bearings are seen."""
        bearing = np.arctan2(y, x) % (2 * np.pi)
        return np.interp(bearing, np.linspace(0.0, 2 * np.pi, _BEARINGS + 1), self._limits)

    @cached_property
    def _radial_table(self) -> tuple[FloatArray, FloatArray]:
        """Ideal radii up to where the radial part stops growing, and their distorted radii."""
        farthest = min(self.radius_limit * (1 - 1e-9), _FARTHEST)
        radii = np.tan(np.linspace(0.0, math.atan(farthest), _TABLE_SIZE))
        return radii, self._radial(radii)[0]

    def _undistort_radial(self, wanted: FloatArray) -> FloatArray:
        """Return the ideal coordinates for the radial part alone; NaN where there are none."""
        radius = np.hypot(wanted[:, 0], wanted[:, 1])
        found = invert(self._radial, radius, self.radius_limit)
        return wanted * np.where(radius > 0, found / np.where(radius > 0, radius, 1.0), 1.0)[:, None]

    def _undistort_fully(self, wanted: FloatArray) -> FloatArray:
        """Return the ideal coordinates for the whole map; NaN where there are none."""
        radii, distorted = self._radial_table
        radius = np.hypot(wanted[:, 0], wanted[:, 1])
        stretch = np.interp(radius, distorted, radii) / np.where(radius > 0, radius, 1.0)
        solved = self._newton(wanted * stretch[:, None], wanted)
        # What is left lies near the edge of what is seen, or beyond it, or past the radial part's reach.
        left = np.flatnonzero(np.isnan(solved[:, 0]))
        bearing = np.arctan2(wanted[left, 1], wanted[left, 0])
        left = left[radius[left] < (1 + _MARGIN) * np.interp(bearing, *self._edge)]
        edge = self._limit_at(wanted[left, 0], wanted[left, 1])
        start = wanted[left] * (np.minimum(0.9 * edge, radius[left]) / np.maximum(radius[left], 1e-300))[:, None]
        for scale in (1.0, 0.5, 0.0):
            failed = np.flatnonzero(np.isnan(solved[left, 0]))
            solved[left[failed]] = self._damped_newton(start[failed] * scale, wanted[left[failed]])
        return solved

    def _newton(self, start: FloatArray, wanted: FloatArray) -> FloatArray:
        """Return the solutions that Newton's method finds from `start`, shape (N, 2); NaN where it finds none."""
        found = np.full_like(start, np.nan)
        active = np.arange(len(start))
        x, y = start[:, 0], start[:, 1]
        target_x, target_y = wanted[:, 0], wanted[:, 1]
        for _ in range(_NEWTON_STEPS):
            if not active.size:
                break
            mapped = self._map(x, y)
            error_x, error_y = mapped.x - target_x, mapped.y - target_y
            done = _is_small(error_x, error_y, target_x, target_y)
            step_x, step_y = _newton_step(mapped, error_x, error_y)
            x_next, y_next = x - step_x, y - step_y
            going = ~done & np.isfinite(x_next) & np.isfinite(y_next)
            if going.all():
                x, y = x_next, y_next
                continue
            right = done & self._is_seen(x, y, mapped)
            found[active[right], 0], found[active[right], 1] = x[right], y[right]
            active, target_x, target_y = active[going], target_x[going], target_y[going]
            x, y = x_next[going], y_next[going]
        return found

    def _damped_newton(self, start: FloatArray, wanted: FloatArray) -> FloatArray:
        """Like `_newton`, for the few hard ones: each step is shortened until it stays inside and comes nearer."""
        x, y = start[:, 0].copy(), start[:, 1].copy()
        mapped = self._map(x, y)
        error_x, error_y = mapped.x - wanted[:, 0], mapped.y - wanted[:, 1]
        for _ in range(_DAMPED_STEPS):
            if _is_small(error_x, error_y, wanted[:, 0], wanted[:, 1]).all():
                break
            step_x, step_y = _newton_step(mapped, error_x, error_y)
            size = np.hypot(error_x, error_y)
            fraction = np.ones_like(x)
            for _ in range(30):
                tried = self._map(x - fraction * step_x, y - fraction * step_y)
                tried_size = np.hypot(tried.x - wanted[:, 0], tried.y - wanted[:, 1])
                good = self._is_seen(x - fraction * step_x, y - fraction * step_y, tried) & (tried_size < size)
                if good.all():
                    break
                fraction = np.where(good, fraction, fraction / 2)
            x, y = np.where(good, x - fraction * step_x, x), np.where(good, y - fraction * step_y, y)
            mapped = self._map(x, y)
            error_x, error_y = mapped.x - wanted[:, 0], mapped.y - wanted[:, 1]
            if not good.any():
                break
        solved = _is_small(error_x, error_y, wanted[:, 0], wanted[:, 1]) & self._is_seen(x, y, mapped)
        return np.where(solved[:, None], np.stack([x, y], axis=1), np.nan)

    def _radial(self, r: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return r R(r^2) and its slope."""
        factor, slope = self._radial_factor(r * r)
        return r * factor, factor + 2 * r * r * slope

    def _radial_factor(self, u: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return R(u) and dR/du."""
        over, under = self._fraction
        top, top_slope = evaluate(over, u)
        if not any(under[1:]):
            return top, top_slope
        bottom, bottom_slope = evaluate(under, u)
        return top / bottom, (top_slope * bottom - top * bottom_slope) / (bottom * bottom)

    def _map(self, x: FloatArray, y: FloatArray) -> _Mapped:
        """Return the distorted coordinates before the tilt, and their derivatives, each of the shape of `x`."""
        u = x * x + y * y
        factor, slope = self._radial_factor(u)
        xy = x * y
        # What both off-diagonal derivatives share.
        cross = 2 * (xy * slope + self.p1 * x + self.p2 * y)
        tangential = factor + 2 * (self.p1 * y + self.p2 * x)
        mapped = _Mapped(
            x=x * factor + 2 * self.p1 * xy + self.p2 * (u + 2 * x * x),
            y=y * factor + self.p1 * (u + 2 * y * y) + 2 * self.p2 * xy,
            dx_dx=tangential + 2 * x * x * slope + 4 * self.p2 * x,
            dx_dy=cross,
            dy_dx=cross,
            dy_dy=tangential + 2 * y * y * slope + 4 * self.p1 * y,
        )
        return self._with_prism(mapped, x, y, u) if any((self.s1, self.s2, self.s3, self.s4)) else mapped

    def _with_prism(self, mapped: _Mapped, x: FloatArray, y: FloatArray, u: FloatArray) -> _Mapped:
        """Return the map with the thin-prism terms added."""
        x_slope, y_slope = 2 * (self.s1 + 2 * self.s2 * u), 2 * (self.s3 + 2 * self.s4 * u)
        return _Mapped(
            x=mapped.x + u * (self.s1 + self.s2 * u),
            y=mapped.y + u * (self.s3 + self.s4 * u),
            dx_dx=mapped.dx_dx + x * x_slope,
            dx_dy=mapped.dx_dy + y * x_slope,
            dy_dx=mapped.dy_dx + x * y_slope,
            dy_dy=mapped.dy_dy + y * y_slope,
        )


def _apply(homography: FloatArray, points: FloatArray) -> tuple[FloatArray, BoolArray]:
    """Return points under a homography, shape (N, 2), and whether they lie before its horizon, shape (N,)."""
    if np.array_equal(homography, np.eye(3)):
        return points.copy(), np.ones(len(points), dtype=np.bool_)
    mapped = points @ homography[:, :2].T + homography[:, 2]
    before: BoolArray = mapped[:, 2] > 0
    return mapped[:, :2] / mapped[:, 2:], before


def _newton_step(mapped: _Mapped, error_x: FloatArray, error_y: FloatArray) -> tuple[FloatArray, FloatArray]:
    determinant = mapped.determinant
    return (
        (mapped.dy_dy * error_x - mapped.dx_dy * error_y) / determinant,
        (mapped.dx_dx * error_y - mapped.dy_dx * error_x) / determinant,
    )


def _is_small(error_x: FloatArray, error_y: FloatArray, target_x: FloatArray, target_y: FloatArray) -> BoolArray:
    limit = _RESIDUAL_LIMIT * (1.0 + np.maximum(np.abs(target_x), np.abs(target_y)))
    small: BoolArray = np.maximum(np.abs(error_x), np.abs(error_y)) < limit
    return small
