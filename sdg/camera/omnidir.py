"""OpenCV's omnidirectional model (Mei 2007): a sphere seen from a point xi above its centre, then distortion.

    (X, Y, Z) / |(X, Y, Z)| = s,   (x, y) = (s_x, s_y) / (s_z + xi),
    (x', y') = Brown-Conrady k1 k2 p1 p2 of (x, y),   u = fx x' + skew y' + cx,   v = fy y' + cy

(OpenCV contrib, `ccalib`, `omnidir.cpp`.) For xi up to 1 all directions with s_z > -xi are seen; beyond 1 the far side
of the sphere hides behind its rim, and s_z must exceed -1 / xi.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sdg.camera.central import CentralLens
from sdg.camera.opencv_distortion import OpenCvDistortion
from sdg.foundation.arrays import BoolArray, FloatArray


@dataclass(frozen=True)
class LensOmnidir(CentralLens):
    """A catadioptric or wide lens after Mei.

    Attributes:
        resolution: (width, height) [px].
        fx, fy: Focal lengths of the plane that the sphere is projected onto [px].
        cx, cy: Principal point [px], corner origin.
        xi: Distance of the viewpoint from the sphere's centre, in radii; not negative.
        skew: Pixels along u for each unit of y'.
        k1, k2, p1, p2: Brown-Conrady coefficients of the projected coordinates.
    """

    resolution: tuple[int, int]
    fx: float
    fy: float
    cx: float
    cy: float
    xi: float
    skew: float = 0.0
    k1: float = 0.0
    k2: float = 0.0
    p1: float = 0.0
    p2: float = 0.0

    @property
    def model(self) -> str:
        return "omnidir"

    @property
    def folds(self) -> bool:
        """Whether the distortion, not the sphere's rim, limits what is seen."""
        return self._distortion.narrowest < self._rim

    def unproject(self, pixels: FloatArray) -> tuple[FloatArray, BoolArray]:
        """Return the unit ray through each position, and whether there is one; see `Lens.unproject`."""
        y = (pixels[:, 1] - self.cy) / self.fy
        x = (pixels[:, 0] - self.cx - self.skew * y) / self.fx
        flat, valid = self._distortion.undistort(np.column_stack([x, y]))
        squared = (flat * flat).sum(axis=1)
        with np.errstate(invalid="ignore"):
            root = np.sqrt(1 + (1 - self.xi**2) * squared)
            height = (root - self.xi * squared) / (squared + 1)
            valid &= height > self._lowest
        directions = np.column_stack([flat * (height + self.xi)[:, None], height])
        directions[~valid] = np.nan
        return directions, valid

    def project(self, points_m: FloatArray) -> tuple[FloatArray, BoolArray]:
        """Return where each point appears, and whether it does; see `Lens.project`."""
        distance = np.linalg.norm(points_m, axis=1)
        with np.errstate(all="ignore"):
            unit = points_m / distance[:, None]
            seen = unit[:, 2] > self._lowest
            height = np.where(seen, unit[:, 2] + self.xi, 1.0)
            distorted, valid = self._distortion.distort(unit[:, :2] / height[:, None])
        valid &= seen
        x, y = distorted.T
        pixels = np.column_stack([self.fx * x + self.skew * y + self.cx, self.fy * y + self.cy])
        return np.where(valid[:, None], pixels, np.nan), valid

    def intrinsics(self) -> dict[str, object]:
        """Return K (corner origin), xi and the distortion k1 k2 p1 p2."""
        return {
            "model": self.model,
            "resolution": list(self.resolution),
            "pixel_origin": "corner",
            "K": [[self.fx, self.skew, self.cx], [0.0, self.fy, self.cy], [0.0, 0.0, 1.0]],
            "xi": self.xi,
            "distortion": [self.k1, self.k2, self.p1, self.p2],
        }

    @property
    def _lowest(self) -> float:
        """The height on the sphere above which directions are seen."""
        return -1 / self.xi if self.xi > 1 else -self.xi

    @property
    def _rim(self) -> float:
        """The radius of the seen part of the sphere in the plane; inf for xi up to 1."""
        return 1 / math.sqrt(self.xi**2 - 1) if self.xi > 1 else math.inf

    @cached_property
    def _distortion(self) -> OpenCvDistortion:
        return OpenCvDistortion(self.k1, self.k2, self.p1, self.p2)
