"""Where a lens shows a point: the formulas of each model, written again from their sources.

Nothing is shared with the code that made the corners, so that one of the two being wrong shows. Positions have their
origin at the corner of the top left pixel. Sources: OpenCV `calib3d` documentation (pinhole, rational, thin prism,
tilt, fisheye) and `omnidir`; Usenko et al., "The double sphere camera model", 2018, eq. 40 to 45; NVIDIA NCore,
f-theta.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from sdg.foundation.arrays import FloatArray


def project(intrinsics: Mapping[str, Any], points: FloatArray) -> FloatArray | None:
    """Return where points appear.

    Args:
        intrinsics: As in a frame record.
        points: shape (N, 3) [m], OpenCV camera frame.

    Returns:
        shape (N, 2) [px], NaN for points that the model doesn't show; None if the model is unknown or incomplete.
    """
    try:
        with np.errstate(all="ignore"):
            return _MODELS[intrinsics["model"]](intrinsics, points)
    except (KeyError, TypeError, ValueError, IndexError):
        return None


def is_plain_pinhole(intrinsics: Mapping[str, Any]) -> bool:
    """Whether straight lines stay straight: a pinhole without distortion."""
    return intrinsics.get("model") == "opencv_pinhole" and not any(intrinsics.get("distortion") or ())


def _with_k(intrinsics: Mapping[str, Any], plane: FloatArray, seen: Any) -> FloatArray:
    (fx, skew, cx), (_, fy, cy), _ = intrinsics["K"]
    x, y = plane.T
    pixels = np.stack([fx * x + skew * y + cx, fy * y + cy], axis=-1)
    pixels[~seen] = np.nan
    return pixels


def _pinhole(intrinsics: Mapping[str, Any], points: FloatArray) -> FloatArray:
    z = points[:, 2]
    x, y = points[:, 0] / z, points[:, 1] / z
    k1, k2, p1, p2, k3, k4, k5, k6, s1, s2, s3, s4, tx, ty = (*intrinsics["distortion"], *[0.0] * 14)[:14]
    r2 = x * x + y * y
    radial = (1 + r2 * (k1 + r2 * (k2 + r2 * k3))) / (1 + r2 * (k4 + r2 * (k5 + r2 * k6)))
    u = x * radial + 2 * p1 * x * y + p2 * (r2 + 2 * x * x) + s1 * r2 + s2 * r2 * r2
    v = y * radial + p1 * (r2 + 2 * y * y) + 2 * p2 * x * y + s3 * r2 + s4 * r2 * r2
    if tx or ty:
        cos_x, sin_x, cos_y, sin_y = np.cos(tx), np.sin(tx), np.cos(ty), np.sin(ty)
        about_x = np.array([[1, 0, 0], [0, cos_x, sin_x], [0, -sin_x, cos_x]])
        about_y = np.array([[cos_y, 0, -sin_y], [0, 1, 0], [sin_y, 0, cos_y]])
        turn = about_y @ about_x
        tilt = np.array([[turn[2, 2], 0, -turn[0, 2]], [0, turn[2, 2], -turn[1, 2]], [0, 0, 1]]) @ turn
        tilted = np.stack([u, v, np.ones_like(u)], axis=-1) @ tilt.T
        u, v = tilted[:, 0] / tilted[:, 2], tilted[:, 1] / tilted[:, 2]
    return _with_k(intrinsics, np.stack([u, v], axis=-1), z > 0)


def _fisheye(intrinsics: Mapping[str, Any], points: FloatArray) -> FloatArray:
    x, y, z = points.T
    r = np.hypot(x, y)
    theta = np.arctan2(r, z)
    k1, k2, k3, k4 = intrinsics["distortion"]
    t2 = theta * theta
    bent = theta * (1 + t2 * (k1 + t2 * (k2 + t2 * (k3 + t2 * k4))))
    scale = np.where(r > 0, bent / np.where(r > 0, r, 1), 1 / z)
    seen = theta <= np.radians(intrinsics["angle_limit_deg"])
    return _with_k(intrinsics, np.stack([x * scale, y * scale], axis=-1), seen)


def _omnidir(intrinsics: Mapping[str, Any], points: FloatArray) -> FloatArray:
    sphere = points / np.linalg.norm(points, axis=1, keepdims=True)
    depth = sphere[:, 2] + intrinsics["xi"]
    x, y = sphere[:, 0] / depth, sphere[:, 1] / depth
    k1, k2, p1, p2 = intrinsics["distortion"]
    r2 = x * x + y * y
    radial = 1 + k1 * r2 + k2 * r2 * r2
    u = x * radial + 2 * p1 * x * y + p2 * (r2 + 2 * x * x)
    v = y * radial + p1 * (r2 + 2 * y * y) + 2 * p2 * x * y
    return _with_k(intrinsics, np.stack([u, v], axis=-1), depth > 0)


def _double_sphere(intrinsics: Mapping[str, Any], points: FloatArray) -> FloatArray:
    x, y, z = points.T
    xi, alpha = intrinsics["xi"], intrinsics["alpha"]
    d1 = np.linalg.norm(points, axis=1)
    shifted = xi * d1 + z
    d2 = np.sqrt(x * x + y * y + shifted * shifted)
    depth = alpha * d2 + (1 - alpha) * shifted
    return _with_k(intrinsics, np.stack([x / depth, y / depth], axis=-1), depth > 0)


def _ftheta(intrinsics: Mapping[str, Any], points: FloatArray) -> FloatArray | None:
    if "angle_to_pixeldist" not in intrinsics:
        return None  # the other polynomial has to be inverted
    x, y, z = points.T
    r = np.hypot(x, y)
    theta = np.arctan2(r, z)
    distance = np.polynomial.polynomial.polyval(theta, intrinsics["angle_to_pixeldist"])
    u, v = x / r * distance, y / r * distance
    c, d, e = intrinsics["linear_cde"]
    cx, cy = intrinsics["principal_point"]
    pixels = np.stack([c * u + d * v + cx, e * u + v + cy], axis=-1)
    pixels[theta > np.radians(intrinsics["angle_limit_deg"])] = np.nan
    return pixels


def _orthographic(intrinsics: Mapping[str, Any], points: FloatArray) -> FloatArray:
    width, height = intrinsics["resolution"]
    scale = width / intrinsics["width_m"]
    pixels = np.stack([points[:, 0] * scale + width / 2, points[:, 1] * scale + height / 2], axis=-1)
    pixels[points[:, 2] <= 0] = np.nan
    return pixels


def _equirectangular(intrinsics: Mapping[str, Any], points: FloatArray) -> FloatArray:
    width, height = intrinsics["resolution"]
    x, y, z = points.T
    longitude, latitude = np.arctan2(x, z), np.arctan2(y, np.hypot(x, z))
    return np.stack([(longitude / (2 * np.pi) + 0.5) * width, (latitude / np.pi + 0.5) * height], axis=-1)


_MODELS = {
    "opencv_pinhole": _pinhole,
    "opencv_fisheye": _fisheye,
    "omnidir": _omnidir,
    "double_sphere": _double_sphere,
    "ftheta": _ftheta,
    "orthographic": _orthographic,
    "equirectangular": _equirectangular,
}
