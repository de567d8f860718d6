"""Directions by their angle from the optical axis and their bearing round it; good for the whole sphere."""

from __future__ import annotations

import numpy as np

from sdg.foundation.arrays import BoolArray, FloatArray


def all_finite(rows: FloatArray) -> BoolArray:
    """Return which rows of a shape (N, K) array hold finite numbers only, shape (N,)."""
    return np.asarray(np.isfinite(rows).all(axis=1), dtype=np.bool_)


def to_polar(points_m: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the angle and the bearing of points.

    Args:
        points_m: shape (N, 3), camera frame.

    Returns:
        The angle from +Z, 0 to pi, shape (N,) [rad]; NaN at the camera's own place. The unit vector (X, Y) of the
        bearing, shape (N, 2); 0 on the axis.
    """
    across = np.hypot(points_m[:, 0], points_m[:, 1])
    angle = np.arctan2(across, points_m[:, 2])
    angle[(across == 0) & (points_m[:, 2] == 0)] = np.nan
    bearing = points_m[:, :2] / np.where(across > 0, across, 1.0)[:, None]
    return angle, bearing


def from_polar(angle: FloatArray, offsets: FloatArray, valid: BoolArray) -> FloatArray:
    """Return unit directions, shape (N, 3), NaN where not `valid`.

    Args:
        angle: From +Z, shape (N,) [rad].
        offsets: Vectors along the bearing, of any length, shape (N, 2).
        valid: shape (N,).
    """
    length = np.hypot(offsets[:, 0], offsets[:, 1])
    across = np.sin(angle) / np.where(length > 0, length, 1.0)
    directions = np.column_stack([offsets[:, 0] * across, offsets[:, 1] * across, np.cos(angle)])
    directions[~valid] = np.nan
    return directions
