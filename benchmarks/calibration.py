"""Do rendered pictures follow the lens? Calibrate it from rendered checkerboards: `python -m benchmarks.calibration`.

Corners found in the pictures are compared with the projected ones, and OpenCV's solvers run on them. Growth with the
radius is told apart from the corner detector's own, which the same detector shows on pictures drawn without a renderer.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass

import cv2
import numpy as np

from benchmarks.boards import Board, View, take_views
from sdg.camera.lens import Lens, LensOpenCvPinhole
from sdg.camera.opencv_distortion import OpenCvDistortion
from sdg.camera.opencv_fisheye import LensOpenCvFisheye
from sdg.foundation.arrays import FloatArray

BOARD = Board()
PINHOLE = LensOpenCvPinhole(
    (480, 360), 428.0, 425.0, 243.2, 177.4, OpenCvDistortion(k1=-0.24, k2=0.07, p1=0.0008, p2=-0.0006)
)
FISHEYE = LensOpenCvFisheye((480, 360), 177.0, 176.0, 237.7, 182.3, k1=-0.02, k2=0.004)
NAMES = ("fx", "fy", "cx", "cy")


@dataclass(frozen=True)
class Residuals:
    """Found minus projected corners.

    Attributes:
        mean_px: Along u and v, shape (2,).
        rms_px: Of the distance.
        growth: How far the picture is too large, as a share, and the standard error of that.
        growth_of_drawn: The same of pictures drawn without the renderer, which is the detector's own.
        trend: Growth of the rendered pictures against the drawn ones.
    """

    mean_px: FloatArray
    rms_px: float
    growth: tuple[float, float]
    growth_of_drawn: tuple[float, float]
    trend: tuple[float, float]


@dataclass(frozen=True)
class Calibration:
    """fx, fy, cx, cy (corner origin) as a solver finds them, and its standard deviations; shape (4,) [px]."""

    found: FloatArray
    std: FloatArray


def residuals(views: list[View], center: FloatArray) -> Residuals:
    """Return how far corners were found from where they are; growth is along the radius from the centre."""
    expected, found, drawn = (
        np.concatenate([getattr(view, name) for view in views]) for name in ("expected_px", "found_px", "drawn_px")
    )
    offset = found - expected
    return Residuals(
        offset.mean(axis=0),
        float(np.sqrt((offset**2).sum(axis=1).mean())),
        growth(offset, expected - center),
        growth(drawn - expected, expected - center),
        growth(found - drawn, expected - center),
    )


def growth(offset_px: FloatArray, arm_px: FloatArray) -> tuple[float, float]:
    """Return by which share offsets grow outwards with the distance from a centre, and its standard error."""
    radius = np.linalg.norm(arm_px, axis=1)
    outward = (offset_px * arm_px).sum(axis=1) / np.maximum(radius, 1e-9)
    slope = float((outward * radius).sum() / (radius**2).sum())
    return slope, float(np.sqrt((outward - slope * radius).var() / (radius**2).sum()))


def calibrate(views: list[View], lens: Lens, board: Board = BOARD) -> Calibration:
    """Return what OpenCV makes of the corners, with the model of the lens."""
    points = [board.corners_m for _ in views]
    pixels = [view.found_px - 0.5 for view in views]  # OpenCV's origin
    solve = _solve_fisheye if isinstance(lens, LensOpenCvFisheye) else _solve_pinhole
    found, std = solve(points, pixels, lens.resolution)
    return Calibration(found + np.array([0, 0, 0.5, 0.5]), std)


def _solve_pinhole(
    points: list[FloatArray], pixels: list[FloatArray], size: tuple[int, int]
) -> tuple[FloatArray, FloatArray]:
    single = [[array.astype(np.float32) for array in arrays] for arrays in (points, pixels)]
    _, K, _, _, _, std, _, _ = cv2.calibrateCameraExtended(*single, size, None, None)
    return np.array([K[0, 0], K[1, 1], K[0, 2], K[1, 2]]), std[:4, 0]


def _solve_fisheye(
    points: list[FloatArray], pixels: list[FloatArray], size: tuple[int, int]
) -> tuple[FloatArray, FloatArray]:
    """OpenCV's fisheye solver doesn't tell standard deviations; they are those of least squares, from its Jacobian."""
    names = vars(cv2) | vars(cv2.fisheye)  # OpenCV 5 keeps its flags in another place than OpenCV 4
    flags = names["CALIB_RECOMPUTE_EXTRINSIC"] | names["CALIB_FIX_SKEW"]
    criteria = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_MAX_ITER, 200, 1e-10)
    stacked = [array.reshape(1, -1, 3) for array in points]
    targets = [array.reshape(1, -1, 2) for array in pixels]
    _, K, D, turns, places = cv2.fisheye.calibrate(stacked, targets, size, None, None, flags=flags, criteria=criteria)
    rows, misses = [], []
    for index, (point, target) in enumerate(zip(stacked, targets, strict=True)):
        projected, jacobian = cv2.fisheye.projectPoints(point, turns[index], places[index], K, D)
        block = np.zeros((len(jacobian), 8 + 6 * len(stacked)))
        block[:, :8] = jacobian[:, :8]
        block[:, 8 + 6 * index : 14 + 6 * index] = jacobian[:, 8:14]
        rows.append(block)
        misses.append((projected - target).ravel())
    J, miss = np.concatenate(rows), np.concatenate(misses)
    variance = (miss**2).sum() / (len(miss) - J.shape[1])
    std = np.sqrt(np.diag(np.linalg.inv(J.T @ J)) * variance)
    return np.array([K[0, 0], K[1, 1], K[0, 2], K[1, 2]]), std[:4]


@dataclass(frozen=True)
class Report:
    """Figures of one lens; `off_px` is found minus true fx, fy, cx, cy."""

    residuals: Residuals
    off_px: FloatArray
    std_px: FloatArray

    def faults(self) -> list[str]:
        """Return what is beyond its limit."""
        slope, error = self.residuals.trend
        checks = {
            "mean offset": (np.abs(self.residuals.mean_px) < 0.01).all(),
            "rms": self.residuals.rms_px < 0.05,
            "growth with radius": abs(slope) < 3 * error,
            "calibration beyond 0.3 px": (np.abs(self.off_px) < 0.3).all(),
            "calibration beyond three standard deviations": (np.abs(self.off_px) < 3 * self.std_px).all(),
        }
        return [name for name, holds in checks.items() if not holds]

    def lines(self) -> list[str]:
        """Return the figures as text, with their limits."""
        u, v = self.residuals.mean_px
        slopes = (self.residuals.growth, self.residuals.growth_of_drawn, self.residuals.trend)
        found, drawn, trend = (f"{slope * 1e6:+.1f} +- {error * 1e6:.1f}" for slope, error in slopes)
        return [
            f"mean offset u {u:+.4f} px, v {v:+.4f} px (limit 0.01); rms {self.residuals.rms_px:.4f} px (limit 0.05)",
            f"growth with radius {trend} millionths (limit three standard errors): {found} in rendered pictures,"
            f" {drawn} in pictures drawn without the renderer",
            *(
                f"{name} off by {off:+.4f} px, {off / std:+.2f} standard deviations (limits 0.3 px and 3)"
                for name, off, std in zip(NAMES, self.off_px, self.std_px, strict=True)
            ),
        ]


def measure(lens: LensOpenCvPinhole | LensOpenCvFisheye, count: int, spp: int) -> Report:
    """Return the figures of a lens from so many views."""
    views = take_views(BOARD, lens, count, spp)
    solved = calibrate(views, lens)
    truth = np.array([lens.fx, lens.fy, lens.cx, lens.cy])
    return Report(residuals(views, truth[2:]), solved.found - truth, solved.std)


def main() -> int:
    """Print the figures for a pinhole and a fisheye; return 1 if one is beyond its limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--views", type=int, default=40)
    parser.add_argument("--spp", type=int, default=256)
    options = parser.parse_args()
    faults = []
    for lens in (PINHOLE, FISHEYE):
        report = measure(lens, options.views, options.spp)
        print(f"{lens.model}: {options.views} views of {len(BOARD.corners_m)} corners, {options.spp} samples a pixel")
        print("\n".join(f"  {line}" for line in report.lines()))
        faults += report.faults()
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
