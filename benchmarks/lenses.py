"""Forward and inverse of five lenses against OpenCV, at every pixel of 1920x1080: `python -m benchmarks.lenses`."""

from __future__ import annotations

import sys

import cv2
import numpy as np

from sdg.camera.lens import LensOpenCvPinhole
from sdg.camera.opencv_distortion import OpenCvDistortion
from sdg.foundation.arrays import FloatArray

SIZE, FOCAL_PX = (1920, 1080), 1000.0
MATRIX = np.array([[FOCAL_PX, 0.0, SIZE[0] / 2], [0.0, FOCAL_PX, SIZE[1] / 2], [0.0, 0.0, 1.0]])
# k1, k2, p1, p2, k3. The last two turn over inside the picture, so that some pixels have no ray.
LENSES = {
    "mild": (-0.1, 0.01),
    "strong": (-0.3, 0.1, 1e-3, -5e-4),
    "EuRoC cam0": (-0.28340811, 0.07395907, 0.00019359, 1.76187114e-05),
    "turns over": (-0.35, 0.15, 0.0, 0.0, -0.03),
    "k1 alone": (-0.3,),
}
_LIMIT_PX = 1e-9


def largest_radius(coefficients: tuple[float, ...]) -> float:
    """Return the distorted radius at which the radial curve turns over, from its derivative's first root.

    The two lenses with tangential terms have none, and grow as far as the picture reaches.
    """
    k1, k2, _, _, k3 = np.pad(coefficients, (0, 5 - len(coefficients)))
    roots = np.roots([7 * k3, 5 * k2, 3 * k1, 1.0])
    squares = roots[(np.abs(roots.imag) < 1e-12) & (roots.real > 0)].real
    if not squares.size:
        return float("inf")
    square = squares.min()
    return float(np.sqrt(square) * (1 + square * (k1 + square * (k2 + square * k3))))


def opencv_pixels(points: FloatArray, coefficients: tuple[float, ...]) -> FloatArray:
    """Return where OpenCV projects points; shape (N, 2), origin as in `MATRIX`."""
    padded = np.pad(coefficients, (0, 5 - len(coefficients)))
    pixels, _ = cv2.projectPoints(points, np.zeros(3), np.zeros(3), MATRIX, padded)
    return np.asarray(pixels[:, 0], dtype=np.float64)


def main() -> int:
    """Print each lens's figures; return 1 if one is beyond its limit."""
    pixels = np.stack(np.meshgrid(np.arange(SIZE[0]) + 0.5, np.arange(SIZE[1]) + 0.5), axis=-1).reshape(-1, 2)
    radii = np.linalg.norm((pixels - MATRIX[:2, 2]) / FOCAL_PX, axis=1)
    sound = True
    for name, coefficients in LENSES.items():
        lens = LensOpenCvPinhole(SIZE, FOCAL_PX, FOCAL_PX, SIZE[0] / 2, SIZE[1] / 2, OpenCvDistortion(*coefficients))
        directions, valid = lens.unproject(pixels)
        points = directions[valid] * 3.0
        expected = opencv_pixels(points, coefficients)
        projected, seen = lens.project(points)
        forward = float(np.abs(projected - expected).max())
        inverse = float(np.abs(expected - pixels[valid]).max())
        wrong = int((valid != (radii < largest_radius(coefficients))).sum())
        print(
            f"{name}: forward within {forward:.1e} px of OpenCV, inverse within {inverse:.1e} px,"
            f" {1 - valid.mean():.2%} of the pixels without a ray, {wrong} of them or others wrongly so"
        )
        sound &= bool(seen.all()) and max(forward, inverse) <= _LIMIT_PX and wrong == 0
    return int(not sound)


if __name__ == "__main__":
    sys.exit(main())
