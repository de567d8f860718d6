"""Lens models: position in the picture to ray, point in space to position, and where each exists.

Positions are (u, v) in pixels with the origin at the corner of the top-left pixel (centres at half-integers).
Rays and points are in the OpenCV camera frame. All in float64.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from sdg.camera.brown_conrady import BrownConrady
from sdg.camera.central import CentralLens
from sdg.camera.opencv_distortion import OpenCvDistortion
from sdg.foundation.arrays import BoolArray, FloatArray

_NO_DISTORTION = BrownConrady()


class Lens(Protocol):
    """What every lens model offers."""

    @property
    def model(self) -> str:
        """The recipe's name of the model."""
        ...

    @property
    def resolution(self) -> tuple[int, int]:
        """(width, height) in pixels."""
        ...

    @property
    def folds(self) -> bool:
        """Whether the model's polynomial turns over and so ends what is seen, rather than the lens itself."""
        ...

    def unproject(self, pixels: FloatArray) -> tuple[FloatArray, BoolArray]:
        """Return the ray through each position.

        Args:
            pixels: Positions, shape (N, 2) [px].

        Returns:
            Unit directions, shape (N, 3), camera frame, NaN where there is no ray; and shape (N,), whether
            there is one. Z may be 0 or negative.
        """
        ...

    def origins_m(self, pixels: FloatArray) -> FloatArray | None:
        """Return where the ray through each position starts.

        Args:
            pixels: Positions, shape (N, 2) [px].

        Returns:
            Camera frame, shape (N, 3) [m]; None if all rays start at the camera's origin.
        """
        ...

    def project(self, points_m: FloatArray) -> tuple[FloatArray, BoolArray]:
        """Return where each point appears.

        Args:
            points_m: shape (N, 3) [m], camera frame.

        Returns:
            Positions, shape (N, 2) [px], NaN where the lens doesn't see the point; and shape (N,), whether it
            does. A position may lie outside the picture.
        """
        ...

    def intrinsics(self) -> dict[str, object]:
        """Return the parameters for a camera record, as plain JSON values."""
        ...


# Projections onto a plane. The near and far limits of their cameras are planes; those of all others, which may look
# sideways and back, are distances.
_PLANAR_MODELS = frozenset({"opencv_pinhole", "orthographic"})


def is_planar(lens: Lens) -> bool:
    """Return whether a lens projects onto a plane, so that all it sees lies in front of the camera."""
    return lens.model in _PLANAR_MODELS


@dataclass(frozen=True)
class LensOpenCvPinhole(CentralLens):
    """Central projection with OpenCV's distortion; all zero is an ideal pinhole.

    Attributes:
        resolution: (width, height) [px].
        fx, fy: Focal lengths [px].
        cx, cy: Principal point [px], corner origin.
        distortion: OpenCV's numbers, in its order and sense.
    """

    resolution: tuple[int, int]
    fx: float
    fy: float
    cx: float
    cy: float
    distortion: BrownConrady | OpenCvDistortion = _NO_DISTORTION

    @property
    def model(self) -> str:
        return "opencv_pinhole"

    @property
    def folds(self) -> bool:
        """True with any distortion: a pinhole itself has no end."""
        return not self.distortion.is_identity

    def unproject(self, pixels: FloatArray) -> tuple[FloatArray, BoolArray]:
        """Return the unit ray through each position, and whether there is one; see `Lens.unproject`."""
        distorted = (pixels - (self.cx, self.cy)) / (self.fx, self.fy)
        ideal, valid = self.distortion.undistort(distorted)
        x, y = ideal.T
        scale = 1.0 / np.sqrt(1.0 + x * x + y * y)
        directions = np.stack([x * scale, y * scale, scale], axis=1)
        return directions, valid

    def project(self, points_m: FloatArray) -> tuple[FloatArray, BoolArray]:
        """Return where each point appears, and whether it does; see `Lens.project`."""
        in_front = points_m[:, 2] > 0
        depth = np.where(in_front, points_m[:, 2], 1.0)
        distorted, valid = self.distortion.distort(points_m[:, :2] / depth[:, None])
        valid &= in_front
        pixels = distorted * (self.fx, self.fy) + (self.cx, self.cy)
        return np.where(valid[:, None], pixels, np.nan), valid

    def intrinsics(self) -> dict[str, object]:
        """Return K (corner origin), distortion in OpenCV's order, and the resolution."""
        return {
            "model": self.model,
            "resolution": list(self.resolution),
            "pixel_origin": "corner",
            "K": [[self.fx, 0.0, self.cx], [0.0, self.fy, self.cy], [0.0, 0.0, 1.0]],
            "distortion": self.distortion.coefficients(),
        }
