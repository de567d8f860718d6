"""Every lens: the picture against the lens's own rays, and against published formulas that `sdg` has no part in."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import cv2
import numpy as np
import pytest

from sdg.foundation.arrays import FloatArray
from sdg.render.api import RendererName
from tests.contract.judge import Judge
from tests.contract.rendered import Shot, judge_labels, open_scene
from tests.contract.shapes import CELL_DEG, truth_of
from tests.contract.tolerances import Tolerances
from tests.contract.worlds import BALL_RADIUS_M, BALLS, LENSES

EYE = np.array([0.0, 0.0, 2.0])
FORWARD = np.array([0.0, 5.0, -0.4]) / math.hypot(5.0, 0.4)
RIGHT = np.array([1.0, 0.0, 0.0])
# Rows are the camera's axes in the world: right, down, forward.
CAMERA_FROM_WORLD = np.stack([RIGHT, np.cross(FORWARD, RIGHT), FORWARD])
# OpenCV counts pixels from the centre of the first one, `sdg` from its corner.
CORNER = 0.5


def opencv(points: FloatArray) -> FloatArray:
    matrix = np.array([[60, 0, 46.5 - CORNER], [0, 61, 37.2 - CORNER], [0, 0, 1.0]])
    terms = np.array([-0.2, 0.05, 0.003, -0.004, 0.001, 0.02, 0, 0])
    pixels = cv2.projectPoints(points[:, None], np.zeros(3), np.zeros(3), matrix, terms)[0].reshape(-1, 2) + CORNER
    return np.where(points[:, 2:] > 0.5 * np.linalg.norm(points, axis=1, keepdims=True), pixels, np.nan)


def pinhole(points: FloatArray) -> FloatArray:
    pixels = 60 * points[:, :2] / points[:, 2:] + (48, 36)
    return np.where(points[:, 2:] > 0, pixels, np.nan)


def fisheye(points: FloatArray) -> FloatArray:
    matrix = np.array([[30, 0, 47.3 - CORNER], [0, 30.5, 36.6 - CORNER], [0, 0, 1.0]])
    terms = np.array([0.02, -0.004, 0, 0])
    pixels = cv2.fisheye.projectPoints(points[:, None], np.zeros(3), np.zeros(3), matrix, terms)[0].reshape(-1, 2)
    return np.where(points[:, 2:] > 0, pixels + CORNER, np.nan)


def omnidir(points: FloatArray) -> FloatArray:
    """C. Mei and P. Rives, "Single view point omnidirectional camera calibration from planar grids" (2007)."""
    unit = points / np.linalg.norm(points, axis=1, keepdims=True)
    x, y = (unit[:, :2] / (unit[:, 2:] + 0.9)).T
    square = x * x + y * y
    radial = 1 - 0.05 * square + 0.01 * square**2
    bent_x = x * radial + 2 * 0.002 * x * y - 0.001 * (square + 2 * x * x)
    bent_y = y * radial + 0.002 * (square + 2 * y * y) - 2 * 0.001 * x * y
    pixels = np.stack([60 * bent_x + 47.3, 61 * bent_y + 36.6], axis=1)
    return np.where(unit[:, 2:] > -0.5, pixels, np.nan)


def double_sphere(points: FloatArray) -> FloatArray:
    """V. Usenko, N. Demmel and D. Cremers, "The double sphere camera model" (2018), equations 40 to 45."""
    xi, alpha = -0.2, 0.6
    first = np.linalg.norm(points, axis=1)
    shifted = xi * first + points[:, 2]
    second = np.sqrt(points[:, 0] ** 2 + points[:, 1] ** 2 + shifted**2)
    scale = alpha * second + (1 - alpha) * shifted
    pixels = points[:, :2] / scale[:, None] * (28, 28.5) + (47.3, 36.6)
    return np.where(points[:, 2:] > 0, pixels, np.nan)


def ftheta(points: FloatArray) -> FloatArray:
    """Angle from the axis = 0.03 r + 1e-6 r^3, r in pixels from the principal point (NVIDIA DriveWorks)."""
    across = np.linalg.norm(points[:, :2], axis=1)
    angles = np.arctan2(across, points[:, 2])
    # The derivative is positive, so that there is one real root.
    roots = [np.roots([1e-6, 0, 0.03, -angle]) for angle in angles]
    radius = np.array([each[np.abs(each.imag).argmin()].real for each in roots])
    return points[:, :2] / across[:, None] * radius[:, None] + (47.3, 36.6)


def equirectangular(points: FloatArray) -> FloatArray:
    x, y, z = points.T
    longitude, latitude = np.arctan2(x, z), np.arctan2(-y, np.hypot(x, z))
    return np.stack([(0.5 + longitude / (2 * math.pi)) * 128, (0.5 - latitude / math.pi) * 64], axis=1)


def orthographic(points: FloatArray) -> FloatArray:
    """96 pixels span 6 m."""
    return np.where(points[:, 2:] > 0, points[:, :2] * 16 + (48, 36), np.nan)


FORMULAS: Mapping[str, Callable[[FloatArray], FloatArray]] = {
    "pinhole": pinhole,
    "opencv_pinhole": opencv,
    "opencv_fisheye": fisheye,
    "omnidir": omnidir,
    "double_sphere": double_sphere,
    "ftheta": ftheta,
    "equirectangular": equirectangular,
    "orthographic": orthographic,
}


@pytest.fixture(scope="module")
def shots(renderer_name: RendererName) -> dict[str, Shot]:
    with open_scene("lenses", renderer_name) as scene:
        return scene.frame()


@pytest.mark.parametrize("name", FORMULAS)
def test_every_pixel_has_the_id_depth_distance_and_normal_of_the_lenss_own_ray(
    name: str, shots: dict[str, Shot], tolerances: Tolerances, judge: Judge
) -> None:
    shot = shots[name]
    lens = shot.camera.lens

    def cast(positions: FloatArray) -> tuple[FloatArray, FloatArray]:
        directions, _ = lens.unproject(positions)
        starts = lens.origins_m(positions)
        origins = EYE + (np.zeros_like(directions) if starts is None else starts @ CAMERA_FROM_WORLD)
        return origins, directions @ CAMERA_FROM_WORLD

    u, v = (axis.ravel() for axis in np.meshgrid(*(np.arange(count) + 0.5 for count in lens.resolution)))
    # A pixel without a ray at its centre or one of its corners is no pixel of the lens.
    places = [(0.0, 0.0), (-0.5, -0.5), (0.5, -0.5), (-0.5, 0.5), (0.5, 0.5)]
    rays = [lens.unproject(np.stack([u + across, v + down], axis=1))[1] for across, down in places]
    valid = np.all(rays, axis=0).reshape(lens.resolution[::-1])
    truth = truth_of(LENSES, cast, FORWARD, lens.resolution, tolerances.edge_px)
    judge_labels(judge, shot, list(LENSES), truth, valid)


def outline(centre: FloatArray, *, parallel: bool) -> FloatArray:
    """Points round what a camera at the origin sees of a ball, shape (N, 3), camera frame [m]."""
    distance = float(np.linalg.norm(centre))
    axis = np.array([0.0, 0.0, 1.0]) if parallel else centre / distance
    across = np.cross(axis, (0.3, 1.0, 0.2))
    across /= np.linalg.norm(across)
    share = 0.0 if parallel else BALL_RADIUS_M / distance
    turn = np.linspace(0, 2 * math.pi, 256, endpoint=False)[:, None]
    round_ = across * np.cos(turn) + np.cross(axis, across) * np.sin(turn)
    ring: FloatArray = centre * (1 - share**2) + BALL_RADIUS_M * math.sqrt(1 - share**2) * round_
    return ring


@pytest.mark.parametrize("name", FORMULAS)
def test_balls_lie_inside_the_outlines_that_published_formulas_project(
    name: str, shots: dict[str, Shot], judge: Judge
) -> None:
    """OpenCV's own functions where it has the lens. Flat cells take as little off a ball as `CELL_DEG` says."""
    shot = shots[name]
    width, height = shot.camera.lens.resolution
    wrong = judged = 0
    for ball, centre in BALLS.items():
        ring = FORMULAS[name](outline(CAMERA_FROM_WORLD @ (np.array(centre) - EYE), parallel=name == "orthographic"))
        if not np.isfinite(ring).all() or (ring < 2).any() or (ring > np.array([width, height]) - 2).any():
            continue
        size = np.ptp(ring, axis=0)
        if size.max() > width / 2:
            continue  # cut in two by the edge of a panorama
        judged += 1
        margin = judge.tolerances.edge_px + size.max() * (1 - math.cos(math.radians(CELL_DEG))) + 0.005
        contour = ring.astype(np.float32)[:, None]
        seen = shot.shows(ball)
        for row in range(int(ring[:, 1].min()) - 1, int(ring[:, 1].max()) + 3):
            for column in range(int(ring[:, 0].min()) - 1, int(ring[:, 0].max()) + 3):
                if 0 <= row < height and 0 <= column < width:
                    inside = cv2.pointPolygonTest(contour, (column + 0.5, row + 0.5), True)
                    wrong += bool(abs(inside) > margin and seen[row, column] != (inside > 0))
    judge.at_least("balls judged", judged, 5)
    judge.at_most("pixels on the wrong side [px]", wrong, judge.tolerances.wrong_px)
