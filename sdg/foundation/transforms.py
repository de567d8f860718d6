"""Rigid and affine transforms.

Matrices are 4x4 float64, act on column vectors, and are named as they compose: `world_from_camera`.
World: right-handed, Z up, metres. Camera: OpenCV, +x right, +y down, +z forward.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from sdg.foundation.arrays import FloatArray

# What a rotation written with four or five digits may miss in R R^T.
_ROTATION_TOLERANCE = 1e-4


def translation(offset_m: Sequence[float] | FloatArray) -> FloatArray:
    """Return the 4x4 translation by `offset_m`, shape (3,) [m]."""
    matrix = np.eye(4)
    matrix[:3, 3] = offset_m
    return matrix


def scaling(factors: Sequence[float] | FloatArray) -> FloatArray:
    """Return the 4x4 scaling by three factors, one per axis."""
    return np.diag([*(float(factor) for factor in factors), 1.0])


def rotation_xyz(angles_deg: Sequence[float] | FloatArray) -> FloatArray:
    """Return the 4x4 rotation about fixed X, then Y, then Z, by three angles in degrees (USD's `rotateXYZ`)."""
    (sx, sy, sz), (cx, cy, cz) = (
        [function(math.radians(angle)) for angle in angles_deg] for function in (math.sin, math.cos)
    )
    about_x = np.array([[1, 0, 0], [0, cx, -sx], [0, sx, cx]])
    about_y = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    about_z = np.array([[cz, -sz, 0], [sz, cz, 0], [0, 0, 1]])
    matrix = np.eye(4)
    matrix[:3, :3] = about_z @ about_y @ about_x
    return matrix


def yaw(angle_deg: float) -> FloatArray:
    """Return the 4x4 rotation about world Z by an angle in degrees, counter-clockwise seen from above."""
    return rotation_xyz((0.0, 0.0, angle_deg))


def look_at(
    eye_m: Sequence[float] | FloatArray,
    target_m: Sequence[float] | FloatArray,
    up: Sequence[float] | FloatArray = (0.0, 0.0, 1.0),
) -> FloatArray:
    """Return `world_from_camera` of an OpenCV camera at `eye_m` that looks at `target_m`, world frame [m].

    Where the view is parallel to `up`, world Y serves as the upper edge of the picture.

    Raises:
        ValueError: Eye and target coincide.
    """
    eye = np.asarray(eye_m, dtype=np.float64)
    forward = np.asarray(target_m, dtype=np.float64) - eye
    distance = float(np.linalg.norm(forward))
    if distance < 1e-9:
        raise ValueError(f"eye and target must differ, both are {eye.tolist()}")
    forward /= distance
    right = np.cross(forward, np.asarray(up, dtype=np.float64))
    if float(np.linalg.norm(right)) < 1e-6:
        right = np.cross(forward, (0.0, 1.0, 0.0))
    right /= np.linalg.norm(right)
    matrix = np.eye(4)
    matrix[:3, 0], matrix[:3, 1], matrix[:3, 2], matrix[:3, 3] = right, np.cross(forward, right), forward, eye
    return matrix


def invert_rigid(b_from_a: FloatArray) -> FloatArray:
    """Return `a_from_b` of a rotation and translation."""
    matrix = np.eye(4)
    matrix[:3, :3] = b_from_a[:3, :3].T
    matrix[:3, 3] = -b_from_a[:3, :3].T @ b_from_a[:3, 3]
    return matrix


def is_orthonormal(matrix: FloatArray) -> bool:
    """Return whether a 3x3 matrix is a rotation, or one that mirrors, as exactly as people write it."""
    with np.errstate(all="ignore"):
        return np.allclose(matrix @ matrix.T, np.eye(3), rtol=0, atol=_ROTATION_TOLERANCE)


def nearest_rotation(matrix: FloatArray) -> FloatArray:
    """Return the rotation nearest to a 3x3 matrix that is almost one, by Newton's and Schulz's iteration.

    Each step squares what is amiss, and leaves an exact rotation as it is.
    """
    for _ in range(3):
        matrix = 1.5 * matrix - 0.5 * (matrix @ matrix.T @ matrix)
    return matrix


def without_scale(b_from_a: FloatArray) -> FloatArray:
    """Return the rotation and translation of a transform that scales along a's axes before it rotates."""
    matrix = b_from_a.copy()
    matrix[:3, :3] /= np.linalg.norm(matrix[:3, :3], axis=0)
    return matrix


def box_corners(bounds_m: FloatArray) -> FloatArray:
    """Return all corners of an axis-aligned box, shape (8, 3) [m], from its lowest and highest, shape (2, 3)."""
    return np.array([[x, y, z] for x in bounds_m[:, 0] for y in bounds_m[:, 1] for z in bounds_m[:, 2]])


def transform_points(b_from_a: FloatArray, points: FloatArray) -> FloatArray:
    """Return points, shape (N, 3), of frame a in frame b."""
    moved: FloatArray = points @ b_from_a[:3, :3].T + b_from_a[:3, 3]
    return moved
